"""A Finding: something that a teacher would point out; a Remedy: what would help, as edits and not as words.

Words and keys, or options, are put in where a finding is read: `tuinet.tui.remarks`, `tuinet.cli.train`.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal, NamedTuple

FindingKind = Literal[
    "diverged",
    "no samples",
    "tiny weights",
    "step",
    "large rate",
    "exploding",
    "no gradients",
    "jumping",
    "vanishing",
    "dead",
    "saturated",
    "standing still",
    "stuck",
    "slow",
    "never predicted",
    "overfitting",
    "few tested",
]
"""In the order of what would help most, in which a cause comes before its effects."""
OF_A_HIGH_LOSS: Final[frozenset[FindingKind]] = frozenset(
    {"large rate", "tiny weights", "vanishing", "saturated", "dead", "jumping", "standing still", "stuck", "slow"}
)
"""What is no trouble where the loss is as low as it was to get."""

Changes = tuple[tuple[str, Any], ...]
_DETAILS: Final = re.compile(r" \(|; ")
_EXPLANATION: Final = re.compile(r"[:;,] | \(")


class Remedy(NamedTuple):
    """Edits that help a run with a finding; what to do with them is in `tuinet.remedies`."""

    changes: Changes = ()
    """Fields of the Experiment and their new values."""
    draws_anew: bool = False
    """Whether the run is to start from new weights, those of the next seed, after the changes."""
    back_to: int | None = None
    """The epoch that is to be gone back to, where it is best to stop."""
    adds_samples: bool = False
    """Whether there have to be samples first, which only whoever looks can add."""


class Finding(NamedTuple):
    """Something that a teacher would point out."""

    kind: FindingKind
    cause: str
    """The observation, with its numbers."""
    layer: int | None = None
    """Counted from 1; ``None`` where it is the whole network's."""
    numbers: tuple[float, ...] = ()
    remedy: Remedy | None = None
    """``None`` where none is known, or none is wanted: the run has arrived, or is a recording."""

    @property
    def forms(self) -> tuple[str, ...]:
        """The observation, and without its details or its explanation where there is less room; the longest first."""
        shorter = (text.split(self.cause, maxsplit=1)[0] for text in (_DETAILS, _EXPLANATION))
        return tuple(dict.fromkeys((self.cause, *shorter)))
