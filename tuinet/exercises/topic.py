"""The topics, and their exercises: drawn from a seed until numbers are friendly and mistakes can be told apart."""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from tuinet.exercises.draws import Draws
from tuinet.exercises.exercise import Blank, Exercise
from tuinet.exercises.kinds import GENERIC, RIGHT
from tuinet.exercises.phase import UnaskableError
from tuinet.exercises.topics.backward import hidden_delta, output_delta, weight_gradient
from tuinet.exercises.topics.shapes import shapes
from tuinet.exercises.topics.updates import adam, momentum, update
from tuinet.exercises.topics.values import Parts, forward, loss, softmax

_SMALLEST: Final = 0.005
_LARGEST: Final = 20
_MOST_DECIMALS: Final = 5
_SHARES: Final = (0.04, 0.96)
"""Between these an activation that ends at 1 is not saturated."""
_APART: Final = 4
"""Tolerances by which the answers that mistakes of different kinds lead to must differ."""
_DRIFT: Final = 1
"""Tolerances by which the result may differ from what the given numbers lead to, rounded as they are."""
_SAME: Final = 1e-9


def is_suitable(exercise: Exercise) -> bool:
    """Whether all blanks of an exercise are fit to be asked."""
    blanks = exercise.blanks
    if any(blank.shape for blank in blanks):
        return _has_distinct_answers(blanks)
    return (
        bool(blanks)
        and all(map(_is_friendly, blanks))
        and _is_unambiguous(blanks)
        and all(map(_tells_mistakes, blanks))
    )


def _has_distinct_answers(blanks: tuple[Blank, ...]) -> bool:
    """Whether numbers of parameters that go into others can be told from their other numbers."""
    counts = [blank.value for blank in blanks if not blank.shape]
    return len(set(counts)) == len(counts)


def _is_friendly(blank: Blank) -> bool:
    size = abs(blank.value)
    low, high = _SHARES
    is_saturated = blank.line.left == "a" and not low < size < high and size < 1
    ends_between = abs(blank.value * 10**blank.asked.decimals % 1 - 0.5) < 1e-6
    return (
        _SMALLEST <= size <= _LARGEST
        and blank.asked.decimals <= _MOST_DECIMALS
        and not is_saturated
        and abs(blank.as_chained - blank.value) <= _DRIFT * blank.asked.tolerance
        and not ends_between
    )


def _tells_mistakes(blank: Blank) -> bool:
    """Whether the answers that mistakes of different kinds lead to can be told apart, and from the right one."""
    telling = [(mistake.value, mistake.kind) for mistake in blank.mistakes if mistake.kind not in GENERIC]
    ordered = sorted([(blank.value, RIGHT), *telling])
    return all(
        one[1] == other[1] or other[0] - one[0] > _APART * blank.asked.tolerance for one, other in pairwise(ordered)
    )


def _is_unambiguous(blanks: tuple[Blank, ...]) -> bool:
    """Whether no answer is also a number that is given, or another answer.

    Where an answer goes into a later calculation, it is known by its value.
    """
    answers = [abs(blank.value) for blank in blanks]
    given = Counter(number for blank in blanks for number in _given(blank))
    numbers = sorted([*answers, *given])
    return not any(
        math.isclose(one, other, rel_tol=_SAME) and (one in answers or other in answers)
        for one, other in pairwise(numbers)
    )


def _given(blank: Blank) -> Iterator[float]:
    """The numbers of a calculation that are no earlier answers."""
    if blank.exact is None:
        return
    needed = {address for need in blank.needs for address in need.addresses}
    for address, node in blank.exact.nodes.items():
        if isinstance(node, ast.Constant) and address not in needed:
            yield blank.exact.value(at=address)


LEVELS: Final = (1, 2, 3, 4, 5)
_MOST_DRAWS: Final = 2000


@dataclass(frozen=True)
class Topic:
    """A kind of exercise."""

    name: str
    """As it is typed."""
    title: str
    said: str
    """What is asked."""
    recipe: Callable[[Draws, Draws, int], Parts]
    """Makes an exercise of a level from two streams: one decides the kind of network, the other the numbers."""


_ALL: Final = (
    Topic("forward", "forward pass", "weighted sums and activations", forward),
    Topic("loss", "loss", "the loss of samples, their mean, the penalty", loss),
    Topic("output-delta", "output delta", "δ of an output, from its error", output_delta),
    Topic("hidden-delta", "hidden delta", "δ of a hidden neuron, from the layer behind it", hidden_delta),
    Topic("gradient", "weight gradient", "∂L/∂w and ∂L/∂b, from δ and what came in", weight_gradient),
    Topic("update", "update", "new weights by plain gradient descent", update),
    Topic("momentum", "momentum", "the velocity, and new weights with it", momentum),
    Topic("adam", "Adam's state", "averages, their bias correction, new weights", adam),
    Topic("softmax", "softmax and cross-entropy", "probabilities, their loss, and δ", softmax),
    Topic("shapes", "shapes", "shapes of W, b, values and δ, and numbers of parameters", shapes),
)
TOPICS: Final[Mapping[str, Topic]] = {topic.name: topic for topic in _ALL}
"""Every topic by its name, in the order in which a step goes through them."""


def exercise(topic: str, level: int = 1, seed: int = 0, variant: int = 0, family: int | None = None) -> Exercise:
    """The exercise of a seed; in every version of Python and NumPy the same.

    Parameters
    ----------
    topic
        One of `TOPICS`.
    level
        From 1 to 5.
    variant
        Another one of the same seed.
    family
        Those of a family ask the same of the same kind of network, with other numbers; by default each variant is a
        family of its own.
    """
    return _made(topic, level, seed, variant, variant if family is None else family)


@lru_cache(maxsize=256)
def _made(name: str, level: int, seed: int, variant: int, family: int) -> Exercise:
    topic = TOPICS[name]
    numbers = Draws(f"tuinet exercise {name} {level} {seed} {variant}")
    for _ in range(_MOST_DRAWS):
        kinds = Draws(f"tuinet family {name} {level} {seed} {family}")
        with suppress(UnaskableError):
            parts = tuple(topic.recipe(kinds, numbers, level))
            made = Exercise(f"{topic.title}, level {level}", parts, level, name, seed)
            if is_suitable(made):
                return made
    raise RuntimeError(f"{name}, level {level}, seed {seed}: no draw of {_MOST_DRAWS} is suitable")
