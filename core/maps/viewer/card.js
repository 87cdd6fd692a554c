// What the pointer is on: picture, title, kind and the value that the colour says.
class Card {
  // `viewer` has: root, data, state, items, pictures, colouring, kindOf(row), colourOf(row).
  constructor(viewer) {
    this.viewer = viewer;
    this.root = element("div", { class: "card", hidden: "" }, viewer.root);
  }

  hide() {
    this.root.hidden = true;
    delete this.root.dataset.row;
  }

  show(pane, row) {
    this.root.hidden = false;
    if (this.root.dataset.row !== String(row) || !this.viewer.items) this.#fill(pane, row);
    this.#place(pane, row);
  }

  #fill(pane, row) {
    const { data, state, items, colouring } = this.viewer;
    this.root.dataset.row = row;
    this.root.replaceChildren();
    this.#drawPicture(element("canvas", { width: 240, height: 240 }, this.root), row);
    element("b", {}, this.root, items ? items.titles[row] || items.ids[row] : "");
    element("span", {}, this.root, [this.viewer.kindOf(row), this.viewer.colourOf(row)].filter(Boolean).join(" · "));
    if (["category", "colour"].includes(state.colour)) return;
    const value = pane.points.value(pane.colouring, pane.points.at.get(row));
    const shown = colouring?.labels ? colouring.labels[value] : number(value);
    const title = data.colours.find((one) => one.name === state.colour)?.title;
    element("span", {}, this.root, `${title}: ${shown || "unknown"}`);
  }

  // Pictures come when they are loaded; until then, and while this item is shown, it is tried again.
  #drawPicture(canvas, row) {
    if (this.root.dataset.row !== String(row)) return;
    if (!this.viewer.pictures.draw(canvas.getContext("2d"), row, 0, 0, 240)) setTimeout(() => this.#drawPicture(canvas, row), 60);
  }

  #place(pane, row) {
    const [left, top] = pane.screen(pane.points.placeOf(row));
    const frame = pane.frame.getBoundingClientRect(), all = this.viewer.root.getBoundingClientRect();
    const x = frame.left - all.left + left, y = frame.top - all.top + top;
    this.root.style.left = `${x + (x + 24 + 150 < all.width ? 18 : -158)}px`;
    this.root.style.top = `${Math.max(0, Math.min(all.height - 220, y - 70))}px`;
  }
}
