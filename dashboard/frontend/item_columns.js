// What several models found, a column (or a row) each. The same item is marked in all of them, and shown by hovering or
// focusing it; arrow keys and the marks go to it. A click on a picture sends its key.
const STEPS = { columns: { ArrowLeft: -1, ArrowRight: 1 }, rows: { ArrowUp: -1, ArrowDown: 1 } };

const tilesOfKey = (root, key) => [...root.querySelectorAll(".item")].filter((tile) => tile.dataset.key === key);
const focusedTile = (root) => root.getRootNode().activeElement?.closest?.(".item") ?? null;

function showLinks(root, tile) {
  const same = tile ? tilesOfKey(root, tile.dataset.key) : [];
  for (const one of root.querySelectorAll(".linked")) one.classList.remove("linked");
  root.classList.toggle("linking", same.length > 1);
  if (same.length > 1) for (const one of same) one.classList.add("linked");
}

// The same item in the next column of a direction that has it.
function goTo(root, tile, step) {
  const columns = [...root.children];
  const from = columns.indexOf(tile.closest(".column"));
  const found = tilesOfKey(root, tile.dataset.key).map((one) => columns.indexOf(one.closest(".column")));
  const target = step > 0 ? found.find((place) => place > from) : found.findLast((place) => place < from);
  if (target !== undefined) focusIn(root, tile.dataset.key, target);
}

function focusIn(root, key, place) {
  tilesOfKey(root, key).find((tile) => tile.closest(".column") === root.children[place]).querySelector(".picture").focus();
}

function drawMarks(item, letter, text, root) {
  const marks = element("div", { class: "marks" }, text);
  for (const mark of item.marks) {
    // Not on the way of the tab key: the arrow keys do the same.
    const go = element("button", { class: "mark", type: "button", tabindex: "-1", title: `${mark.title} has it at rank ${mark.rank}` }, marks);
    element("b", {}, go, mark.letter);
    go.append(` ${mark.rank}`);
    go.onclick = () => focusIn(root, item.key, mark.place);
  }
  if (item.is_alone) element("span", { class: "alone" }, marks, `only ${letter}`);
}

function drawColumn(column, root, data, send) {
  const section = element("section", { class: "column", "aria-label": column.title }, root);
  const head = element("div", { class: "head" }, section);
  element("span", { class: "letter", "aria-hidden": "true" }, head, column.letter);
  element("span", { class: "name" }, head, column.title);
  element("span", { class: "time", title: column.steps }, head, column.time);
  const list = element("ol", { class: "items", "aria-label": `Found by ${column.title}, best first` }, section);
  list.replaceChildren(
    ...tilesOf(column.items, list, (item, tile, isEager) => {
      tile.dataset.key = item.key;
      const others = item.marks.map((mark) => `rank ${mark.rank} by ${mark.title}`).join(", ");
      const words = `Rank ${item.rank} by ${column.title}: ${item.alt}. ${others ? `Also ${others}` : "Found by no other"}. ${data.action}`;
      drawPicture(item, tile, data.action, words, isEager).onclick = () => send("clicked", item.key);
      drawMarks(item, column.letter, drawText(item, tile), root);
    }),
  );
  if (column.items.length === 0) element("p", { class: "none" }, section, "Nothing of this category.");
}

export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".columns");
  if (!root) {
    root = element("div", { class: "columns", role: "group" }, parentElement);
    const shown = root;
    root.addEventListener("focusin", (event) => showLinks(shown, event.target.closest(".item")));
    root.addEventListener("focusout", () => showLinks(shown, null));
  }
  const state = JSON.stringify(data.columns.map((column) => [column.title, column.items]));
  root.setAttribute("aria-label", data.label);
  root.classList.toggle("rows", data.is_rows);
  if (root.dataset.state !== state) {
    root.dataset.state = state;
    root.replaceChildren();
    for (const column of data.columns) drawColumn(column, root, data, setTriggerValue);
  }
  [...root.querySelectorAll(".time")].forEach((time, place) => { time.textContent = data.columns[place].time; });
  root.onpointerover = (event) => showLinks(root, event.target.closest(".item") ?? focusedTile(root));
  root.onpointerleave = () => showLinks(root, focusedTile(root));
  root.onkeydown = (event) => {
    const step = STEPS[data.is_rows ? "rows" : "columns"][event.key];
    const tile = event.target.closest(".item");
    if (!step || !tile) return;
    event.preventDefault();
    goTo(root, tile, step);
  };
}
