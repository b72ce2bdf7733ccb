"""What the status has to say is shortened where there is little room, and what would help is not."""

from __future__ import annotations

from rich.style import Style

from tuinet.tui.draw.message import Message, rows_below, separated, wrapped
from tuinet.tui.draw.text import Piece
from tuinet.tui.style.theme import find_theme

DARK, PLAIN = find_theme("dark"), Style()
ADVICE = "key ( lowers the learning rate to 0.02, then key r starts from new weights"
FORMS = [f"not learning: {cause}; {ADVICE}" for cause in ("a cause with its numbers: and an explanation", "a cause")]


def pieces(*words: str) -> list[Piece]:
    return [(one, PLAIN) for one in words]


def below(before: tuple[str, ...], after: tuple[str, ...] = (), room: int = 78) -> list[str]:
    rows = rows_below(Message(pieces(*before), pieces(*FORMS), pieces(*after)), room, DARK, 2)
    return ["".join(text for text, _ in row).strip() for row in rows]


def test_the_longest_form_that_has_room_is_said() -> None:
    assert " ".join(below(())) == FORMS[0]
    assert " ".join(below((), room=60)) == FORMS[1]


def test_another_finding_is_said_where_there_is_room_for_all_of_it() -> None:
    assert " ".join(below((), ("two",))) == f"{FORMS[0]} · two"
    assert " ".join(below((), ("a second one that is far too long to have room",))) == FORMS[0]
    assert " ".join(below((), ("a second one that is far too long to have room", "two"))) == f"{FORMS[0]} · two"


def test_a_warning_has_a_row_of_its_own_where_it_would_cut_the_remedy_off() -> None:
    rows = below(("the disk is full: this run is not saved any more, and what is trained from here on is lost",))
    assert len(rows) == 3 and rows[0].endswith("…") and " ".join(rows[1:]) == FORMS[1]


def test_a_row_never_ends_between_the_word_key_and_its_name() -> None:
    for room in range(20, 100):
        assert not any("".join(text for text, _ in row).endswith(" key") for row in wrapped(pieces(ADVICE), room, 9))


def test_keys_are_in_the_ink_of_keys() -> None:
    shown = separated(pieces("a cause; " + ADVICE, "a monkey is no key, nor is keyboard"), DARK)
    assert [text for text, style in shown if style == DARK.inks.key] == ["key (", "key r"]
    assert "".join(text for text, _ in shown) == f"a cause; {ADVICE} · a monkey is no key, nor is keyboard"
