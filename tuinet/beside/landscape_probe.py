"""A LandscapeProbe: lays a plane through the weights of a run, and says where the run and its branches are on it.

It works in the runner's thread, so that it does little; the losses are evaluated beside that: see
`tuinet.beside.landscape`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any, Final

import numpy as np

from tuinet.beside.landscape import LandscapeTask, Replay
from tuinet.beside.paths import Gap, PathKeeper, gradient_key, loss_key
from tuinet.beside.planes import is_usable, lay_plane
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, frozen
from tuinet.observe.landscape import (
    CursorLoss,
    Landscape,
    LossGrid,
    LossPlane,
    Route,
    is_within,
    seen_spans,
    without_plane,
)
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Coordinates, LandscapeView
from tuinet.session.run import Run
from tuinet.session.session import Session

_MISSED: Final = 0.3
"""Of half the diagonal of the plane's ranges, how far the run may be from the plane."""
_RESTS: Final = 1.0
"""Seconds that a plane is to be seen at least, unless somebody asks for another one."""
_MOST_PARAMETERS: Final = 1_000_000
"""A plane takes a few vectors of this length, and a path some more."""
TOO_LARGE: Final = f"a network of more than {_MOST_PARAMETERS:,} weights is too large for it"
_DIRECTIONS: Final = 2
"""Of a plane."""
ONE_LEARNS: Final = "only one weight learns, and a plane has two directions"
NO_SAMPLES: Final = "there are no samples, and so no loss"
NO_PLANE: Final = "there are no two directions in which the weights could go"
DIVERGED: Final = "the weights are beyond all bounds, or no numbers at all: the training has diverged"


@DIVERGING_IS_NO_ERROR
def loss_at(run: Run, vector: Array) -> float:
    """The loss of a run's network with other weights, over the samples that its frames show; nothing is changed.

    Parameters
    ----------
    vector
        Shape (parameters,).
    """
    kept = run.parameters.vector.copy()
    run.parameters.vector[:] = vector
    try:
        return run.observer.train.seen.loss()
    finally:
        run.parameters.vector[:] = kept


@dataclass(eq=False)
class _LaidPlane:
    """A plane, and what is known of it."""

    plane: LossPlane
    key: tuple[Any, ...]
    """What it was laid for."""
    gaps: tuple[Gap, ...]
    """Parts of the paths that are to be found besides."""
    gradients: Hashable
    """What decides the gradients on it: see `gradient_key`."""
    seen: float = math.inf
    """When its first losses came."""
    grid: LossGrid | None = None
    filled: set[int] = field(default_factory=set)
    """The gaps that have been."""
    places: dict[int, tuple[Array, Coordinates]] = field(default_factory=dict)
    """The vectors of the paths that have been found on it, by their ids, and their coordinates."""

    def follow(self, gradients: Hashable) -> None:
        """Forget the gradients where they are others now."""
        if gradients != self.gradients:
            self.gradients = gradients
            self.grid = None if self.grid is None else replace(self.grid, slopes=None)

    @cached_property
    def replays(self) -> tuple[Replay, ...]:
        """The gaps for the task, which is another one as soon as these are other objects."""
        return tuple(Replay(gap.number, gap.start.state, tuple(gap.steps)) for gap in self.gaps)


class LandscapeProbe:
    """Lays planes, and finds places on them.

    A plane stays where it is while the run goes on, so that one sees it move on a fixed map. Another one is laid
    when that is asked for, when another run begins, and when the same weights have another loss; and where nobody has
    zoomed or moved it, or has a cursor on it, when the run leaves its ranges, or is too far from it. That which follows
    every step is another one.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._paths = PathKeeper()
        self._branches: object = None
        """Those of the run that was looked at last: another run has others."""
        self._laid_planes: dict[bool, _LaidPlane] = {}
        self._asked: _LaidPlane | None = None
        """That of the last task."""
        self._cursor: tuple[tuple[object, ...], CursorLoss] | None = None

    @DIVERGING_IS_NO_ERROR
    def task(
        self, snapshot: Snapshot, session: Session, view: LandscapeView, found: LossGrid | None = None
    ) -> LandscapeTask | None:
        """What is to be evaluated for a view; ``None`` where nothing can be.

        Parameters
        ----------
        found
            The latest result of the task before; ``None`` where there is none.
        """
        run = session.run
        if _reason_against(run, view):
            return None
        if session.branches is not self._branches:
            self._branches, self._laid_planes, self._asked = session.branches, {}, None
        self._paths.note(session)
        if found is not None and self._asked is not None:
            self._fill(self._asked, found)
        laid = self._asked = self._plane_of(snapshot, session, view)
        if laid is None:
            return None
        return LandscapeTask(
            experiment=replace(run.experiment, weights="") if run.experiment.weights else run.experiment,
            dataset=run.datasets.given(run.experiment),
            digest=run.dataset.digest,
            plane=laid.plane,
            spans=seen_spans(laid.plane.spans, view.zoom, view.shift),
            columns=view.columns,
            rows=view.rows,
            has_arrows=view.has_arrows,
            replays=laid.replays,
        )

    def _plane_of(self, snapshot: Snapshot, session: Session, view: LandscapeView) -> _LaidPlane | None:
        """The plane of a view: the one before, or where that will not do, another one; ``None`` where none can be."""
        run, laid = session.run, self._laid_planes.get(view.follows)
        key, gradients = _key_of(snapshot, run, view), gradient_key(run.experiment, run.dataset)
        if laid is not None and key == laid.key and not self._is_left(laid, run, view):
            laid.follow(gradients)
            return laid
        plane = lay_plane(snapshot, run, view, self._points(session))
        if plane is None:
            self._laid_planes.pop(view.follows, None)
            return None
        # What was replayed for the plane before is in this one: replaying more would lay it again and again.
        is_settled = laid is not None and key == laid.key and bool(laid.filled)
        gaps = () if view.follows or is_settled else self._paths.gaps(session)
        self._laid_planes[view.follows] = _LaidPlane(plane, key, gaps, gradients)
        return self._laid_planes[view.follows]

    @DIVERGING_IS_NO_ERROR
    def picture(self, session: Session, view: LandscapeView, result: LossGrid | None, failure: str) -> Landscape:
        """What is known of the plane of the last task, and of the run on it; or why there is none.

        Parameters
        ----------
        result
            What is known of that task; ``None`` before there is anything.
        failure
            Why it cannot be done; empty where it can.
        """
        run, laid = session.run, self._laid_planes.get(view.follows)
        reason = _reason_against(run, view) or failure
        if reason or laid is None:
            return without_plane(view, reason or NO_PLANE)
        if result is not None:
            laid.grid, laid.seen = result, min(laid.seen, self._now())
        plane, vector = laid.plane, run.parameters.vector[None].astype(np.float64)
        return Landscape(
            plane=plane,
            spans=seen_spans(plane.spans, view.zoom, view.shift),
            grid=laid.grid,
            routes=self._routes(session, laid),
            present=_pair(plane.coordinates(vector)[0]),
            distance=float(plane.distances(vector)[0]),
            cursor=None if view.cursor is None else self._cursor_loss(run, plane, view.cursor),
        )

    def _fill(self, laid: _LaidPlane, result: LossGrid) -> None:
        """Take what was found of the paths."""
        for gap in laid.gaps:
            found = [point for point in result.passed if point.gap == gap.number]
            if len(found) == len(gap.steps) and gap.number not in laid.filled:
                laid.filled.add(gap.number)
                self._paths.fill(gap, found)

    def _is_left(self, laid: _LaidPlane, run: Run, view: LandscapeView) -> bool:
        """Whether the run has left the plane, or its path is better known now; not while a part of it is looked at."""
        if view.zoom or view.shift != (0.0, 0.0) or view.cursor is not None:
            return False
        if laid.gaps and len(laid.filled) == len(laid.gaps):
            return True
        if self._now() - laid.seen < _RESTS:
            return False
        plane, vector = laid.plane, run.parameters.vector[None].astype(np.float64)
        if np.array_equal(vector[0], plane.centre):
            return False
        diagonal = math.dist(*zip(*plane.spans, strict=True))
        is_beside = float(plane.distances(vector)[0]) > _MISSED * diagonal / 2
        return is_beside or plane.is_substitute or not is_within(plane.spans, _pair(plane.coordinates(vector)[0]))

    def _points(self, session: Session) -> Array:
        """All that is known of the branches that have the same loss, the present last; shape (points, parameters)."""
        paths = [self._paths.path(branch, session.run).values() for branch in session.branches.timelines]
        return np.stack([*chain.from_iterable(paths), session.run.parameters.vector]).astype(np.float64)

    def _routes(self, session: Session, laid: _LaidPlane) -> tuple[Route, ...]:
        """The branches on the plane; of those that never had the same loss there is none."""
        plane, known, routes = laid.plane, laid.places, []
        laid.places = {}
        for branch in session.branches.timelines:
            path = self._paths.path(branch, session.run)
            new = [vector for vector in path.values() if id(vector) not in known]
            if new:
                places = plane.coordinates(np.stack(new))
                known |= {id(vector): (vector, _pair(place)) for vector, place in zip(new, places, strict=True)}
            laid.places |= {id(vector): known[id(vector)] for vector in path.values()}
            places = np.array([known[id(vector)][1] for vector in path.values()]).reshape(-1, 2)
            steps = tuple(moment.position.step for moment in path)
            if path or branch is session.branch:
                routes.append(Route(branch.label, frozen(places), steps, branch is session.branch))
        return tuple(routes)

    def _cursor_loss(self, run: Run, plane: LossPlane, place: Coordinates) -> CursorLoss:
        """The loss at a place: computed when it, the plane or the network is another one."""
        key = (plane, place, run.experiment, run.dataset.digest)
        if self._cursor is None or self._cursor[0] != key:
            self._cursor = key, CursorLoss(place, loss_at(run, plane.at(np.array([place]))[0]))
        return self._cursor[1]


def _reason_against(run: Run, view: LandscapeView) -> str:
    """Why no plane can be laid, or nothing be evaluated; empty where it can."""
    if run.parameters.vector.size > _MOST_PARAMETERS:
        return TOO_LARGE
    if not len(run.dataset.X):
        return NO_SAMPLES
    if not is_usable(run.parameters.vector):
        return DIVERGED
    return ONE_LEARNS if view.kind != "weights" and _learning(run) < _DIRECTIONS else ""


def _learning(run: Run) -> int:
    """How many weights and biases are trained."""
    parameters = run.parameters
    return parameters.vector.size - (0 if parameters.train_biases else sum(map(np.size, parameters.biases)))


def _key_of(snapshot: Snapshot, run: Run, view: LandscapeView) -> tuple[Any, ...]:
    """What another plane is laid for when it changes."""
    kind = (view.kind, view.weights if view.kind == "weights" else (), view.is_scaled, view.request)
    moment = (snapshot.step, snapshot.phase) if view.follows else ()
    return (*kind, moment, loss_key(run.experiment, run.dataset))


def _pair(place: Array) -> Coordinates:
    return float(place[0]), float(place[1])
