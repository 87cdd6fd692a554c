"""The committed models on a few real photos: a photo is found by a hard view of it, and by its title."""

import numpy as np
import pytest
import torch

from core.catalogs.protocol import protocol
from core.catalogs.registry import load_catalog
from core.encoders.preprocess import to_square
from core.encoders.registry import ENCODERS
from core.encoders.serving import load_encoder
from core.encoders.spec import EncoderSpec
from core.items import item_pixels
from core.training.cutout import square_with_mask
from core.training.views import HARD, draw_views, render_views

COUNT = 40
TRAINED = [spec for spec in ENCODERS.values() if spec.origin == "trained"]


@pytest.mark.photos
@pytest.mark.parametrize("spec", TRAINED, ids=lambda spec: spec.name)
def test_committed_models_find_photos_they_were_not_trained_on(spec: EncoderSpec) -> None:
    catalog, encoder = load_catalog("fashion-products"), load_encoder(spec.name, runtime="torch")
    rows = protocol(catalog).queries
    rows = rows[:: len(rows) // COUNT][:COUNT]
    pictures = [item_pixels(catalog, int(row), max_side=spec.side_px) for row in rows]
    found = encoder.encode_squares(np.stack([to_square(pixels, spec) for pixels in pictures]))
    squares = torch.from_numpy(np.stack([square_with_mask(pixels, spec.side_px) for pixels in pictures]))
    views = render_views(squares, draw_views(COUNT, 1), spec.side_px, HARD).round().to(torch.uint8)
    nearest = (encoder.encode_squares(views.numpy()) @ found.T).argmax(1)
    assert (nearest == np.arange(COUNT)).mean() >= 0.8
    if spec.reads_text:
        scores = encoder.encode_texts(catalog.items["title"].iloc[rows].tolist()) @ found.T
        rank = (scores > scores.diagonal()[:, None]).sum(1)
        assert (rank < 10).mean() >= 0.8
