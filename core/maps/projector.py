"""A map's embeddings as files of TensorBoard's embedding projector, in a folder or in one archive."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np

from core.catalogs.catalog import Catalog
from core.encoders.registry import encoder_spec
from core.gallery import load_gallery
from core.maps.columns import catalog_columns, measured_columns
from core.maps.sheet import picture_sheet, sheet_bytes, tile_side
from core.maps.stored import EmbeddingMap
from core.maps.table import points_table, rows_of_points

TENSORS, METADATA, SPRITE = "tensors.tsv", "metadata.tsv", "sprite.png"


def projector_files(made: EmbeddingMap, catalog: Catalog) -> dict[str, bytes]:
    """File name -> content: embeddings, metadata, a sheet of pictures where they are few enough, and the configs.

    `projector_config.pbtxt` is for `tensorboard --logdir FOLDER`, the JSON for the projector that stands alone.

    Raises:
        ArtifactError: The gallery is gone.
    """
    embeddings = load_gallery(catalog, encoder_spec(made.encoder_name)).embeddings
    tensors = io.StringIO()
    np.savetxt(tensors, embeddings, fmt="%.6g", delimiter="\t")
    files = {TENSORS: tensors.getvalue().encode(), METADATA: _metadata(made, catalog).encode()}
    side = tile_side(len(made))
    if side:
        files[SPRITE] = sheet_bytes(picture_sheet(catalog, rows_of_points(made, catalog), side), "PNG")
    name = f"{made.catalog_name} by {made.encoder_name}"
    # The configs come last: who reads a folder while it is written finds what they name.
    files["projector_config.json"] = _json_config(name, side).encode()
    files["projector_config.pbtxt"] = _text_config(name, side).encode()
    return files


def projector_archive(made: EmbeddingMap, catalog: Catalog) -> bytes:
    """The same as one ZIP file. Raises ArtifactError."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in projector_files(made, catalog).items():
            archive.writestr(name, content)
    return out.getvalue()


def write_projector(folder: Path, made: EmbeddingMap, catalog: Catalog) -> list[Path]:
    """Write the files into a folder, made where it is missing, and return their paths. Raises ArtifactError."""
    files = projector_files(made, catalog)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _metadata(made: EmbeddingMap, catalog: Catalog) -> str:
    table = points_table(made, catalog)[["item_id", "title", *catalog_columns(catalog), *measured_columns(made)]]
    # The projector splits at tabs and line ends and knows no quotes.
    table = table.astype("string").fillna("").replace(r"[\t\r\n]+", " ", regex=True)
    lines = ["\t".join(table.columns), *("\t".join(row) for row in table.itertuples(index=False))]
    return "\n".join(lines) + "\n"


def _json_config(name: str, side: int) -> str:
    entry: dict[str, object] = {"tensorName": name, "tensorPath": TENSORS, "metadataPath": METADATA}
    if side:
        entry["sprite"] = {"imagePath": SPRITE, "singleImageDim": [side, side]}
    return json.dumps({"embeddings": [entry]}, indent=1)


def _text_config(name: str, side: int) -> str:
    """TensorBoard's `ProjectorConfig` as protocol-buffer text, whose strings are quoted as those of JSON are."""
    sprite = (
        f'  sprite {{ image_path: "{SPRITE}" single_image_dim: {side} single_image_dim: {side} }}\n' if side else ""
    )
    return (
        f"embeddings {{\n  tensor_name: {json.dumps(name, ensure_ascii=False)}\n"
        f'  tensor_path: "{TENSORS}"\n  metadata_path: "{METADATA}"\n{sprite}}}\n'
    )
