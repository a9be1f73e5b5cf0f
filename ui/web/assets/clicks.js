// ui/blocks.py puts the list in. Any element with data-event="name" fires that event, its other data
// attributes being the event's data.
const events = EVENTS;
element.addEventListener("click", (event) => {
	const source = event.target.closest("[data-event]");
	if (!source || !element.contains(source)) return;
	const { event: name, ...data } = source.dataset;
	if (events.includes(name)) trigger(name, data);
});
// A chosen row or card is brought into view once the new markup stands.
watch("value", () => {
	const chosen = element.querySelector(".chosen");
	if (chosen) chosen.scrollIntoView({ block: "nearest", behavior: "smooth" });
	// A long passage opens where it matches best.
	for (const mark of element.querySelectorAll("mark.best")) {
		const passage = mark.parentElement;
		passage.scrollTop = mark.offsetTop - passage.offsetTop - 24;
	}
});
