"""The weights that a recipe ended with: those of its run, else those of its published model."""

from pathlib import Path

from torch import Tensor

from core import settings
from core.encoders.trained import ANSWERS_PREFIX, CONFIGS, LOOKS, NEAR_PREFIX, PARTS_PREFIX, TEXT_WEIGHTS
from core.encoders.weights import CHOSEN_FILE, WEIGHTS_FILE, with_chosen
from core.training.run_folder import Which, load_checkpoint

# The polished head is of the same backbone, and the better one.
FINISHED: tuple[Which, ...] = ("polished", "best")


def ended_with(name: str, runs: Path, architecture: str) -> dict[str, Tensor]:
    """The tensors of a `Trainee` as a recipe left them: polished or best of its run, else as published.

    Args:
        name: Of the recipe, and of its model.
        runs: Folder of runs.
        architecture: Of the recipe, which says how the published tensors are called.

    Raises:
        TrainingError: There is neither; the message names the command that trains it.
    """
    run, published = runs / name, settings.models_root() / name / WEIGHTS_FILE
    which = next((one for one in FINISHED if (run / f"{one}.pt").is_file()), None)
    if which is None and published.is_file():
        return _as_trainee(_read(published), architecture)
    return load_checkpoint(run, which or "best")["trainee"]


def is_there(name: str, runs: Path) -> bool:
    """Whether a recipe has ended with anything yet, in its run or as a published model."""
    paths = [*(runs / name / f"{one}.pt" for one in FINISHED), settings.models_root() / name / WEIGHTS_FILE]
    return any(path.is_file() for path in paths)


def _read(path: Path) -> dict[str, Tensor]:
    from safetensors.torch import load_file

    # What a part answers with, its nearness, the looks, and what it counts in texts, was chosen after training; what
    # goes on from it chooses anew.
    chosen = (ANSWERS_PREFIX, NEAR_PREFIX, TEXT_WEIGHTS, LOOKS)
    state, apart = load_file(path), path.with_name(CHOSEN_FILE)
    if apart.is_file():
        state = with_chosen(state, load_file(apart))
    learnt = {name: tensor for name, tensor in state.items() if not name.startswith(chosen)}
    if f"{NEAR_PREFIX}place" in state:  # the part counts for its nearness too
        weights = state["parts.weights"].clone()
        weights[int(state[f"{NEAR_PREFIX}place"])] += weights[-1]
        learnt["parts.weights"] = weights[:-1]
    return {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in learnt.items()}


def _as_trainee(served: dict[str, Tensor], architecture: str) -> dict[str, Tensor]:
    """Tensors under the names of `served_state`, under those of a `Trainee`."""
    if not (CONFIGS / f"{architecture}.json").is_file():
        return {f"image.{name}": tensor for name, tensor in served.items()}
    found = {f"image.{name}": tensor for name, tensor in served.items() if name.startswith(PARTS_PREFIX)}
    for name, tensor in served.items():
        if name.startswith(PARTS_PREFIX):
            continue
        found[f"clip.{name}"] = tensor
        for tower, own in (("visual.trunk.", "image.backbone."), ("visual.head.", "image.head.")):
            if name.startswith(tower):
                found[own + name.removeprefix(tower)] = tensor
    return found
