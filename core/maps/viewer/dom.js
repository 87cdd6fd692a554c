// HTML, SVG and icons, made in one line each.
function element(name, attributes, parent, text) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  parent?.appendChild(made);
  return made;
}

function shape(name, attributes, parent) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

function icon(path, parent) {
  const svg = shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, parent);
  shape("path", { d: path }, svg);
  return svg;
}
