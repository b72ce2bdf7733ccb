"""Advice in messages: they name what can be done, the screen puts its key in, and a command line its option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Action = Literal[
    "help",
    "pause or resume",
    "step one epoch",
    "scrub forward",
    "to the start",
    "to the end",
    "microscope",
    "reinitialize",
    "next activation",
    "add hidden layer",
]
"""What a message may advise; the screen has a key for each."""

OPTIONS: Final[Mapping[Action, str]] = {
    "reinitialize": "another --seed",
    "next activation": "--activation",
    "add hidden layer": "--hidden",
}
"""What remedies of findings are called on a command line."""


def key(action: Action) -> str:
    """A mark that stands in a message for the key of an action."""
    return f"{{key: {action}}}"


def with_keys(message: str, keys: Mapping[Action, str]) -> str:
    """A message with keys in place of its marks.

    Parameters
    ----------
    keys
        What the keys of the actions are called.
    """
    for action, name in keys.items():
        message = message.replace(key(action), name)
    return message
