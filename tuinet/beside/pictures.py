"""Pictures that are computed beside the training: the runner hands them on, as far as they have come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tuinet.beside.process import Beside, Task
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session

if TYPE_CHECKING:
    from tuinet.beside.rates import RatesTask
    from tuinet.beside.survey import LandscapeProbe
    from tuinet.observe.landscape import Landscape
    from tuinet.observe.rates import RateSearch


class SidePictures:
    """For each kind of picture a process beside, which rests as long as nobody looks.

    Parameters
    ----------
    tell
        Called from a thread of its own when there is something new to be seen.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._processes: dict[str, Beside] = {}
        self._rates: RatesTask | None = None
        self._landscape: LandscapeProbe | None = None

    def added(self, snapshot: Snapshot, session: Session, view: View | None) -> Snapshot:
        """The snapshot with those pictures that a view asks for, as far as they are known."""
        starts = None
        if view is not None and view.starts is not None:
            from tuinet.beside.starts import starts_task

            starts = starts_task(session, view.starts, view.plane)
        pictures = {"starts": self._look("starts", starts), "landscape": self._surveyed(snapshot, session, view)}
        pictures["rates"] = self._rates_found(session, view)
        known = {name: picture for name, picture in pictures.items() if picture is not None}
        return replace(snapshot, **known) if known else snapshot

    def end(self) -> None:
        """End all processes."""
        for process in self._processes.values():
            process.end()

    def _surveyed(self, snapshot: Snapshot, session: Session, view: View | None) -> Landscape | None:
        """What is known of the landscape, and where the run is on it; what has failed is not tried again by itself."""
        wanted = None if view is None else view.landscape
        if wanted is None:
            self._look("landscape", None)
            return None
        if self._landscape is None:
            from tuinet.beside.survey import LandscapeProbe

            self._landscape = LandscapeProbe()
        process = self._processes.get("landscape")
        task = self._landscape.task(snapshot, session, wanted, None if process is None else process.result)
        failure = process.failure if process is not None and process.task == task else ""
        found = None if failure else self._look("landscape", task)
        return self._landscape.picture(session, wanted, found, failure)

    def _rates_found(self, session: Session, view: View | None) -> RateSearch | None:
        """What is known of other rates, from the moment on at which they were asked for, wherever the run is now."""
        wanted = None if view is None else view.rates
        if wanted is None:
            self._look("rates", None)
            return None
        if self._rates is None or self._rates.view != wanted:
            from tuinet.beside.rates import rates_task

            self._rates = rates_task(session, wanted)
        process = self._processes.get("rates")
        if process is not None and process.task is self._rates and process.failure:
            return self._rates.failed(process.failure)
        found: RateSearch | None = self._look("rates", self._rates)
        return found

    def _look(self, name: str, task: Task | None) -> Any:
        process = self._processes.get(name)
        if task is None:
            if process is not None:
                process.pause()
            return None
        if process is None:
            process = self._processes[name] = Beside(self._tell)
        process.ask(task)
        return process.result
