// The points of one map as arrays, in an order of drawing that favours no class; `rows` says which item each one is.
const HIDDEN = 0, FADED = 26, CLEAR = 225;

class Points {
  constructor({ place, row }) {
    this.count = row.length;
    // A catalogue often lies sorted by class, and the last drawn covers the others: a fixed shuffle.
    this.from = Uint32Array.from({ length: this.count }, (_, at) => at);
    for (let at = this.count - 1, seed = 1; at > 0; at--) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const other = seed % (at + 1);
      [this.from[at], this.from[other]] = [this.from[other], this.from[at]];
    }
    this.place = new Float32Array(2 * this.count);
    this.rows = new Uint32Array(this.count);
    this.from.forEach((source, at) => {
      this.place.set([place[2 * source], place[2 * source + 1]], 2 * at);
      this.rows[at] = row[source];
    });
    this.at = new Map(Array.from(this.rows, (item, at) => [item, at]));
    this.colour = new Uint8Array(4 * this.count);
    this.shape = new Uint8Array(this.count);
  }

  placeOf(row) {
    const at = this.at.get(row);
    return at === undefined ? null : [this.place[2 * at], this.place[2 * at + 1]];
  }

  value(colouring, at) { return colouring?.values[this.from[at]]; }

  // Colours and shapes by a column; hidden classes vanish, what is not in `chosen` (a Set of rows, or null) fades.
  paint(colouring, theme, isShown, chosen) {
    const looks = new Map();
    for (let at = 0; at < this.count; at++) {
      const value = this.value(colouring, at);
      let look = looks.get(value);
      if (!look) looks.set(value, look = lookOf(colouring, value, theme));
      const clear = chosen && !chosen.has(this.rows[at]) ? FADED : CLEAR;
      const alpha = isShown(value) ? clear : HIDDEN;
      this.colour.set([...look.colour, alpha], 4 * at);
      this.shape[at] = look.shape;
    }
  }

  isVisible(at) { return this.colour[4 * at + 3] > HIDDEN; }

  // The visible point nearest to a place on the pane, not further than `reach` px; clear ones before faded ones.
  nearest([left, top], camera, reach) {
    const [x, y] = camera.mapPlace([left, top]);
    const limit = (reach / camera.scale) ** 2;
    let best = -1, least = limit;
    for (let at = 0; at < this.count; at++) {
      const away = (this.place[2 * at] - x) ** 2 + (this.place[2 * at + 1] - y) ** 2;
      if (away >= limit || !this.isVisible(at)) continue;
      const weighed = this.colour[4 * at + 3] === FADED ? limit / 2 + away / 2 : away / 2;
      if (weighed < least) [best, least] = [at, weighed];
    }
    return best;
  }

  // Points in the view, up to a number; null if there are more.
  inView(camera, most) {
    const found = [];
    const [west, north] = camera.mapPlace([0, 0]), [east, south] = camera.mapPlace([camera.width, camera.height]);
    for (let at = 0; at < this.count; at++) {
      const x = this.place[2 * at], y = this.place[2 * at + 1];
      if (x < west || x > east || y < south || y > north || !this.isVisible(at)) continue;
      if (found.push(at) > most) return null;
    }
    return found;
  }

  // Rows of the visible points inside a polygon of map places (even-odd rule, as the server counts them).
  inside(polygon) {
    const found = [];
    for (let at = 0; at < this.count; at++)
      if (this.isVisible(at) && isInside(polygon, this.place[2 * at], this.place[2 * at + 1])) found.push(this.rows[at]);
    return found;
  }
}

function lookOf(colouring, value, theme) {
  if (!colouring) return { colour: theme.accent, shape: 0 };
  if (colouring.labels) return classLook(value, theme);
  const share = colouring.high > colouring.low ? (value - colouring.low) / (colouring.high - colouring.low) : 0.5;
  return { colour: Number.isNaN(value) ? OTHER : scaleColour(Math.min(1, Math.max(0, share)), theme), shape: 0 };
}

function isInside(polygon, x, y) {
  let inside = false;
  for (let at = 0, before = polygon.length - 1; at < polygon.length; before = at++) {
    const [x1, y1] = polygon[at], [x2, y2] = polygon[before];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

// Fewer corners, the same shape: those that stray less than `slack` from the straight line go (Douglas and Peucker).
function simplified(path, slack) {
  if (path.length < 3) return path;
  const [start, end] = [path[0], path[path.length - 1]];
  const length = Math.hypot(end[0] - start[0], end[1] - start[1]);
  let worst = 0, furthest = 0;
  path.forEach(([x, y], at) => {
    const stray = length > 1e-9
      ? Math.abs((end[0] - start[0]) * (start[1] - y) - (start[0] - x) * (end[1] - start[1])) / length
      : Math.hypot(x - start[0], y - start[1]);
    if (stray > worst) [worst, furthest] = [stray, at];
  });
  if (worst <= slack) return [start, end];
  return [...simplified(path.slice(0, furthest + 1), slack).slice(0, -1), ...simplified(path.slice(furthest), slack)];
}
