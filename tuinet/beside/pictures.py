"""Pictures that are computed beside the training: the runner hands them on, as far as they have come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session

if TYPE_CHECKING:
    from tuinet.beside.landscape_probe import LandscapeProbe
    from tuinet.beside.process import SideProcess, Task
    from tuinet.beside.rates import RatesTask
    from tuinet.observe.landscape import Landscape
    from tuinet.observe.rates import RateSearch
    from tuinet.observe.starts import NoStarts, Starts, Sweep


class SidePictures:
    """For each kind of picture a process beside, which rests as long as nobody looks.

    Parameters
    ----------
    tell
        Called from a thread of its own when there is something new to be seen.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self.share: Callable[[], float] = lambda: 1.0
        """Of a processor, what what is begun now may have."""
        self._processes: dict[str, SideProcess] = {}
        self._rates: RatesTask | None = None
        self._landscape: LandscapeProbe | None = None

    def added(self, snapshot: Snapshot, session: Session, view: View | None) -> Snapshot:
        """The snapshot with those pictures that a view asks for, as far as they are known."""
        pictures: dict[str, Any] = {
            "starts": _or_why_not(lambda: self._started(session, view), _no_starts),
            "landscape": _or_why_not(lambda: self._surveyed(snapshot, session, view), partial(_no_landscape, view)),
            "rates": _or_why_not(lambda: self._rates_found(session, view), partial(_no_rates, session)),
        }
        known = {name: picture for name, picture in pictures.items() if picture is not None}
        return replace(snapshot, **known) if known else snapshot

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """All processes pause, while this one is stopped; may be called from any thread."""
        with ExitStack() as stack:
            for process in list(self._processes.values()):
                stack.enter_context(process.stopped())
            yield

    def end(self) -> None:
        """End all processes."""
        for process in self._processes.values():
            process.end()

    def _started(self, session: Session, view: View | None) -> Starts | Sweep | NoStarts | None:
        """What is known of many starts, or of a sweep."""
        if view is None or view.starts is None:
            self._rest("starts")
            return None
        from tuinet.beside.starts import starts_task
        from tuinet.observe.starts import NoStarts

        found, failure = self._look("starts", starts_task(session, view.starts, view.plane))
        return NoStarts(failure) if failure else found

    def _surveyed(self, snapshot: Snapshot, session: Session, view: View | None) -> Landscape | None:
        """What is known of the landscape, and where the run is on it."""
        wanted = None if view is None else view.landscape
        if wanted is None:
            self._rest("landscape")
            return None
        if self._landscape is None:
            from tuinet.beside.landscape_probe import LandscapeProbe

            self._landscape = LandscapeProbe()
        process = self._processes.get("landscape")
        task = self._landscape.task(snapshot, session, wanted, None if process is None else process.result)
        found, failure = (None, "") if task is None else self._look("landscape", task)
        return self._landscape.picture(session, wanted, None if failure else found, failure)

    def _rates_found(self, session: Session, view: View | None) -> RateSearch | None:
        """What is known of other rates, from the moment on at which they were asked for, wherever the run is now."""
        wanted = None if view is None else view.rates
        if wanted is None:
            self._rest("rates")
            return None
        if self._rates is None or self._rates.view != wanted:
            from tuinet.beside.rates import rates_task

            self._rates = rates_task(session, wanted)
        found, failure = self._look("rates", self._rates)
        return self._rates.failed(failure) if failure else found

    def _look(self, name: str, task: Task) -> tuple[Any, str]:
        """What is known by now, and why the task has failed, if so: it is not tried again as long as it is seen."""
        from tuinet.beside.process import SideProcess
        from tuinet.beside.throttled import ThrottledTask

        process = self._processes.get(name)
        if process is None:
            process = self._processes[name] = SideProcess(self._tell)
        share = self.share()
        process.ask(task if share >= 1 else ThrottledTask(task, share))
        return process.result, process.failure

    def _rest(self, name: str) -> None:
        if name in self._processes:
            self._processes[name].pause()


def _or_why_not(picture: Callable[[], Any], without: Callable[[str], Any]) -> Any:
    """A picture; where it cannot be made, one that says why: the training goes on without it."""
    try:
        return picture()
    except Exception as error:
        from tuinet.beside.process import in_a_line

        return without(in_a_line(error))


def _no_starts(reason: str) -> NoStarts:
    from tuinet.observe.starts import NoStarts

    return NoStarts(reason)


def _no_landscape(view: View | None, reason: str) -> Landscape | None:
    from tuinet.observe.landscape import without_plane

    return None if view is None or view.landscape is None else without_plane(view.landscape, reason)


def _no_rates(session: Session, reason: str) -> RateSearch:
    from tuinet.observe.rates import RateSearch

    return RateSearch(session.run.experiment, 0, 0, 0, trouble=reason)
