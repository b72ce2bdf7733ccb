"""The values that cells really have where a default depends on what is varied: each optimizer has its own rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from tuinet.compare.grid import Grid
from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.defaults import choose_loss, is_automatic, resolved, unused
from tuinet.experiment.experiment import FIELDS
from tuinet.experiment.fields import plain
from tuinet.session.build import DatasetCache

RATE: Final = "learning_rate"
_APART: Final = ("seed", "arithmetic")
"""Fields that are no part of what is compared: how many digits two machines share changes no result."""


def with_values_in_force(grid: Grid, datasets: DatasetCache) -> Grid:
    """The grid with the values in force of the learning rate, and of fields that differ though nobody varies them.

    A field that is varied is among them where one of its values is ``default``. What belongs to the data is not:
    it is another dataset that has other samples.
    """
    data = [datasets.get(cell.experiments[0]) for cell in grid.cells]
    values = {field: _values(grid, data, field) for field in FIELDS if _is_asked(grid, field)}
    fields = tuple(field for field in values if field == RATE or field in grid.fields or _differ(values[field]))
    cells = tuple(
        replace(cell, in_force=tuple(values[field][index] for field in fields)) for index, cell in enumerate(grid.cells)
    )
    found = replace(grid, fields_in_force=fields, cells=cells)
    return replace(found, notes=tuple(_notes(found, data)))


def _is_asked(grid: Grid, field: str) -> bool:
    """Whether the values of a field can be other than those that were asked for."""
    if field in grid.fields:
        return any(cell.is_default(grid.fields.index(field)) for cell in grid.cells)
    if FIELDS[field].group == "Data" or field in _APART:
        return False
    values = {getattr(cell.experiments[0], field) for cell in grid.cells}
    return field == RATE or len(values) > 1 or any(is_automatic(field, value) for value in values)


def _values(grid: Grid, data: Sequence[Dataset], field: str) -> list[Any]:
    """For each cell; ``None`` where it makes no difference."""
    cells = zip((cell.experiments[0] for cell in grid.cells), data, strict=True)
    return [None if unused(field, *cell) else resolved(field, *cell) for cell in cells]


def _differ(values: Sequence[Any]) -> bool:
    return len({value for value in values if value is not None}) > 1


def _notes(grid: Grid, data: Sequence[Dataset]) -> list[str]:
    """A sentence for each varied field that brings values of its own: which, and what holds them equal."""
    groups: dict[str, list[str]] = {}
    for field in grid.differing:
        if field not in grid.fields:
            groups.setdefault(_cause(grid, field), []).append(field)
    return [_note(grid, data, cause, fields) for cause, fields in groups.items()]


def _cause(grid: Grid, field: str) -> str:
    """The first varied field each value of which goes with one value of this field."""
    for place, cause in enumerate(grid.fields):
        by_label: dict[str, set[Any]] = {}
        for cell in grid.cells:
            by_label.setdefault(cell.labels[place], set()).add(grid.value_in_force(cell, field))
        if all(len(values) == 1 for values in by_label.values()):
            return cause
    return ""


def _note(grid: Grid, data: Sequence[Dataset], cause: str, fields: Sequence[str]) -> str:
    names, is_one = " and ".join(_listed(fields)), len(fields) == 1
    said = f"{names} {'is' if is_one else 'are'} each {cause}'s own"
    if not cause:
        said = f"{names} {'goes' if is_one else 'go'} with {' and '.join(_listed(grid.fields))}"
    options = [option for field in fields if (option := _equalizer(grid, data, field))]
    them = "it" if is_one else "them" if len(options) == len(fields) else "some"
    return f"{said}: {' '.join(options)} {'holds' if len(options) == 1 else 'hold'} {them} equal" if options else said


def _listed(fields: Sequence[str]) -> list[str]:
    return [", ".join(fields[:-1]), fields[-1]] if len(fields) > 1 else [*fields]


def _equalizer(grid: Grid, data: Sequence[Dataset], field: str) -> str:
    """The option that gives all cells the value of the first that has one; empty where one of them cannot have it."""
    value = next(value for cell in grid.cells if (value := grid.value_in_force(cell, field)) is not None)
    try:
        for cell, dataset in zip(grid.cells, data, strict=True):
            choose_loss(replace(cell.experiments[0], **{field: value}), dataset)
    except ExperimentError:
        return ""
    return f"--{field.replace('_', '-')} {'none' if value == () else plain(value)}"
