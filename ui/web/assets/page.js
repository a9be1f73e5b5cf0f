// What belongs to the whole page: the panels that slide in, the question box, the address, copying and saving.
(() => {
	const page = (window.doppel ??= { fire: {} });
	const one = (selector) => document.querySelector(selector);

	// Panels beside the talk, on narrower windows.
	const SLIDES = { "show-chats": "#chats-column", "show-evidence": "#evidence-column" };
	const opened = (id, on) => document.getElementById(id)?.setAttribute("aria-expanded", String(on));
	const isOpen = (id) => document.getElementById(id)?.getAttribute("aria-expanded") === "true";
	const slide = (target) => {
		if (target.closest("#talk .cite")) return opened("show-evidence", true);
		for (const [id, column] of Object.entries(SLIDES)) {
			if (target.closest(`#${id}`)) opened(id, !isOpen(id));
			// A chat that was chosen, or a click beside the panel, puts it away.
			else if (isOpen(id) && (!target.closest(column) || target.closest(".chat, #new-chat"))) opened(id, false);
		}
	};

	// The question box is never drawn again, so what is typed stays; it outlives a reload in this tab, and no longer.
	const box = () => one("#question textarea");
	const fit = (area) => {
		area.style.height = "auto";
		area.style.height = `${Math.min(area.scrollHeight, 200)}px`;
	};
	const write = (text) => {
		const area = box();
		if (!area) return;
		area.value = text;
		fit(area);
		sessionStorage.setItem("draft", text);
		area.focus();
		area.setSelectionRange(text.length, text.length);
	};
	// From the key on, not from when the talk shows it: a second click or key asks nothing.
	let asking = false;
	const busy = () => asking || one("#talk .talk")?.getAttribute("aria-busy") === "true";
	page.mayAsk = () => !busy() && (asking = true);
	page.ask = (fire) => {
		const question = box().value;
		if (busy()) return;
		if (question.trim()) {
			sessionStorage.setItem("asked", question);
			asking = true;
		}
		fire("ask", { question });
		write("");
	};
	document.addEventListener("input", (event) => {
		if (event.target !== box()) return;
		fit(event.target);
		sessionStorage.setItem("draft", event.target.value);
	});
	document.addEventListener("keydown", (event) => {
		if (event.key === "Escape") {
			shut();
			Object.keys(SLIDES).forEach((id) => opened(id, false));
			document.querySelectorAll("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
		}
		// Enter that picks a word of an input method (Chinese, Japanese) asks nothing.
		if (event.target === box() && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
			event.preventDefault();
			event.target.form.requestSubmit();
		}
	});

	// The address says which tab, chat or memory is open, so that Back, a bookmark and a reload find it again.
	const now = () => new URLSearchParams(location.search);
	const tab = () => one("#tabs [role=tab][aria-selected=true]")?.dataset.tabId ?? "chat";
	const goTo = (params, { replace = false } = {}) => {
		const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value)).toString();
		if (query === now().toString()) return;
		history[replace ? "replaceState" : "pushState"](null, "", query ? `?${query}` : location.pathname);
	};
	const show = () => {
		const wanted = now();
		const name = wanted.get("tab") ?? "chat";
		if (tab() !== name) one(`#tabs [role=tab][data-tab-id="${CSS.escape(name)}"]`)?.click();
		const chat = wanted.get("chat") ?? "";
		if (name === "chat" && chat !== (one("#talk .talk")?.dataset.chat ?? "")) page.fire.chats?.("open", { id: chat });
		const memory = wanted.get("memory");
		if (name === "memory" && memory) page.fire["memory-table"]?.("open", { id: memory });
	};
	const showUntilShown = (tries = 50) => {
		show();
		if (tries && tab() !== (now().get("tab") ?? "chat")) setTimeout(() => showUntilShown(tries - 1), 200);
	};
	addEventListener("popstate", show);
	page.talked = (talk) => {
		if (talk.getAttribute("aria-busy") === "true") return;
		asking = false;
		sessionStorage.removeItem("asked");
		if (tab() === "chat" && !now().get("tab")) goTo({ chat: talk.dataset.chat }, { replace: !began });
		began = true;
	};
	let began = false;
	page.ready = (id) => {
		for (const field of document.querySelectorAll(`#${CSS.escape(id)} [data-keep]`)) {
			field.value = kept.get(field.dataset.keep) ?? field.value;
		}
		if (id === "question" && box()) {
			write(sessionStorage.getItem("draft") || sessionStorage.getItem("asked") || "");
		}
		// Blocks of a tab come to be when it is first seen.
		if (id === "memory-table" && now().get("memory")) page.fire[id]("open", { id: now().get("memory") });
		if (id === "talk" && now().get("tab")) showUntilShown();
	};

	let looked = "";
	// Marks in the markup that make the page do something once they are drawn.
	page.drew = (element) => {
		const back = element.querySelector("[data-return]");
		if (back) asking = false;
		if (back && !box()?.value) write(back.dataset.return);
		// Gradio changes the markup in place: a field keeps what was typed for what stood there before.
		for (const field of element.querySelectorAll("form input, form textarea, form select")) {
			const typed = kept.get(field.dataset.keep);
			if (field.tagName === "SELECT") [...field.options].forEach((one) => { one.selected = one.defaultSelected; });
			else if (field.type === "checkbox") field.checked = field.defaultChecked;
			else if (typed !== undefined) field.value = typed;
			else if (field !== document.activeElement) field.value = field.defaultValue;
		}
		const memory = element.querySelector("[data-memory]:not(button)");
		if (tab() === "memory" && element.closest("#memory-detail")) goTo({ tab: "memory", memory: memory?.dataset.memory });
		// The sheet takes the keyboard when it opens, and shows its marked words.
		const sheet = element.querySelector(".sheet");
		if (sheet) {
			if (sheet.dataset.viewed !== looked) sheet.focus({ preventScroll: true });
			looked = sheet.dataset.viewed;
			const leaves = sheet.querySelector(".leaves");
			const place = leaves?.querySelector("mark, .passage.here");
			if (place && !leaves.querySelector(".leaf")) leaves.scrollTop += place.getBoundingClientRect().top - leaves.getBoundingClientRect().top - leaves.clientHeight / 4;
		} else if (element.closest("#viewer")) looked = "";
		const file = element.querySelector("[data-download]");
		if (file) {
			const link = document.createElement("a");
			link.href = URL.createObjectURL(new Blob([file.dataset.content], { type: "text/markdown" }));
			link.download = file.dataset.download;
			link.click();
			URL.revokeObjectURL(link.href);
			file.remove();
		}
	};

	// What is typed into a text that is drawn again (data-keep) is kept until it is sent, and asked about before leaving.
	const kept = new Map(JSON.parse(sessionStorage.getItem("kept") ?? "[]"));
	const keep = () => sessionStorage.setItem("kept", JSON.stringify([...kept]));
	document.addEventListener("input", ({ target }) => {
		if (!target.dataset?.keep) return;
		kept.set(target.dataset.keep, target.value);
		keep();
	});
	document.addEventListener("submit", ({ target }) => {
		target.querySelectorAll("[data-keep]").forEach((area) => kept.delete(area.dataset.keep));
		keep();
	});
	addEventListener("beforeunload", (event) => { if (kept.size && !page.leaving) event.preventDefault(); });

	// The viewer: opens at a memory from anywhere, and gives the keyboard back to where it was opened.
	let openedFrom = null;
	const look = (button) => {
		openedFrom = button;
		page.fire.viewer?.("look", { ...button.dataset });
	};
	const shut = () => {
		if (!one("#viewer .sheet")) return;
		page.fire.viewer?.("shut", {});
		openedFrom?.focus();
	};

	const copy = async (text, button) => {
		await navigator.clipboard.writeText(text);
		const label = button.textContent;
		button.textContent = "✓";
		setTimeout(() => { button.textContent = label; }, 1200);
	};
	document.addEventListener("click", (event) => {
		const target = event.target;
		slide(target);
		const hit = (selector) => target.closest(selector);
		if (hit("[data-copy-text]")) copy(hit("[data-copy-text]").dataset.copyText, hit("[data-copy-text]"));
		if (hit("[data-copy-link]")) copy(location.origin + location.pathname + hit("[data-copy-link]").dataset.copyLink, hit("[data-copy-link]"));
		if (hit("[data-copy]")) {
			const answer = hit(".turn").querySelector(".answer").cloneNode(true);
			answer.querySelectorAll(".cite").forEach((mark) => mark.remove());
			copy(answer.textContent.trim(), hit("[data-copy]"));
		}
		if (hit("[data-edit]")) write(hit(".turn").querySelector("p").textContent);
		if (hit("[data-rename]")) {
			const heading = hit(".heading"), form = heading.querySelector(".renaming");
			form.hidden = false;
			heading.querySelector("h2").hidden = true;
			form.elements.title.select();
		}
		if (hit("[data-view]")) look(hit("[data-view]"));
		const go = hit("[data-go]");
		if (go) {
			shut();
			goTo({ tab: go.dataset.go, memory: go.dataset.memory });
			show();
		}
		const chosen = hit("#tabs [role=tab]");
		if (chosen && event.isTrusted) {
			const name = chosen.dataset.tabId;
			goTo(name === "chat" ? { chat: one("#talk .talk")?.dataset.chat } : { tab: name });
		}
		// A menu closes when one clicks beside it.
		for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.removeAttribute("open");
	});
})();
