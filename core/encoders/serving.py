"""An encoder's exported graph, and serving it: OpenVINO, with PyTorch as the fallback that gives the same answer."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core import artifacts, settings
from core.artifacts import ArtifactError
from core.encoders.registry import encoder_spec
from core.encoders.spec import Encoder, EncoderError, EncoderSpec
from core.encoders.weights import weights_files
from core.files import sha256_of
from detection.processor import openvino_core

Runtime = Literal["auto", "openvino", "torch"]
PRECISIONS = ("f32", "bf16")
TEXTS_AT_ONCE = 256


def load_encoder(name: str, *, runtime: Runtime = "auto", precision: str | None = None) -> Encoder:
    """A ready encoder; its graph is exported first where there is none yet (some seconds, once).

    Args:
        name: Key in the registry.
        runtime: "openvino", "torch", or "auto": OpenVINO, and PyTorch where OpenVINO is not installed.
        precision: Of OpenVINO's arithmetic, "f32" (the same answer as PyTorch) or "bf16" (about twice as fast on
            CPUs that have it); None takes `$DRAPE_PRECISION`, else f32.

    Raises:
        EncoderError: Unknown name or absent weights.
        ArtifactError: The exported graph is damaged.
    """
    spec = encoder_spec(name)
    precision = precision or os.environ.get("DRAPE_PRECISION") or "f32"
    if precision not in PRECISIONS:
        raise EncoderError(f"expected a precision of {', '.join(PRECISIONS)}, but got {precision!r}.")
    weights_files(spec)
    run_texts = _text_runner(spec) if spec.reads_text else None
    if runtime == "torch" or (runtime == "auto" and not _has_openvino()):
        return Encoder(spec, "torch", "f32", _torch_runner(spec), run_texts)
    return Encoder(spec, "openvino", precision, _openvino_runner(spec, precision), run_texts)


def graph_folder(spec: EncoderSpec) -> Path:
    """Where the exported graph of an encoder lies."""
    return settings.artifacts_root() / "encoders" / spec.name


def export_graph(spec: EncoderSpec) -> artifacts.Manifest:
    """Write the encoder as an OpenVINO graph, uint8 pixels to unit vectors, with its manifest."""
    import openvino
    import torch

    from core.encoders.networks import build_served

    example = torch.zeros((2, 3, spec.side_px, spec.side_px), dtype=torch.uint8)
    batch = {0: torch.export.Dim("n", min=1, max=1024)}
    program = torch.export.export(build_served(spec), (example,), dynamic_shapes={"squares": batch})
    model = openvino.convert_model(program)
    graph, weights = _serialized(model)
    return artifacts.publish(
        graph_folder(spec),
        "encoder",
        {"encoder": spec.name, "weights": weights_digest(spec), "dim": spec.dim, "side_px": spec.side_px},
        {"graph.xml": lambda path: _write(path, graph), "graph.bin": lambda path: _write(path, weights)},
    )


def weights_digest(spec: EncoderSpec) -> str:
    """What the embeddings depend on: SHA-256 (16 hex digits) of the weights file and the preprocessing."""
    digest = hashlib.sha256("".join(sha256_of(path) for path in weights_files(spec)).encode())
    digest.update(repr((spec.architecture, spec.side_px, spec.mean, spec.std, spec.fit)).encode())
    return digest.hexdigest()[:16]


def _openvino_runner(spec: EncoderSpec, precision: str) -> Callable[[np.ndarray], np.ndarray]:
    import openvino

    folder, rebuild = graph_folder(spec), f"python -m core encoders export {spec.name}"
    if not (folder / artifacts.MANIFEST).is_file():
        export_graph(spec)
    manifest = artifacts.load_manifest(folder, "encoder", rebuild=rebuild)
    if manifest.settings.get("weights") != weights_digest(spec):
        manifest = export_graph(spec)  # the weights were trained or downloaded anew
    core = openvino_core()
    options = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": settings.threads(),
        "PERFORMANCE_HINT": "LATENCY",
    }
    try:
        graph = (folder / manifest.files["graph.xml"]).read_bytes()
        weights = np.fromfile(folder / manifest.files["graph.bin"], np.uint8)
        compiled = core.compile_model(core.read_model(graph, openvino.Tensor(weights)), "CPU", options)
    except (KeyError, OSError, RuntimeError) as error:
        why = " ".join(str(error).split())[:160]
        raise ArtifactError(f"the graph in {folder} cannot be used ({why}). Export it again: {rebuild}") from error

    def run(squares: np.ndarray) -> np.ndarray:
        # A request of its own for each call: sessions of the dashboard share the compiled graph.
        return compiled.create_infer_request().infer({0: squares})[0].copy()

    return run


def _torch_runner(spec: EncoderSpec) -> Callable[[np.ndarray], np.ndarray]:
    import torch

    from core.encoders.networks import build_served

    served = build_served(spec)
    torch.set_num_threads(settings.threads())

    def run(squares: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return served(torch.from_numpy(squares)).numpy()

    return run


def _text_runner(spec: EncoderSpec) -> Callable[[Sequence[str]], np.ndarray]:
    import open_clip
    import torch

    from core.encoders.networks import build_text

    model: Any
    model, to_unit = build_text(spec)
    tokenizer = open_clip.get_tokenizer(spec.architecture)

    def run_texts(texts: Sequence[str]) -> np.ndarray:
        blocks = []
        with torch.inference_mode():
            for start in range(0, len(texts), TEXTS_AT_ONCE):
                tokens = tokenizer(list(texts[start : start + TEXTS_AT_ONCE]))
                blocks.append(to_unit(model.encode_text(tokens)).float().numpy())
        return np.concatenate(blocks)

    return run_texts


def _serialized(model: Any) -> tuple[bytes, bytes]:
    import openvino

    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "graph.xml"
        openvino.save_model(model, graph, compress_to_fp16=False)
        return graph.read_bytes(), graph.with_suffix(".bin").read_bytes()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _has_openvino() -> bool:
    from importlib.util import find_spec

    return find_spec("openvino") is not None
