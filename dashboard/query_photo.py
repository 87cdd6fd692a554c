"""The picture that is searched with, named in the page's address: an upload, a sample or a catalogue's item."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from core import settings
from core.catalogs.catalog import Catalog
from core.catalogs.pictures import item_box, item_photo
from core.items import crop_rule
from core.pipeline import Stopwatch, open_query
from core.samples import sample_photo, sample_photos
from dashboard import resources
from dashboard.photos import kept_photo
from detection.images import ImageError, Photo

UPLOAD, SAMPLE, ITEM = "upload", "sample", "item"


@dataclass(frozen=True)
class QueryPhoto:
    """An opened query.

    Attributes:
        photo: Its pixels.
        url: Where the browser gets the picture.
        label: For people and screen readers.
        first_crop: What is searched before the person chose: "auto", "none" or "x1,y1,x2,y2".
        item_id: Of a catalogue's item, else None.
        catalog_name: Likewise.
    """

    photo: Photo
    url: str
    label: str
    first_crop: str = "auto"
    item_id: str | None = None
    catalog_name: str | None = None


def upload_reference(name: str) -> str:
    """How an upload is named in an address."""
    return f"{UPLOAD}/{name}"


def item_reference(catalog_name: str, item_id: str) -> str:
    """How a catalogue's item is named in an address."""
    return f"{ITEM}/{catalog_name}/{item_id}"


def sample_references() -> list[str]:
    """The samples on this machine, as named in an address."""
    return [f"{SAMPLE}/{name}" for name in sample_photos()]


def photo_bytes(kind: str, name: str) -> bytes:
    """The bytes of an upload or a sample. Raises ImageError for anything else."""
    if kind == UPLOAD:
        return kept_photo(name)
    if kind == SAMPLE:
        return sample_photo(name).read_bytes()
    raise ImageError(f"expected an {UPLOAD} or a {SAMPLE}, but got {kind!r}.")


def open_query_photo(reference: str, watch: Stopwatch) -> QueryPhoto:
    """The query that an address names. Raises ImageError, CatalogError."""
    kind, _, name = reference.partition("/")
    if kind == ITEM:
        catalog_name, _, item_id = name.partition("/")
        return _item(resources.catalog(catalog_name), item_id, watch)
    photo = open_query(photo_bytes(kind, name), watch)
    label = "Your photo" if kind == UPLOAD else f"Sample photo {name.replace('-', ' ')}"
    return QueryPhoto(photo, photo_url(reference), label)


def photo_url(reference: str, side_px: int = 960) -> str:
    """The address of an upload's or a sample's picture."""
    return f"/api/photos/{quote(reference)}?side={side_px}"


def item_url(catalog_name: str, item_id: str, side_px: int, *, whole: bool = False) -> str:
    """The address of an item's picture: what stands for it, or the whole photo it is cut from."""
    asked = urlencode({"item": item_id, "side": side_px, **({"whole": 1} if whole else {})})
    return f"/api/catalogs/{quote(catalog_name, safe='')}/picture?{asked}"


def _item(catalog: Catalog, item_id: str, watch: Stopwatch) -> QueryPhoto:
    row = catalog.row_of(item_id)
    with watch.step("open"):
        photo = item_photo(catalog, row, max_side=settings.DECODE_SIDE_PX)
    box = item_box(catalog, row) if crop_rule(catalog) == "truth" else None
    return QueryPhoto(
        photo,
        item_url(catalog.name, item_id, 960, whole=True),
        str(catalog.items["title"].iat[row]) or item_id,
        "none" if box is None else ",".join(f"{value:.0f}" for value in box),
        item_id,
        catalog.name,
    )
