"""A Grid: the Experiments that come of varying some fields, each with several seeds, and the values that they have.

Where a default depends on what is varied, cells differ in more than that: each optimizer has its own rate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

from tuinet.compare.ranges import expanded, parts
from tuinet.compare.trial import Job, Target
from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.defaults import choose_loss, is_automatic, resolved, unused
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.experiment.fields import plain, read, typed
from tuinet.experiment.presets import default_epochs, make_experiment
from tuinet.names import canonical, not_one_of
from tuinet.session import build
from tuinet.session.build import DatasetCache

MAX_EXPERIMENTS: Final = 10_000
_DEFAULT: Final = "default"
_BETWEEN: Final = ","
_WITHIN: Final = "+"
"""Stands between the parts of a value that is a list itself."""


@dataclass(frozen=True)
class Variation:
    """One value of a field that is varied."""

    text: str
    """As it was typed, or as it could be: from it comes the same value."""
    value: Any
    is_default: bool = False
    """Whether the field is left to what the dataset or the optimizer has as its own."""


@dataclass(frozen=True)
class Vary:
    """A field and the values that it takes."""

    field: str
    choices: tuple[Variation, ...]


@dataclass(frozen=True)
class Cell:
    """One combination of values, run with every seed."""

    index: int
    labels: tuple[str, ...]
    """A value for each field that is varied, as it was typed."""
    experiments: tuple[Experiment, ...]
    in_force: tuple[Any, ...] = ()
    """The values of the grid's `fields_in_force`; ``None`` where a field makes no difference."""

    def is_default(self, place: int) -> bool:
        """Whether a varied field is left to what has it as its own."""
        return self.labels[place] == _DEFAULT


@dataclass(frozen=True)
class Grid:
    """All combinations; the last field is the first to change."""

    fields: tuple[str, ...]
    cells: tuple[Cell, ...]
    seeds: tuple[int, ...]
    epochs: int
    target: Target
    fields_in_force: tuple[str, ...] = ()
    """Fields whose values in force are told: see `tuinet.compare.grid`."""
    notes: tuple[str, ...] = ()
    """A sentence each about values that differ though nobody varies them."""

    @property
    def differing(self) -> tuple[str, ...]:
        """Those of the `fields_in_force` of which not all cells have the same value."""
        values = {field: {self.value_in_force(cell, field) for cell in self.cells} for field in self.fields_in_force}
        return tuple(field for field, found in values.items() if len(found - {None}) > 1)

    def value_in_force(self, cell: Cell, field: str) -> Any:
        """One of a cell's values in force."""
        return cell.in_force[self.fields_in_force.index(field)]

    def shown_labels(self, cell: Cell) -> tuple[str, ...]:
        """The cell's values as they were typed, with what ``default`` stands for."""
        return tuple(self._shown_label(cell, place) for place in range(len(self.fields)))

    def _shown_label(self, cell: Cell, place: int) -> str:
        label, field = cell.labels[place], self.fields[place]
        value = self.value_in_force(cell, field) if field in self.fields_in_force and cell.is_default(place) else None
        return label if value is None else f"{label} ({as_varied(field, value)})"

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every Experiment, cell by cell and seed by seed."""
        experiments = [experiment for cell in self.cells for experiment in cell.experiments]
        return tuple(Job(index, one, self.epochs, self.target) for index, one in enumerate(experiments))

    @property
    def jobs_in_turn(self) -> tuple[Job, ...]:
        """The jobs in the best order to begin them: the first seed of every cell, then the second."""
        return tuple(sorted(self.jobs, key=lambda job: (job.index % len(self.seeds), job.index)))

    def cell_of(self, job: int) -> Cell:
        """The cell to which a job belongs."""
        return self.cells[job // len(self.seeds)]

    def seed_of(self, job: int) -> int:
        """The seed of a job."""
        return self.seeds[job % len(self.seeds)]

    def jobs_of(self, cell: Cell) -> range:
        """The jobs of a cell."""
        return range(cell.index * len(self.seeds), (cell.index + 1) * len(self.seeds))


def parse_vary(text: str) -> Vary:
    """Read ``FIELD=VALUE,VALUE``; a value that is a list has + between its parts, as in ``hidden=4,8+8``.

    In place of a number there can be a range, as in ``learning_rate=log(0.001,1,25)``; see `tuinet.compare.ranges`.
    """
    name, equals, values = text.partition("=")
    field = canonical(name.strip(), FIELDS)
    if not equals:
        raise ExperimentError("vary", f"{text!r} is not FIELD=VALUE,VALUE such as learning_rate=0.1,0.3")
    if field not in FIELDS:
        raise ExperimentError("vary", not_one_of(field, FIELDS))
    if field == "seed":
        raise ExperimentError("vary", "seed is varied by --seeds, as in --seeds 1-4 or --seeds 1,5,9")
    words = [word for part in parts(values) for word in expanded(field, part, MAX_EXPERIMENTS)]
    choices = tuple(_choice(field, word) for word in words)
    taken = [(choice.is_default, choice.value) for choice in choices]
    for index, choice in enumerate(choices):
        if taken[index] in taken[:index]:
            raise ExperimentError("vary", f"{field} has {choice.text} twice")
    return Vary(field, choices)


def _choice(field: str, text: str) -> Variation:
    if not text:
        raise ExperimentError("vary", f"{field} has an empty value; values stand between commas, as in {field}=A,B")
    if text.lower() == _DEFAULT:
        return Variation(_DEFAULT, None, is_default=True)
    is_list = FIELDS[field].kind in ("sizes", "names")
    try:
        return Variation(text, read(field, text.replace(_WITHIN, _BETWEEN) if is_list else text, Experiment()))
    except ExperimentError as error:
        raise ExperimentError("vary", f"{field}: {error.reason}") from error


def as_varied(field: str, value: Any) -> str:
    """The text of a value that `parse_vary` reads."""
    text = typed(field, value)
    return text.replace(_BETWEEN, _WITHIN) if FIELDS[field].kind in ("sizes", "names") else text


def make_grid(
    given: Mapping[str, Any],
    varied: Sequence[Vary],
    seeds: int | Sequence[int],
    epochs: int | None = None,
    target: Target | None = None,
) -> Grid:
    """All combinations of the values, each with so many seeds, from the given one up, or with just these.

    Each is made as if its values alone had been named: what is not is the dataset's own, and the optimizer's. Without a
    number of epochs, all runs have as many as the dataset that has the most.
    """
    fields = tuple(vary.field for vary in varied)
    _require_distinct(fields, given)
    runs = seeds if isinstance(seeds, int) else len(seeds)
    total = runs * math.prod(len(vary.choices) for vary in varied)
    if total > MAX_EXPERIMENTS:
        raise ExperimentError("vary", f"{total:,} Experiments are more than {MAX_EXPERIMENTS:,}")
    combinations = list(product(*(vary.choices for vary in varied)))
    experiments = [_experiment(given, fields, choices) for choices in combinations]
    first = experiments[0].seed
    numbers = tuple(range(first, first + seeds) if isinstance(seeds, int) else seeds)
    cells = tuple(
        Cell(index, _labels(choices), tuple(replace(experiment, seed=seed) for seed in numbers))
        for index, (choices, experiment) in enumerate(zip(combinations, experiments, strict=True))
    )
    length = epochs or max(map(default_epochs, experiments))
    return Grid(fields, cells, numbers, length, target or Target())


def _require_distinct(fields: Sequence[str], given: Mapping[str, Any]) -> None:
    for field in fields:
        if fields.count(field) > 1:
            raise ExperimentError("vary", f"{field} is there twice; one --vary {field}= takes all its values")
        if field in given:
            raise ExperimentError("vary", f"{field} is given as --{field.replace('_', '-')}, too; leave that out")


def _labels(choices: Sequence[Variation]) -> tuple[str, ...]:
    return tuple(choice.text for choice in choices)


def _experiment(given: Mapping[str, Any], fields: Sequence[str], choices: Sequence[Variation]) -> Experiment:
    values = {field: choice.value for field, choice in zip(fields, choices, strict=True) if not choice.is_default}
    try:
        return make_experiment(**{**given, **values})
    except ExperimentError as error:
        if error.field not in fields and not values:
            raise
        raise ExperimentError("vary", f"{named(fields, _labels(choices))}: {error}") from error


def require_usable(grid: Grid) -> DatasetCache:
    """Refuse what would fail on every worker: data that cannot be read, a loss that does not fit.

    Returns
    -------
    DatasetCache
        The data that has been made or read.
    """
    datasets = DatasetCache(grid.cells[0].experiments[0])
    for cell in grid.cells:
        experiment = cell.experiments[0]
        dataset = datasets.get(experiment)
        try:
            build.require_size(experiment, dataset)
            choose_loss(experiment, dataset)
            if experiment.weights:
                build.make_parameters(experiment, dataset)
        except ExperimentError as error:
            if not cell.labels:
                raise
            raise ExperimentError("vary", f"{named(grid.fields, cell.labels)}: {error}") from error
    return datasets


def idle(grid: Grid, datasets: DatasetCache) -> list[str]:
    """In a sentence each: which fields that are varied make no difference in any cell, and why."""
    experiments, said = [cell.experiments[0] for cell in grid.cells], []
    for field in grid.fields:
        reason = unused(field, experiments[0], datasets.get(experiments[0]))
        if reason and all(unused(field, experiment, datasets.get(experiment)) for experiment in experiments):
            said.append(f"{field} makes no difference: {reason}")
    return said


def named(fields: Sequence[str], labels: Sequence[str]) -> str:
    """As in ``optimizer=sgd learning_rate=0.1``."""
    return " ".join(f"{field}={label}" for field, label in zip(fields, labels, strict=True))


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
