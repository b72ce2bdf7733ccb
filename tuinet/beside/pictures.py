"""Pictures that are computed beside the training: the runner hands them on, as far as they have come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tuinet.beside.process import Beside, Task
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session


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

    def added(self, snapshot: Snapshot, session: Session, view: View | None) -> Snapshot:
        """The snapshot with those pictures that a view asks for, as far as they are known."""
        starts = landscape = None
        if view is not None and view.starts is not None:
            from tuinet.beside.starts import starts_task

            starts = starts_task(session, view.starts)
        if view is not None and view.landscape is not None:
            from tuinet.beside.landscape import landscape_task

            landscape = landscape_task(session, view.landscape)
        pictures = {"starts": self._look("starts", starts), "landscape": self._look("landscape", landscape)}
        known = {name: picture for name, picture in pictures.items() if picture is not None}
        return replace(snapshot, **known) if known else snapshot

    def end(self) -> None:
        """End all processes."""
        for process in self._processes.values():
            process.end()

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
