// Files dropped on the page, or chosen with its button, go to the inbox folder one after the other.
(() => {
	const one = (selector) => document.querySelector(selector);
	const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
	const say = (lines) => {
		const note = one("#dropped");
		if (note) note.textContent = lines.join(" ");
	};
	const send = async (files) => {
		const words = one("#dropped")?.dataset;
		if (!words || !files.length) return;
		let kept = 0;
		const problems = [];
		for (const [at, file] of files.entries()) {
			say([words.going.replace("{n}", at + 1).replace("{total}", files.length)]);
			try {
				const headers = { "content-type": "application/octet-stream", "x-doppel-name": encodeURIComponent(file.name) };
				const answer = await fetch("/doppel/inbox", { method: "POST", headers, body: file });
				if (answer.ok) kept += 1;
				else problems.push(`${file.name}: ${(await answer.json()).problem ?? answer.status}`);
			} catch (error) {
				problems.push(`${file.name}: ${error.message}`);
			}
		}
		say([words.done.replace("{n}", kept), ...problems]);
	};
	addEventListener("dragover", (event) => {
		if (!hasFiles(event)) return;
		event.preventDefault();
		document.body.classList.add("dropping");
	});
	addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("dropping"); });
	addEventListener("drop", (event) => {
		if (!hasFiles(event)) return;
		event.preventDefault();
		document.body.classList.remove("dropping");
		one('#tabs [role=tab][data-tab-id="sources"]')?.click();
		const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
		const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
		const files = items.filter((item) => !folders.includes(item)).map((item) => item.getAsFile()).filter(Boolean);
		const go = (tries) => {
			if (!one("#dropped") && tries) return setTimeout(() => go(tries - 1), 100);
			if (files.length) send(files);
			else if (folders.length) say([one("#dropped").dataset.folder]);
		};
		go(50);
	});
	document.addEventListener("change", ({ target }) => {
		if (target.id !== "inbox-files") return;
		send([...target.files]);
		target.value = "";
	});
})();
