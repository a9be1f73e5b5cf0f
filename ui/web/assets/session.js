// Gradio puts it into the page before it asks for anything of the memory, which it does with fetch: adds the second secret to each request, and bridges
// the time in which Doppel is not there. A request that cannot be made waits; when Doppel is back and was started anew in
// between, the page loads itself again, and what was typed comes back from the tab's session storage.
(() => {
	const page = (window.doppel ??= { fire: {} });
	const HEADER = "x-doppel-page", ALIVE = "/gradio_api/app_id";
	const plain = window.fetch;
	const withKey = (asked, options) => {
		const headers = new Headers(options.headers ?? (asked instanceof Request ? asked.headers : undefined));
		headers.set(HEADER, localStorage.getItem(HEADER) ?? "");
		return plain(asked, { ...options, headers });
	};

	let started, waiting;
	// Which start of Doppel answers: its id, "out" for a browser that is not signed in, undefined where nobody answers.
	const alive = async () => {
		try {
			const answer = await withKey(ALIVE, { cache: "no-store" });
			return answer.ok ? await answer.text() : answer.status === 403 ? "out" : undefined;
		} catch {
			return undefined;
		}
	};
	const say = (state) => {
		const note = document.getElementById("lost");
		if (!note) return;
		note.textContent = state ? note.dataset[state] : "";
		note.hidden = !state;
	};
	const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
	const back = async () => {
		for (let away = false; ; away = true) {
			const now = await alive();
			if (now === undefined || now === "out") say(now ?? "gone");
			else if (away || (started && now !== started)) {
				// Gradio's stream has ended meanwhile, and does not come back by itself.
				page.leaving = true;
				location.reload();
				await new Promise(() => {});
			} else return;
			await pause(1000);
		}
	};
	const untilBack = () => (waiting ??= back().finally(() => { waiting = undefined; }));

	// Events arrive in the order in which they happened: each is sent once the one before it has arrived.
	const JOIN = "/gradio_api/queue/join";
	let before = Promise.resolve();
	window.fetch = (asked, options = {}) => {
		const url = new URL(asked instanceof Request ? asked.url : asked, location.href);
		if (url.origin !== location.origin) return plain(asked, options);
		if (url.pathname !== JOIN) return held(asked, options);
		const sent = before.then(() => held(asked, options));
		before = sent.catch(() => {});
		return sent;
	};
	const held = async (asked, options) => {
		for (let refused = false; ;) {
			try {
				const answer = await withKey(asked, options);
				if (answer.status !== 403 || refused) return answer;
				refused = true;
			} catch (error) {
				if (error.name === "AbortError") throw error;
			}
			await untilBack();
			options.signal?.throwIfAborted();
		}
	};
	// A restart between two requests is noticed, too.
	const look = async () => {
		started ??= await alive().then((id) => (id === "out" ? undefined : id));
		if (document.visibilityState === "visible" && started && (await alive()) !== started) await untilBack();
		setTimeout(look, 3000);
	};
	look();
	document.addEventListener("visibilitychange", async () => {
		if (document.visibilityState === "visible" && started && (await alive()) !== started) untilBack();
	});
})();
