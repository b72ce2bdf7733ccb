"""How a key is bound: once, with all that the footer, the palette and help say of it.

Keys of the dashboard stand in `tuinet.tui.keys`, those of other screens in `tuinet.tui.screen_keys`, and those of
panels in the panels.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from textual.binding import Binding

TRAINING: Final = Binding.Group("training")
NETWORK: Final = Binding.Group("network")
SCREEN: Final = Binding.Group("screen")
TIME: Final = Binding.Group("time")
WEIGHTS: Final = Binding.Group("weights")
MICROSCOPE: Final = Binding.Group("microscope")
PANEL: Final = Binding.Group("panels")
SETTINGS: Final = Binding.Group("settings")
LESSON: Final = Binding.Group("lesson")
RATES: Final = Binding.Group("rate finder")
COMPARE: Final = Binding.Group("compare")
EXERCISE: Final = Binding.Group("exercise")
CLASS: Final = Binding.Group("class")
MANUAL: Final = Binding.Group("manual")


def listed(
    key: str, action: str, label: str, tooltip: str, group: Binding.Group, shown_as: str | None = None
) -> Binding:
    """A key that footer, help and palette know; the tooltip is a title, a colon and a sentence.

    By its id, of group and title, it can be changed: that stays the same when the key does.
    """
    title = slug(tooltip.partition(": ")[0])
    id = f"{slug(group.description)}.{title}" if title else None
    return Binding(key, action, label, key_display=shown_as or key, tooltip=tooltip, group=group, id=id)


def quiet(key: str, action: str, tooltip: str, group: Binding.Group, shown_as: str | None = None) -> Binding:
    """A key that help and palette know, and the footer does not."""
    return replace(listed(key, action, "", tooltip, group, shown_as), show=False)


def alias(key: str, action: str, *, priority: bool = False, follows: Binding | None = None) -> Binding:
    """Another name of a key, which nobody is told; or the key that has led here, which leads back."""
    return Binding(key, action, show=False, system=True, priority=priority, id=follows.id if follows else None)


def title_of(binding: Binding) -> str:
    """What a key does, in a few words; empty where nobody is told."""
    return binding.tooltip.partition(": ")[0]


def detail_of(binding: Binding) -> str:
    """What a key does, in more words than its title."""
    detail = binding.tooltip.partition(": ")[2]
    return detail[:1].upper() + detail[1:]


def slug(text: str) -> str:
    """A text as a name: in lower case, all but letters and digits as _."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


LEAVE_BINDING: Final = listed("escape", "screen.unzoom", "leave", "Leave: the keys are the dashboard's", PANEL, "esc")
"""Of every panel that has keys of its own."""
