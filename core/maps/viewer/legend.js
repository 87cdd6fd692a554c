// What the colours mean: classes that are shown alone by a click or hidden by their eye, or a scale with its bar.
const OTHERS = "~others";
const EYE = "M1 8s2.6-4.5 7-4.5S15 8 15 8s-2.6 4.5-7 4.5S1 8 1 8zm7-2.2a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z";
const SHAPE_PATHS = ["M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z", "M2.5 2.5h11v11h-11z", "M8 2l7 12H1z"];

// Shown names of a colouring's classes: the first 20, then all others as one.
function legendClasses(colouring, counts) {
  const named = colouring.labels.slice(0, NAMED).map((label, code) => ({ key: label, label, code, count: counts[code] ?? 0 }));
  const rest = counts.slice(NAMED).reduce((sum, count) => sum + count, 0);
  if (colouring.labels.length > NAMED) named.push({ key: null, label: colouring.labels.length === NAMED + 1 ? "1 other" : `${colouring.labels.length - NAMED} others`, code: NAMED, count: rest });
  return named;
}

class Legend {
  constructor(viewer, parent) {
    this.viewer = viewer;
    this.root = element("div", { class: "legend", role: "group", "aria-label": "What the colours mean" }, parent);
  }

  isShown(value) {
    const { colouring, state } = this.viewer, labels = colouring?.labels;
    if (!labels) return true;
    const key = value < NAMED ? labels[value] : OTHERS;
    return state.only !== null ? key === state.only : !state.hidden.includes(key);
  }

  draw(colouring, counts) {
    const focused = this.root.getRootNode().activeElement?.dataset?.key;
    this.root.replaceChildren();
    if (!colouring) return;
    if (colouring.labels) this.#classes(colouring, counts);
    else this.#scale(colouring);
    if (focused) this.root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #classes(colouring, counts) {
    const { state, theme } = this.viewer;
    const list = element("ul", {}, this.root);
    for (const { key, label, code, count } of legendClasses(colouring, counts)) {
      const shown = this.isShown(code), line = element("li", { class: shown ? "" : "off" }, list);
      const alone = state.only === (key ?? OTHERS);
      const name = element("button", {
        type: "button", class: "class", "aria-pressed": String(alone), "data-key": `class-${code}`,
        title: `${label}: click to show only this, with Shift to hide it`,
      }, line);
      const look = classLook(code, theme);
      icon(SHAPE_PATHS[look.shape], name).style.fill = css(look.colour);
      element("span", { class: "label" }, name, label);
      element("span", { class: "count" }, name, count.toLocaleString("en"));
      name.onclick = (event) => (event.shiftKey || event.altKey ? this.#toggle(key) : this.#solo(key));
      const eye = element("button", { type: "button", class: "eye", "aria-label": `${shown ? "Hide" : "Show"} ${label}`, "aria-pressed": String(shown), "data-key": `eye-${code}` }, line);
      icon(EYE, eye);
      eye.onclick = () => this.#toggle(key);
    }
    if (state.only !== null || state.hidden.length) {
      const all = element("button", { type: "button", class: "all", "data-key": "all" }, this.root, "Show all");
      all.onclick = () => this.viewer.showClasses({ only: null, hidden: [] });
    }
  }

  #solo(key) {
    const name = key ?? OTHERS;
    this.viewer.showClasses({ only: this.viewer.state.only === name ? null : name, hidden: [] });
  }

  #toggle(key) {
    const name = key ?? OTHERS, { hidden, only } = this.viewer.state;
    if (only !== null) this.viewer.showClasses({ only: null, hidden: only === name ? [name] : [] });
    else this.viewer.showClasses({ hidden: hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name] });
  }

  #scale(colouring) {
    const bar = element("div", { class: "scale" }, this.root);
    element("div", { class: "gradient", role: "img", "aria-label": `From ${number(colouring.low)} to ${number(colouring.high)}` }, bar)
      .style.background = scaleGradient(this.viewer.theme);
    for (const value of [colouring.low, (colouring.low + colouring.high) / 2, colouring.high]) element("span", {}, bar, number(value));
  }
}

function number(value) {
  if (!Number.isFinite(value)) return "";
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(+value.toPrecision(3));
}
