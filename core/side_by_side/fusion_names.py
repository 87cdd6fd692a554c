"""How a fusion of encoders is named: `fusion:A+B` where an encoder is chosen, `fusion-A~B` in the name of a run."""

from collections.abc import Sequence

from core.encoders.spec import EncoderError

FUSION = "fusion:"
MOST_MEMBERS = 4
# In a run's name a + stands before what differs from the usual, and no folder has a colon on every system.
_IN_RUN, _BETWEEN = "fusion-", "~"


def member_names(model: str) -> tuple[str, ...]:
    """Names of the encoders behind a model: those of a fusion, the encoder itself otherwise.

    Raises:
        EncoderError: A fusion of fewer than two encoders, of more than four, or of one twice.

    >>> member_names("fusion:resnet50+vgg16")
    ('resnet50', 'vgg16')
    """
    if not is_fusion(model):
        return (model,)
    names = tuple(model.removeprefix(FUSION).split("+"))
    if not _can_be_fused(names):
        raise EncoderError(
            f"expected a fusion of 2 to {MOST_MEMBERS} different encoders, such as {FUSION}A+B "
            f"(in an address the + is written %2B), but got {model!r}."
        )
    return names


def is_fusion(model: str) -> bool:
    """Whether a model is a fusion, sound or not."""
    return model.startswith(FUSION)


def fusion_of(names: Sequence[str]) -> str:
    """The model that fuses the rankings of these encoders."""
    return FUSION + "+".join(names)


def name_in_run(model: str) -> str:
    """The model as the first part of a run's name; the order of a fusion's encoders, which changes nothing, is lost.

    >>> name_in_run("fusion:vgg16+resnet50")
    'fusion-resnet50~vgg16'
    """
    return _IN_RUN + _BETWEEN.join(sorted(member_names(model))) if is_fusion(model) else model


def model_of_run(run: str) -> str:
    """The model of a run, as `--encoder` takes it.

    >>> model_of_run("fusion-resnet50~vgg16+crop-auto")
    'fusion:resnet50+vgg16'
    """
    model = run.partition("+")[0]
    names = model.removeprefix(_IN_RUN).split(_BETWEEN)
    return fusion_of(names) if model.startswith(_IN_RUN) and _can_be_fused(names) else model


def _can_be_fused(names: Sequence[str]) -> bool:
    return 2 <= len(names) <= MOST_MEMBERS and len(set(names)) == len(names) and all(names)
