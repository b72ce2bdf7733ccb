"""Advice in messages: they name what can be done, and the screen puts its key in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Action = Literal[
    "help",
    "pause or resume",
    "step one epoch",
    "scrub forward",
    "to the start",
    "to the end",
    "microscope",
    "reinitialize",
    "fork",
]
"""What a message may advise; the screen has a key for each."""


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
