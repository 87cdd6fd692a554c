// One picture with what is known of it, as grids and columns draw it.
function drawPicture(item, tile, action, words, isEager) {
  const button = element("button", { class: "picture", type: "button", title: action, "aria-label": words }, tile);
  if (item.is_current) button.setAttribute("aria-current", "true");
  if (item.src) {
    const img = element("img", { alt: item.alt, loading: isEager ? "eager" : "lazy", decoding: "async" }, button);
    if (item.fill) img.className = "fill";
    img.onerror = () => { img.remove(); element("span", { class: "broken" }, button, "picture cannot be shown"); };
    img.src = item.src;
  } else element("span", { class: "broken blank" }, button, item.blank);
  element("span", { class: "act", "aria-hidden": "true" }, button, action);
  return button;
}

function drawText(item, tile) {
  const text = element("div", { class: "text" }, tile);
  if (item.score !== undefined) {
    const line = element("div", { class: "line" }, text);
    element("span", { class: "rank" }, line, `${item.rank}`);
    element("span", { class: "score" }, line, item.score.toFixed(2));
    const bar = element("div", { class: "bar" }, text);
    element("i", { style: `width: ${Math.max(0, Math.min(1, item.score)) * 100}%` }, bar);
  }
  element("span", { class: "title", title: item.title }, text, item.title);
  element("span", { class: "facts" }, text, item.facts);
  return text;
}

// A tile that is already there for the same item is kept, so that pictures do not flicker.
function tilesOf(items, list, draw) {
  const kept = new Map([...list.children].map((tile) => [tile.dataset.state, tile]));
  return items.map((item, position) => {
    const state = JSON.stringify(item);
    if (kept.has(state)) return kept.get(state);
    const tile = document.createElement("li");
    tile.className = "item" + (item.is_current ? " current" : "");
    tile.dataset.state = state;
    draw(item, tile, position < 12);
    return tile;
  });
}
