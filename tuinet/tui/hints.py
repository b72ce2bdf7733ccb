"""What the footer says about keys, and how help and palette call them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from textual.binding import Binding

from tuinet.tui.theme import Theme

_SHORT_WORDS: Final = {"activation": "act", "microscope": "scope", "settings": "set"}

_ARROWS: Final = {"▴": "up", "▾": "down", "◂": "left", "▸": "right"}


def key_name(name: str, theme: Theme) -> str:
    """How a key is called: an arrow in words where its likeness would be the name of another key."""
    return _ARROWS.get(name, name) if theme.spells else name


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
        return replace(self, keys=tuple(key for key in self.keys if key.lower() == key) or self.keys)

    def spelled(self, theme: Theme) -> Hint:
        """The same with the names that the keys have on this terminal."""
        return replace(self, keys=tuple(key_name(key, theme) for key in self.keys))

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
    return [Hint(_shortened(names), description) for description, names in keys.items()]


def _shortened(names: Sequence[str]) -> tuple[str, ...]:
    """A row of digits by its ends: ``1-9``."""
    return (f"{names[0]}-{names[-1]}",) if len(names) > 2 and all(map(str.isdigit, names)) else tuple(names)


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
