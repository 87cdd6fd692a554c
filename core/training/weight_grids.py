"""The weights of the parts of an embedding that are tried."""

from itertools import permutations, product

from core.encoders.nearness import Nearness

STEPS = 10
HALF_STEP = 0.05


def divisions(count: int) -> list[tuple[float, ...]]:
    """All ways to give `count` parts weights in tenths with a sum of 1."""
    grid = [weights for weights in product(range(STEPS + 1), repeat=count) if sum(weights) == STEPS]
    return [tuple(tenth / STEPS for tenth in tenths) for tenths in grid]


def grids(count: int, near: Nearness | None, least: float) -> tuple[list[tuple[float, ...]], ...]:
    """Weights to try: all parts as directions; the nearness in its part's place; and all of them."""
    directions = divisions(count)
    if near is None:
        return directions, directions, directions
    fine = [weights for weights in divisions(count + 1) if weights[near.of] >= least]
    coarse = [weights for weights in fine if weights[near.of] == least]
    return [(*weights, 0.0) for weights in directions], coarse, fine


def moved(weights: tuple[float, ...], near: Nearness | None, least: float) -> list[tuple[float, ...]]:
    """All weights that are half a step from these: one part gives what another takes."""
    found = []
    for giver, taker in permutations(range(len(weights)), 2):
        changed = list(weights)
        changed[giver], changed[taker] = round(weights[giver] - HALF_STEP, 2), round(weights[taker] + HALF_STEP, 2)
        if changed[giver] >= (least if near is not None and giver == near.of else 0):
            found.append(tuple(changed))
    return found
