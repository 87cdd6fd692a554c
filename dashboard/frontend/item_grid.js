// Pictures with what is known of them; a click sends the key of the one clicked.
export default function ({ data, parentElement, setTriggerValue }) {
  let list = parentElement.querySelector(".grid");
  if (!list) list = element("ul", { class: "grid" }, parentElement);
  list.classList.toggle("strip", data.is_strip);
  list.setAttribute("aria-label", data.label);
  list.style.setProperty("--tile", `${data.tile_px}px`);
  list.replaceChildren(
    ...tilesOf(data.items, list, (item, tile, isEager) => {
      const button = drawPicture(item, tile, data.action, `${data.action}: ${item.alt}`, isEager);
      button.onclick = () => setTriggerValue("clicked", item.key);
      if (item.title !== undefined) drawText(item, tile);
    }),
  );
}
