// What is drawn over the points: the area, pictures where there is room, lines to neighbours, rings.
const MOST_PICTURES = 140, PICTURE_PX = 46, PICTURES_BELOW = 900;
// Cells of half a picture's side: two pictures whose cells are this near would cover each other.
const NEAR_CELLS = [-2, -1, 0, 1, 2].flatMap((dx) => [-2, -1, 0, 1, 2].map((dy) => [dx, dy]));

class Overlay {
  constructor(pane) { this.pane = pane; }

  draw(context) {
    this.#drawArea(context);
    this.#drawPictures(context);
    this.#drawLines(context);
    if (this.pane.over.matches(":focus-visible")) this.#drawCross(context);
  }

  #drawArea(context) {
    const { viewer } = this.pane;
    const area = this.pane.path ?? (viewer.state.area?.pane === this.pane.number ? viewer.state.area.polygon : null);
    if (!area || area.length < 2) return;
    context.beginPath();
    area.forEach((place, at) => context[at ? "lineTo" : "moveTo"](...this.pane.screen(place)));
    context.closePath();
    context.fillStyle = css(viewer.theme.accent, 0.1);
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = css(viewer.theme.accent, 0.9);
    context.stroke();
  }

  // Pictures instead of dots where there is room: in the closer view, one for each free cell.
  #drawPictures(context) {
    const { camera, points, viewer } = this.pane;
    if (!viewer.state.pictures || camera.zoom < 1.5) return;
    const shown = points.inView(camera, PICTURES_BELOW);
    if (!shown) return;
    const taken = new Set(), side = PICTURE_PX;
    let count = 0;
    for (const at of shown) {
      if (count >= MOST_PICTURES) break;
      if (points.colour[4 * at + 3] === FADED) continue;
      const [left, top] = this.pane.screen([points.place[2 * at], points.place[2 * at + 1]]);
      const [column, line] = [Math.round((2 * left) / side), Math.round((2 * top) / side)];
      const cells = NEAR_CELLS.map(([dx, dy]) => `${column + dx},${line + dy}`);
      if (cells.some((cell) => taken.has(cell))) continue;
      count++;
      taken.add(`${column},${line}`);
      if (!viewer.pictures.draw(context, points.rows[at], left - side / 2, top - side / 2, side)) continue;
      context.lineWidth = 2;
      context.strokeStyle = css([...points.colour.subarray(4 * at, 4 * at + 3)]);
      context.strokeRect(left - side / 2, top - side / 2, side, side);
    }
  }

  #drawLines(context) {
    const { viewer, points, pointPx } = this.pane;
    const { theme, state } = viewer;
    const fan = (from, rows) => {
      const start = this.pane.screen(from);
      rows.forEach((row, rank) => {
        const place = points.placeOf(row);
        if (!place) return;
        const end = this.pane.screen(place);
        context.beginPath();
        context.moveTo(...start);
        context.lineTo(...end);
        context.lineWidth = 1.6;
        context.strokeStyle = css(theme.text, 0.75 - (0.5 * rank) / rows.length);
        context.stroke();
        this.#ring(context, end, pointPx / 2 + 2.5, theme.text, 1.6);
      });
    };
    const { query } = this.pane.data;
    if (query) {
      fan(query.place, query.rows);
      this.#ring(context, this.pane.screen(query.place), 4, theme.accent, 4);
    }
    const picked = state.picked === null ? null : points.placeOf(state.picked);
    if (picked) {
      fan(picked, viewer.neighboursOf(this.pane, state.picked));
      this.#ring(context, this.pane.screen(picked), pointPx / 2 + 5, theme.accent, 3.5);
    }
    const hovered = viewer.hovered === null ? null : points.placeOf(viewer.hovered);
    if (hovered) this.#ring(context, this.pane.screen(hovered), pointPx / 2 + 4, theme.text, 2.2);
  }

  #ring(context, [left, top], radius, colour, width) {
    for (const [line, tone] of [[width + 2, this.pane.viewer.theme.back], [width, colour]]) {
      context.beginPath();
      context.arc(left, top, radius, 0, 2 * Math.PI);
      context.lineWidth = line;
      context.strokeStyle = css(tone);
      context.stroke();
    }
  }

  #drawCross(context) {
    const [left, top] = [this.pane.camera.width / 2, this.pane.camera.height / 2];
    context.strokeStyle = css(this.pane.viewer.theme.text, 0.8);
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(left + 5 * dx, top + 5 * dy);
      context.lineTo(left + 14 * dx, top + 14 * dy);
    }
    context.stroke();
  }
}
