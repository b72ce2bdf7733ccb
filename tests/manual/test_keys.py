"""The pages of keys are those that the bindings make."""

from __future__ import annotations

import re

import pytest

from manual_keys import written
from tuinet.manual.pages import FOLDER, find_page
from tuinet.tui.bindings import DASHBOARD_BINDINGS, title_of


@pytest.mark.parametrize("file", written())
def test_the_page_of_keys_is_what_the_script_writes(file: str) -> None:
    """After a change of keys: python scripts/manual_keys.py."""
    assert (FOLDER / file).read_text(encoding="utf-8") == f"{written()[file]}\n"


def test_every_key_of_the_dashboard_has_a_line() -> None:
    lines = find_page("keys").text.split("\n")
    for binding in DASHBOARD_BINDINGS:
        if title_of(binding):
            said = re.compile(rf"{re.escape(binding.key_display or binding.key)} +{re.escape(title_of(binding))}\.")
            assert any(said.match(line) for line in lines), binding


def test_keys_are_named_as_they_are() -> None:
    """What a table of another page says of a single key of the dashboard, the dashboard has."""
    known = {binding.key_display or binding.key for binding in DASHBOARD_BINDINGS} | {"q", "?", "t"}
    named = re.findall(r"^\| `([^`\s]{1,5})`(?: and `([^`\s]{1,5})`)? \|", find_page("stepping").text, re.MULTILINE)
    assert len(named) > 8
    assert {key for pair in named for key in pair if key} <= known
