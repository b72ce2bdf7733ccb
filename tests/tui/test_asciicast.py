"""What a cast shows on a terminal: the whole dashboard, from the first moment to the last."""

from __future__ import annotations

import pyte
import pytest

from tests.replay.runs import recorded
from tests.screen import is_whole
from tests.terminal import _UNKNOWN
from tuinet.replay.player import RecordingPlayer
from tuinet.tui.asciicast import Casting, Output, cast_events, to_lines


def screens(events: list[Output], size: tuple[int, int]) -> list[str]:
    """The screen after each event."""
    screen = pyte.Screen(*size)
    stream = pyte.ByteStream(screen)
    seen = []
    for event in events:
        stream.feed(_UNKNOWN.sub(b"", event.data.encode()))
        seen.append("\n".join(line.rstrip() for line in screen.display))
    return seen


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_every_frame_is_whole(size: tuple[int, int]) -> None:
    casting = Casting(size, frames_per_second=4, seconds=1.0, speed=400.0)
    events = cast_events(RecordingPlayer(recorded(400)), casting)
    assert [event.seconds for event in events] == [0, 0.25, 0.5, 0.75, 1.0]
    shown = screens(events, size)
    assert all(is_whole(screen, *size) for screen in shown)
    for screen, epoch in zip(shown, (0, 100, 200, 300), strict=False):
        assert f"epoch {epoch} of 400 · moment {epoch + 1}/401" in screen
    assert "replay ■" in shown[-1]
    assert "moment 401/401" in shown[-1]


def test_the_same_recording_gives_the_same_screens_and_keys_are_pressed_first() -> None:
    casting = Casting(frames_per_second=2, seconds=1.0, speed=40.0, keys=("4",))
    both = [screens(cast_events(RecordingPlayer(recorded(40)), casting), (80, 24)) for _ in range(2)]
    assert both[0] == both[1]
    assert all("decision boundary" not in screen and "gradients" in screen for screen in both[0])


def test_ascii_is_ascii() -> None:
    casting = Casting(frames_per_second=1, seconds=1.0, speed=40.0, ascii_only=True)
    assert all(event.data.isascii() for event in cast_events(RecordingPlayer(recorded(40)), casting))


def test_lines_by_hand() -> None:
    text = to_lines((80, 24), "t", [Output(0.0, "a\x1b[0m"), Output(0.1, ""), Output(0.2, "─")])
    assert text.splitlines() == [
        '{"version": 2, "width": 80, "height": 24, "title": "t", "env": {"TERM": "xterm-256color"}}',
        '[0.0, "o", "a\\u001b[0m"]',
        '[0.2, "o", "─"]',
    ]
