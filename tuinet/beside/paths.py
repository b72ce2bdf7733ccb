"""Where the branches of a run have been: their keyframes, and what was seen of them between those."""

from __future__ import annotations

from itertools import takewhile
from typing import Final, NamedTuple

from tuinet.nn.parameters import Array, frozen
from tuinet.session.session import Session
from tuinet.session.timeline import Position, Timeline

_MOST_SEEN: Final = 256
_MEMORY: Final = 4 * 2**20
"""Moments of one branch that are remembered, and the bytes that they may hold."""
_LEAST_SEEN: Final = 8


class Moment(NamedTuple):
    """A moment of a branch."""

    position: Position
    edits: int
    """Edits of the branch up to there."""


Path = dict[Moment, Array]
"""The parameters at some moments of a branch, shape (parameters,) each."""


class PathKeeper:
    """Remembers the weights at the moments at which it has looked: keyframes of small networks are 1,024 steps apart.

    When there are too many, every other one is forgotten.
    """

    def __init__(self) -> None:
        self._seen: dict[Timeline, Path] = {}

    def note(self, session: Session) -> None:
        """Look at where a session is."""
        branches = session.branches.timelines
        for branch in branches:
            if branch not in self._seen:
                self._seen[branch] = self._inherited(branch)
        self._seen = {branch: self._seen[branch] for branch in branches}
        if session.run.phases_done:
            return
        seen, vector = self._seen[session.branch], session.run.parameters.vector
        moment = Moment(session.now, session.branch.edits_until(session.now))
        if moment not in seen:
            seen[moment] = frozen(vector)
            if len(seen) > min(_MOST_SEEN, max(_LEAST_SEEN, _MEMORY // vector.nbytes)):
                kept = [*sorted(seen)[::2], moment]
                self._seen[session.branch] = {one: seen[one] for one in kept}

    def path(self, branch: Timeline) -> Path:
        """All that is known of a branch that was there at the last look, in the order of time."""
        keyframes = {Moment(frame.position, frame.edits): frame.state.parameters for frame in branch.keyframes}
        known = {**self._seen[branch], **keyframes}
        return {moment: known[moment] for moment in sorted(known)}

    def _inherited(self, branch: Timeline) -> Path:
        """What is known of the past that a new branch has in common with others."""
        found: Path = {}
        for other, seen in self._seen.items():
            if other.keyframes[0] is not branch.keyframes[0]:
                continue
            pairs = zip(branch.edits, other.edits, strict=False)
            common = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
            end = branch.edits[common].position if common < len(branch.edits) else branch.tip
            found |= {one: seen[one] for one in seen if one.edits <= common and one.position <= end}
        return found
