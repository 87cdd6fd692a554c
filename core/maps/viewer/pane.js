// One map: its canvases and its points.
// The least that a click on the photo searched with magnifies.
const CLOSER = 2;

class Pane {
  // `viewer` has: state, theme, pictures, hover(pane, row, place), pick(row), choose(pane, polygon), looked().
  constructor(viewer, parent, number) {
    Object.assign(this, { viewer, number, camera: new Camera(), points: null, colouring: null, path: null, hovered: null });
    this.frame = element("div", { class: "pane" }, parent);
    this.title = element("div", { class: "pane-title" }, this.frame);
    Object.assign(this, paintOn(element("canvas", { class: "points", "aria-hidden": "true" }, this.frame)));
    this.over = element("canvas", { class: "over", tabindex: "0", role: "application", "data-pane": number }, this.frame);
    this.query = element("button", { class: "query", type: "button", hidden: "" }, this.frame);
    this.query.onclick = () => this.#lookAtQuery();
    this.wait = element("div", { class: "wait", role: "status" }, this.frame, "Loading the map");
    this.canvas.addEventListener("webglcontextlost", () => this.#paintPlainly());
    this.overlay = new Overlay(this);
    new Hand(this);
    this.watcher = new ResizeObserver(() => this.#resize());
    this.watcher.observe(this.frame);
  }

  setData(pane) {
    this.data = pane;
    this.title.textContent = pane.title;
    this.title.hidden = !pane.title;
    this.over.setAttribute("aria-label", pane.summary);
  }

  setPoints(packed) {
    this.points = new Points(packed);
    this.painter.upload("place", this.points.place);
    this.wait.hidden = true;
  }

  fail(error) { this.wait.hidden = false; this.wait.textContent = `The map cannot be shown: ${error.message}`; }

  repaint() {
    if (!this.points) return;
    const { viewer } = this;
    this.points.paint(this.colouring, viewer.theme, (value) => viewer.legend.isShown(value), viewer.chosen);
    this.painter.upload("colour", this.points.colour);
    this.painter.upload("shape", this.points.shape);
    this.redraw();
  }

  redraw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => { this.asked = 0; if (this.points) this.#draw(); });
  }

  release() { this.watcher.disconnect(); cancelAnimationFrame(this.asked); this.painter.release(); }

  lookAtRows(rows) {
    const places = rows.map((row) => this.points?.placeOf(row)).filter(Boolean);
    if (places.length) { this.camera.lookAt(places); this.redraw(); }
  }

  get pointPx() {
    const fitting = Math.min(9, Math.max(3.2, 0.55 * Math.sqrt((this.camera.width * this.camera.height) / this.points.count)));
    return this.viewer.state.size * Math.min(18, fitting * this.camera.zoom ** 0.35);
  }

  screen([x, y]) { return [this.camera.screenX(x), this.camera.screenY(y)]; }

  #paintPlainly() {
    const plain = this.canvas.cloneNode();
    this.canvas.replaceWith(plain);
    this.canvas = plain;
    this.painter = new CanvasPainter(plain);
    if (this.points) this.painter.upload("place", this.points.place);
    this.#resize();
    this.repaint();
  }

  #resize() {
    const { width, height } = this.frame.getBoundingClientRect();
    if (width < 2 || height < 2) return;
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    for (const canvas of [this.canvas, this.over]) Object.assign(canvas, { width: Math.round(width * this.ratio), height: Math.round(height * this.ratio) });
    this.camera.resize(width, height);
    this.redraw();
  }

  #draw() {
    this.painter.draw(this.camera, this.pointPx, this.ratio ?? 1);
    const context = this.over.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.camera.width, this.camera.height);
    this.overlay.draw(context);
    this.#placeQuery();
  }

  #placeQuery() {
    const { query } = this.data;
    this.query.hidden = !query;
    if (!query) return;
    this.query.style.backgroundImage = `url("${query.picture}")`;
    this.query.setAttribute("aria-label", `${query.label}, at its place on the map. Look closer.`);
    this.query.title = query.label;
    const [left, top] = this.screen(query.place);
    this.query.hidden = left < -30 || top < -30 || left > this.camera.width + 30 || top > this.camera.height + 30;
    Object.assign(this.query.style, { left: `${left}px`, top: `${top}px` });
  }

  #lookAtQuery() {
    const { query } = this.data;
    const far = (place) => Math.hypot(place[0] - query.place[0], place[1] - query.place[1]);
    const near = query.rows.slice(0, 10).map((row) => this.points.placeOf(row)).filter(Boolean);
    near.sort((one, other) => far(one) - far(other));
    // The pin stands at their median, so that half of them lie about it; the others may be anywhere.
    this.camera.lookAt([query.place, ...near.slice(0, 5)]);
    if (this.camera.zoom < CLOSER) [this.camera.x, this.camera.y, this.camera.zoom] = [...query.place, CLOSER];
    this.redraw();
    this.viewer.looked();
  }
}
