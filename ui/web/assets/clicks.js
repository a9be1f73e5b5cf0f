// Blocks of ui/web/blocks.py call `doppel.wire` once each with the names of their events. Any element with data-event="name"
// fires that event on a click, a form on submit; its other data attributes and the form's fields are the event's data.
(() => {
	const page = (window.doppel ??= { fire: {} });
	page.wire = (element, trigger, watch, events) => {
		const block = element.closest(".block");
		const fire = (name, data = {}) => { if (events.includes(name)) trigger(name, data); };
		page.fire[block.id] = fire;

		const dataOf = (source) => {
			const { event: name, live, ...data } = source.dataset;
			return source.tagName === "FORM" ? { ...data, ...Object.fromEntries(new FormData(source)) } : data;
		};
		// The second half of a double click says the same of the same thing: it is not a second wish. What was clicked in
		// another block in between makes it one.
		const DOUBLE_CLICK = 400;
		const meant = (name, data) => {
			const said = JSON.stringify([block.id, name, data]), now = Date.now();
			const again = said === page.last && now - page.lastAt < DOUBLE_CLICK;
			[page.last, page.lastAt] = [said, now];
			return !again;
		};
		element.addEventListener("click", (event) => {
			const source = event.target.closest("[data-event]");
			if (!source || source.tagName === "FORM" || !element.contains(source)) return;
			source.closest("details.menu")?.removeAttribute("open");
			if ("asks" in source.dataset && !page.mayAsk()) return;
			const data = dataOf(source);
			if (source.tagName !== "BUTTON" || meant(source.dataset.event, data)) fire(source.dataset.event, data);
		});
		element.addEventListener("submit", (event) => {
			event.preventDefault();
			const form = event.target;
			const data = dataOf(form);
			if (form.dataset.event && meant(form.dataset.event, data)) fire(form.dataset.event, data);
			if ("ask" in form.dataset) page.ask(fire);
		});
		// A search is done while one types: when typing rests, not at each key.
		let resting;
		element.addEventListener("input", (event) => {
			const form = event.target.closest("form[data-live]");
			clearTimeout(resting);
			if (form) resting = setTimeout(() => fire(form.dataset.event, dataOf(form)), 250);
		});

		// A block that scrolls is scrolled by itself: scrollIntoView would move whatever lies around it, too.
		const reveal = (inner) => {
			if (getComputedStyle(block).overflowY !== "auto") return inner.scrollIntoView({ block: "nearest" });
			const outer = block.getBoundingClientRect(), box = inner.getBoundingClientRect();
			if (box.top < outer.top || box.height > outer.height) block.scrollTop += box.top - outer.top - 8;
			else if (box.bottom > outer.bottom) block.scrollTop += box.bottom - outer.bottom + 8;
		};

		// The newest turn is in view when it begins, and stays so while it grows, unless the person scrolled away.
		let turns = 0, atEnd = true, put = 0;
		block.addEventListener("scroll", () => {
			atEnd = block.scrollHeight - block.scrollTop - block.clientHeight < 60;
			if (atEnd) put = block.scrollTop;
		}, { passive: true });
		const follow = (talk) => {
			const count = talk.getAttribute("role") === "log" ? talk.children.length : 0;
			// New words may come before the browser tells that the person scrolled.
			const away = !atEnd || block.scrollTop < put - 60;
			if (count && (count !== turns || (!away && talk.getAttribute("aria-busy") === "true"))) {
				block.scrollTop = block.scrollHeight;
				put = block.scrollTop;
				atEnd = true;
			}
			turns = count;
		};

		const drawn = () => {
			const talk = element.querySelector(".talk");
			if (talk) {
				follow(talk);
				page.talked?.(talk);
			}
			const chosen = element.querySelector(".chosen, [aria-current=true]");
			if (chosen) reveal(chosen);
			// A long passage opens where it matches best.
			for (const mark of element.querySelectorAll("mark.best")) {
				const passage = mark.parentElement;
				passage.scrollTop = mark.offsetTop - passage.clientHeight / 3;
			}
			page.drew?.(element);
		};
		watch("value", drawn);
		page.ready?.(block.id);
	};
})();
