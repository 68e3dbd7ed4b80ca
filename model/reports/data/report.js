"use strict";
(function () {
  const everything = document.getElementById("print-all");
  if (everything) {
    everything.hidden = false;
    everything.addEventListener("click", () => {
      document.body.classList.add("print-all");
      window.print();
      document.body.classList.remove("print-all");
    });
  }
})();
(function () {
  const LEAST = 8, LONG = 15; // rows from which a table is worth sorting, and searching
  const amount = (text) => {
    const found = text.replace(/[,\s≥≤]/g, "").match(/^-?\d+(\.\d+)?(e[-+]?\d+)?/);
    return found ? Number(found[0]) : NaN;
  };
  const before = (one, two) => {
    const [left, right] = [amount(one), amount(two)];
    if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
    if (Number.isNaN(left) !== Number.isNaN(right)) return Number.isNaN(left) ? 1 : -1;
    return one.localeCompare(two);
  };
  const NEXT = { none: "descending", descending: "ascending", ascending: "none" };
  const words = (row, column) => row.cells[column] ? row.cells[column].textContent.trim() : "";

  function sortable(table, rows) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const order = NEXT[head.getAttribute("aria-sort")];
        heads.forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", order);
        const turned = order === "descending" ? -1 : 1, sorted = [...rows];
        if (order !== "none") sorted.sort((one, two) => turned * before(words(one, column), words(two, column)));
        table.tBodies[0].append(...sorted);
      });
    });
  }

  function searchable(table, rows) {
    const label = document.createElement("label"), box = document.createElement("input");
    const shown = document.createElement("span");
    label.className = "find";
    label.append("Find in this table ");
    box.type = "search";
    shown.setAttribute("role", "status");
    box.addEventListener("input", () => {
      const wanted = box.value.trim().toLowerCase();
      let count = 0;
      rows.forEach((row) => {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        count += row.hidden ? 0 : 1;
      });
      shown.textContent = wanted ? " " + count + " of " + rows.length + " rows" : "";
    });
    label.append(box, shown);
    table.parentElement.before(label);
  }

  document.querySelectorAll("main .scroll > table:not(.schedule)").forEach((table) => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < LEAST) return;
    sortable(table, rows);
    if (rows.length >= LONG && !table.classList.contains("cards")) searchable(table, rows);
  });
})();
(function () {
  const source = document.getElementById("map-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const at = (id) => document.getElementById(id);
  const slider = at("period"), output = at("period-name"), plan = at("scenario"), measure = at("measure");
  const market = at("market");
  const widest = { "map-core": [13, 0.9], "map-wide": [5.5, 0.9] };
  let chosen = null;

  document.querySelectorAll(".live").forEach((part) => { part.hidden = false; });
  document.querySelectorAll(".still").forEach((part) => { part.hidden = true; });

  const flow = (link, period) => {
    const series = data.plans[plan.value].links[link];
    return series && series.length ? series[period] : null;
  };
  const banded = (link, period) => {
    if (!market || !market.value) return null;
    const bands = (data.plans[plan.value].markets || {})[market.value] || {};
    return bands[link] ? bands[link][period][measure.value === "mt" ? 1 : 0] : 0;
  };
  const amount = (values) => {
    if (!values) return 0;
    return measure.value === "mt" ? values[2] + values[3] : values[0] + values[1];
  };
  const figure = (value, digits) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const useWords = (values) =>
    values[4] === null ? values[5] : figure(100 * values[4], 0) + " % used (" + values[5] + ")";

  function words(link, period) {
    const [name, carrier] = data.links[link], values = flow(link, period);
    const start = name + " (" + carrier + "), " + data.periods[period] + ": ";
    if (!values) return start + "no flow";
    return start + figure(values[2] + values[3], 2) + " Mt, " + figure(values[0] + values[1], 1) +
      " kTEU a year; " + useWords(values);
  }

  // The largest flow that a line stands for: of all cargo, or of the market chosen, over all periods and plans.
  function widestOf() {
    if (!market || !market.value) return data.largest[measure.value];
    const place = measure.value === "mt" ? 1 : 0;
    let most = 0;
    data.plans.forEach((one) => Object.values((one.markets || {})[market.value] || {}).forEach((series) => {
      series.forEach((values) => { most = Math.max(most, values[place]); });
    }));
    return most;
  }

  function draw() {
    const period = Number(slider.value), largest = widestOf() || 1;
    output.textContent = data.periods[period];
    slider.setAttribute("aria-valuetext", data.periods[period]);
    for (const [map, [most, least]] of Object.entries(widest)) {
      document.querySelectorAll("#" + map + " .link").forEach((group) => {
        const link = group.dataset.link, values = flow(link, period), band = banded(link, period);
        const size = band === null ? amount(values) : band;
        const line = group.querySelector(".line");
        const width = size > 0 ? Math.max(least + 0.3, most * Math.sqrt(Math.min(size / largest, 1.5))) : least;
        line.setAttribute("stroke-width", width.toFixed(2));
        line.setAttribute("stroke", values && size > 0 ? data.colours[values[5]] : data.colours.unused);
        group.querySelector("title").textContent = words(link, period) + (band === null ? "" : "; " + market.value + ": " +
          figure(band, 2) + (measure.value === "mt" ? " Mt" : " kTEU"));
      });
    }
    document.querySelectorAll(".node").forEach((dot) => {
      const series = data.plans[plan.value].nodes[dot.dataset.node];
      const [use, state] = series && series.length ? series[period] : [null, "no limit"];
      dot.setAttribute("stroke", data.colours[state]);
      dot.querySelector("title").textContent = data.nodes[dot.dataset.node] + ", " + data.periods[period] + ": " +
        (use === null ? state : figure(100 * use, 0) + " % of its capacity used (" + state + ")");
    });
    document.querySelectorAll(".marks-of").forEach((group) => {
      if (group.dataset.plan === plan.value) group.removeAttribute("display");
      else group.setAttribute("display", "none");
    });
    document.querySelectorAll(".mark").forEach((mark) => {
      const open = data.years[period] >= Number(mark.dataset.year);
      const shape = mark.querySelector("polygon"), text = mark.querySelector("text");
      shape.setAttribute("fill", open ? shape.getAttribute("stroke") : "#ffffff");
      text.setAttribute("fill", open ? "#ffffff" : shape.getAttribute("stroke"));
    });
    const shares = [1, 0.25, 0.04], thinnest = shares[2] * largest;
    const digits = thinnest > 0 ? Math.max(1, -Math.floor(Math.log10(thinnest))) : 1;
    document.querySelectorAll(".width-words").forEach((part, index) => {
      const unit = measure.value === "mt" ? " Mt/year" : " kTEU/year";
      part.textContent = thinnest > 0 ? figure(largest * shares[index], digits) + unit : "no flow";
    });
    if (chosen) show(chosen);
  }

  const make = (tag, text) => {
    const part = document.createElement(tag);
    if (text !== undefined) part.textContent = text;
    return part;
  };

  function show(link) {
    chosen = link;
    const body = at("details-body"), [name, carrier, length] = data.links[link];
    const table = make("table"), head = make("tr");
    ["Period", "Mt/year", "kTEU/year", "Use"].forEach((label) => head.append(make("th", label)));
    const top = make("thead"), rows = make("tbody");
    top.append(head);
    data.periods.forEach((label, period) => {
      const values = flow(link, period), row = make("tr");
      row.append(make("th", label));
      row.append(make("td", values ? figure(values[2] + values[3], 2) : "0"));
      row.append(make("td", values ? figure(values[0] + values[1], 1) : "0"));
      row.append(make("td", values ? useWords(values) : "–"));
      if (period === Number(slider.value)) row.className = "heat-warn";
      rows.append(row);
    });
    table.append(top, rows);
    const now = flow(link, Number(slider.value));
    const lead = make("p", name);
    lead.id = "details-name";
    const about = make("p", carrier + ", " + figure(length, 0) + " km");
    const line = make("p", now
      ? "Forward " + figure(now[2], 2) + " Mt, " + figure(now[0], 1) + " kTEU; backward " + figure(now[3], 2) +
        " Mt, " + figure(now[1], 1) + " kTEU in " + data.periods[slider.value] + "."
      : "No flow in " + data.periods[slider.value] + ".");
    line.id = "details-now";
    body.replaceChildren(lead, about, line, table);
    document.querySelectorAll(".link").forEach((group) => {
      group.classList.toggle("chosen", group.dataset.link === link);
    });
  }

  // A place or a project by its own words; map.js finds what is nearest to a finger.
  function tell(part) {
    chosen = null;
    document.querySelectorAll(".link.chosen").forEach((group) => group.classList.remove("chosen"));
    const words = make("p", part.querySelector("title").textContent);
    words.id = "details-name";
    at("details-body").replaceChildren(words);
  }
  document.querySelectorAll(".node, .mark").forEach((part) => part.addEventListener("click", () => tell(part)));

  document.querySelectorAll(".link").forEach((group) => {
    group.setAttribute("tabindex", "0");
    group.addEventListener("click", () => show(group.dataset.link));
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); show(group.dataset.link); }
    });
  });
  slider.addEventListener("input", draw);
  plan.addEventListener("change", draw);
  measure.addEventListener("change", draw);
  if (market) market.addEventListener("change", draw);

  const map = at("map-core"), whole = map.viewBox.baseVal.width, tall = map.viewBox.baseVal.height;
  const box = { x: 0, y: 0, zoom: 1 };
  function frame() {
    const width = whole / box.zoom, height = tall / box.zoom;
    box.x = Math.min(Math.max(box.x, 0), whole - width);
    box.y = Math.min(Math.max(box.y, 0), tall - height);
    map.setAttribute("viewBox", [box.x, box.y, width, height].map((part) => part.toFixed(1)).join(" "));
    map.dispatchEvent(new Event("framed"));
  }
  function zoom(factor) {
    const before = box.zoom;
    box.zoom = Math.min(Math.max(box.zoom * factor, 1), 6);
    box.x += (whole / before - whole / box.zoom) / 2;
    box.y += (tall / before - tall / box.zoom) / 2;
    frame();
  }
  document.querySelectorAll("[data-zoom]").forEach((button) => {
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "all") box.zoom = 1;
      zoom({ in: 1.5, out: 1 / 1.5, all: 1 }[button.dataset.zoom]);
    });
  });
  let grip = null;
  map.addEventListener("pointerdown", (event) => {
    if (box.zoom > 1) grip = [event.clientX, event.clientY, box.x, box.y];
  });
  window.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const scale = whole / box.zoom / map.getBoundingClientRect().width;
    box.x = grip[2] - (event.clientX - grip[0]) * scale;
    box.y = grip[3] - (event.clientY - grip[1]) * scale;
    frame();
  });
  window.addEventListener("pointerup", () => { grip = null; });
  const around = map.parentElement;
  around.scrollLeft = 0.42 * (around.scrollWidth - around.clientWidth);
  draw();
})();
