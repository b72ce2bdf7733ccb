"""The rate finder on the screen: its chart in every size, its keys, and what they tell the runner."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import pytest

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.screen import is_whole
from tests.tui.test_app import DARK, make_app, screen_text
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.rates import RateSearch
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import RatesView
from tuinet.session.edits import Configure
from tuinet.session.rates import find_rates, log_spaced
from tuinet.session.session import Session
from tuinet.tui.draw.rates import RateChoice, RatePicture, rates_layout, rates_legend, rates_rows
from tuinet.tui.keys import Keymap
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.rates import RatesPanel, RatesScreen

RATES = log_spaced(1e-4, 1e6, 41)


@lru_cache
def search_of(dataset: str = "xor", epochs: int = 100) -> RateSearch:
    session = Session(make_experiment(dataset=dataset))
    *_, last = (one for one in find_rates(session.run.checkpoint(), session.run.datasets, RATES, epochs) if one)
    return last


def frame_of(search: RateSearch | None) -> Frame:
    experiment = Experiment() if search is None else search.experiment
    return make_frame(replace(make_snapshot(experiment=experiment), rates=search))


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 36), (200, 60)])
@pytest.mark.parametrize("dataset", ["xor", "sine"])
async def test_it_fills_the_screen(size: tuple[int, int], dataset: str) -> None:
    async with make_app(StubRunner(frame_of(search_of(dataset)))).run_test(size=size) as pilot:
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(pilot.app.screen, RatesScreen)
        said = screen_text(pilot)
        assert is_whole(said, *size)
        assert "rate finder" in said
        assert "◆" in said
        if size != (40, 12):
            assert "from epoch 0 · 41 rates, 100 epochs each" in said
            assert "The loss still falls at" in said
            assert "×" in said.split("× diverged")[0]


async def test_the_run_goes_on_with_the_rate_at_the_cursor() -> None:
    search = search_of()
    runner = StubRunner(frame_of(search))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await pilot.pause()
        assert not runner.commands  # it trains on, if it does
        place = search.curves[-1].best_place
        assert place is not None
        await pilot.press("left", "left", "right", "enter")
        await pilot.pause()
        assert runner.commands == [Configure.of(learning_rate=RATES[place - 1])]
        assert isinstance(pilot.app.screen, Dashboard)
        await pilot.press("f")
        await pilot.pause()
        numbers = [view.rates for view in runner.views if view is not None]
        assert [one for one, before in pairwise([*numbers, None]) if one != before] == [
            None,
            RatesView(1),
            None,
            RatesView(2),
        ]
        await pilot.press("f")
        assert isinstance(pilot.app.screen, Dashboard)
    assert len(runner.commands) == 1


async def test_the_losses_after_fewer_epochs_and_the_ends_of_everything() -> None:
    async with make_app(StubRunner(frame_of(search_of()))).run_test(size=(120, 36)) as pilot:
        await pilot.press("f", "down")
        await pilot.pause()
        assert "loss after 70 epochs" in screen_text(pilot)
        assert "After 70 epochs" in screen_text(pilot)
        await pilot.press("up")
        await pilot.pause()
        assert "loss after 100 epochs" in screen_text(pilot)
        for keys, words in (
            (["up"], "nothing is known after more than 100 epochs"),
            (["down"] * 20, "these are the first losses"),
            (["home", "left"], "0.0001 is the smallest rate that was tried"),
            (["end", "right"], "1e+06 is the largest rate that was tried"),
        ):
            await pilot.press(*keys)
            await pilot.pause()
            assert words in screen_text(pilot)


async def test_a_rate_that_the_run_has_already_is_not_set_again() -> None:
    search = search_of()
    best = search.curves[-1].best
    frame = make_frame(replace(make_snapshot(experiment=Experiment(learning_rate=best or 0.5)), rates=search))
    runner = StubRunner(frame)
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("f", "enter")
        await pilot.pause()
        assert f"{best:g} is the learning rate already" in screen_text(pilot)
    assert not runner.commands


async def test_before_anything_is_known_and_where_nothing_can_be() -> None:
    failed = replace(search_of(), curves=(), trouble="points.csv: no such file")
    for search, words in ((None, "Under way"), (replace(search_of(), curves=()), "41 rates"), (failed, "no such file")):
        async with make_app(StubRunner(frame_of(search))).run_test(size=(80, 24)) as pilot:
            await pilot.press("f")
            await pilot.pause()
            assert words in screen_text(pilot)
            await pilot.press("right")
            await pilot.pause()
            assert "no rate has been tried yet" in screen_text(pilot)


async def test_a_recording_has_nothing_to_try_rates_on() -> None:
    runner = StubRunner(frame_of(None)._replace(moment=(1, 3)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Dashboard)
        assert "a recording has no network that could be trained with other rates" in screen_text(pilot)


async def test_a_click_takes_the_cursor_to_the_rate_below_it() -> None:
    search = search_of()
    async with make_app(StubRunner(frame_of(search))).run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await pilot.pause()
        layout = rates_layout(RatePicture(search, RateChoice()), DARK, 78, 20)
        assert layout is not None
        for place in (0, 20, 40):
            _, column = layout.cell_of(-4 + place / 4, 0.0)
            await pilot.click("#rates", offset=(1 + layout.gutter + column, 5))
            await pilot.pause()
            assert f"rate {RATES[place]:g}: loss" in screen_text(pilot)


def test_the_axis_has_its_powers_of_ten_where_they_are() -> None:
    picture = RatePicture(search_of(), RateChoice())
    *_, edge, labels = (strip.text for strip in rates_rows(picture, DARK, 80, 9))
    layout = rates_layout(picture, DARK, 80, 9)
    assert layout is not None
    assert labels.split() == ["1e-4", "0.01", "1", "100", "1e4", "1e6"]
    for label, exponent in (("0.01", -2), ("100", 2)):
        _, column = layout.cell_of(exponent, 0.0)
        assert "┬" in edge[layout.gutter + column - 1 : layout.gutter + column + 2]
        assert abs(labels.index(f" {label} ") + 1 + len(label) // 2 - (layout.gutter + column)) <= 1


@pytest.mark.parametrize("is_log", [True, False])
def test_the_marks_stand_at_the_rates_that_they_are_of(is_log: bool) -> None:
    search = search_of("sine")
    picture = RatePicture(search, RateChoice(scale="log" if is_log else "linear"))
    rows = [strip.text for strip in rates_rows(picture, DARK, 100, 30)]
    layout = rates_layout(picture, DARK, 100, 30)
    assert layout is not None
    best = search.curves[-1].best_place
    assert best is not None
    (line,) = [row for row in rows[1:24] if "◆" in row]
    assert line.index("◆") - layout.gutter == layout.cell_of(-4 + best / 4, 0.0)[1]
    diverging = int(search.curves[-1].are_diverged.argmax())
    assert rows[1].index("×") - layout.gutter == layout.cell_of(-4 + diverging / 4, 0.0)[1]


def test_the_words_about_the_scale_go_before_the_meaning_of_a_mark() -> None:
    picture = RatePicture(search_of("sine"), RateChoice(scale="log"))
    whole = "".join(text for text, _ in rates_legend(picture, DARK, 120))
    assert whole.endswith("╌ at the start  log scale")
    assert "".join(text for text, _ in rates_legend(picture, DARK, len(whole) - 1)).endswith("╌ at the start  log")
    assert "".join(text for text, _ in rates_legend(picture, DARK, len(whole) - 9)).endswith("╌ at the start")


def test_what_has_diverged_stands_above_the_loss_at_the_start() -> None:
    picture = RatePicture(search_of("sine"), RateChoice(scale="linear"))
    for rows in ([strip.text for strip in rates_rows(picture, DARK, 200, height)] for height in (20, 40, 56)):
        assert "×" in rows[1]
        assert "╌" not in rows[1]


def test_losses_that_cannot_be_drawn_are_left_out() -> None:
    search = search_of()
    curve = search.curves[-1]
    nothing = replace(curve, start=float("nan"), losses=curve.losses * float("nan"), are_diverged=curve.rates > 0)
    one = replace(curve, rates=curve.rates[:1], losses=curve.losses[:1] * 0, are_diverged=curve.are_diverged[:1])
    for strange in (nothing, one, replace(one, start=0.0)):
        for is_log in (True, False):
            picture = RatePicture(replace(search, curves=(strange,)), RateChoice(scale="log" if is_log else "linear"))
            for size in ((80, 20), (20, 6), (5, 2)):
                rows = rates_rows(picture, DARK, *size)
                assert len(rows) == size[1]
                assert {strip.cell_length for strip in rows} == {size[0]}


def test_the_glossary_names_all_ways_to_diverge() -> None:
    entries = RatesPanel.glossary(make_snapshot(), DARK, Keymap())
    (told,) = [text for _, text in entries if text.startswith("Diverged")]
    assert "no longer finite" in told
    assert "over 100 times" in told
    assert "parameter is over 1e+15" in told
