// ui/web/blocks.py puts the list in. Any element with data-event="name" fires that event, its other data
// attributes being the event's data.
const events = EVENTS;
element.addEventListener("click", (event) => {
	const source = event.target.closest("[data-event]");
	if (!source || !element.contains(source)) return;
	const { event: name, ...data } = source.dataset;
	if (events.includes(name)) trigger(name, data);
});

// A block that scrolls is scrolled by itself: scrollIntoView would move whatever lies around it, too.
const block = element.closest(".block");
const scrolls = () => getComputedStyle(block).overflowY === "auto";
const reveal = (inner) => {
	if (!scrolls()) return inner.scrollIntoView({ block: "nearest" });
	const outer = block.getBoundingClientRect(), box = inner.getBoundingClientRect();
	if (box.top < outer.top || box.height > outer.height) block.scrollTop += box.top - outer.top - 8;
	else if (box.bottom > outer.bottom) block.scrollTop += box.bottom - outer.bottom + 8;
};

// The newest turn is in view when it begins, and stays so while it grows, unless the person scrolled away.
let turns = 0, atEnd = true;
block.addEventListener("scroll", () => {
	atEnd = block.scrollHeight - block.scrollTop - block.clientHeight < 60;
}, { passive: true });
const follow = () => {
	const talk = element.querySelector("[role=log]");
	const count = talk ? talk.children.length : 0;
	const before = turns;
	turns = count;
	if (talk && (count !== before || (atEnd && talk.getAttribute("aria-busy") === "true"))) {
		block.scrollTop = block.scrollHeight;
		atEnd = true;
	}
};

watch("value", () => {
	follow();
	const chosen = element.querySelector(".chosen, [aria-current=true]");
	if (chosen) reveal(chosen);
	// A long passage opens where it matches best.
	for (const mark of element.querySelectorAll("mark.best")) {
		const passage = mark.parentElement;
		passage.scrollTop = mark.offsetTop - passage.clientHeight / 3;
	}
});
