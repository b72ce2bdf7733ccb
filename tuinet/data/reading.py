"""The ways in which a file can be read, for whoever knows better than the guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tuinet.data.place import MAX_INTEGER_CLASSES

TaskName = Literal["auto", "classes", "regression", "labels"]
"""What is asked for; ``auto`` is decided by the values."""
TASK_RULE: Final = (
    "texts are classes; so are whole numbers with two different values in three samples or more, or with all of"
    f" 0, 1, 2… or 1, 2, 3… up to {MAX_INTEGER_CLASSES} values, each of which comes twice on average; other numbers"
    " are predicted"
)
"""The rule of ``auto``, for help."""
Missing = Literal["drop", "mean", "refuse"]
DecimalSign = Literal["auto", "point", "comma"]


@dataclass(frozen=True)
class Reading:
    """The ways in which a file can be read."""

    target: str = ""
    """Columns that are learned, by names, numbers from 1, or ranges of them, with commas; empty for the last."""
    inputs: str = ""
    """Columns that are inputs, likewise; empty for all others that can be."""
    task: TaskName = "auto"
    missing: Missing = "drop"
    """Whether rows with missing values are left out, filled with the mean of the training set, or refused."""
    decimal: DecimalSign = "auto"
    picture: tuple[int, int] | None = None
    """Rows and columns of the picture that the inputs are, row by row."""
    prefers_numbers: bool = False
    """Whether ``auto`` takes all numbers for numbers to predict, as who asks for linear outputs wants it."""

    @property
    def task_of_numbers(self) -> TaskName:
        """The task of targets that are numbers."""
        return "regression" if self.task == "auto" and self.prefers_numbers else self.task

    @property
    def named(self) -> tuple[str, ...]:
        """What may be names of columns."""
        return tuple(part.strip() for text in (self.target, self.inputs) for part in (text, *text.split(",")) if part)
