"""Phrases: how sentences on the screen name keys, so that a key that was changed is named as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[tuple[tuple[str, str], ...]] = (
    ("{} explains keys", "?"),
    ("{} pauses", "space"),
    ("{} trains", "space"),
    ("{} shows the arithmetic", "m"),
    ("{} makes one epoch", "s"),
    ("{} makes a single epoch", "s"),
    ("{} one phase", "n"),
    ("{} makes the first phase", "n"),
    ("{} makes the next", "n"),
    ("press {} to make", "n"),
    ("Press {} for the next", "n"),
    ("{} goes back", "N"),
    ("{} quits", "q"),
    ("{} starts from new weights", "r"),
    ("{}, and a smaller learning rate", "r"),
    ("tanh or {}", "r"),
    ("rate, and {}", "r"),
    ("samples; {}, or leaky_relu", "r"),
    ("{} picks another", "a"),
    ("{} takes any", "e"),
    ("layer: {} adds one", "h"),
    ("neuron: {} takes it away", "H"),
    ("unlimited: {} slows", "-"),
    ("sight: {} shows it", "1"),
    ("sight: {} shows it", "2"),
    ("{} goes back to the samples", "v"),
    ("{} goes on to them", "v"),
    ("samples: {} goes on", "v"),
    ("{} takes the next one", "v"),
    ("{} on the dashboard", "i"),
)
"""A phrase, and the key that stands in it where nobody has changed it."""


def spelled(words: str, renamed: Mapping[str, str]) -> str:
    """A sentence with other keys in its phrases.

    Parameters
    ----------
    renamed
        What keys are called now, by what they are called otherwise.
    """
    for phrase, key in PHRASES:
        if key in renamed:
            words = words.replace(phrase.format(key), phrase.format(renamed[key]))
    return words
