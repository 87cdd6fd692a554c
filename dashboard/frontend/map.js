// The map on the page: the viewer of core/maps/viewer, which stands before this text, fed by streamlit.
export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".map");
  if (!root) {
    root = element("div", { class: "map" }, parentElement);
    root.viewer = new Viewer(root, (state) => root.tell(state));
  }
  root.tell = (state) => setTriggerValue("looked", state);
  root.viewer.setData(data);
}
