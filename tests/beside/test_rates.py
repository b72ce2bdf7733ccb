"""The rate finder beside the training: from the moment at which it was asked for, and with a word where it fails."""

from __future__ import annotations

import pickle
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.session.factories import dataset_of
from tuinet.beside.pictures import SidePictures
from tuinet.beside.rates import RatesTask, rates_task
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import default_epochs, make_experiment
from tuinet.nn.parameters import Array
from tuinet.observe.rates import RateSearch
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import LandscapeView, RatesView, StartsView, View
from tuinet.session.edits import ClearPoints
from tuinet.session.session import Session

VIEW = View(rates=RatesView(1))


class Looker:
    """Looks at the pictures of a session whenever there is something new."""

    def __init__(self, session: Session) -> None:
        self._told = threading.Condition()
        self.session, self.side = session, SidePictures(self._tell)

    def _tell(self) -> None:
        with self._told:
            self._told.notify_all()

    def look(self, view: View | None) -> RateSearch | None:
        return self.side.added(self.session.snapshot(), self.session, view).rates

    def until_done(self, view: View) -> RateSearch:
        found = self.look(view)
        with self._told:
            while found is None or not (found.is_done or found.trouble):
                assert self._told.wait(60)
                found = self.look(view)
        return found


@pytest.fixture
def looker() -> Iterator[Looker]:
    looker = Looker(Session(make_experiment(dataset="xor")))
    yield looker
    looker.side.end()


def test_the_search_stays_at_the_moment_at_which_it_was_asked_for(looker: Looker) -> None:
    looker.session.advance(40)
    looker.look(VIEW)
    loss = looker.session.metrics().loss
    looker.session.advance(100)
    search = looker.until_done(VIEW)
    assert (search.epoch, search.epochs) == (40, default_epochs(search.experiment))
    assert search.curves[-1].start == loss
    assert looker.look(None) is None
    assert looker.look(VIEW) is search
    assert looker.until_done(View(rates=RatesView(2))).epoch == 140


def test_a_process_that_is_killed_is_told_and_not_begun_again_and_again(looker: Looker) -> None:
    looker.look(VIEW)
    beside = looker.side._processes["rates"]
    while (worker := beside._worker) is None:
        looker.look(VIEW)
    worker.kill()
    search = looker.until_done(VIEW)
    assert search.trouble == "the process beside has ended"
    assert looker.look(VIEW) is not None
    assert beside._worker is None
    assert looker.until_done(View(rates=RatesView(2))).is_done


def test_a_file_that_has_gone_is_named(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("x,y,class\n" + "".join(f"{n},{n % 3},{n % 2}\n" for n in range(40)))
    task = rates_task(Session(make_experiment(dataset=str(path))), RatesView(1))
    path.unlink()
    (found,) = task.results()
    assert found is not None
    assert "points.csv" in found.trouble
    assert not found.is_done


def test_without_samples_there_is_nothing_to_find() -> None:
    session = Session(Experiment())
    session.edit(ClearPoints())
    (found,) = rates_task(session, RatesView(1)).results()
    assert found is not None
    assert found.trouble == "xor: there are no samples to learn from"


def test_data_that_were_given_go_along() -> None:
    X: Array = np.arange(8.0)[:, np.newaxis]
    session = Session(Experiment(hidden=(), activation=(), arithmetic="fast"), dataset_of(X, X, "regression"))
    task: RatesTask = pickle.loads(pickle.dumps(rates_task(session, RatesView(1))))
    *_, last = (found for found in task.results() if found is not None)
    assert last.is_done


@pytest.mark.parametrize("executable", [None, "/no/such/python"])
def test_what_goes_wrong_on_the_way_to_a_picture_is_said_in_it(
    looker: Looker, monkeypatch: pytest.MonkeyPatch, executable: str | None
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no\nway")

    if executable is None:
        for module in ("rates.rates_task", "starts.starts_task", "landscape_probe.LandscapeProbe"):
            monkeypatch.setattr(f"tuinet.beside.{module}", fail)
    else:
        monkeypatch.setattr(sys, "executable", executable)
    view = View(rates=RatesView(1), starts=StartsView(), landscape=LandscapeView(12, 8))
    said = "ValueError: no way" if executable is None else "No such file or directory: '/no/such/python'"
    look = partial(looker.side.added, looker.session.snapshot(view), looker.session, view)
    deadline = time.monotonic() + 30
    while not all(said in str(picture) for picture in pictures_of(look())):
        assert time.monotonic() < deadline, pictures_of(look())


def pictures_of(snapshot: Snapshot) -> tuple[object, ...]:
    return snapshot.rates, snapshot.starts, snapshot.landscape
