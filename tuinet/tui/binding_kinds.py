"""How a key is bound: for footer, help and palette, or as another name of a key; and the groups of keys."""

from __future__ import annotations

import re
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
    return Binding(
        key, action, label, key_display=shown_as or key, tooltip=tooltip, group=group, id=_id(tooltip, group)
    )


def quiet(key: str, action: str, tooltip: str, group: Binding.Group, shown_as: str | None = None) -> Binding:
    """A key that help and palette know, and the footer does not."""
    return Binding(
        key, action, show=False, key_display=shown_as or key, tooltip=tooltip, group=group, id=_id(tooltip, group)
    )


def alias(key: str, action: str, *, priority: bool = False, follows: Binding | None = None) -> Binding:
    """Another name of a key, which nobody is told; or the key that has led here, which leads back."""
    return Binding(key, action, show=False, system=True, priority=priority, id=follows.id if follows else None)


def title_of(binding: Binding) -> str:
    """What a key does, in a few words; empty where nobody is told."""
    return binding.tooltip.partition(": ")[0]


def slug(text: str) -> str:
    """A text as a name: in lower case, all but letters and digits as _."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _id(tooltip: str, group: Binding.Group) -> str | None:
    """By this the key can be changed; it stays the same when the key does."""
    title = tooltip.partition(": ")[0]
    return f"{slug(group.description)}.{slug(title)}" if title else None
