// The hand on a map: mouse, fingers and keys.
const CLICK_PX = 5, REACH_PX = 14, FINGER_PX = 24;

class Hand {
  constructor(pane) {
    this.pane = pane;
    const { over, camera, viewer } = pane;
    const hands = new Map();
    const spot = (event) => { const box = over.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
    let start = null, tool = null, moved = false;
    over.onpointerdown = (event) => {
      if (event.button !== 0) return;
      over.setPointerCapture(event.pointerId);
      hands.set(event.pointerId, spot(event));
      [start, moved] = [spot(event), hands.size > 1];
      tool = hands.size > 1 ? "pan" : event.shiftKey ? "lasso" : viewer.tool;
      pane.path = null;
    };
    over.onpointermove = (event) => {
      const now = spot(event), before = hands.get(event.pointerId);
      if (!before) { if (event.pointerType === "mouse") this.#hover(now); return; }
      if (Math.hypot(now[0] - start[0], now[1] - start[1]) > CLICK_PX) moved = true;
      if (!moved) return;
      viewer.hover(pane, null);
      if (hands.size > 1) this.#pinch(hands, event.pointerId, now);
      else if (tool === "pan") camera.pan(now[0] - before[0], now[1] - before[1]);
      else if (tool === "lasso") pane.path = [...(pane.path ?? [camera.mapPlace(start)]), camera.mapPlace(now)];
      else pane.path = [start, [now[0], start[1]], now, [start[0], now[1]]].map((place) => camera.mapPlace(place));
      hands.set(event.pointerId, now);
      pane.redraw();
    };
    over.onpointerup = over.onpointercancel = (event) => {
      if (!hands.delete(event.pointerId)) return;
      const path = pane.path;
      pane.path = null;
      if (event.type === "pointercancel" || hands.size) return;
      if (!moved) this.#click(spot(event), event.pointerType === "touch" ? FINGER_PX : REACH_PX);
      else if (path) viewer.choose(pane, simplified(path, 2 / camera.scale));
      else viewer.looked();
      pane.redraw();
    };
    over.onpointerleave = () => viewer.hover(pane, null);
    over.onwheel = (event) => {
      event.preventDefault();
      camera.zoomAt(spot(event), Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)));
      pane.redraw();
      viewer.looked();
    };
    over.ondblclick = (event) => { camera.zoomAt(spot(event), 2); pane.redraw(); viewer.looked(); };
    over.onkeydown = (event) => { if (this.#key(event)) event.preventDefault(); };
    over.onfocus = over.onblur = () => pane.redraw();
  }

  #hover(now) {
    const { pane } = this, at = pane.points ? pane.points.nearest(now, pane.camera, REACH_PX) : -1;
    pane.over.style.cursor = at >= 0 ? "pointer" : pane.viewer.tool === "pan" ? "grab" : "crosshair";
    pane.viewer.hover(pane, at < 0 ? null : pane.points.rows[at]);
  }

  #click(now, reach) {
    const { pane } = this, at = pane.points ? pane.points.nearest(now, pane.camera, reach) : -1;
    pane.viewer.pick(at < 0 ? null : pane.points.rows[at]);
  }

  #pinch(hands, moving, now) {
    const [other] = [...hands].filter(([id]) => id !== moving).map(([, place]) => place);
    const before = hands.get(moving), middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
    const apart = Math.hypot(before[0] - other[0], before[1] - other[1]);
    this.pane.camera.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    this.pane.camera.zoomAt(middle, Math.hypot(now[0] - other[0], now[1] - other[1]) / Math.max(apart, 1));
  }

  #key(event) {
    const { pane } = this, { camera, viewer } = pane, middle = [camera.width / 2, camera.height / 2];
    const keys = {
      ArrowLeft: () => camera.pan(60, 0), ArrowRight: () => camera.pan(-60, 0),
      ArrowUp: () => camera.pan(0, 60), ArrowDown: () => camera.pan(0, -60),
      "+": () => camera.zoomAt(middle, 1.5), "=": () => camera.zoomAt(middle, 1.5), "-": () => camera.zoomAt(middle, 1 / 1.5),
      0: () => camera.fit(), Enter: () => this.#click(middle, 60), " ": () => this.#click(middle, 60),
      v: () => viewer.choose(pane, [[0, 0], [camera.width, 0], [camera.width, camera.height], [0, camera.height]].map((place) => camera.mapPlace(place))),
      Escape: () => viewer.clear(),
    };
    if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return false;
    keys[event.key]();
    pane.redraw();
    viewer.looked();
    return true;
  }
}
