"""A Course: how a run got to where it is, from which another one gets there to the bit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from tuinet.config import Experiment
from tuinet.training.timeline import START, Edit, Position

_DIGEST_BYTES: Final = 4
_DIFFERENT: Final = (
    "the run is not the one that was shared: {0} was expected, and this is {1}; "
    "a data file has changed, or NumPy or the processor computes other last bits"
)


@dataclass(frozen=True)
class Course:
    """The Experiment at the start, the edits on the way, and the moment that was reached."""

    experiment: Experiment
    """As it was at the start."""
    edits: tuple[Edit, ...] = ()
    """In the order in which they were made; those of the present branch up to now."""
    position: Position = START
    origin: Position = START
    """Where the run's past begins: later than the start only where an older past was forgotten."""
    source: str = ""
    """The file in which the past begins then."""
    digest: str = ""
    """Of the parameters and the samples there, see `digest_of`; empty where it is not known."""

    def __post_init__(self) -> None:
        moments = [self.origin, *(edit.position for edit in self.edits), self.position]
        if moments != sorted(moments):
            raise ValueError("the moments of a course are not in order")


def digest_of(parameters: bytes, data_digest: str) -> str:
    """Eight hexadecimal digits that tell whether two runs are at the same weights, to the bit, on the same samples."""
    return hashlib.blake2b(parameters + data_digest.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def difference(expected: Course, made: Course) -> str:
    """What is to be warned of where two runs are at other weights; empty where they are not, or that is not known."""
    if not expected.digest or expected.digest == made.digest:
        return ""
    return _DIFFERENT.format(expected.digest, made.digest)
