// Pictures of items: each by its own address, or all as tiles of one sheet; loaded when they are first wanted.
const KEPT_PICTURES = 400;

class Pictures {
  constructor(source, idOf, onLoaded) {
    Object.assign(this, { source, idOf, onLoaded, kept: new Map() });
    if (source?.sheet) this.#load("sheet", source.sheet);
  }

  address(row) { return this.source.url.replace("{item}", encodeURIComponent(this.idOf(row) ?? "")); }

  // Draw into a square; false while it is not there yet.
  draw(context, row, left, top, side) {
    if (!this.source || (this.source.url && this.idOf(row) === undefined)) return false;
    const image = this.source.sheet ? this.kept.get("sheet") : this.kept.get(row) ?? this.#load(row, this.address(row));
    if (!image?.complete || !image.naturalWidth) return false;
    context.fillStyle = "#fff";
    context.fillRect(left, top, side, side);
    if (this.source.sheet) {
      const { tile, columns } = this.source;
      context.drawImage(image, (row % columns) * tile, Math.floor(row / columns) * tile, tile, tile, left, top, side, side);
    } else {
      const scale = side / Math.max(image.naturalWidth, image.naturalHeight);
      const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
      context.drawImage(image, left + (side - width) / 2, top + (side - height) / 2, width, height);
    }
    return true;
  }

  #load(key, address) {
    const image = new Image();
    image.onload = () => this.onLoaded();
    image.src = address;
    this.kept.set(key, image);
    if (this.kept.size > KEPT_PICTURES) this.kept.delete(this.kept.keys().next().value);
    return image;
  }
}
