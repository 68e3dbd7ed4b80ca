(function () {
  // Names and marks keep their size on the screen, whatever the width of the page and the zoom; names without room hide.
  const REACH = 22; // pixels around what a finger may mean
  document.querySelectorAll("svg.map").forEach((map) => {
    const number = (part, name) => Number(part.getAttribute(name));
    const dots = {};
    map.querySelectorAll(".node").forEach((dot) => { dots[dot.dataset.node] = dot; });
    const radius = Object.values(dots).length ? number(Object.values(dots)[0], "r") : 0;
    const names = [".far", ".labels", ".countries"].flatMap((kind) => [...map.querySelectorAll(kind + " text")].map((text) => {
      const dot = dots[text.dataset.of], x = number(text, "x"), y = number(text, "y"), group = text.parentElement;
      const from = dot ? { x: number(dot, "cx"), y: number(dot, "cy") } : { x, y };
      const anchor = text.getAttribute("text-anchor") || group.getAttribute("text-anchor") || "start";
      const size = number(text.hasAttribute("font-size") ? text : group, "font-size");
      return { text, from, dx: x - from.x, dy: y - from.y, wide: kind === ".countries" ? 0.82 : 0.56, size, anchor };
    }));
    const signs = [...map.querySelectorAll(".sign")].map((sign) => {
      const place = sign.transform.baseVal[0].matrix;
      return { sign, x: place.e, y: place.f };
    });
    const meet = (one, two) => one[0] < two[2] && two[0] < one[2] && one[1] < two[3] && two[1] < one[3];

    const box = map.viewBox.baseVal;
    const unit = () => box.width / (map.getBoundingClientRect().width || box.width);

    function fit() {
      const scale = unit(), taken = [];
      signs.forEach(({ sign, x, y }) => {
        sign.setAttribute("transform", "translate(" + x + " " + y + ") scale(" + scale.toFixed(3) + ")");
        if (sign.getClientRects().length) taken.push([x - 12 * scale, y - 9 * scale, x + 12 * scale, y + 9 * scale]);
      });
      Object.values(dots).forEach((dot) => dot.setAttribute("r", (radius * scale).toFixed(2)));
      names.forEach(({ text, from, dx, dy, wide, size, anchor }) => {
        const x = from.x + dx * scale, y = from.y + dy * scale, letter = size * scale;
        const width = wide * letter * text.textContent.length;
        const left = x - { start: 0, middle: width / 2, end: width }[anchor];
        const own = [left, y - 0.85 * letter, left + width, y + 0.25 * letter];
        const hidden = taken.some((other) => meet(own, other));
        text.setAttribute("x", x.toFixed(1));
        text.setAttribute("y", y.toFixed(1));
        text.setAttribute("font-size", letter.toFixed(2));
        text.setAttribute("visibility", hidden ? "hidden" : "visible");
        if (!hidden) taken.push(own);
      });
    }

    // What is nearest to where a finger came down, lines sampled along their length.
    const lines = [...map.querySelectorAll(".link")].map((group) => {
      const path = group.querySelector(".line"), length = path.getTotalLength(), points = [];
      for (let step = 0; step <= 24; step += 1) points.push(path.getPointAtLength((length * step) / 24));
      return { part: group, points };
    });
    const spots = Object.values(dots).map((dot) => ({
      part: dot, points: [{ x: number(dot, "cx"), y: number(dot, "cy") }],
    }));
    map.addEventListener("click", (event) => {
      if (event.target.closest(".link, .node, .mark")) return;
      const scale = unit(), edge = map.getBoundingClientRect();
      const x = box.x + (event.clientX - edge.left) * scale, y = box.y + (event.clientY - edge.top) * scale;
      let best = REACH * scale, found = null;
      [...spots, ...lines].forEach(({ part, points }) => points.forEach((point) => {
        const away = Math.hypot(point.x - x, point.y - y);
        if (away < best) { best = away; found = part; }
      }));
      if (found) found.dispatchEvent(new MouseEvent("click"));
    });

    map.addEventListener("framed", fit);
    const plan = document.getElementById("scenario");
    if (plan) plan.addEventListener("change", fit);
    new ResizeObserver(fit).observe(map);
    fit();
  });
})();
