// Finding items by their title: what matches stays clear on the map, the first ones are listed.
const MATCHES_SHOWN = 8;

class Search {
  constructor(viewer, bar) {
    const search = element("div", { class: "search" }, bar);
    const input = element("input", { type: "search", placeholder: "Find by title", "aria-label": "Find items by title", autocomplete: "off" }, search);
    const found = element("div", { class: "found", role: "status" }, search);
    const list = element("ul", { hidden: "" }, search);
    input.oninput = () => {
      const asked = input.value.trim().toLowerCase();
      const rows = asked && viewer.items ? viewer.items.titles.flatMap((title, row) => ((title || viewer.items.ids[row]).toLowerCase().includes(asked) && viewer.panes[0].points?.at.has(row) ? [row] : [])) : null;
      viewer.matches = rows && new Set(rows);
      found.textContent = rows ? `${rows.length.toLocaleString("en")} found` : "";
      list.replaceChildren();
      list.hidden = !rows?.length;
      for (const row of rows?.slice(0, MATCHES_SHOWN) ?? []) {
        const button = element("button", { type: "button" }, element("li", {}, list), viewer.words(row));
        button.onclick = () => { list.hidden = true; viewer.go(row); };
      }
      viewer.rechoose();
    };
    input.onkeydown = (event) => {
      if (event.key === "Enter" && viewer.matches?.size) { list.hidden = true; viewer.go([...viewer.matches][0]); }
      if (event.key === "Escape") { input.value = ""; input.oninput(); }
    };
  }
}
