(function () {
  // Each mark of a drawing says its words on hover, and to arrow keys once the drawing has the focus.
  const size = (svg) => { svg.style.maxWidth = svg.viewBox.baseVal.width + "px"; };
  document.querySelectorAll(".drawing").forEach((figure) => {
    const svg = figure.querySelector("svg"), said = figure.querySelector(".chart-words");
    const marks = [...svg.querySelectorAll("[aria-roledescription][aria-label]")];
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
