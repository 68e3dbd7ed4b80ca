(function () {
  // Each mark of a drawing says its words on hover, and to arrow keys once the drawing has the focus.
  const size = (svg) => { svg.style.maxWidth = svg.viewBox.baseVal.width + "px"; };
  document.querySelectorAll(".drawing").forEach((figure) => {
    const svg = figure.querySelector("svg"), said = figure.querySelector(".chart-words");
    const named = [...svg.querySelectorAll("[role=graphics-symbol][aria-label]")];
    const marks = named.filter((mark) => !/axis|legend/.test(mark.getAttribute("aria-roledescription")));
    const resting = marks.length ? "Hold the pointer over a mark, or focus the drawing and press the arrow keys." : "";
    let at = -1;
    size(svg);
    said.textContent = resting;
    function show(place) {
      if (marks[at]) marks[at].classList.remove("shown");
      at = place;
      if (marks[at]) marks[at].classList.add("shown");
      said.textContent = marks[at] ? marks[at].getAttribute("aria-label") : resting;
    }
    marks.forEach((mark, place) => {
      mark.addEventListener("pointerenter", () => show(place));
      mark.addEventListener("click", () => show(place));
    });
    svg.addEventListener("pointerleave", () => show(-1));
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step || !marks.length) return;
      event.preventDefault();
      show((at + step + marks.length) % marks.length);
    });
    svg.addEventListener("blur", () => show(-1));
  });
})();
(function () {
  // The briefs of several runs behind one switch, which the map follows.
  const which = document.getElementById("brief-of");
  if (!which) return;
  const map = document.getElementById("scenario");
  const parts = [...document.querySelectorAll(".brief-of")];
  function show() {
    parts.forEach((part, place) => { part.hidden = String(place) !== which.value; });
    if (map && map.value !== which.value) {
      map.value = which.value;
      map.dispatchEvent(new Event("change"));
    }
  }
  document.querySelectorAll(".live").forEach((part) => { part.hidden = false; });
  which.addEventListener("change", show);
  if (map) map.addEventListener("change", () => { which.value = map.value; show(); });
  show();
})();
(function () {
  // Route cards of the origin and destination chosen; one that is left alone opens.
  const from = document.getElementById("route-from"), to = document.getElementById("route-to");
  if (!from || !to) return;
  const cards = [...document.querySelectorAll(".route-card")], told = document.getElementById("route-count");
  const fits = (select, words) => !select.value || select.value === words;
  function show() {
    const left = cards.filter((card) => {
      card.hidden = !(fits(from, card.dataset.origin) && fits(to, card.dataset.destination));
      return !card.hidden;
    });
    told.textContent = left.length + " of " + cards.length + " demands";
    if (from.value || to.value) left.forEach((card) => { card.querySelector("details").open = left.length <= 3; });
  }
  [from, to].forEach((select) => select.addEventListener("change", show));
})();
