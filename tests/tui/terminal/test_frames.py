"""The left-cropped update: two terminal emulators, one fed as Textual would, show the same screen."""

from __future__ import annotations

import importlib.util
import io
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

import pyte
import pytest
import textual
from hypothesis import given, settings
from hypothesis import strategies as st
from pyte.screens import Char
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ComposeResult
from textual.containers import ScrollableContainer
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

from tests.tui.chaos import (
    EXPERIMENTS,
    KEYS,
    MOST_COLUMNS,
    MOST_ROWS,
    Event,
    Key,
    Mouse,
    NextTheme,
    Paste,
    Resize,
    SteppedRunner,
    stay,
    strike,
)
from tuinet.experiment.experiment import Experiment
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.cells import changed_runs, whole
from tuinet.tui.draw.short_names import graphemes
from tuinet.tui.draw.text import ink
from tuinet.tui.style.theme import load_themes
from tuinet.tui.terminal import frames
from tuinet.tui.terminal.detect import Terminal
from tuinet.tui.terminal.frames import CroppedUpdate, cropped
from tuinet.tui.terminal.link import Link

COLOURS: Final = ("#ff0000", "#00ff00", "#0000ff", "#808080")
TEXTS: Final = ("a", "b", " ", "▀", "●", "漢", "字", "👍", "é", "漢漢", "日本語", "ab", "─" * 7)
"""What Rich and the emulator give as many cells."""
_FRAMES: Final = 20
ShownUpdate = ChopsUpdate | LayoutUpdate


def as_update(renderable: RenderableType | None) -> ShownUpdate | None:
    """What the compositor has to say; Textual's own type of it is not one that Rich knows."""
    return renderable if isinstance(renderable, (ChopsUpdate, LayoutUpdate)) else None


class Emulator:
    """A terminal, and how many characters it was sent."""

    def __init__(self, width: int, height: int) -> None:
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.Stream(self._screen)
        self.received = 0

    def feed(self, text: str) -> None:
        self.received += len(text)
        self._stream.feed(text)

    def rows(self) -> list[list[Char]]:
        """What is seen of each cell: its character, its colours and attributes."""
        columns, buffer = range(self._screen.columns), self._screen.buffer
        return [[seen(buffer[row][column]) for column in columns] for row in range(self._screen.lines)]


def seen(cell: Char) -> Char:
    """A cell without what a blank does not show."""
    is_plain = cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough)
    return cell._replace(fg="default", bold=False, italics=False, blink=False) if is_plain else cell


def without_halves(row: list[Char]) -> list[Char]:
    """A blank where one half of a wide character has been overwritten, as terminals have it, and pyte has not."""
    if all(cell.data.isascii() and cell.data for cell in row):
        return row
    blank, wide = row[0]._replace(data=" "), [cell_len(cell.data) == 2 for cell in row]
    return [
        cell._replace(data=" ") if (is_wide and after.data) or (not cell.data and not was_wide) else cell
        for was_wide, is_wide, cell, after in zip([False, *wide], wide, row, [*row[1:], blank], strict=False)
    ]


def different_cells(one: Emulator, other: Emulator) -> dict[tuple[int, int], tuple[Char, Char]]:
    """What differs, by row and column."""
    unlike = [(y, rows) for y, rows in enumerate(zip(one.rows(), other.rows(), strict=True)) if rows[0] != rows[1]]
    pairs = ((y, zip(*map(without_halves, rows), strict=True)) for y, rows in unlike)
    return {(y, x): pair for y, row in pairs for x, pair in enumerate(row) if pair[0] != pair[1]}


def assert_same_cells(one: Emulator, other: Emulator) -> None:
    assert not different_cells(one, other)


class Twins:
    """A terminal fed in Textual's own form, and one in ours."""

    def __init__(self, width: int, height: int) -> None:
        self.size = width, height
        self.stock, self.own = Emulator(width, height), Emulator(width, height)
        self.cropped = self.halves = 0

    def show(self, update: ShownUpdate, console: Console, repaint: Callable[[], Emulator]) -> None:
        """An update. Textual leaves half a wide character where something moves over it, and either form may be the
        first to draw it whole: no cell that Textual has right may be wrong in ours.
        """
        smaller = as_update(cropped(update))
        assert smaller is not None
        self.cropped += isinstance(smaller, CroppedUpdate)
        self.stock.feed(update.render_segments(console))
        self.own.feed(smaller.render_segments(console))
        different = different_cells(self.stock, self.own)
        if different:
            truth = repaint()
            wrong = different_cells(self.own, truth).keys() - different_cells(self.stock, truth).keys()
            assert not wrong, {place: different[place] for place in wrong}
            self.halves += 1


def make_console() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", _environ={})


def text_row(generator: random.Random, width: int, texts: Sequence[str] = TEXTS) -> Strip:
    pieces: list[Segment] = []
    while sum(piece.cell_length for piece in pieces) < width:
        pieces.append(Segment(generator.choice(texts), random_ink(generator)))
    return Strip(pieces).adjust_cell_length(width, ink(None, COLOURS[3]))


def random_ink(generator: random.Random) -> Style:
    return ink(generator.choice(COLOURS), generator.choice(COLOURS), bold=generator.random() < 0.3)


class Board(Widget):
    """Rows of text, some of which changes: exactly what has, or more than that, is drawn anew."""

    DEFAULT_CSS = "Board { width: 100%; height: 100%; }"

    def __init__(self, seed: int, rows: int = 60, columns: int = 140) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self._board = [text_row(self._random, columns) for _ in range(rows)]

    def render_line(self, y: int) -> Strip:
        return self._board[y].crop(0, self.size.width) if y < len(self._board) else Strip.blank(self.size.width)

    def change(self) -> None:
        regions = []
        for y in self._random.sample(range(min(len(self._board), max(self.size.height, 1))), 1):
            before = self.render_line(y)
            self._board[y] = self._changed(self._board[y])
            for left, right in changed_runs(before, self.render_line(y)):
                regions.append(self._region(y, max(0, left - self._random.choice((0, 0, 1, 2, 5))), right))
        y = self._random.randrange(max(self.size.height, 1))
        left = self._random.randrange(max(self.size.width, 1))
        regions.append(self._region(y, left, left + self._random.randint(1, 9)))
        self.refresh(*regions)

    def _region(self, y: int, left: int, right: int) -> Region:
        """It may begin within a wide character, but Textual breaks one that it ends in."""
        return Region(left, y, max(whole(self.render_line(y), left, min(right, self.size.width))[1] - left, 1), 1)

    def _changed(self, row: Strip) -> Strip:
        if self._random.random() < 0.2:
            return text_row(self._random, row.cell_length)
        place, text = self._random.randrange(row.cell_length), self._random.choice(TEXTS)
        new = Strip([Segment(text, random_ink(self._random))])
        rest = row.crop(min(place + new.cell_length, row.cell_length), row.cell_length)
        return Strip([*row.crop(0, place), *new, *rest]).adjust_cell_length(row.cell_length)


class Note(ModalScreen[None]):
    """Something small above everything else, through which one can see."""

    DEFAULT_CSS = "Note { align: center middle; background: #102030 60%; } Note Board { width: 13; height: 5; }"

    def compose(self) -> ComposeResult:
        yield Board(9)


class Boards(App[None]):
    """Boards beside, above and within one another; every update is shown to twins."""

    CSS = """
    Screen { layers: below above; layout: horizontal; }
    #left { width: 23; }
    #within { width: 1fr; }
    #within Board { width: 120; height: 50; }
    #floating { layer: above; width: 17; height: 4; }
    """
    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.twins, self.received = Twins(80, 24), (0, 0)

    def compose(self) -> ComposeResult:
        left, floating = Board(1), Board(2)
        left.id, floating.id = "left", "floating"
        yield left
        yield ScrollableContainer(Board(3), id="within")
        yield floating

    def on_mount(self) -> None:
        self.console = make_console()
        self.animation_level = "none"

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        show_twins(self, renderable)
        super()._display(screen, renderable)


def show_twins(app: Boards | ShownTwice, renderable: RenderableType | None) -> None:
    """What Textual would send now, both ways; the terminal has the size that the update was made for."""
    update = as_update(renderable)
    if update is not None and not app._batch_count:
        if app.twins.size != app.screen._compositor.size:
            app.received = app.received[0] + app.twins.stock.received, app.received[1] + app.twins.own.received
            app.twins = Twins(*app.screen._compositor.size)
        app.twins.show(update, app.console, lambda: repainted(app))


def repainted(app: App[None]) -> Emulator:
    """A terminal on which everything is drawn anew."""
    fresh, screen = Emulator(*app.size), app.screen
    update = as_update(screen._compositor.render_update(full=True, screen_stack=app._background_screens))
    assert update is not None
    fresh.feed(update.render_segments(app.console))
    return fresh


async def change_board(pilot: Pilot[None], generator: random.Random) -> None:
    """One of the things that happen to boards."""
    app, boards = pilot.app, list(pilot.app.screen.query(Board))
    match generator.randrange(20):
        case 0:
            await pilot.resize_terminal(generator.randint(20, 90), generator.randint(5, 30))
        case 1:
            if isinstance(app.screen, Note):
                app.pop_screen()
            else:
                await app.push_screen(Note())
        case 2 | 3 if floating := app.screen.query("#floating"):
            floating.first().styles.offset = generator.randint(0, 60), generator.randint(0, 20)
        case 4 | 5 if within := app.screen.query("#within"):
            within.first().scroll_to(generator.randint(0, 60), generator.randint(0, 30), animate=False)
        case 6:
            app.theme = generator.choice(("textual-dark", "textual-light", "nord"))
        case 7:
            generator.choice(boards).refresh()
        case _:
            for board in generator.choices(boards, k=2):
                board.change()


async def play_boards(seed: int, changes: int) -> Twins:
    generator, app = random.Random(seed), Boards()
    shown = 0
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for _ in range(changes):
            await change_board(pilot, generator)
            await pilot._wait_for_screen()
            app.screen._on_timer_update()
            shown = max(shown, app.twins.cropped)
        assert shown
    return app.twins


async def test_boards_look_the_same_as_textuals_own() -> None:
    await play_boards(seed=0, changes=120)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 41))
async def test_boards_look_the_same_as_textuals_own_for_long(seed: int) -> None:
    await play_boards(seed, changes=250)


class ShownTwice(TuinetApp):
    """The dashboard, every update of which is shown to twins."""

    def __init__(self, runner: SteppedRunner, terminal: Terminal) -> None:
        themes = load_themes()
        super().__init__(runner, themes[0], themes, terminal, link=Link(1 / 3600))
        self.twins, self.received = Twins(80, 24), (0, 0)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        show_twins(self, renderable)
        super()._display(screen, renderable)


TERMINALS: Final = (
    Terminal(),
    Terminal("256"),
    Terminal("16", "console"),
    Terminal("none", "ascii"),
)


def wide_classes(folder: Path) -> Experiment:
    """Classes and features whose names take two cells a character."""
    path = folder / "漢字.csv"
    lines = ["身長,体重,語", *(f"{i % 7},{i * i % 11},{'日本語' if i % 3 else '中国語'}" for i in range(40))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Experiment(dataset=str(path), hidden=(3,))


def random_event(generator: random.Random) -> Event:
    match generator.randrange(24):
        case 0:
            return Resize(*generator.choice(((80, 24), (120, 36), (1, 1))))
        case 1:
            return Resize(generator.randint(1, MOST_COLUMNS // 2), generator.randint(1, MOST_ROWS // 2))
        case 2:
            return NextTheme()
        case 3:
            return Paste("漢字")
        case 4 | 5 | 6 | 7:
            kind = generator.choice(("down", "up", "move", "wheel down", "wheel up"))
            return Mouse(kind, generator.randrange(MOST_COLUMNS), generator.randrange(MOST_ROWS), 1)
        case _:
            return Key(generator.choice(KEYS))


async def drawn(pilot: Pilot[None], app: ShownTwice) -> None:
    """Wait for what comes with the clock: a frame, a screen that has come back, a cursor that blinks."""
    for _ in range(_FRAMES):
        app.screen._on_timer_update()
        if not different_cells(app.twins.own, repainted(app)):
            return
        await pilot.pause(1 / 20)


async def play_dashboard(experiment: Experiment, terminal: Terminal, seed: int, count: int) -> None:
    """The dashboard is shown the same in both forms; and what is on the screen is what a full repaint would show."""
    generator, runner = random.Random(seed), SteppedRunner(Session(experiment))
    app = ShownTwice(runner, terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(count):
            await strike(pilot, runner, random_event(generator))
            await drawn(pilot, app)
            # No region was forgotten: drawing everything anew would change nothing.
            assert_same_cells(app.twins.own, repainted(app))
    assert app.received[1] + app.twins.own.received < app.received[0] + app.twins.stock.received


def forbid_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    for action in ("action_quit", "action_quit_at_once"):
        monkeypatch.setattr(TuinetApp, action, stay)


@pytest.mark.parametrize("terminal", TERMINALS, ids=str)
async def test_the_dashboard_looks_the_same(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    forbid_leaving(monkeypatch)
    await play_dashboard(wide_classes(tmp_path), terminal, seed=TERMINALS.index(terminal), count=25)


async def test_without_colours_a_cell_that_changes_with_its_neighbours_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    forbid_leaving(monkeypatch)
    await play_dashboard(EXPERIMENTS[19 % (len(EXPERIMENTS) + 1) - 1], TERMINALS[3], seed=119, count=50)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30))
async def test_the_dashboard_looks_the_same_for_long(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    forbid_leaving(monkeypatch)
    experiment = (wide_classes(tmp_path), *EXPERIMENTS)[seed % (len(EXPERIMENTS) + 1)]
    await play_dashboard(experiment, TERMINALS[seed % len(TERMINALS)], seed=100 + seed, count=100)


texts = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=30)
spans = st.lists(st.tuples(st.integers(0, 29), st.integers(1, 12)), max_size=3)


@settings(max_examples=200)
@given(st.lists(st.tuples(texts, spans), min_size=2, max_size=6), st.integers(1, 29))
def test_what_is_cut_anywhere_leaves_what_a_full_repaint_shows(
    frames: list[tuple[list[str], list[tuple[int, int]]]], cut: int
) -> None:
    """Whatever more is drawn anew, and wherever it begins and ends; two panels meet at the cut."""
    console, own, before = make_console(), Emulator(30, 1), Strip.blank(30)
    for text, more in frames:
        row = Strip([Segment("".join(text), ink(None, COLOURS[len(text) % 4]))]).adjust_cell_length(30)
        # As they are on the screen: a wide character does not reach into the panel beside its own.
        row = Strip([*row.crop(0, cut), *row.crop(cut, 30)], 30)
        runs = [*changed_runs(before, row), *((left, min(left + width, 30)) for left, width in more)]
        chops = [dict(zip((0, cut), row.divide([cut, 30]), strict=True))]
        update = cropped(ChopsUpdate(chops, [(0, *run) for run in runs] or [(0, 0, 0)], [[cut, 30]]))
        assert isinstance(update, CroppedUpdate)
        own.feed(update.render_segments(console))
        fresh = Emulator(30, 1)
        fresh.feed(row.render(console))
        assert_same_cells(own, fresh)
        before = row


@pytest.mark.parametrize("old", ["漢字漢字", "ab漢字c字", "a👍🏽cde"])
@pytest.mark.parametrize("left", range(8))
def test_a_wide_character_is_never_sent_by_halves(old: str, left: int) -> None:
    strip = Strip([Segment(old), Segment("x")])
    if left < strip.cell_length:
        first, last = whole(strip, left, left + 1)
        assert first <= left < last
        assert strip.crop(first, last).text in [grapheme for grapheme, _ in graphemes(old + "x")]


@given(st.text(st.sampled_from("a漢é\u0301\u200d👩🏫\ufe0f☺🇩🇪👍🏽▀"), max_size=12))
def test_graphemes_add_up(text: str) -> None:
    parts = graphemes(text)
    assert "".join(part for part, _ in parts) == text
    strip = Strip([Segment(text)])
    for left in range(strip.cell_length):
        first, last = whole(strip, left, left + 1)
        assert first <= left < last


@pytest.mark.parametrize("text", ["👩‍🏫", "🇩🇪", "☺️", "👍🏽", "漢", "é"])
def test_a_grapheme_is_one_thing(text: str) -> None:
    assert [part for part, _ in graphemes(f"x{text}x")] == ["x", text, "x"]


def other_version(version: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module as it is beside another Textual."""
    monkeypatch.setattr(textual, "__version__", version)
    spec = importlib.util.spec_from_file_location("crop_elsewhere", str(frames.__file__))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def one_change() -> ChopsUpdate:
    row = Strip([Segment("abcdef", ink(None, COLOURS[0]))])
    return ChopsUpdate([{0: row}], [(0, 4, 5)], [[6]])


@pytest.mark.parametrize("version", ["8.1.9", "8.20.0", "8.3.0", "9.0.0"])
def test_another_textual_writes_its_own_form(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, update = other_version(version, monkeypatch), one_change()
    assert not module.crops_left()
    assert module.cropped(update) is update


def test_the_textual_it_was_compared_with_writes_less(monkeypatch: pytest.MonkeyPatch) -> None:
    module, update = other_version("8.2.99", monkeypatch), one_change()
    assert module.crops_left()
    assert "abcde" in update.render_segments(make_console())
    assert "d" not in module.cropped(update).render_segments(make_console())


@pytest.mark.parametrize("crops_left", [True, False])
async def test_the_dashboard_sends_what_fits_the_version(crops_left: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "crops_left", lambda: crops_left)
    kinds: list[type] = []

    def display(app: App[None], screen: Screen[object], renderable: RenderableType | None) -> None:
        kinds.append(type(renderable))

    monkeypatch.setattr(App, "_display", display)
    runner, themes = SteppedRunner(Session(Experiment())), load_themes()
    async with TuinetApp(runner, themes[0], themes, link=Link(1 / 3600)).run_test() as pilot:
        for _ in range(3):
            await strike(pilot, runner, Key("space"))
    assert (CroppedUpdate in kinds, ChopsUpdate in kinds) == (crops_left, not crops_left)


def test_other_updates_stay_as_they_are() -> None:
    kept: Iterable[RenderableType | None] = ("text", None, CroppedUpdate([], [], []))
    assert all(cropped(update) is update for update in kept)
