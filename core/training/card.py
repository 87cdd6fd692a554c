"""A model card as Markdown: what it is, data, command, seed, hours, licences, results, and what did not work."""

from collections.abc import Mapping
from typing import Any

LICENCE_OF_START = {
    "efficientnet-lite2": "The image tower began with the ImageNet weights of EfficientNet-Lite2 (Apache-2.0).",
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
        "results of the project's README.\n\n" + _table(facts["validation"]),
        "![Loss and validation by epoch](training.png)\n\n`metrics.csv` holds the curve.",
    ]
    if notes.strip():
        sections.append(notes.strip())
    return "\n\n".join(sections) + "\n"


def _about(name: str, facts: Mapping[str, Any]) -> str:
    recipe = facts["recipe"]
    parts = ", ".join(
        f"{part['name']} ({part['dim']} numbers, counts {facts['part_weights'][part['name']]:.0%})"
        for part in recipe["parts"]
    )
    lines = [
        f"- Architecture: {recipe['architecture']}, {facts['parameters'] / 1e6:.1f} M parameters, "
        f"{facts['bytes'] / 1e6:.1f} MB in half precision",
        f"- Embedding: {sum(part['dim'] for part in recipe['parts'])} numbers of unit length in parts: {parts}",
        f"- Encode with it: `python -m core encode --encoder {name} --out vectors.npy photo.jpg`",
    ]
    return "\n".join(lines)


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
    start = LICENCE_OF_START.get(recipe["start"], f"It began with: {recipe['start']}.")
    return (
        f"```sh\npython -m core train {name} --seed {facts['seed']}\npython -m core train-publish {name}\n```\n\n"
        f"{start} Objectives: {losses}. Views of {recipe['side_px']} px, batches of {recipe['classes_per_batch']} "
        f"classes with {recipe['items_per_class']} items and two views each, {recipe['epochs']} epochs, best epoch "
        f"{facts['best_epoch']}, {facts['hours']:.2f} hours on two cores without a GPU."
    )


def _table(metrics: Mapping[str, float]) -> str:
    rows = [f"| {name} | {value:.3f} |" for name, value in metrics.items() if name != "score"]
    return "\n".join(["| metric | |", "|---|---:|", *rows])
