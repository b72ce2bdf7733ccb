"""The rate finder as a screen: the losses with many learning rates, from one moment of the run on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from textual.app import ComposeResult
from textual.events import MouseDown
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.rates import RateSearch, rate_text
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.session.divergence import ABSURD_PARAMETER
from tuinet.session.edits import Configure
from tuinet.tui.draw.legends import curve_piece
from tuinet.tui.draw.rates import (
    BEST,
    CURSOR,
    DIVERGED,
    PRESENT,
    RateChoice,
    RatePicture,
    rates_layout,
    rates_legend,
    rates_rows,
)
from tuinet.tui.draw.scales import SCALE_SENTENCES, next_scale
from tuinet.tui.draw.text import count, first_fitting, row, wrapped
from tuinet.tui.keys import Keymap
from tuinet.tui.layout import Arrangement
from tuinet.tui.messages import RatePointed
from tuinet.tui.panels.base import CellPanel, Entry, Label
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.screen_keys import RATES_BINDINGS
from tuinet.tui.screens.base import FramedScreen, bars
from tuinet.tui.style.theme import Theme

_PANEL: Final = "rates"


class RatesPanel(CellPanel):
    """A chart of the losses against the rates, with a cursor, and what it says."""

    HEADING = "rate finder"
    choice: reactive[RateChoice] = reactive(RateChoice(), repaint=False)

    watch_choice = CellPanel.update_cells

    def title(self, frame: Frame, theme: Theme) -> Label:
        """From where the search has begun, and how far it has got."""
        search = frame.snapshot.rates
        if search is None or search.trouble:
            return self.HEADING
        since = f"{self.HEADING} · from epoch {count(search.epoch)}"
        since += f", batch {count(search.batch)}" if search.batch else ""
        return first_fitting((f"{since}{_progress(search)}", since, self.HEADING), self.edge)

    def legend(self, frame: Frame, theme: Theme) -> Label:
        """What the marks are."""
        picture = picture_of(frame, self.choice)
        return "" if picture is None else rates_legend(picture, theme, self.edge)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The chart and the words; before there is anything to see, that it is under way."""
        picture, search = picture_of(frame, self.choice), frame.snapshot.rates
        if picture is not None:
            return rates_rows(picture, theme, width, height)
        words = search.trouble if search is not None and search.trouble else "Under way …"
        lines = wrapped(words, width - 2, theme.inks.axis)
        return [row([(" ", theme.inks.blank), *line], width, theme.inks.blank) for line in lines]

    def on_mouse_down(self, event: MouseDown) -> None:
        """Put the cursor on the rate that was clicked."""
        picture = None if self.frame is None else picture_of(self.frame, self.choice)
        layout = None if picture is None or self.theme is None else rates_layout(picture, self.theme, *self.room)
        if picture is not None and layout is not None:
            chosen = picture.at_column(event.x - 1 - layout.gutter, layout)
            self.post_message(RatePointed(chosen.rate or picture.rate))

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, strong = theme.inks.axis, theme.inks.strong
        yield (
            [curve_piece(theme.curve, theme)],
            "The loss after so many epochs, against the learning rate. Only the rate differs: weights, the optimizer's "
            "memory, batches and dropout are those that the run had when the search began.",
        )
        yield [("╌╌╌╌", dim)], "The loss when the search began."
        yield [(CURSOR, theme.inks.key)], "The cursor; its numbers stand in the first row."
        yield (
            [(BEST, strong)],
            "Best: the lowest loss among the rates from the smallest on at which it falls, up to the first at which it "
            "does not. A larger rate at which it falls again has been lucky, and does not count.",
        )
        yield [(PRESENT, strong)], "The rate that the run had when the search began."
        yield (
            [(DIVERGED, theme.inks.wrong)],
            "Diverged: no longer finite; or the loss is over 100 times that at the start and that of answering 0; or a "
            f"parameter is over {ABSURD_PARAMETER:g}, for large targets or small inputs even larger.",
        )
        yield [("falls", theme.inks.curve)], "No higher than at the start, and not diverged: however little it falls."
        yield [("rises", theme.inks.warning)], "Higher than at the start: the steps are too large."


def _progress(search: RateSearch) -> str:
    if not search.curves or search.is_done:
        return f" · {count(search.total)} rates, {count(search.epochs)} epochs each"
    if not search.is_stacked:
        return f" · {search.known} of {search.total} rates"
    return f" · {count(search.curves[-1].epochs)} of {count(search.epochs)} epochs"


def picture_of(frame: Frame, choice: RateChoice) -> RatePicture | None:
    """What there is to draw; ``None`` before anything is known."""
    search = frame.snapshot.rates
    return RatePicture(search, choice) if search is not None and search.curves else None


class RatesScreen(FramedScreen):
    """How the run goes on with other learning rates; one of them can be taken over."""

    MANUAL = "27-rates.md"
    KEYS = RATES_BINDINGS
    GLOSSARY = (StatusPanel, RatesPanel)

    def compose(self) -> ComposeResult:
        """Status, chart, keys."""
        yield self.between_bars(self.plan, RatesPanel(id=_PANEL))

    def plan(self, width: int, height: int) -> Arrangement:
        """One panel between status and keys."""
        placed, body = bars(width, height)
        return {**placed, _PANEL: body}

    @property
    def _panel(self) -> RatesPanel:
        return self.query_one(RatesPanel)

    def _picture(self) -> RatePicture | None:
        """What is seen; where it is nothing yet, that is said."""
        picture = picture_of(self.shown, self._panel.choice)
        if picture is None:
            self.say("no rate has been tried yet")
        return picture

    def _choose(self, choice: RateChoice, otherwise: str) -> None:
        if choice == self._panel.choice:
            self.say(otherwise)
        self._panel.choice = choice

    def action_rate(self, by: int) -> None:
        """Take the cursor to another rate."""
        picture = self._picture()
        if picture is not None:
            chosen, end = picture.moved(by), "largest" if by > 0 else "smallest"
            if chosen.rate == picture.rate:
                self.say(f"{rate_text(picture.rate)} is the {end} rate that was tried")
            self._panel.choice = chosen

    def action_look(self, by: int) -> None:
        """Show the losses after more epochs, or fewer."""
        picture = self._picture()
        if picture is not None:
            epochs = count(picture.curve.epochs)
            words = f"nothing is known after more than {epochs} epochs" if by > 0 else "these are the first losses"
            self._choose(picture.turned(by), words)

    def action_toggle_log_scale(self) -> None:
        """Change the axis of the loss."""
        picture = self._picture()
        if picture is not None:
            scale = next_scale(picture.choice.scale, is_log=picture.is_log)
            self._panel.choice = replace(picture.choice, scale=scale)
            self.say(SCALE_SENTENCES[scale])

    def action_use(self) -> None:
        """Have the run go on with the rate at the cursor, and close."""
        picture = self._picture()
        if picture is None:
            return
        pending, present = self.asked.learning_rate, self.shown.snapshot.experiment.learning_rate
        if pending.now(present) == picture.rate:
            self.say(f"{rate_text(picture.rate)} is the learning rate already")
            return
        self.runner.send(Configure.of(learning_rate=pending.ask(picture.rate)))
        self.dismiss()

    def on_rate_pointed(self, event: RatePointed) -> None:
        """Take the cursor there."""
        self._panel.choice = replace(self._panel.choice, rate=event.rate)
