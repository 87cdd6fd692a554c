// The whole view: panes side by side, tools, search, legend and hover card; tells its state to whoever embeds it.
const LOOKED_MS = 500;
const EMPTY = { colour: null, hidden: [], only: null, size: 1, pictures: true, views: [], picked: null, area: null };

class Viewer {
  constructor(root, tell) {
    Object.assign(this, { root, tell, tool: "pan", state: { ...EMPTY }, sent: 0, matches: null, hovered: null, panes: [], loaded: new Map(), items: null });
    this.top = element("div", { class: "bar" }, root);
    this.tools = new Tools(this, this.top);
    new Search(this, this.top);
    this.body = element("div", { class: "body" }, root);
    this.stage = element("div", { class: "stage" }, this.body);
    this.side = element("div", { class: "side" }, this.body);
    this.colourLabel = element("label", { class: "colour" }, this.side, "Colour");
    this.colourSelect = element("select", {}, this.colourLabel);
    this.colourSelect.onchange = () => this.#recolour(this.colourSelect.value);
    this.legend = new Legend(this, this.side);
    this.card = new Card(this);
    this.live = element("div", { class: "unseen", "aria-live": "polite" }, root);
    this.hint = element("p", { class: "hint" }, root);
    this.#followTheme();
  }

  // New data from the embedder; what the person did since it was asked for stays.
  setData(data) {
    const before = this.data;
    this.data = data;
    this.theme = readTheme(this.root);
    const isFirst = !before || before.key !== data.key;
    if (isFirst) { this.#newMaps(data); this.sent = Math.max(this.sent, data.serial ?? 0); this.state = { ...EMPTY, ...data.state }; }
    else if ((data.serial ?? 0) >= this.sent) Object.assign(this.state, { picked: data.state.picked, area: data.state.area });
    this.hint.textContent = data.hint;
    this.tools.show(this.state);
    data.panes.forEach((pane, at) => this.panes[at].setData(pane));
    if (isFirst) { this.panes.forEach((pane, at) => { if (this.state.views[at]) pane.camera.view = this.state.views[at]; }); this.#load(); }
    else if (this.state.picked !== null && data.focus && data.focus !== before.focus) this.panes.forEach((pane) => pane.lookAtRows([this.state.picked, ...this.neighboursOf(pane, this.state.picked)]));
    this.#choicesOfColour();
    this.rechoose();
  }

  pick(row) {
    if (row === this.state.picked) return;
    this.state.picked = row;
    if (row !== null) this.live.textContent = `Picked: ${this.words(row)}`;
    this.tellNow();
    this.redraw();
  }

  choose(pane, polygon) {
    const corners = polygon.map((place) => place.map((value) => +value.toFixed(4)));
    this.state.area = corners.length > 2 && pane.points?.inside(corners).length ? { pane: pane.number, polygon: corners } : null;
    if (this.state.area) this.state.picked = null; // the panel beside the map says what was done last
    this.rechoose();
    this.live.textContent = this.chosen ? `${this.chosen.size} items selected` : "Nothing selected";
    this.tellNow();
  }

  clear() {
    if (this.state.picked === null && !this.state.area) return;
    Object.assign(this.state, { picked: null, area: null });
    this.rechoose();
    this.tellNow();
  }

  looked() {
    this.state.views = this.panes.map((pane) => pane.camera.view);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.tellNow(), LOOKED_MS);
  }

  hover(pane, row) {
    if (row !== this.hovered) { this.hovered = row; this.redraw(); }
    if (row === null) this.card.hide();
    else this.card.show(pane, row);
  }

  neighboursOf(pane, row) {
    if (this.data.panes[pane.number].neighbours?.of === row) return this.data.panes[pane.number].neighbours.rows;
    const known = pane.neighbours, at = known && pane.points.at.get(row);
    if (at === undefined || !known) return [];
    const from = pane.points.from[at];
    return Array.from(known.rows.subarray(from * known.k, (from + 1) * known.k));
  }

  words(row) {
    if (!this.items) return "an item";
    const facts = [this.items.titles[row] || this.items.ids[row], this.kindOf(row), this.colourOf(row)];
    return facts.filter((text, at) => text && facts.indexOf(text) === at).join(", ");
  }

  kindOf(row) { return this.items ? this.items.kinds[this.items.kind[row]] : ""; }
  colourOf(row) { return this.items ? this.items.colours[this.items.colour[row]] : ""; }
  redraw() { this.panes.forEach((pane) => pane.redraw()); }
  repaint() { this.panes.forEach((pane) => pane.repaint()); this.#drawLegend(); }

  release() {
    this.panes.forEach((pane) => pane.release());
    clearTimeout(this.waiting);
    clearInterval(this.themeWatch);
  }

  #newMaps(data) {
    this.panes.forEach((pane) => pane.release());
    this.stage.replaceChildren();
    this.stage.classList.toggle("two", data.panes.length > 1);
    this.panes = data.panes.map((_, number) => new Pane(this, this.stage, number));
    Object.assign(this, { items: null, colouring: null, matches: null, loaded: new Map() });
    this.pictures = new Pictures(data.pictures, (row) => this.items?.ids[row], () => this.redraw());
  }

  async #load() {
    const key = this.data.key, isOld = () => this.data.key !== key;
    const panes = this.panes, sources = this.data.panes;
    await Promise.all(panes.map(async (pane, at) => {
      try {
        const [points] = await Promise.all([fetchPacked(sources[at].points), this.#recolour(this.state.colour ?? this.data.colours[0].name, true)]);
        if (isOld()) return;
        pane.setPoints(points);
        this.rechoose();
      } catch (error) { pane.fail(error); }
    }));
    if (isOld()) return;
    this.root.dataset.ready = "points";
    const items = await fetchJson(this.data.items);
    if (isOld()) return;
    this.items = items;
    this.root.dataset.ready = "all";
    for (const [at, pane] of panes.entries()) if (sources[at].near) pane.neighbours = await fetchPacked(sources[at].near);
    this.redraw();
  }

  async #recolour(name, isFirst = false) {
    const colour = this.data.colours.find((one) => one.name === name) ?? this.data.colours[0];
    if (!isFirst) Object.assign(this.state, { only: null, hidden: [] });
    this.state.colour = colour.name;
    try {
      if (!this.loaded.has(colour.name)) this.loaded.set(colour.name, Promise.all(colour.urls.map((url) => fetchPacked(url))));
      const colourings = await this.loaded.get(colour.name);
      if (this.state.colour !== colour.name) return;
      this.panes.forEach((pane, at) => { pane.colouring = colourings[at]; });
      this.colouring = colourings[0];
      if (!isFirst) { this.repaint(); this.tellNow(); }
    } catch (error) { this.loaded.delete(colour.name); this.live.textContent = this.hint.textContent = `This colour cannot be shown: ${error.message}`; }
  }

  #choicesOfColour() {
    this.colourSelect.replaceChildren();
    for (const { name, title } of this.data.colours) element("option", { value: name }, this.colourSelect, title);
    this.colourSelect.value = this.state.colour ?? this.data.colours[0].name;
  }

  #drawLegend() {
    const points = this.panes[0]?.points;
    const counts = [];
    if (points && this.colouring?.labels) for (const code of this.colouring.values) counts[code] = (counts[code] ?? 0) + 1;
    this.legend.draw(this.colouring, Array.from(counts, (count) => count ?? 0));
  }

  // The rows that stay clear: those of the search, else those inside the area; null for all.
  rechoose() {
    const { area } = this.state, pane = area ? this.panes[area.pane] : null;
    const inside = pane?.points ? new Set(pane.points.inside(area.polygon)) : null;
    this.chosen = this.matches ?? inside;
    this.repaint();
  }

  showClasses(change) { Object.assign(this.state, change); this.rechoose(); this.tellNow(); }

  tellNow() {
    clearTimeout(this.waiting);
    this.tell({ ...this.state, serial: ++this.sent });
  }

  go(row) {
    for (const pane of this.panes) { const place = pane.points?.placeOf(row); if (place) pane.camera.lookAt([place], Math.max(6, pane.camera.zoom)); }
    this.pick(row);
    this.redraw();
    this.looked();
  }

  // A theme is switched without new data: look at its colours now and then.
  #followTheme() {
    this.themeWatch = setInterval(() => {
      if (!this.root.isConnected) return this.release();
      if (!this.data) return;
      const theme = readTheme(this.root);
      if (JSON.stringify(theme) !== JSON.stringify(this.theme)) { this.theme = theme; this.repaint(); }
    }, 1000);
  }
}
