// The bar over the maps: what dragging does, zoom, pictures, the size of the points.
const TOOLS = {
  pan: ["Move and click", "M8 1l2.4 2.8H8.8v3.4h3.4V5.6L15 8l-2.8 2.4V8.8H8.8v3.4h1.6L8 15l-2.4-2.8h1.6V8.8H3.8v1.6L1 8l2.8-2.4v1.6h3.4V3.8H5.6z"],
  lasso: ["Lasso: draw around items (or drag with Shift)", "M8 2c3.9 0 7 2 7 4.5S11.900 11 8 11c-.6 0-1.200 0-1.800-.1C6.100 12.500 5 14 3 14.500l-.5-1c1.300-.4 2-1.300 2.100-2.200C2.400 10.500 1 9.600 1 6.500 1 4 4.100 2 8 2zm0 1.300c-3.200 0-5.700 1.500-5.700 3.200S4.800 9.700 8 9.700s5.700-1.500 5.700-3.200S11.200 3.300 8 3.300z"],
  box: ["Box: drag over items", "M1 1h4v1.400H2.400V5H1zm10 0h4v4h-1.400V2.400H11zM1 11h1.400v2.600H5V15H1zm12.600 0H15v4h-4v-1.400h2.600zM7 1h2v1.400H7zm0 12.600h2V15H7zM1 7h1.400v2H1zm12.600 0H15v2h-1.400z"],
};
const ACTS = {
  "Zoom in": ["M7.200 3h1.600v4.200H13v1.600H8.800V13H7.200V8.800H3V7.200h4.200z", (camera, middle) => camera.zoomAt(middle, 1.6)],
  "Zoom out": ["M3 7.200h10v1.600H3z", (camera, middle) => camera.zoomAt(middle, 1 / 1.6)],
  "The whole map": ["M2 2h5v1.500H3.500V7H2zm7 0h5v5h-1.500V3.500H9zM2 9h1.500v3.500H7V14H2zm10.500 0H14v5H9v-1.500h3.500z", (camera) => camera.fit()],
};

class Tools {
  constructor(viewer, bar) {
    const group = element("div", { class: "tools", role: "radiogroup", "aria-label": "What dragging does" }, bar);
    for (const [name, [title, path]] of Object.entries(TOOLS)) {
      const button = element("button", { type: "button", role: "radio", "aria-checked": String(name === "pan"), "aria-label": title, title, "data-tool": name }, group);
      icon(path, button);
      button.onclick = () => {
        viewer.tool = name;
        for (const other of group.children) other.setAttribute("aria-checked", String(other === button));
      };
    }
    const acts = element("div", { class: "tools" }, bar);
    for (const [title, [path, act]] of Object.entries(ACTS)) {
      const button = element("button", { type: "button", "aria-label": title, title }, acts);
      icon(path, button);
      button.onclick = () => {
        for (const pane of viewer.panes) act(pane.camera, [pane.camera.width / 2, pane.camera.height / 2]);
        viewer.redraw();
        viewer.looked();
      };
    }
    this.pictures = element("button", { type: "button", "aria-label": "Pictures instead of dots where there is room", title: "Pictures instead of dots where there is room (zoom in)" }, acts);
    icon("M2 2.500h12v11H2zM3.500 4v6.200l2.700-2.700 3 3 1.600-1.600 1.700 1.700V4zm6.800 1.200a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600z", this.pictures);
    this.pictures.onclick = () => {
      viewer.state.pictures = !viewer.state.pictures;
      this.pictures.setAttribute("aria-pressed", String(viewer.state.pictures));
      viewer.redraw();
      viewer.tellNow();
    };
    const size = element("label", { class: "size" }, bar, "Size");
    this.size = element("input", { type: "range", min: "0.5", max: "2.5", step: "0.25" }, size);
    this.size.oninput = () => { viewer.state.size = +this.size.value; viewer.redraw(); viewer.looked(); };
  }

  show(state) {
    this.size.value = state.size;
    this.pictures.setAttribute("aria-pressed", String(state.pictures));
  }
}
