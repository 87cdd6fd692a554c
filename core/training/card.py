"""A model card as Markdown: what it is, data, command, seed, hours, licences, results, and what did not work."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from core.training.recipes import RECIPES

NEARNESS = "nearness"

LICENCE_OF_START = {
    "efficientnet-lite2": "At the beginning stand the ImageNet weights of EfficientNet-Lite2 (Apache-2.0).",
}


def model_card(name: str, facts: Mapping[str, Any], notes: str) -> str:
    """The card. `facts` is what `training.json` holds, `notes` is Markdown about what did not work."""
    recipe = facts["recipe"]
    sections = [
        f"# {name}\n\n{recipe['title']}.",
        _about(name, facts),
        "## Data\n\n" + _data(facts),
        "## Training\n\n" + _training(name, facts),
        "## Validation\n\nQueries never trained on, all training items answer; the weights of the parts were chosen on "
        "them, so they flatter a little. Figures on the queries that nothing was chosen on are in the table of "
        "results of the project's README.\n\n"
        + _table(facts["validation"], facts.get("validation_without_answers", {}))
        + _texts(facts),
        "![Loss and validation by epoch](training.png)\n\n`metrics.csv` holds the curve.",
    ]
    if notes.strip():
        sections.append(notes.strip())
    return "\n\n".join(sections) + "\n"


def _about(name: str, facts: Mapping[str, Any]) -> str:
    recipe = facts["recipe"]
    parts = ", ".join(_part(part, facts) for part in recipe["parts"]) + _nearness(facts)
    numbers = sum(part["dim"] for part in recipe["parts"]) + facts.get("nearness", {}).get("numbers", 0)
    lines = [
        f"- Architecture: {recipe['architecture']}, {facts['parameters'] / 1e6:.1f} M parameters, "
        f"{facts['bytes'] / 1e6:.1f} MB in half precision",
        f"- Embedding: {numbers:,} numbers of unit length in parts: {parts}",
        *_looks(recipe.get("looks", [])),
        f"- Encode with it: `python -m core encode --encoder {name} --out vectors.npy photo.jpg`",
    ]
    return "\n".join(lines)


def _part(part: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    name, answer = part["name"], facts.get("answers", {}).get(part["name"])
    classes = f", the square roots of the probabilities of {answer['classes']} classes" if answer else ""
    return f"{name} ({part['dim']} numbers{classes}, counts {facts['part_weights'][name]:.0%})"


def _looks(looks: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line on the looks at a picture; none where there is one, of the whole."""
    if len(looks) < 2:
        return []
    named = [
        ("the whole" if look["share"] == 1 else f"the middle {look['share']:.0%} of either side")
        + (", mirrored" if look["mirrored"] else "")
        for look in looks
    ]
    return [f"- Looks at a picture {len(looks)} times, its features are averaged: {'; '.join(named)}"]


def _nearness(facts: Mapping[str, Any]) -> str:
    near = facts.get("nearness")
    if not near:
        return ""
    return (
        f"; and the nearness of the {near['of']} ({near['numbers']} numbers, whose cosine is about "
        f"exp({near['sharpness']:g} (c - 1)) of its cosine c, counts {facts['part_weights'][NEARNESS]:.0%})"
    )


def _texts(facts: Mapping[str, Any]) -> str:
    """How texts weigh the parts, and what that brought; "" where they weigh them as pictures do."""
    if not facts.get("text_weights"):
        return ""
    weights = ", ".join(f"{name} {weight:.0%}" for name, weight in facts["text_weights"].items())
    as_pictures = "; ".join(f"{name} {value:.3f}" for name, value in facts["titles_weighed_as_pictures"].items())
    return f"\n\nWhere a text asks, the parts count anew: {weights}. Weighed as pictures are: {as_pictures}."


def _data(facts: Mapping[str, Any]) -> str:
    lines = ["| catalogue | pictures, validation included | licence |", "|---|---:|---|"]
    for catalog, count in facts["items"].items():
        lines.append(f"| {catalog} | {count:,} | {facts['licences'][catalog]} |")
    return "\n".join(lines) + "\n\nItems that ask when models are measured were not among them."


def _training(name: str, facts: Mapping[str, Any]) -> str:
    recipe = facts["recipe"]
    losses = "; ".join(
        f"{one['loss']} on {one['part']} by {one['label']}, weight {one['weight']:g}" for one in recipe["objectives"]
    )
    commands = [f"python -m core train {one} --seed {facts['seed']}" for one in [*recipes_before(recipe), name]]
    return (
        "```sh\n" + "\n".join([*commands, f"python -m core train-publish {name}"]) + "\n```\n\n"
        f"{_start(recipe)} Objectives: {losses}. Views of {recipe['side_px']} px, batches of "
        f"{recipe['classes_per_batch']} classes with {recipe['items_per_class']} items and two views each, "
        f"{recipe['epochs']} epochs, best epoch {facts['best_epoch']}, {facts['hours']:.2f} hours for this stage on "
        f"two cores without a GPU.{_blended(recipe)}"
    )


def _blended(recipe: Mapping[str, Any]) -> str:
    share = recipe.get("start_share", 0)
    return (
        f" Published is the mean with what it began with, which counts {share:.0%} (arXiv:2109.01903)." if share else ""
    )


def recipes_before(recipe: Mapping[str, Any]) -> list[str]:
    """The recipes whose runs a recipe needs, in the order in which they are trained: its start's and its teacher's."""
    is_taught = any(one["label"] == "teacher" for one in recipe["objectives"])
    needed: list[str] = []
    for name in (recipe.get("teacher") if is_taught else None, recipe["start"]):
        if name in RECIPES:
            needed += [*recipes_before(asdict(RECIPES[name])), name]
    return list(dict.fromkeys(needed))


def _start(recipe: Mapping[str, Any]) -> str:
    first = next((RECIPES[name].start for name in recipes_before(recipe)), recipe["start"])
    began = "" if recipe["start"] in LICENCE_OF_START else f"It began with: {recipe['start']}. "
    return began + LICENCE_OF_START.get(first, "")


def _table(metrics: Mapping[str, float], without: Mapping[str, float]) -> str:
    """One column; two where it was also measured what the parts give as they were trained."""
    heads = ["as published", "all parts as directions"] if without else [""]
    columns = [metrics, without] if without else [metrics]
    rows = [
        f"| {name} | {' | '.join(_figure(column, name) for column in columns)} |" for name in metrics if name != "score"
    ]
    return "\n".join([f"| metric | {' | '.join(heads)} |", "|---|" + "---:|" * len(heads), *rows])


def _figure(column: Mapping[str, float], name: str) -> str:
    return f"{column[name]:.3f}" if name in column else ""
