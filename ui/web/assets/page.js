// What belongs to the whole page: the two panels that slide in on narrower windows.
(() => {
	const opened = (id, on) => document.getElementById(id)?.setAttribute("aria-expanded", String(on));
	const isOpen = (id) => document.getElementById(id)?.getAttribute("aria-expanded") === "true";
	const SLIDES = { "show-chats": "#chats-column", "show-evidence": "#evidence-column" };

	document.addEventListener("click", (event) => {
		const target = event.target;
		if (target.closest("#talk .cite")) return opened("show-evidence", true);
		for (const [id, column] of Object.entries(SLIDES)) {
			if (target.closest(`#${id}`)) opened(id, !isOpen(id));
			// A chat that was chosen, or a click beside the panel, puts it away.
			else if (isOpen(id) && (!target.closest(column) || target.closest(".chat, #new-chat, .close"))) opened(id, false);
		}
	});
	document.addEventListener("keydown", (event) => {
		if (event.key === "Escape") Object.keys(SLIDES).forEach((id) => opened(id, false));
	});
})();
