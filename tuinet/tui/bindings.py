"""The keys: bound once here, and shown from here in the footer, the palette and help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from textual.binding import Binding

_TRAINING: Final = Binding.Group("training")
_NETWORK: Final = Binding.Group("network")
_SCREEN: Final = Binding.Group("screen")
_SHORT_WORDS: Final = {"activation": "act"}


def _key(key: str, action: str, label: str, tooltip: str, group: Binding.Group, shown_as: str | None = None) -> Binding:
    return Binding(key, action, label, key_display=shown_as or key, tooltip=tooltip, group=group)


def _alias(key: str, action: str, *, priority: bool = False) -> Binding:
    return Binding(key, action, show=False, system=True, priority=priority)


DASHBOARD_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("space", "toggle_running", "pause", "Pause or resume: stop where it is, or train on", _TRAINING),
    _key("s", "step_epoch", "step", "Step one epoch: pause, then train exactly one epoch", _TRAINING),
    _key(
        "r", "reinitialize_new", "reinit", "Reinitialize with a new seed: random weights from the next seed", _NETWORK
    ),
    _key(
        "R", "reinitialize_same", "reinit", "Reinitialize with the same seed: the same random weights again", _NETWORK
    ),
    _key("a", "next_activation", "activation", "Next activation: of the hidden layers; the weights stay", _NETWORK),
    _key(
        "A",
        "previous_activation",
        "activation",
        "Previous activation: of the hidden layers; the weights stay",
        _NETWORK,
    ),
    _key("plus", "faster", "speed", "Faster: more epochs per second", _TRAINING, "+"),
    _key("minus", "slower", "speed", "Slower: fewer epochs per second", _TRAINING, "-"),
    _alias("equals_sign", "faster"),
    _alias("underscore", "slower"),
    _key("l", "toggle_log_scale", "log", "Logarithmic loss: powers of ten on the loss axis, or not", _SCREEN),
)
"""Keys of the main screen."""

APP_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("t", "next_theme", "theme", "Next theme: other colours", _SCREEN),
    _key("question_mark", "help", "help", "Help: the keys, and what everything on the screen means", _SCREEN, "?"),
    _key("q", "quit", "quit", "Quit: end the training and leave", _SCREEN),
    _alias("ctrl+q", "quit", priority=True),
    _alias("ctrl+c", "quit"),
)
"""Keys of every screen."""

PALETTE_BINDING: Final = Binding(
    "ctrl+p",
    "command_palette",
    "commands",
    show=False,
    key_display="ctrl+p",
    tooltip="Commands: find everything above by its name",
    group=_SCREEN,
)
"""Textual binds this key itself; this is for help."""

CLOSE_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("escape", "close", "close", "Close: back to the dashboard", _SCREEN),
    _alias("question_mark", "close"),
    _alias("q", "close"),
)
"""Keys of a screen above the main one."""


@dataclass(frozen=True)
class Hint:
    """What the footer says about one key, or about two that belong together."""

    keys: tuple[str, ...]
    description: str

    @property
    def width(self) -> int:
        """Cells that it takes, with the space before it and after it."""
        return len("/".join(self.keys)) + len(self.description) + 3

    @property
    def shorter(self) -> Hint:
        """The same without the capital of a key that is there."""
        return replace(self, keys=tuple(key for key in self.keys if key.lower() == key))

    @property
    def terse(self) -> Hint:
        """The same with a long word shortened."""
        return replace(self, description=_SHORT_WORDS.get(self.description, self.description))


def title_and_detail(binding: Binding) -> tuple[str, str]:
    """A name for the palette and a sentence that explains it."""
    title, _, detail = binding.tooltip.partition(": ")
    return title, detail[:1].upper() + detail[1:]


def hints(bindings: Iterable[Binding]) -> list[Hint]:
    """What the footer shows: keys that do the same in two directions stand together."""
    keys: dict[str, list[str]] = {}
    for binding in bindings:
        if binding.show:
            keys.setdefault(binding.description, []).append(binding.key_display or binding.key)
    return [Hint(tuple(names), description) for description, names in keys.items()]


def fitting(all_hints: Sequence[Hint], width: int, keep: Sequence[str]) -> list[Hint]:
    """As many hints as fit, the first before the last; those in ``keep``, which lead to the rest, stay longest."""
    shown = list(all_hints)
    if _width(shown) > width:
        shown = [hint.shorter for hint in shown]
    if _width(shown) > width:
        shown = [hint.terse for hint in shown]
    while shown and _width(shown) > width:
        others = [hint for hint in shown if hint.description not in keep]
        shown.remove((others or shown)[-1])
    return shown


def _width(some: Sequence[Hint]) -> int:
    return sum(hint.width for hint in some) - 1


def by_group(bindings: Iterable[Binding]) -> dict[str, list[Binding]]:
    """The bindings that help explains, by what they are about."""
    groups: dict[str, list[Binding]] = {}
    for binding in bindings:
        if binding.group is not None:
            groups.setdefault(binding.group.description, []).append(binding)
    return groups
