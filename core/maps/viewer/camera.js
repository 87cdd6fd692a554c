// Where one looks: map places (x right, y up) <-> pixels of a pane (y down).
const CLOSEST = 200;

class Camera {
  constructor() { Object.assign(this, { x: 0, y: 0, zoom: 1, width: 1, height: 1 }); }

  get scale() { return this.zoom * 0.47 * Math.min(this.width, this.height); } // px a unit; the map spans -1..1
  resize(width, height) { Object.assign(this, { width, height }); }
  fit() { Object.assign(this, { x: 0, y: 0, zoom: 1 }); }
  pan(dx, dy) { this.x -= dx / this.scale; this.y += dy / this.scale; this.#keepNear(); }
  screenX(x) { return this.width / 2 + (x - this.x) * this.scale; }
  screenY(y) { return this.height / 2 - (y - this.y) * this.scale; }
  mapPlace([left, top]) { return [this.x + (left - this.width / 2) / this.scale, this.y - (top - this.height / 2) / this.scale]; }

  zoomAt([left, top], factor) {
    const [x, y] = this.mapPlace([left, top]);
    this.zoom = Math.min(CLOSEST, Math.max(0.5, this.zoom * factor));
    const [newX, newY] = this.mapPlace([left, top]);
    this.x += x - newX;
    this.y += y - newY;
    this.#keepNear();
  }

  // Look at places so that all of them are well inside.
  lookAt(places, mostZoom = 12) {
    const xs = places.map((place) => place[0]), ys = places.map((place) => place[1]);
    const [low, high] = [[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]];
    this.x = (low[0] + high[0]) / 2;
    this.y = (low[1] + high[1]) / 2;
    this.zoom = 1;
    const need = Math.max((high[0] - low[0]) / this.width, (high[1] - low[1]) / this.height) * this.scale * 1.5;
    this.zoom = Math.min(mostZoom, need > 0 ? 1 / need : mostZoom);
  }

  get view() { return [this.x, this.y, this.zoom].map((value) => +value.toFixed(3)); }
  set view([x, y, zoom]) { Object.assign(this, { x, y, zoom }); }

  // Nobody gets lost: the middle of the view stays on the map.
  #keepNear() { this.x = Math.min(1.1, Math.max(-1.1, this.x)); this.y = Math.min(1.1, Math.max(-1.1, this.y)); }
}
