"""Write the pages of keys in the manual, from the bindings themselves.

    python scripts/manual_keys.py

A test compares the pages with what this would write.
"""

from __future__ import annotations

from textwrap import fill
from typing import Final

from textual.binding import Binding

from tuinet.manual.pages import FOLDER
from tuinet.tui.key_groups import COMPARE, MANUAL, RATES, detail_of, title_of
from tuinet.tui.screen_keys import COMPARE_BINDINGS, MANUAL_BINDINGS, RATES_BINDINGS
from tuinet.tui.screens.help import help_bindings

WIDTH: Final = 74
_KEY: Final = 10
_HEAD: Final = """# {title}

{summary}

{words}
"""
_DASHBOARD: Final = ("training", "network", "weights", "time", "screen", "panels", "lesson", "class")
_OTHERS: Final = ((RATES, RATES_BINDINGS), (COMPARE, COMPARE_BINDINGS), (MANUAL, MANUAL_BINDINGS))
_KEYS: Final = _HEAD.format(
    title="Keys",
    summary="Every key of the dashboard, as it is from the start.",
    words="`?` shows those that work now. [The next page](64-panel-keys.md) has those of panels and other\n"
    "screens. Each can be changed, see [Configuration](62-configuration.md#keys).",
)
_PANEL_KEYS: Final = _HEAD.format(
    title="Keys of panels and screens",
    summary="What keys do in a panel that has them, in the microscope and on other screens.",
    words="`tab` or a click gives the keys to a panel, `esc` gives them back to [the dashboard](63-keys.md).",
)


def written() -> dict[str, str]:
    """The pages, by their files."""
    groups = _groups()
    first = [name for name in _DASHBOARD if name in groups]
    others = [name for name in groups if name not in _DASHBOARD]
    return {
        "63-keys.md": _KEYS + "\n".join(_block(name, groups[name]) for name in first),
        "64-panel-keys.md": _PANEL_KEYS + "\n".join(_block(name, groups[name]) for name in others),
    }


def _groups() -> dict[str, list[Binding]]:
    named = [binding for binding in help_bindings() if binding.group is not None and title_of(binding)]
    named += [binding for group, bindings in _OTHERS for binding in bindings if binding.group is group]
    groups: dict[str, list[Binding]] = {}
    for binding in named:
        assert binding.group is not None
        groups.setdefault(binding.group.description, []).append(binding)
    return groups


def _block(name: str, bindings: list[Binding]) -> str:
    lines = dict.fromkeys(map(_lines, bindings))
    return "\n".join([f"\n## {name.replace(':', ',').capitalize()}", "", "```text", *lines, "```"])


def _lines(binding: Binding) -> str:
    key = binding.key_display or binding.key
    said = f"{title_of(binding)}. {detail_of(binding)}."
    return fill(said, WIDTH, initial_indent=f"{key:<{_KEY}}", subsequent_indent=" " * _KEY)


if __name__ == "__main__":
    for file, text in written().items():
        (FOLDER / file).write_text(f"{text}\n", encoding="utf-8")
