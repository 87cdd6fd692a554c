"""How the queries of a catalogue are answered in one run of `evaluate`, and the run's name."""

from dataclasses import dataclass
from typing import Literal

from core.features import parse_features
from core.files import is_plain_name
from core.side_by_side.fusion_names import member_names, name_in_run

KS = (1, 5, 10, 15, 20, 50)
MOST_EXPANDED = 100

QueryCrop = Literal["none", "auto", "truth"]
CROPS: tuple[QueryCrop, ...] = ("none", "auto", "truth")


@dataclass(frozen=True)
class RunSpec:
    """One way of answering the queries of a catalogue.

    Attributes:
        encoder: Name in the registry, or a fusion such as `fusion:A+B`: features and expansion are its members'.
        crop: What of a query's photo is searched: all of it, the detected garment, or the inside of its true box.
        features: As `parse_features` reads it.
        expand: Search again with the average of the query and its first N; 0 searches once.
        ks: Cut-offs, ascending.
        relevance: What counts as relevant, such as "category+colour"; empty takes what the catalogue names.
    """

    encoder: str
    crop: QueryCrop = "none"
    features: str = "none"
    expand: int = 0
    ks: tuple[int, ...] = KS
    relevance: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.crop not in CROPS:
            raise ValueError(f"expected a crop of {', '.join(CROPS)}, but got {self.crop!r}")
        if not is_plain_name(self.encoder):
            raise ValueError(f"expected the name of an encoder, but got {self.encoder!r}")
        member_names(self.encoder)
        parse_features(self.features)
        if not 0 <= self.expand <= MOST_EXPANDED:
            raise ValueError(f"expected to expand by 0 to {MOST_EXPANDED} items, but got {self.expand}")
        if not self.ks or list(self.ks) != sorted({k for k in self.ks if k >= 1}):
            raise ValueError(f"expected cut-offs of 1 or more, ascending, each once, but got {self.ks}")

    @property
    def name(self) -> str:
        """The run's name, a plain one: the encoder and what differs from whole photo, no features, one search."""
        parts = [name_in_run(self.encoder)]
        parts += [f"crop-{self.crop}"] if self.crop != "none" else []
        parts += [self.features.replace(":", "-")] if self.features != "none" else []
        parts += [f"expand-{self.expand}"] if self.expand else []
        return "+".join(parts)
