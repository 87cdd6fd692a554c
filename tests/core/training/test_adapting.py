"""Adapted batch normalisation: the statistics of a catalogue's pictures, under a name of its own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from core.catalogs.catalog import Catalog
from core.catalogs.protocol import protocol
from core.catalogs.registry import ignore_progress, load_catalog
from core.encoders.networks import build_served
from core.encoders.preprocess import to_square
from core.encoders.registry import ENCODERS, encoder_spec
from core.encoders.serving import load_encoder, weights_digest
from core.encoders.spec import EncoderError, EncoderSpec
from core.encoders.weights import adapted_path
from core.items import item_pixels
from core.training import adapting
from core.training.adapting import adapt
from core.training.publishing import save_weights
from core.training.starting import build_trainee
from tests.core.training.drawn_set import SOURCE, TINY, write_folder


@pytest.fixture
def catalog(artifacts: Path, data_root: Path, spec: EncoderSpec, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """The drawings on disk, one of them broken, and the encoder `tiny` with random weights."""
    (artifacts / "encoders").unlink()
    folder = write_folder(data_root)
    monkeypatch.setattr(adapting, "BATCH", 8)
    path = artifacts.parent / "models" / "tiny"
    path.mkdir(parents=True)
    save_weights(build_trainee(TINY, folder), path)
    catalog = load_catalog(SOURCE)
    broken = catalog.items["image"].iloc[protocol(catalog).train[3]]
    (folder / broken).write_bytes(b"no picture")
    return catalog


def test_statistics_are_the_mean_over_batches_of_what_each_layer_sees(catalog: Catalog, spec: EncoderSpec) -> None:
    before = build_served(spec)
    told: list[tuple[int, int]] = []
    found = load_file(adapt("tiny", catalog, lambda done, total: told.append((done, total))))
    rows = protocol(catalog).train
    assert told[-1] == (len(rows), len(rows))
    means, variances = [], []
    for start in range(0, len(rows), 8):
        squares = []
        for row in rows[start : start + 8]:
            if row != rows[3]:
                squares.append(to_square(item_pixels(catalog, int(row), max_side=32), spec))
        pixels = (torch.from_numpy(np.stack(squares)).float() - before.mean) / before.std
        with torch.inference_mode():
            seen = before.network.backbone.features.conv0(pixels).double().numpy()
        per_channel = seen.transpose(1, 0, 2, 3).reshape(seen.shape[1], -1)
        means.append(per_channel.mean(1))
        variances.append(per_channel.var(1, ddof=1))
    prefix = "backbone.features.norm0."
    np.testing.assert_allclose(found[prefix + "running_mean"], np.mean(means, 0), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(found[prefix + "running_var"], np.mean(variances, 0), rtol=1e-3, atol=1e-5)
    assert all("running_" in name for name in found)


def test_the_adapted_encoder_has_a_name_statistics_and_a_digest_of_its_own(catalog: Catalog, spec: EncoderSpec) -> None:
    path = adapt("tiny", catalog, ignore_progress)
    adapted = encoder_spec(f"tiny@{SOURCE}")
    assert path == adapted_path(adapted)
    assert sorted(entry.name for entry in path.parent.iterdir()) == [path.name]
    assert weights_digest(adapted) != weights_digest(spec)
    plain, other = build_served(spec).state_dict(), build_served(adapted).state_dict()
    changed = {name for name, tensor in plain.items() if not torch.equal(tensor, other[name])}
    assert changed
    assert all("running_" in name for name in changed)
    squares = np.random.default_rng(0).integers(0, 256, (3, 3, 32, 32), dtype=np.uint8)
    rows = load_encoder(adapted.name, runtime="torch").encode_squares(squares)
    assert rows.shape == (3, 32)
    assert not np.allclose(rows, load_encoder("tiny", runtime="torch").encode_squares(squares), atol=1e-3)


def test_the_same_pictures_give_the_same_statistics_and_others_another_digest(catalog: Catalog) -> None:
    digests = []
    for _ in range(2):
        adapt("tiny", catalog, ignore_progress)
        digests.append(weights_digest(encoder_spec(f"tiny@{SOURCE}")))
    items = catalog.items.copy()
    items["split"] = np.where(items["category"] == "disc", "gallery", "query")
    adapt("tiny", replace(catalog, items=items), ignore_progress)
    digests.append(weights_digest(encoder_spec(f"tiny@{SOURCE}")))
    assert digests[0] == digests[1] != digests[2]


def test_what_asks_is_never_looked_at(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    real = adapting.item_pixels
    monkeypatch.setattr(
        adapting, "item_pixels", lambda catalog, row, **options: looked.append(row) or real(catalog, row, **options)
    )
    adapt("tiny", catalog, ignore_progress)
    assert sorted(looked) == protocol(catalog).train.tolist()


def test_what_cannot_be_adapted_is_an_error(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    adapt("tiny", catalog, ignore_progress)
    with pytest.raises(EncoderError, match="adapted already"):
        adapt(f"tiny@{SOURCE}", catalog, ignore_progress)
    with pytest.raises(EncoderError, match="expected an encoder of"):
        adapt("nothing", catalog, ignore_progress)
    for path in catalog.root.glob("*.png"):
        path.write_bytes(b"no picture")
    with pytest.raises(EncoderError, match="could be opened"):
        adapt("tiny", catalog, ignore_progress)
    monkeypatch.setattr(adapting, "build_served", lambda spec: torch.nn.Linear(2, 2))
    with pytest.raises(EncoderError, match="no batch normalisation"):
        adapt("tiny", catalog, ignore_progress)


def test_an_encoder_that_is_not_adapted_yet_names_the_command(catalog: Catalog) -> None:
    for name in (f"tiny@{SOURCE}", "tiny@no-such"):
        with pytest.raises(EncoderError, match=f"python -m core adapt tiny --catalog {name.partition('@')[2]}"):
            load_encoder(name)


@pytest.mark.parametrize("damage", ["cut", "foreign"])
def test_damaged_statistics_are_an_error(catalog: Catalog, damage: str) -> None:
    from safetensors.torch import save_file

    path = adapt("tiny", catalog, ignore_progress)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-40])
    else:
        save_file({"backbone.other.running_mean": torch.zeros(3)}, path)
    with pytest.raises(EncoderError, match="python -m core adapt tiny"):
        load_encoder(f"tiny@{SOURCE}", runtime="torch")


@pytest.mark.parametrize("name", ["tiny@", "tiny@..", "tiny@../..", "tiny@/etc", "tiny@a/b", "tiny@a\\b", "@x", "no@x"])
def test_hostile_names_are_refused(spec: EncoderSpec, name: str) -> None:
    with pytest.raises(EncoderError, match="expected an encoder of") as caught:
        encoder_spec(name)
    assert repr(name) in str(caught.value)
    assert name not in ENCODERS
