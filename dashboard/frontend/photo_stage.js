// The query photo: garments to choose by click, chip or keyboard; one box to move, resize or draw anew.
const SMALLEST = 0.02; // of a side: a shorter drag is a click

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export default function stage(component) {
  const { data, parentElement, setTriggerValue } = component;
  const { width, height } = data;
  let root = parentElement.querySelector(".stage");
  if (!root) root = element("div", { class: "stage" }, parentElement);
  if (root.dragging) { root.waiting = component; return; } // a drag under way keeps the stage it began on
  const focused = (root.getRootNode().activeElement ?? {}).dataset?.key;
  const previous = root.querySelector("img");
  root.replaceChildren();
  const frame = element("div", { class: "frame" }, root);
  const img = previous && previous.dataset.src === data.src ? previous : element("img", { src: data.src });
  img.dataset.src = data.src;
  img.alt = data.alt;
  img.width = width;
  img.height = height;
  img.style.aspectRatio = `${width} / ${height}`;
  img.style.width = "auto";
  img.style.height = "auto";
  frame.appendChild(img);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none" }, frame);
  let box = data.box ? [...data.box] : null;

  const send = (choice) => setTriggerValue("choice", choice);
  const shade = shape("path", { class: "shade", "fill-rule": "evenodd" }, svg);
  data.garments.forEach((garment, position) => {
    const [x1, y1, x2, y2] = garment.xyxy;
    const chosen = position === data.chosen;
    const group = shape("g", {
      class: "garment" + (chosen ? " chosen" : ""), tabindex: "0", role: "button", "aria-pressed": String(chosen),
      "aria-label": `Search the ${garment.label}, confidence ${garment.confidence.toFixed(2)}`, "data-key": `garment-${position}`,
    }, svg);
    shape("rect", { x: x1, y: y1, width: x2 - x1, height: y2 - y1 }, group);
    shape("ellipse", { class: "dot", cx: (x1 + x2) / 2, cy: (y1 + y2) / 2, rx: width / 80, ry: width / 80 }, group);
    group.onkeydown = (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); send({ garment: position }); }
    };
  });

  const outline = element("div", { class: "box", tabindex: "0", role: "group", "data-key": "box",
    "aria-label": "Searched box. Arrow keys move it, with Shift they change its size." }, frame);
  const label = element("b", {}, outline, data.box_label ?? "");
  for (const at of ["nw", "ne", "sw", "se"]) element("div", { class: "handle", "data-at": at }, outline);

  function draw() {
    outline.hidden = shade.hidden = !box;
    outline.style.display = box ? "" : "none";
    shade.style.display = box ? "" : "none";
    if (!box) return;
    const [x1, y1, x2, y2] = box;
    shade.setAttribute("d", `M0 0H${width}V${height}H0Z M${x1} ${y1}H${x2}V${y2}H${x1}Z`);
    outline.style.left = `${(100 * x1) / width}%`;
    outline.style.top = `${(100 * y1) / height}%`;
    outline.style.width = `${(100 * (x2 - x1)) / width}%`;
    outline.style.height = `${(100 * (y2 - y1)) / height}%`;
    label.style.display = data.box_label ? "" : "none";
  }

  const place = (event) => {
    const area = svg.getBoundingClientRect();
    return [clamp((event.clientX - area.left) / area.width, 0, 1) * width,
            clamp((event.clientY - area.top) / area.height, 0, 1) * height];
  };
  const ordered = ([a, b, c, d]) => [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  const smallest = [SMALLEST * width, SMALLEST * height];

  function drag(event, change, drop) {
    event.preventDefault();
    const start = place(event), before = box ? [...box] : null;
    let moved = false;
    root.dragging = true;
    const move = (next) => {
      const [x, y] = place(next);
      if (Math.abs(x - start[0]) > smallest[0] / 2 || Math.abs(y - start[1]) > smallest[1] / 2) moved = true;
      if (moved) { box = change(before, start, [x, y]); draw(); }
    };
    const up = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      root.dragging = false;
      drop(moved, before);
      const waiting = root.waiting;
      root.waiting = null;
      if (waiting && !moved) stage(waiting); // a moved box is answered with a stage of its own
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
  }
  const sendBox = () => {
    if (box[2] - box[0] >= smallest[0] && box[3] - box[1] >= smallest[1]) send({ box: box.map(Math.round) });
  };

  // Garments under the pointer, the smallest first: a belt lies inside the dress it holds.
  const garmentAt = ([x, y], skipped) => data.garments
    .map((garment, position) => ({ position, area: (garment.xyxy[2] - garment.xyxy[0]) * (garment.xyxy[3] - garment.xyxy[1]), box: garment.xyxy }))
    .filter(({ position, box: b }) => position !== skipped && x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3])
    .sort((one, other) => one.area - other.area)[0];

  svg.onpointerdown = (event) => {
    if (event.button !== 0) return;
    const at = place(event);
    drag(event, (before, start, now) => ordered([...start, ...now]), (moved) => {
      const hit = moved ? null : garmentAt(at, null);
      if (moved) sendBox();
      else if (hit) send({ garment: hit.position });
    });
  };
  outline.onpointerdown = (event) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    const corner = event.target.dataset?.at, at = place(event);
    const change = corner
      ? (before, start, now) => {
          const next = [...before];
          next[corner.includes("w") ? 0 : 2] = now[0];
          next[corner.includes("n") ? 1 : 3] = now[1];
          return ordered(next);
        }
      : (before, start, now) => {
          const dx = clamp(now[0] - start[0], -before[0], width - before[2]);
          const dy = clamp(now[1] - start[1], -before[1], height - before[3]);
          return [before[0] + dx, before[1] + dy, before[2] + dx, before[3] + dy];
        };
    drag(event, change, (moved) => {
      const hit = moved ? null : garmentAt(at, data.chosen);
      if (moved) sendBox();
      else if (hit) send({ garment: hit.position });
    });
  };
  let waiting = null;
  outline.onkeydown = (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || !box) return;
    event.preventDefault();
    const dx = (step[0] * width) / 50, dy = (step[1] * height) / 50;
    if (event.shiftKey) {
      box[2] = clamp(box[2] + dx, box[0] + smallest[0], width);
      box[3] = clamp(box[3] + dy, box[1] + smallest[1], height);
    } else {
      const mx = clamp(dx, -box[0], width - box[2]), my = clamp(dy, -box[1], height - box[3]);
      box = [box[0] + mx, box[1] + my, box[2] + mx, box[3] + my];
    }
    draw();
    clearTimeout(waiting);
    waiting = setTimeout(sendBox, 350);
  };

  const chips = element("div", { class: "chips", role: "group", "aria-label": "Part of the photo to search" }, root);
  const chip = (text, detail, pressed, choice, key) => {
    const button = element("button", { type: "button", "aria-pressed": String(pressed), "data-key": key }, chips);
    button.textContent = text;
    if (detail) element("small", {}, button, detail);
    button.onclick = () => send(choice);
  };
  data.garments.forEach((garment, position) =>
    chip(garment.label, garment.confidence.toFixed(2), position === data.chosen, { garment: position }, `chip-${position}`));
  if (data.garments.length > 1) chip("All garments", "", data.is_all, { all: true }, "chip-all");
  chip("Whole picture", "", data.chosen === null && !data.box && !data.is_all, { garment: null }, "chip-whole");
  if (data.is_by_hand) chip("Your box", "", true, { box: data.box }, "chip-hand");
  element("p", { class: "hint" }, root, data.hint);
  draw();
  if (focused) root.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
}
