"""A Keymap: the keys as the user wants them, for what is bound (`tuinet.tui.bindings`) and what sentences say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from textual.binding import Binding

from tuinet.advice import Action, with_keys
from tuinet.tui.bindings import APP_BINDINGS, DASHBOARD_BINDINGS

_ADVISED: Final[Mapping[Action, str]] = {
    "help": "help",
    "pause or resume": "toggle_running",
    "step one epoch": "step('epoch')",
    "scrub forward": "scrub(1)",
    "to the start": "seek_start",
    "to the end": "seek_tip",
    "microscope": "microscope",
    "reinitialize": "reinitialize_new",
    "fork": "find_rate(False)",
}
"""What messages may advise, and the action of the dashboard or the application that does it."""
MAIN_BINDINGS: Final = (*DASHBOARD_BINDINGS, *APP_BINDINGS)
SHORT: Final = {"del": "delete", "ins": "insert", "bksp": "backspace"}
"""Names of keys as the footer has them, and in full."""


@dataclass(frozen=True)
class Keymap:
    """Which actions have other keys."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """By the ids of bindings, the keys in Textual's words."""
    names: Mapping[str, str] = field(default_factory=dict)
    """By the same, what the keys are called."""

    def applied(self, bindings: Iterable[Binding]) -> tuple[Binding, ...]:
        """The bindings with the keys that they have now."""
        return tuple(map(self._applied, bindings))

    def _applied(self, binding: Binding) -> Binding:
        if binding.id is None or binding.id not in self.keys:
            return binding
        return binding.with_key(self.keys[binding.id], self.names[binding.id])

    def name(self, action: str, bindings: Iterable[Binding] = MAIN_BINDINGS) -> str:
        """What the key of an action is called in a sentence.

        Parameters
        ----------
        action
            As its binding has it.
        bindings
            Among which it is.
        """
        binding = next(one for one in bindings if one.action == action)
        usual = binding.key_display or binding.key
        return self.names.get(binding.id or "", SHORT.get(usual, usual))

    @cached_property
    def advised(self) -> Mapping[Action, str]:
        """What the keys are called that do what messages advise."""
        return {advice: self.name(action) for advice, action in _ADVISED.items()}

    def told(self, message: str) -> str:
        """A message from outside the screen, with the keys in it."""
        return with_keys(message, self.advised)


UNCHANGED: Final = Keymap()
"""All keys as they are from the start."""


class HasKeymap:
    """An application whose keys can be others."""

    keymap: Keymap = UNCHANGED


def keymap_of(app: object) -> Keymap:
    """The keys of an application."""
    return app.keymap if isinstance(app, HasKeymap) else UNCHANGED
