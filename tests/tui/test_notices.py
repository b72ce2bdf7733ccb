"""Notices leave by themselves, move no panel, hide neither loss nor accuracy, and never look like a warning."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import RenderableType
from textual.pilot import Pilot
from textual.screen import Screen

from tests.compare.factories import made_up_standing, xor_grid
from tests.factories import StubRunner, make_fit, make_frame, make_metrics, make_snapshot
from tests.tui.test_app import DARK, LIGHT, screen_text
from tuinet.observe.finding import Finding
from tuinet.observe.snapshot import Frame
from tuinet.tui.app import TuinetApp
from tuinet.tui.compare.app import CompareApp
from tuinet.tui.draw.loss_title import tells_quality
from tuinet.tui.layout import MAP, STATUS
from tuinet.tui.notices import Notice, reading_seconds
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.status import StatusLines, status_lines
from tuinet.tui.screens import base
from tuinet.tui.screens.base import PollingScreen
from tuinet.tui.terminal.link import StatusNotes

LONG = "nothing to undo: no weight and no setting has been changed up to here"


class Clock:
    """Seconds, as the test wants them."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def clocked(pilot: Pilot[None]) -> Clock:
    """A clock of the present screen, by which its notices leave."""
    clock, screen = Clock(), pilot.app.screen
    assert isinstance(screen, PollingScreen)
    screen.said.now = screen.told.now = clock
    return clock


async def polled(pilot: Pilot[None]) -> None:
    """Have the present screen look for news now: where there was none for a while it does so seldom."""
    screen = pilot.app.screen
    assert isinstance(screen, PollingScreen)
    screen.poll(at_once=True)
    await pilot.pause()


def test_a_notice_stays_as_long_as_it_takes_to_read() -> None:
    clock = Clock()
    notice = Notice(clock)
    assert (reading_seconds("theme light"), reading_seconds("x" * 120)) == (4.0, 10.0)
    notice.begin("theme light")
    clock.seconds += 3.9
    assert not notice.is_over
    notice.begin("theme dark")
    clock.seconds += 3.9
    assert not notice.is_over
    clock.seconds += 0.2
    assert notice.is_over


def test_the_same_answer_does_not_begin_anew() -> None:
    clock = Clock()
    notice = Notice(clock)
    for _ in range(5):
        notice.begin("no", (3, "no"))
        clock.seconds += 1.0
    assert notice.is_over
    notice.skip((5, "no"))
    notice.begin("no", (5, "no"))
    assert notice.is_over


def test_another_answer_in_the_same_words_is_said_again() -> None:
    clock = Clock()
    notice = Notice(clock)
    notice.begin("no", (3, "no"))
    clock.seconds += 60
    notice.begin("no", (4, "no"))
    assert not notice.is_over


@pytest.mark.parametrize(
    "said", [{"refusal": LONG}, {"notice": "the run is in a-rather-long-name-of-a-file-that-needs-room.npz"}, {}]
)
async def test_it_leaves_by_itself_and_loss_and_accuracy_stay(said: dict[str, str]) -> None:
    runner = StubRunner()
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        clock = clocked(pilot)
        before = screen_text(pilot)
        words = next(iter(said.values()), LONG)
        if said:
            runner.change(**said, obeyed=1)
        assert isinstance(pilot.app.screen, PollingScreen)
        if not said:
            pilot.app.screen.say(words)
        await polled(pilot)
        assert words in screen_text(pilot)
        assert "loss 0.2143 · accuracy 4/4" in screen_text(pilot)
        clock.seconds += reading_seconds(words) + 0.1
        await polled(pilot)
        assert screen_text(pilot) == before


async def test_it_moves_no_panel_and_its_leaving_is_one_row_and_then_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    refreshed: list[str | None] = []
    original = CellPanel.refresh

    def refresh(panel: CellPanel, *regions: object, **options: object) -> CellPanel:
        if regions or options.get("layout"):
            refreshed.append(panel.id)
        return original(panel, *regions, **options)  # type: ignore[arg-type]

    async with TuinetApp(StubRunner(), DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.1)
        clock = clocked(pilot)
        region = pilot.app.screen.query_one(f"#{MAP}").region
        monkeypatch.setattr(CellPanel, "refresh", refresh)
        pilot.app.screen.say(LONG)  # type: ignore[attr-defined]
        await pilot.pause(0.1)
        assert pilot.app.screen.query_one(f"#{MAP}").region == region
        assert set(refreshed) == {STATUS}
        refreshed.clear()
        clock.seconds += 60
        await pilot.pause(0.1)
        assert refreshed == [STATUS]
        clock.seconds += 60
        await pilot.pause(0.2)
        assert refreshed == [STATUS]


async def test_the_greeting_leaves_too_and_with_any_key() -> None:
    for keys in ([], ["l"]):
        notes = StatusNotes("welcome: {key: help} explains keys and screen")
        async with TuinetApp(StubRunner(), DARK, [DARK], status_note=notes).run_test(size=(80, 24)) as pilot:
            clock = clocked(pilot)
            assert "welcome: ? explains keys and screen" in screen_text(pilot)
            await pilot.press(*keys)
            clock.seconds += 0 if keys else 1e6
            await pilot.pause(0.1)
            assert "welcome" not in screen_text(pilot)


async def test_a_notice_leaves_in_the_same_update_in_which_the_answer_to_the_key_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runner, sent = StubRunner(), list[str]()
    app = TuinetApp(runner, DARK, [DARK])
    original = TuinetApp._display
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, PollingScreen)
        screen.say(LONG)
        await pilot.pause()

        def display(shown: TuinetApp, top: Screen[Any], update: RenderableType | None) -> None:
            sent.extend([] if update is None else [screen.notice])
            original(shown, top, update)

        monkeypatch.setattr(TuinetApp, "_display", display)
        monkeypatch.setattr("tuinet.tui.app._ANSWERING", 60.0)
        await pilot.press("right_parenthesis")
        assert (sent, screen.notice) == ([], LONG)
        runner.change(obeyed=1, snapshot=make_snapshot(learning_rate=1.0))
        runner.listener()
        await pilot.pause()
        assert sent == [""]
        assert "learning rate 1 " in screen_text(pilot)


async def test_what_was_answered_below_is_not_said_above() -> None:
    runner = StubRunner(make_frame(refusal=LONG, obeyed=1))
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        assert LONG in screen_text(pilot)
        await pilot.press("g")
        await pilot.pause(0.1)
        assert LONG not in screen_text(pilot)
        assert "loss 0.2143 · accuracy 4/4" in screen_text(pilot)


async def test_what_was_answered_above_is_not_said_below() -> None:
    runner = StubRunner()
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        await pilot.press("m")
        await pilot.pause(0.1)
        runner.change(refusal=LONG, obeyed=1)
        await pilot.pause(0.1)
        assert LONG in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert LONG not in screen_text(pilot)
        runner.change(refusal=LONG, obeyed=2)
        await pilot.pause(0.1)
        assert LONG in screen_text(pilot)


async def test_what_is_answered_before_a_busy_line_has_shown_the_dashboard_again_is_said_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runner, is_free = StubRunner(), [True]
    monkeypatch.setattr(base, "may_draw", lambda app, at_once=False: is_free[0])
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        await pilot.press("m")
        await polled(pilot)
        is_free[0] = False
        await pilot.press("escape")
        await polled(pilot)
        runner.change(refusal=LONG, obeyed=1)
        is_free[0] = True
        await polled(pilot)
        assert LONG in screen_text(pilot)


async def test_above_the_dashboard_a_notice_has_a_row_of_its_own() -> None:
    async with TuinetApp(StubRunner(), DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        clock = clocked(pilot)
        pilot.app.screen.say(LONG)  # type: ignore[attr-defined]
        await pilot.pause(0.1)
        first, second, third = screen_text(pilot).splitlines()[:3]
        assert first.strip() == LONG
        assert "loss 0.2143 · accuracy 4/4" in second
        assert third.startswith("╭─ gradient check")
        clock.seconds += 60
        await pilot.pause(0.1)
        first, second = screen_text(pilot).splitlines()[:2]
        assert "loss 0.2143 · accuracy 4/4" in first
        assert second.startswith("╭─ gradient check")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60), (60, 40)])
async def test_loss_and_accuracy_are_told_once(size: tuple[int, int]) -> None:
    async with TuinetApp(StubRunner(), DARK, [DARK]).run_test(size=size) as pilot:
        assert screen_text(pilot).count("loss 0.2143") == screen_text(pilot).count("accuracy 4/4") == 1
        for key in ("1", "2"):
            await pilot.press(key)
            await pilot.pause()
            assert screen_text(pilot).count("loss 0.2143") == screen_text(pilot).count("accuracy 4/4") == 1
        await pilot.press("escape")
        await pilot.resize_terminal(100, 30)
        await pilot.pause(0.1)
        assert screen_text(pilot).count("loss 0.2143") == screen_text(pilot).count("accuracy 4/4") == 1


def test_the_status_tells_what_the_title_of_the_curve_has_no_room_for() -> None:
    both = make_snapshot(metrics=make_metrics(correct=97, samples=100), test_metrics=make_metrics(correct=3))
    assert tells_quality(both, DARK, 44)
    assert not tells_quality(both, DARK, 25)
    numbers = make_snapshot(task="regression", metrics=make_fit())
    assert tells_quality(numbers, DARK, 44)
    assert not tells_quality(numbers, DARK, 13)
    assert tells_quality(make_snapshot(divergence="the loss is not finite"), DARK, 18)


def arranged(frame: Frame, width: int = 80, notice: str = "") -> StatusLines:
    return status_lines(frame, DARK, width, notice=notice)


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("notice", ["", "theme light", LONG, LONG * 3])
def test_whatever_is_said_loss_and_accuracy_are_in_the_status(width: int, notice: str) -> None:
    finding = Finding("stuck", "stuck on a plateau: press r to reinitialize")
    for snapshot in (make_snapshot(), make_snapshot(findings=(finding,), pending=("3 hidden neurons",))):
        for frame in (make_frame(snapshot), make_frame(snapshot, running=True, rate=98.3, warning="the disk is full")):
            state = "".join(text for text, _ in arranged(frame, width, notice).state)
            assert ("loss 0.2143" in state) and ("accuracy 4/4" in state or width == 40)


def test_only_warnings_have_their_colour() -> None:
    finding = Finding("stuck", "stuck on a plateau: press r to reinitialize")
    frame = make_frame(make_snapshot(findings=(finding,)), notice="the run is in a.npz")._replace(warning="full disk")
    lines = arranged(frame, 60, LONG)
    pieces = [piece for line in [*lines.head, *lines.below] for piece in line]
    warned = "".join(text for text, style in pieces if style == DARK.inks.warning)
    assert " ".join(warned.split()) == "full disk stuck on a plateau: press r to reinitialize"
    for refused in (make_frame(refusal=LONG), make_frame(notice=LONG)):
        lines = arranged(refused)
        assert DARK.inks.warning not in {style for line in [*lines.head, *lines.below] for _, style in line}


async def test_a_theme_says_its_name_on_the_dashboard_and_in_a_comparison() -> None:
    grid = xor_grid()
    standing = made_up_standing(grid, 3)
    apps = TuinetApp(StubRunner(), DARK, [DARK, LIGHT]), CompareApp(grid, lambda: standing, "", DARK, [DARK, LIGHT])
    for app in apps:
        async with app.run_test(size=(80, 24)) as pilot:
            before = screen_text(pilot)
            clock, screen = Clock(), app.screen
            screen.said.now = clock  # type: ignore[attr-defined]
            await pilot.press("t")
            assert "theme light" in screen_text(pilot).splitlines()[0]
            clock.seconds += 5
            screen.poll()  # type: ignore[attr-defined]
            await pilot.pause(0.1)
            assert screen_text(pilot) == before
            await pilot.press("t")
            assert "theme dark" in screen_text(pilot)


def test_what_is_longer_than_a_row_begins_where_it_is_said() -> None:
    path = "/".join(["a-folder"] * 8)
    lines = ["".join(text for text, _ in line) for line in arranged(make_frame(notice=f"the run is in {path}")).below]
    assert lines[0].startswith(" the run is in a-folder/")
    assert "".join(line.strip() for line in lines) == f"the run is in {path}"
    for words in ("x" * 500, "word " * 99):
        lines = ["".join(text for text, _ in line) for line in arranged(make_frame(refusal=words)).head]
        assert max(map(len, lines)) <= 79 + 1
        assert lines[-1].endswith(" …")


def test_no_wide_character_is_lost_where_a_long_word_is_broken() -> None:
    path = "日本語" * 20
    for words in (f"the run is in {path}", f"the run is in  a{path}"):
        lines = arranged(make_frame(notice=words)).below
        assert "".join("".join(text for text, _ in line).strip() for line in lines).split()[-1] in words
        assert "".join(text.strip() for line in lines for text, _ in line).endswith(path)
