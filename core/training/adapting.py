"""Batch normalisation adapted to a catalogue: its statistics are taken anew from pictures, nothing is learnt.

AdaBN (Li et al. 2016, arXiv:1603.04779): no labels and no back-propagation.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from core.catalogs.catalog import Catalog, OnProgress
from core.catalogs.protocol import protocol
from core.encoders.networks import build_served
from core.encoders.preprocess import to_square
from core.encoders.registry import encoder_spec
from core.encoders.spec import EncoderError, EncoderSpec
from core.encoders.weights import adapted_path
from core.items import item_pixels
from detection.images import ImageError

BATCH = 64
MOST_PICTURES = 2048
SEED = 5


def adapt(encoder: str, catalog: Catalog, on_progress: OnProgress) -> Path:
    """Make `encoder@catalogue`: the encoder with batch statistics of that catalogue's training pictures.

    Args:
        encoder: Name in the registry.
        catalog: Up to 2,048 of its pictures, those a model may learn from, are looked at.
        on_progress: Called with (pictures done, pictures in all).

    Returns:
        The file with the statistics; the encoder can be used by its new name from then on.

    Raises:
        EncoderError: The encoder has no batch normalisation, or no picture opens.
    """
    spec = encoder_spec(encoder)
    if spec.adapted_to:
        raise EncoderError(f"expected an encoder as it was trained, but {encoder} is adapted already.")
    served = build_served(spec)
    layers = [module for module in served.modules() if isinstance(module, nn.BatchNorm2d)]
    if not layers:
        raise EncoderError(f"{encoder} has no batch normalisation, so there is nothing to adapt.")
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # the plain mean over all batches, each counting alike
        layer.train()
    rows = protocol(catalog).train
    rows = np.sort(np.random.default_rng(SEED).permutation(rows)[:MOST_PICTURES])
    seen = 0
    with torch.inference_mode():
        for start in range(0, len(rows), BATCH):
            squares = _squares(catalog, rows[start : start + BATCH], spec)
            if len(squares) > 1:
                served(torch.from_numpy(np.stack(squares)))
                seen += len(squares)
            on_progress(min(start + BATCH, len(rows)), len(rows))
    if seen == 0:
        raise EncoderError(f"catalogue {catalog.name}: too few of {len(rows)} pictures could be opened.")
    return _save(served.network, encoder_spec(f"{encoder}@{catalog.name}"))


def _squares(catalog: Catalog, rows: Sequence[int] | np.ndarray, spec: EncoderSpec) -> list[np.ndarray]:
    squares = []
    for row in rows:
        try:
            squares.append(to_square(item_pixels(catalog, int(row), max_side=spec.side_px), spec))
        except ImageError:
            continue
    return squares


def _save(network: nn.Module, spec: EncoderSpec) -> Path:
    from safetensors.torch import save_file

    statistics = {
        name: value.contiguous().clone() for name, value in network.state_dict().items() if "running_" in name
    }
    path = adapted_path(spec)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    save_file(statistics, part)
    part.replace(path)
    return path
