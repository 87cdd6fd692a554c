"""The plot of a training: losses, and what validation said, epoch by epoch."""

from pathlib import Path

import pandas as pd

from core.training.recipe import Recipe

# Okabe and Ito's colours, which colour-blind people tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def draw_curve(metrics: pd.DataFrame, recipe: Recipe, path: Path) -> None:
    """Write a PNG of `metrics.csv`: the sum of the losses on the left, validation metrics on the right."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 3.6), dpi=110)
    left.plot(metrics["epoch"], metrics["loss"], marker="o", color=COLOURS[0])
    left.set(title="Loss, mean of the epoch", xlabel="epoch", ylabel="loss (sum of the weighted objectives)")
    shown = [name for name in metrics.columns if name.endswith("mAP")] + ["same item"]
    for name, colour in zip(shown, COLOURS * 2, strict=False):
        right.plot(metrics["epoch"], metrics[name], marker="o", color=colour, label=name)
    right.set(title="Validation queries", xlabel="epoch", ylabel="share, 0 to 1", ylim=(0, 1))
    right.legend(fontsize=7, loc="lower right")
    for axes in (left, right):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(recipe.title, fontsize=10)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    pyplot.close(figure)
