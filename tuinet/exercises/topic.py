"""The topics, and their exercises: drawn from a seed until numbers are friendly and mistakes can be told apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tuinet.exercises.draws import Draws
from tuinet.exercises.exercise import Exercise
from tuinet.exercises.phase import UnaskableError
from tuinet.exercises.quality import is_suitable
from tuinet.exercises.topics.backward import hidden_delta, output_delta, weight_gradient
from tuinet.exercises.topics.shapes import shapes
from tuinet.exercises.topics.updates import adam, momentum, update
from tuinet.exercises.topics.values import Parts, forward, loss, softmax

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
