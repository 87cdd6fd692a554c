// Pictures with what is known of them; a click sends the key of the one clicked.
function element(name, attributes, parent, text) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  parent.appendChild(made);
  return made;
}

export default function ({ data, parentElement, setTriggerValue }) {
  let list = parentElement.querySelector(".grid");
  if (!list) list = element("ul", { class: "grid" }, parentElement);
  list.classList.toggle("strip", data.is_strip);
  list.setAttribute("aria-label", data.label);
  list.style.setProperty("--tile", `${data.tile_px}px`);
  const kept = new Map([...list.children].map((tile) => [tile.dataset.state, tile]));
  const tiles = data.items.map((item, position) => {
    const state = JSON.stringify(item);
    if (kept.has(state)) return kept.get(state);
    const tile = document.createElement("li");
    tile.className = "item" + (item.is_current ? " current" : "");
    tile.dataset.state = state;
    const button = element("button", { class: "picture", type: "button", title: data.action, "aria-label": `${data.action}: ${item.alt}` }, tile);
    if (item.is_current) button.setAttribute("aria-current", "true");
    if (item.src) {
      const img = element("img", { alt: item.alt, loading: position < 12 ? "eager" : "lazy", decoding: "async" }, button);
      if (item.fill) img.className = "fill";
      img.onerror = () => { img.remove(); element("span", { class: "broken" }, button, "picture cannot be shown"); };
      img.src = item.src;
    } else element("span", { class: "broken blank" }, button, item.blank);
    element("span", { class: "act", "aria-hidden": "true" }, button, data.action);
    button.onclick = () => setTriggerValue("clicked", item.key);
    if (item.title !== undefined) {
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
    }
    return tile;
  });
  list.replaceChildren(...tiles);
}
