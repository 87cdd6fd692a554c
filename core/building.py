"""What `build` and `prepare` do: draw the built-in catalogue where needed, and build galleries that are missing."""

from core import settings
from core.artifacts import ArtifactError
from core.catalogs.catalog import Catalog
from core.catalogs.registry import available_catalogs, load_catalog
from core.catalogs.studio import draw_studio
from core.encoders.registry import encoder_spec
from core.encoders.serving import load_encoder
from core.gallery import Gallery, load_gallery
from core.gallery_build import build_gallery
from core.progress import Reporter
from core.samples import draw_samples

# What the demo opens on, in this order; without real photos, the drawn catalogue.
DEMO_CATALOGS = ("fashion-products", "clothing")
DRAWN_CATALOG = "studio"


def build(catalog_name: str, encoder_name: str, reporter: Reporter, *, is_forced: bool = False) -> Gallery:
    """A current gallery: loaded if it is there and sound, else built.

    Raises:
        CatalogError, EncoderError, ArtifactError: It cannot be built; the message says why and what to do.
    """
    spec = encoder_spec(encoder_name)
    catalog = ready_catalog(catalog_name, reporter)
    if not is_forced:
        try:
            return load_gallery(catalog, spec)
        except ArtifactError:
            pass  # absent, damaged or out of date: that is what building is for
    reporter.stage(f"Load {encoder_name}")
    encoder = load_encoder(encoder_name)
    return build_gallery(catalog, encoder, on_progress=reporter.stage(f"Encode {catalog_name} by {encoder_name}"))


def ready_catalog(name: str, reporter: Reporter) -> Catalog:
    """A catalogue, the built-in one drawn first where it is not there yet."""
    if name == DRAWN_CATALOG:
        folder = settings.artifacts_root() / "catalogs" / DRAWN_CATALOG
        reporter.stage("Draw the studio catalogue")
        draw_studio(folder, n_products=settings.studio_products(), on_progress=reporter)
        draw_samples(folder / "samples")
    return load_catalog(name)


def demo_catalogs() -> list[str]:
    """The catalogues a demonstration needs: the real ones on disk, else the drawn one."""
    on_disk = {spec.name for spec in available_catalogs()}
    return [name for name in DEMO_CATALOGS if name in on_disk] or [DRAWN_CATALOG]
