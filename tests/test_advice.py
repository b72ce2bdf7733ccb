"""Messages from outside the screen name no keys: they advise actions, and the screen puts its keys in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tuinet.advice import Action, key, with_keys
from tuinet.storage.keeping import FIRST_WORDS
from tuinet.tui.keys import UNCHANGED, Keymap
from tuinet.tui.screens.help import help_bindings

ROOT = Path(__file__).parents[1]
VERBS = (
    "adds|brings|changes|closes|completes|explains|ends|goes|leaves|makes|opens|pauses|picks|quits|resumes|saves|shows"
    "|slows|sorts|starts|steps|stops|takes|trains|types|undoes"
)
NAMES = sorted({one.key_display for one in help_bindings() if one.key_display and one.tooltip}, key=len, reverse=True)
NAMED = re.compile(rf"(?<![\w+'./{{-])({'|'.join(map(re.escape, NAMES))})`?,? ({VERBS})\b|\bctrl\+[a-z]\b(?!\")")


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """The texts in a module, and where they are."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


@pytest.mark.parametrize(
    "sentence",
    [
        "nothing has been trained yet: s trains one epoch",
        "to epoch 500: 40%; esc stops here",
        "this is the start: . goes forward",
        "the past is not known: ctrl+s saves it",
        "welcome: ? explains keys and screen",
        "A run as `y` shows it",
        "this is the slowest: space pauses",
        "the speed is unlimited: - slows the training down",
    ],
)
def test_a_sentence_with_a_key_is_known_for_one(sentence: str) -> None:
    assert NAMED.search(sentence)


def test_only_the_screen_and_lessons_name_keys() -> None:
    package = ROOT / "tuinet"
    modules = [path for path in package.rglob("*.py") if path.relative_to(package).parts[0] not in ("tui", "lessons")]
    assert len(modules) > 100
    named = [
        f"{path.relative_to(ROOT)}:{line}: {text[max(match.start() - 30, 0) : match.end()]}"
        for path in modules
        for line, text in sentences(path)
        if (match := NAMED.search(text))
    ]
    assert named == []


def test_every_action_has_a_key() -> None:
    assert UNCHANGED.advised.keys() == set(get_args(Action))


def test_the_screen_puts_its_keys_in() -> None:
    assert UNCHANGED.told(FIRST_WORDS) == "welcome: ? explains keys and screen, space pauses, m shows the arithmetic"
    keymap = Keymap({"screen.help": "f9"}, {"screen.help": "f9"})
    assert keymap.told(f"{key('help')} explains") == "f9 explains"


def test_what_is_no_mark_stays() -> None:
    for text in ("", "{key: nothing}", "{0}", "{key: help"):
        assert with_keys(text, UNCHANGED.advised) == text
