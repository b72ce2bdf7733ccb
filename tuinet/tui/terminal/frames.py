"""A frame's way to the terminal: when it is sent, and that only the cells that changed are.

A screen (`tuinet.tui.screens.base`) fetches the latest frame, if `may_draw` finds the line free, and its panels
(`tuinet.tui.panels.base`) refresh the cells that differ. Of the update that Textual's compositor makes of them,
`PacedApp._display` takes exactly those cells, `CroppedUpdate` turns them into text, and `TerminalDriver` writes it.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Final

import textual
from rich.console import Console, RenderableType
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual import on
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.events import CursorPosition
from textual.geometry import Region, Size
from textual.screen import Screen

from tuinet.tui.draw.cells import whole
from tuinet.tui.style.inks import PLAIN, Rendition, rendition_of, shows_on_blanks, turned
from tuinet.tui.terminal.input import InputDriver, bounded_size
from tuinet.tui.terminal.link import QUESTION, Link

if TYPE_CHECKING:
    from tuinet.tui.draw.pixels import Placed
    from tuinet.tui.terminal.graphics import Graphics
    from tuinet.tui.terminal.pictures import Pictures

FRAMES_PER_SECOND: Final = 20.0
"""When nothing else is asked for: what an eye takes for motion."""
_LONGEST_ANSWER: Final = 2.0
"""Seconds that the terminal has to say again how it shows pictures."""


class PacedApp(App[None]):
    """Crops each update to the cells that panels have refreshed, and asks the terminal whether they have arrived.

    Parameters
    ----------
    link
        The line to the terminal; ``None`` where there is none to be spared.
    driver_class
        What talks to the terminal; ``None`` for Textual's own choice.
    """

    answering_until = 0.0
    """Until when a key is being answered: a frame that nobody asked for waits so long."""
    _waits_to_send = False
    """Whether a timer will send what is left of the pictures."""
    _spares_line = False
    """Whether the line has been found too slow for pictures."""

    def __init__(self, link: Link | None = None, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self.link = link
        self.asks_for_graphics = False
        """Whether the driver asks the terminal if it can show pictures."""
        self._pictures: Pictures | None = None

    @property
    def size(self) -> Size:
        """Of the screen, bounded whatever the system says."""
        return Size(*bounded_size(*super().size))

    def on_cursor_position(self, event: CursorPosition) -> None:
        """The terminal has drawn everything that was sent before the question."""
        if self.link is not None:
            self._write(self.link.answered())
            self.line_freed()

    def line_freed(self) -> None:
        """Called when the line has carried a frame."""

    @on(Driver.SignalResume)
    def come_back(self) -> None:
        """Draw everything anew after the terminal was another's; what was asked before will not be answered."""
        if self.link is not None:
            self.link.forget()
        if self._pictures is not None:
            self._pictures.forget()
        self._draw_all()

    def _draw_all(self) -> None:
        self.refresh(layout=True)
        self.screen.refresh(layout=True)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        before, is_written = self._bytes_written, renderable is not None and not self._batch_count
        if not is_written or self._pictures is None:
            super()._display(screen, cropped(renderable))
        elif screen is self.screen:
            self._display_with(self._pictures, screen, cropped(renderable))
        if self.link is not None and is_written and self._is_shown:
            self._write(self.link.sent(self._bytes_written - before))

    @property
    def leaves_room(self) -> bool:
        """Whether what nobody waits for may be sent beside pictures."""
        return self._pictures is None or self._pictures.leaves_room

    def pictures_in_sight(self) -> Mapping[str, Placed]:
        """The pictures that are to be on the screen now."""
        return {}

    def use_graphics(self, graphics: Graphics) -> None:
        """Show pictures in this way from now on."""
        if graphics.protocol == "kitty":
            from tuinet.tui.terminal.pictures import Pictures  # noqa: PLC0415 - only some terminals show any

            self._pictures = Pictures()
        else:
            from tuinet.tui.terminal.standing import standing_pictures  # noqa: PLC0415 - as above

            self._pictures = standing_pictures(graphics, self.size)

    @property
    def last_words_of_pictures(self) -> str:
        """What takes all pictures off the screen, for good."""
        return "" if self._pictures is None else self._pictures.last_words

    def show_pictures(self) -> None:
        """Send what has changed of the pictures, as much as the line may carry; called where no cell has changed."""
        if self._pictures is None:
            return
        before = self._bytes_written
        self._send_pictures(self._pictures, self._wanted_pictures())
        if self.link is not None and self._bytes_written > before:
            self._write(self.link.sent(self._bytes_written - before))

    def move_pictures(self) -> None:
        """Take all pictures off, to show them where they belong now: a terminal may move those that it has.

        Where they depend on the size of cells, or on who shows the screen of tmux, that is asked anew.
        """
        if self._pictures is None:
            return
        self._write(self._pictures.forget())
        if self._pictures.stands_in_cells:
            self._pictures = None
            self._draw_all()
            ask = getattr(self._driver, "ask_for_graphics", None)
            if ask is not None:
                ask()
            self.set_timer(_LONGEST_ANSWER, self._miss_answer)

    def _miss_answer(self) -> None:
        if self._pictures is None:
            self.do_without_pictures("")

    def _wanted_pictures(self) -> Mapping[str, Placed]:
        if self.link is not None and self.link.is_slow and not self._spares_line:
            # For good: without pictures it would soon look like a fast one.
            self._spares_line = True
            self.call_later(self.do_without_pictures, "the line is slow: maps are drawn in cells again")
        return {} if self._spares_line else self.pictures_in_sight()

    def do_without_pictures(self, reason: str) -> None:
        """Called when the terminal shows none any more, or the line is too slow for them; the reason may be empty."""

    def _display_with(self, pictures: Pictures, screen: Screen[Any], update: RenderableType | None) -> None:
        """Write an update, but for cells that a picture stands on, and the pictures that are to be seen then."""
        wanted, spans = self._wanted_pictures(), list[tuple[int, int, int]]()
        if isinstance(update, CroppedUpdate):
            spans = update.spans = pictures.spans_left(update.spans, wanted)
        elif isinstance(update, (ChopsUpdate, LayoutUpdate)):
            # Those of an unknown version of Textual may write more than their spans.
            x, y, width, height = update.region if isinstance(update, LayoutUpdate) else self.size.region
            spans = [(line, x, x + width) for line in range(y, y + height)]
        before = self._bytes_written
        super()._display(screen, update)
        pictures.note_bytes(self._bytes_written - before, is_asked_for=is_answering(self))
        pictures.note_written(spans)
        self._send_pictures(pictures, wanted)

    def _send_pictures(self, pictures: Pictures, wanted: Mapping[str, Placed]) -> None:
        written = pictures.show(wanted) if self._is_shown else ""
        if written:
            self._begin_update()
            self._write(written)
            self._end_update()
        if stale := [Region(first, line, last - first, 1) for line, first, last in pictures.stale(wanted)]:
            self.screen.refresh(*stale)
        if pictures.is_owing and not self._waits_to_send:
            self._waits_to_send = True
            self.set_timer(pictures.wait, self._send_again)

    def _send_again(self) -> None:
        self._waits_to_send = False
        self.show_pictures()

    @property
    def _bytes_written(self) -> int:
        return getattr(self._driver, "bytes_written", 0)

    @property
    def _is_shown(self) -> bool:
        return self._running and not self._closed and not self.is_headless

    def _write(self, question: str) -> None:
        if question and self._is_shown and self._driver is not None:
            self._driver.write(question)


def may_draw(app: App[Any], *, at_once: bool = False) -> bool:
    """Whether a frame may be shown now: not before the line has carried the one before, and pictures have their share.

    Parameters
    ----------
    at_once
        Whether somebody waits for it: then it need not be time for the next frame.
    """
    if not isinstance(app, PacedApp) or app.is_headless:
        return True
    return (at_once or app.leaves_room) and (app.link is None or app.link.is_free(at_once=at_once))


def may_answer_first(app: App[Any]) -> bool:
    """Whether the answer to a key may be sent before the rest of its frame, which then follows soon."""
    link = app.link if isinstance(app, PacedApp) and not app.is_headless else None
    return link is not None and link.is_quick


def is_answering(app: App[Any]) -> bool:
    """Whether a key has just been pressed, whose answer is to be the next frame."""
    return isinstance(app, PacedApp) and monotonic() < app.answering_until


def frame_seconds(app: App[Any]) -> float:
    """Seconds from one frame to the next, if all goes well."""
    link = app.link if isinstance(app, PacedApp) else None
    return 1 / FRAMES_PER_SECOND if link is None else link.interval


_KNOWN_VERSIONS: Final = ("8.2.",)


class CroppedUpdate(ChopsUpdate):
    """Writes exactly the cells of its spans, and the other half of a wide character that a span begins or ends in.

    A terminal that is sent one half only draws neither.
    """

    def render_segments(self, console: Console) -> str:
        """The control sequences and text to write."""
        written, writer = list[str](), SegmentWriter()
        for y, first, last in self.spans:
            for end, (start, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(start, first), min(end, last)
                if strip is not None and left < right:
                    left, right = (start + cell for cell in whole(strip, left - start, right - start))
                    written.append(Control.move_to(left, y).segment.text)
                    written.append(writer.write(strip.crop(left - start, right - start)))
        return "".join([*written, writer.rest()])


@cache
def crops_left() -> bool:
    """Whether this is a version of Textual whose updates are known.

    Asked when a part of the screen is sent for the first time, and so after the first frame, which is sent whole:
    Textual takes some milliseconds to look its version up.
    """
    return textual.__version__.startswith(_KNOWN_VERSIONS)


def cropped(update: RenderableType | None) -> RenderableType | None:
    """The smaller form of an update of parts of the screen; everything else as it is."""
    if type(update) is ChopsUpdate and crops_left():
        return CroppedUpdate(update.chops, update.spans, update.chop_ends)
    return update


_NO_STYLE: Final = Style()


class SegmentWriter:
    """Writes segments one after the other, beginning and ending with the terminal's own style."""

    def __init__(self) -> None:
        self._look = PLAIN

    def write(self, segments: Iterable[Segment]) -> str:
        """The text of segments, each with what of its style is new."""
        return "".join(self._turn(text, rendition_of(style or _NO_STYLE)) + text for text, style, _ in segments)

    def rest(self) -> str:
        """What gives the terminal its own style back."""
        was_used, self._look = self._look != PLAIN, PLAIN
        return "\x1b[0m" if was_used else ""

    def _turn(self, text: str, look: Rendition) -> str:
        before = self._look
        if not text.strip(" ") and not shows_on_blanks(before.attributes) and not shows_on_blanks(look.attributes):
            # Of a blank nothing but its ground is seen.
            look = before._replace(ground=look.ground)
        self._look = look
        return "" if look == before else turned(before, look)


_GONE: Final = (errno.EIO, errno.EPIPE)


class TerminalOutput:
    """A file for the thread that writes; that thread outlives every error, or else nobody would empty its queue.

    Parameters
    ----------
    file
        What is written to.
    broken
        Called with the first error, once. It is not called where the terminal has gone, which is noticed elsewhere.
    """

    def __init__(self, file: IO[str], broken: Callable[[BaseException], None]) -> None:
        self._file, self._broken = file, broken
        self._is_broken = False

    def write(self, text: str) -> None:
        """Write, if that is possible; also after an error, since the last words restore the terminal."""
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        """Send what has been written."""
        self._try(self._file.flush)

    def fileno(self) -> int:
        """See `io.IOBase`."""
        return self._file.fileno()

    def _try(self, use: Callable[[], object]) -> None:
        try:
            use()
        except Exception as error:
            if not self._is_broken and getattr(error, "errno", None) not in _GONE:
                self._is_broken = True
                self._broken(error)


class TerminalDriver(InputDriver):
    """Writes the bytes, through Textual's thread, and counts them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.bytes_written = 0
        if self._file is not None:
            self._file = TerminalOutput(self._file, self._break_down)  # type: ignore[assignment]

    def _break_down(self, error: BaseException) -> None:
        """End the application with an error; called from the thread that writes."""
        self._app.call_later(self._app._handle_exception, error)

    def write(self, data: str) -> None:
        """See `textual.driver.Driver`."""
        if data == QUESTION:
            self.expect_answer()
        self.bytes_written += len(data.encode(errors="replace"))
        super().write(data)

    def stop_application_mode(self) -> None:
        """See `textual.driver.Driver`; pictures would stay where they are."""
        if last_words := getattr(self._app, "last_words_of_pictures", ""):
            self.write(last_words)
        super().stop_application_mode()
