// Models by metrics: sortable, the best marked, each number with its interval; a click on a number sends its row and column.
function scaleOf(rows, key) {
  const ends = rows.flatMap((row) => [row.cells[key]?.low, row.cells[key]?.high]).filter((end) => end != null);
  const low = Math.min(...ends), span = Math.max(...ends) - low;
  return (value) => (span > 0 ? ((value - low) / span) * 100 : 50);
}

function sorted(rows, column, isReversed) {
  const sign = (column.is_lower_better ? 1 : -1) * (isReversed ? -1 : 1);
  const value = (row) => row.cells[column.key]?.value ?? null;
  return [...rows].sort((one, other) => {
    if (value(one) === null || value(other) === null) return (value(one) === null) - (value(other) === null);
    return sign * (value(one) - value(other));
  });
}

function explain(column, parent, about) {
  const card = element("div", { popover: "auto", role: "dialog", "aria-label": column.about.title }, parent);
  element("h4", {}, card, column.about.title);
  element("p", {}, card, column.about.text);
  if (column.about.formula) element("code", {}, card, column.about.formula);
  if (column.about.source) element("p", {}, card, column.about.source);
  about.popoverTargetElement = card;
}

function drawHead(table, data, state, redraw, send) {
  const line = element("tr", {}, element("thead", {}, table));
  element("th", { scope: "col" }, line, data.row_title);
  for (const column of data.columns) {
    const isSorted = column.key === state.key;
    const isDescending = isSorted && column.is_lower_better === state.isReversed;
    const head = element("th", { scope: "col" }, line);
    if (isSorted) head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
    const sort = element("button", { type: "button", class: "sort", title: `Sort by ${column.title}` }, head);
    element("span", { class: "arrow", "aria-hidden": "true" }, sort, isSorted ? (isDescending ? "↓" : "↑") : "");
    sort.append(column.title);
    sort.onclick = () => {
      state.isReversed = isSorted && !state.isReversed;
      state.key = column.key;
      redraw(column.key);
      send("sorted", (state.isReversed ? "-" : "") + column.key);
    };
    const about = element("button", { type: "button", class: "about", "aria-label": `What ${column.title} means` }, head, "?");
    explain(column, head, about);
  }
}

function drawCell(row, column, line, place, action, send) {
  const cell = row.cells[column.key];
  if (!cell || cell.value === null) {
    const why = cell?.why;
    return element("td", why ? { title: why, "aria-label": `${column.title} ${why}` } : {}, line, "–");
  }
  const box = element("td", { class: cell.mark || "" }, line);
  const words = { best: "best", close: "cannot be told from the best" }[cell.mark];
  const spoken = [`${row.title} ${row.chips.join(" ")}, ${column.title} ${cell.text}`, cell.range, words, action].filter(Boolean).join(", ");
  const inside = action ? element("button", { type: "button", class: "cell", "aria-label": spoken, title: action }, box) : element("span", { class: "cell" }, box);
  if (action) inside.onclick = () => send("opened", { row: row.key, column: column.key });
  const value = element("span", {}, inside);
  if (cell.mark) element("span", { class: "mark", title: words }, value, cell.mark === "best" ? "best" : "≈");
  element("span", { class: "value" }, value, cell.text);
  if (cell.low == null) return box;
  const track = element("span", { class: "track", "aria-hidden": "true" }, inside);
  element("i", { style: `left: ${place(cell.low)}%; width: ${place(cell.high) - place(cell.low)}%` }, track);
  element("b", { style: `left: ${place(cell.value)}%` }, track);
  element("span", { class: "range" }, inside, cell.range);
  return box;
}

export default function ({ data, parentElement, setTriggerValue }) {
  let scroll = parentElement.querySelector(".scroll");
  if (!scroll) scroll = element("div", { class: "scroll", tabindex: "0", role: "region" }, parentElement);
  scroll.setAttribute("aria-label", data.label);
  const state = { key: data.sorted.replace(/^-/, ""), isReversed: data.sorted.startsWith("-") };
  const draw = (focused) => {
    const table = document.createElement("table");
    drawHead(table, data, state, draw, setTriggerValue);
    const body = element("tbody", {}, table);
    const places = Object.fromEntries(data.columns.map((column) => [column.key, scaleOf(data.rows, column.key)]));
    const by = data.columns.find((column) => column.key === state.key);
    for (const row of by ? sorted(data.rows, by, state.isReversed) : data.rows) {
      const line = element("tr", {}, body);
      const name = element("th", { scope: "row" }, line, row.title);
      if (row.chips.length) element("br", {}, name);
      for (const chip of row.chips) element("span", { class: "chip" }, name, chip);
      if (row.note) element("span", { class: "note", title: row.why }, name, row.note);
      for (const column of data.columns) drawCell(row, column, line, places[column.key], data.action, setTriggerValue);
    }
    scroll.replaceChildren(table);
    if (focused) [...scroll.querySelectorAll(".sort")][data.columns.findIndex((column) => column.key === focused)].focus();
  };
  draw();
}
