"""A finished run -> what is committed and served: weights in half precision, facts, a plot and a model card."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from core import settings
from core.catalogs.registry import catalog_spec
from core.encoders.picture_looks import WHOLE, looks_as_tensor
from core.encoders.registry import encoder_spec
from core.encoders.trained import LOOKS, TEXT_WEIGHTS
from core.encoders.weights import CHOSEN_FILE, CHOSEN_PREFIXES, WEIGHTS_FILE
from core.files import write_text_atomically
from core.progress import Reporter
from core.training.blending import blended
from core.training.card import NEARNESS, model_card
from core.training.curve import draw_curve
from core.training.earlier import ended_with
from core.training.part_weights import choose_weights
from core.training.recipe import Recipe
from core.training.recipes import recipe_named
from core.training.run_folder import CONFIG, METRICS, Which, load_checkpoint, read_config, read_metrics
from core.training.running import tokenizer_of, training_set_of
from core.training.starting import Trainee, build_trainee, load_weights
from core.training.text_weights import choose_text_weights

FACTS, CARD, CURVE, NOTES = "training.json", "README.md", "training.png", "NOTES.md"


def publish_run(recipe: Recipe, runs: Path, reporter: Reporter) -> Path:
    """Write the best checkpoint of a run as a model; returns the model's folder, `artifacts/models/<name>`.

    Where the recipe says so, it is the mean with what the run began with. How much each part of the embedding counts is
    chosen here, on validation queries against all that was trained on; and anew for texts. Where the run is gone
    and its model is there, the model is weighed anew.

    Raises:
        TrainingError: There is neither such a run nor its model.
        EncoderError: The registry has no encoder of the recipe's name.
    """
    spec, folder = encoder_spec(recipe.name), settings.models_root() / encoder_spec(recipe.name).weights
    ended, known = _ended(recipe, runs, folder)
    trainee = build_trainee(replace(recipe, start="random"), runs)
    load_weights(trainee, ended, runs / recipe.name)
    training_set = training_set_of(recipe, reporter)
    report = reporter.stage(f"Weigh the parts of {recipe.name}")
    choice = choose_weights(trainee, recipe.parts, training_set, spec.side_px, report)
    trainee.image.parts = choice.parts(recipe.part_dims)
    tokenize = tokenizer_of(recipe)
    texts = None if tokenize is None else choose_text_weights(trainee, training_set, spec.side_px, tokenize)
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(trainee, folder, texts.weights if texts else None)
    names = [part.name for part in recipe.parts] + [NEARNESS] * (choice.near is not None)
    facts = known | {
        "part_weights": dict(zip(names, choice.weights, strict=True)),
        "answers": {
            recipe.parts[place].name: {"classes": len(choice.centres[place]), "sharpness": sharpness}
            for place, sharpness in choice.sharpness.items()
        },
        "nearness": {
            "of": recipe.parts[choice.near.of].name,
            "numbers": choice.near.length,
            "sharpness": recipe.parts[choice.near.of].near,
        }
        if choice.near is not None
        else {},
        "text_weights": dict(zip(names, texts.weights, strict=True)) if texts and texts.weights else {},
        "validation": choice.metrics | (texts.metrics if texts else {}),
        "validation_without_answers": choice.without,
        "titles_weighed_as_pictures": texts.without if texts else {},
        "licences": {name: catalog_spec(name).licence for name in known["items"]},
        "parameters": sum(value.numel() for value in trainee.parameters()),
        "bytes": sum((folder / name).stat().st_size for name in (WEIGHTS_FILE, CHOSEN_FILE)),
    }
    write_text_atomically(folder / FACTS, json.dumps(_plain(facts), indent=1))
    if (runs / recipe.name / METRICS).is_file():
        shutil.copyfile(runs / recipe.name / METRICS, folder / METRICS)
    draw_curve(pd.read_csv(folder / METRICS), recipe, folder / CURVE)
    write_card(recipe.name)
    return folder


def _ended(recipe: Recipe, runs: Path, folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors that a recipe ended with, and what its training was: of its run, else of its published model."""
    run = runs / recipe.name
    if not (run / CONFIG).is_file() and (folder / FACTS).is_file():
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        known = {name: facts[name] for name in ("recipe", "seed", "items", "checkpoint", "best_epoch", "hours")}
        known["recipe"] |= {name: asdict(recipe)[name] for name in ("parts", "looks")}
        return ended_with(recipe.name, runs, recipe.architecture), known
    which: Which = "polished" if (run / "polished.pt").is_file() else "best"
    config, checkpoint = read_config(run), load_checkpoint(run, which)
    ended = checkpoint["trainee"]
    if recipe.start_share:
        start = ended_with(recipe.start, runs, recipe_named(recipe.start).architecture)
        ended = blended(ended, start, recipe.start_share)
    return ended, {
        "recipe": config["recipe"] | {"start_share": recipe.start_share},
        "seed": config["seed"],
        "items": config["data"]["items"],
        "checkpoint": which,
        "best_epoch": int(checkpoint["epoch"]),
        "hours": float(read_metrics(run)["seconds"].sum() / 3600),
    }


def write_card(name: str) -> Path:
    """Write a model's card anew from its facts, its notes and the stored evaluations; returns it."""
    folder = settings.models_root() / encoder_spec(name).weights
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    notes = folder / NOTES
    text = model_card(name, facts, notes.read_text(encoding="utf-8") if notes.is_file() else "")
    write_text_atomically(folder / CARD, text)
    return folder / CARD


def served_state(trainee: Trainee) -> dict[str, Tensor]:
    """The tensors that serving needs, under the names that `core.encoders.trained.load_network` reads."""
    if trainee.clip is None:
        return dict(trainee.image.state_dict())
    parts = {f"parts.{name}": value for name, value in trainee.image.parts.state_dict().items()}
    return {**trainee.clip.state_dict(), **parts}


def save_weights(trainee: Trainee, folder: Path, text_weights: Sequence[float] | None = None) -> None:
    """Write a model's tensors as safetensors: the network, and in a small file what was chosen after its training.

    The network's numbers are in half precision but for the statistics of batch normalisation. Where its file has
    these numbers already it stays as it is, byte by byte. `text_weights` are those of the parts where a text asks,
    None for the same as where a picture does.
    """
    network, chosen = {}, {}
    for name, value in served_state(trainee).items():
        if name.startswith(CHOSEN_PREFIXES):
            chosen[name] = value.contiguous().clone()
        else:
            is_exact = not value.is_floating_point() or "running_" in name
            network[name] = (value if is_exact else value.half()).contiguous().clone()
    if trainee.image.looks.looks != WHOLE:
        chosen[LOOKS] = looks_as_tensor(trainee.image.looks.looks)
    if text_weights is not None:
        chosen[TEXT_WEIGHTS] = torch.tensor(text_weights)
    if not _has_tensors(folder / WEIGHTS_FILE, network):
        _save(network, folder / WEIGHTS_FILE)
    _save(chosen, folder / CHOSEN_FILE)


def _has_tensors(path: Path, network: Mapping[str, Tensor]) -> bool:
    """Whether a file has just these tensors, beside what may have been chosen when both were in one file."""
    from safetensors.torch import load_file

    if not path.is_file():
        return False
    there = {name: tensor for name, tensor in load_file(path).items() if not name.startswith(CHOSEN_PREFIXES)}
    return there.keys() == network.keys() and all(torch.equal(there[name], one) for name, one in network.items())


def _save(tensors: dict[str, Tensor], path: Path) -> None:
    from safetensors.torch import save_file

    part = path.with_name(path.name + ".part")
    save_file(tensors, part)
    part.replace(path)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, torch.Tensor | np.generic):
        return value.item()
    return value
