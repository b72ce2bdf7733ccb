"""The task of a table, and its targets: classes, numbers or labels; guessed from the values, or as asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tuinet.data.dataset import Indices, Task
from tuinet.data.place import MAX_CLASSES, MAX_INTEGER_CLASSES, Place, on_one_line, shown
from tuinet.data.recipe import TaskName
from tuinet.nn.parameters import Array

Where = Callable[[int | None], Place]
"""The place of the value of a row; without one, of all of them."""


@dataclass(frozen=True, eq=False)
class Targets:
    """The targets of all samples."""

    values: Indices | Array
    """Classes from 0, shape (samples,); or numbers or labels of 0 and 1, shape (samples, outputs)."""
    class_names: tuple[str, ...] = ()
    """Empty for numbers and labels."""
    are_labels: bool = False

    @property
    def task(self) -> Task:
        """The task that they are of."""
        if self.class_names:
            return "binary" if len(self.class_names) == 2 else "classes"
        return "labels" if self.are_labels else "regression"


def targets_of_texts(texts: Sequence[str], task: TaskName, where: Where) -> Targets:
    """Classes in the order of the alphabet, from texts of shape (samples,)."""
    if task in ("regression", "labels"):
        kind = "a number to predict" if task == "regression" else "a label of 0 or 1"
        raise where(0).error(f"{shown(texts[0])} is not {kind}; set the task to classes")
    names = sorted(set(texts))
    _require_classes(names, where)
    numbers = {name: index for index, name in enumerate(names)}
    return Targets(np.array([numbers[text] for text in texts], dtype=np.intp), tuple(map(on_one_line, names)))


def targets_of_numbers(numbers: Array, task: TaskName, where: Where, *, are_floats: bool = False) -> Targets:
    """Classes, numbers or labels, from numbers of shape (samples,); see `tuinet.data.recipe.TASK_RULE`.

    Parameters
    ----------
    are_floats
        Whether they are of a type for fractions, so that whole numbers among them are classes only where there are two.
    """
    values, classes = np.unique(numbers, return_inverse=True)
    if task == "labels":
        return _labels(numbers[:, np.newaxis], where)
    if task == "classes" or (task == "auto" and _are_classes(values, len(numbers), are_floats=are_floats)):
        names = [f"{value:.12g}" for value in values]
        if len(set(names)) < len(names):
            names = list(map(repr, values.tolist()))
        _require_classes(names, where)
        return Targets(classes.astype(np.intp), tuple(names))
    if len(values) == 1 and len(numbers) > 1:
        raise where(None).error(f"the target is always {values[0]:g}; name a column that varies as the target")
    return Targets(numbers[:, np.newaxis])


def _are_classes(values: Array, samples: int, *, are_floats: bool) -> bool:
    """Whether numbers are classes, by their different values in rising order; see `tuinet.data.recipe.TASK_RULE`."""
    if not 2 <= len(values) <= MAX_INTEGER_CLASSES or (values != np.round(values)).any():
        return False
    if len(values) == 2:
        return samples > 2
    is_counted = values[0] in (0, 1) and bool((np.diff(values) == 1).all())
    return is_counted and samples >= 2 * len(values) and not are_floats


def targets_of_columns(values: Array, names: Sequence[str], task: TaskName, where: Where) -> Targets:
    """Targets of several columns, shape (samples, columns): one-hot classes, labels, or numbers."""
    are_binary = bool(np.isin(values, (0, 1)).all())
    is_one_hot = are_binary and bool((values.sum(axis=1) == 1).all())
    if task == "labels" or (task == "auto" and are_binary and not is_one_hot):
        return _labels(values, where)
    if is_one_hot and task in ("auto", "classes"):
        if not values.any(axis=0).all():
            empty = shown(names[int(values.any(axis=0).argmin())])
            raise where(None).error(f"no sample is of class {empty}; leave its column out")
        return Targets(values.argmax(axis=1), tuple(names))
    if task == "classes":
        raise where(None).error(
            "several columns are classes only if each row has one 1 and otherwise 0; name one column"
        )
    constant = np.flatnonzero(values.min(axis=0) == values.max(axis=0))
    if len(constant) and len(values) > 1:
        name = shown(names[constant[0]])
        raise where(None).error(f"the target {name} is always {values[0, constant[0]]:g}; leave it out")
    return Targets(values)


def _labels(values: Array, where: Where) -> Targets:
    rows, columns = np.nonzero(~np.isin(values, (0, 1)))
    if len(rows):
        raise where(int(rows[0])).error(f"{values[rows[0], columns[0]]:g} is no label; labels are 0 or 1")
    return Targets(values, are_labels=True)


def _require_classes(names: Sequence[str], where: Where) -> None:
    if len(names) == 1:
        raise where(None).error(
            f"there is only one class, {shown(names[0])}; at least two are needed to learn from, so name another target"
        )
    if len(names) > MAX_CLASSES:
        raise where(None).error(
            f"there are {len(names):,} different values, more than {MAX_CLASSES} classes; choose another target"
        )
