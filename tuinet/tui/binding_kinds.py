"""How a key is bound: for footer, help and palette, or as another name of a key; and the groups of keys."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

TRAINING: Final = Binding.Group("training")
NETWORK: Final = Binding.Group("network")
SCREEN: Final = Binding.Group("screen")
TIME: Final = Binding.Group("time")
WEIGHTS: Final = Binding.Group("weights")
MICROSCOPE: Final = Binding.Group("microscope")
HIDDEN: Final = Binding.Group("hidden space")
PANELS: Final = Binding.Group("panels")
SAMPLES: Final = Binding.Group("samples")
CONFUSION: Final = Binding.Group("confusion, predictions")
SETTINGS: Final = Binding.Group("settings")
POINTS: Final = Binding.Group("map: your own points")
PLANE: Final = Binding.Group("map: more than two inputs")
DIAGRAM: Final = Binding.Group("network diagram")
LESSON: Final = Binding.Group("lesson")
FLOW: Final = Binding.Group("gradient flow")
COMPARE: Final = Binding.Group("compare")


def shown(
    key: str, action: str, label: str, tooltip: str, group: Binding.Group, shown_as: str | None = None
) -> Binding:
    """A key that footer, help and palette know."""
    return Binding(key, action, label, key_display=shown_as or key, tooltip=tooltip, group=group)


def quiet(key: str, action: str, tooltip: str, group: Binding.Group, shown_as: str | None = None) -> Binding:
    """A key that help and palette know, and the footer does not."""
    return Binding(key, action, show=False, key_display=shown_as or key, tooltip=tooltip, group=group)


def alias(key: str, action: str, *, priority: bool = False) -> Binding:
    """Another name of a key, which nobody is told."""
    return Binding(key, action, show=False, system=True, priority=priority)
