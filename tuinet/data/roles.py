"""Which columns of a table are inputs, which are targets and which are left out: guessed, said, or as asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from tuinet.data.assemble import Rows
from tuinet.data.column import Column
from tuinet.data.dataset import InputColumn, Mask
from tuinet.data.place import Place, listed, listed_few, shown
from tuinet.data.recipe import Missing, Reading
from tuinet.data.table import Table
from tuinet.data.targets import Targets, targets_of_columns, targets_of_numbers, targets_of_texts
from tuinet.errors import DataError
from tuinet.names import canonical, did_you_mean
from tuinet.nn.parameters import Array

MOST_CATEGORIES: Final = 50
"""A column of texts with more different ones is left out."""
_MOSTLY: Final = 0.5
"""A column of which a larger share is missing is left out."""
_TINY: Final = 20
"""With fewer rows, a text may well differ in every one."""
_TARGET_NAMES: Final = frozenset({"class", "label", "labels", "target", "y"})
"""Names that targets often have, in small letters."""


def make_rows(table: Table, reading: Reading) -> Rows:
    """The samples of a table; a DataError where it cannot be read as asked for."""
    notes = list(table.notes)
    targets = _find_targets(table, reading)
    inputs = _choose_inputs(table, reading, targets, notes)
    kept = _choose_rows([*inputs, *targets], inputs, table, reading.missing, notes)
    found = _make_targets(table, targets, kept, reading)
    columns = [_input_column(table, column, kept) for column in inputs]
    names = tuple(name for column in columns for name in column.input_names)
    X = np.concatenate([_encode(column, made, kept) for column, made in zip(inputs, columns, strict=True)], axis=1)
    if not reading.inputs:
        _warn_of_leaks(table, inputs, targets, kept, notes)
    _note_texts([*inputs, *targets], notes)
    if reading.picture is None:
        note_constants(X, names, notes)
    if not reading.target:
        _note_other_target(inputs, found, notes)
        _note_parted_target(table, targets, inputs, notes)
    return Rows(
        X,
        found.values,
        names,
        class_names=found.class_names,
        target_names=() if found.class_names else tuple(_name(table, column, targets) for column in targets),
        image_shape=require_picture(reading.picture, X.shape[1], Place(table.path)),
        are_labels=found.are_labels,
        columns=tuple(columns),
        target_columns=tuple(_name(table, column, targets) for column in targets),
        is_filled=reading.missing == "mean",
        notes=tuple(notes),
    )


def require_picture(picture: tuple[int, int] | None, inputs: int, place: Place) -> tuple[int, int] | None:
    """The shape of a picture; a DataError where it has another number of pixels than there are inputs."""
    if picture is not None and picture[0] * picture[1] != inputs:
        shape, pixels = f"{picture[0]}x{picture[1]}", picture[0] * picture[1]
        raise DataError(
            f"picture: {shape} has {pixels:,} pixels, but {place} has {inputs:,} inputs; give rows x columns"
        )
    return picture


def find_columns(table: Table, field: str, text: str) -> list[Column]:
    """The columns that a text names: a name, numbers from 1, ranges of either, with commas between them."""
    whole = _find(table, field, text.strip())
    if whole is not None:
        return [table.columns[whole]]
    found: list[Column] = []
    for part in map(str.strip, text.split(",")):
        for column in _find_part(table, field, part):
            if column not in found:
                found.append(column)
    return found


def _find_part(table: Table, field: str, part: str) -> Sequence[Column]:
    index = _find(table, field, part)
    if index is not None:
        return [table.columns[index]]
    for split in (position for position, char in enumerate(part) if char == "-"):
        first, last = _find(table, field, part[:split].strip()), _find(table, field, part[split + 1 :].strip())
        if first is not None and last is not None and first <= last:
            return table.columns[first : last + 1]
    names = [column.name for column in table.columns]
    there = "it has no header, so give the number of a column"
    if table.has_header:
        there = f"its columns are {listed(names)}"
    near = did_you_mean(part, names)
    raise DataError(f"{field}: {Place(table.path)} has no column {shown(part)}; {there}, from 1 to {len(names)}{near}")


def _find(table: Table, field: str, text: str) -> int | None:
    """The index of a column. A name goes before a number, for a column may be called 3."""
    if text in table.duplicates:
        numbers = list(map(str, table.duplicates[text]))
        raise DataError(
            f"{field}: {shown(text)} is the name of columns {listed_few(numbers)} of {Place(table.path)}; give a number"
        )
    names = [column.name for column in table.columns]
    meant = canonical(text, names)
    if text and meant in names:
        return names.index(meant)
    # More digits than a column's number can have are not worth converting.
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return number - 1 if 1 <= number <= len(names) else None


def _find_targets(table: Table, reading: Reading) -> list[Column]:
    if reading.target:
        targets = find_columns(table, "target", reading.target)
    else:
        there = [column for column in table.columns if not column.missing.all()]
        targets = there[-1:]
    for column in targets:
        if column.missing.all():
            raise table.place(column).error("all values are missing; name another target")
        if column.is_of_dates:
            raise table.place(column).error("the target is a date; name another, or turn it into a number")
        if len(targets) > 1 and column.numbers is None:
            raise table.place(column).error("it has texts; of several targets each needs numbers, so name one column")
    if not targets:
        raise Place(table.path).error("all values are missing; it needs a line for each sample")
    return targets


def _choose_inputs(table: Table, reading: Reading, targets: list[Column], notes: list[str]) -> list[Column]:
    if reading.inputs:
        inputs = find_columns(table, "inputs", reading.inputs)
        for column in inputs:
            reason = _unusable(column)
            if column in targets:
                raise DataError(f"inputs: {shown(column.label)} is a target, too; name it once")
            if reason:
                raise table.place(column).error(f"it cannot be an input: {reason}")
        return inputs
    left_out: dict[str, list[Column]] = {}
    inputs = []
    for column in table.columns:
        reason = "" if column in targets else _unusable(column) or _unhelpful(column, table.has_header)
        if reason:
            left_out.setdefault(reason, []).append(column)
        elif column not in targets:
            inputs.append(column)
    notes += [
        f"{listed_few([column.label for column in columns])} left out: {reason}" for reason, columns in left_out.items()
    ]
    if not inputs:
        raise Place(table.path).error(
            f"no column is left as an input; {notes[-1] if left_out else 'name fewer targets'}"
        )
    return inputs


def _unusable(column: Column) -> str:
    """Why a column cannot be an input; empty where it can."""
    if column.missing.all():
        return "empty"
    if column.is_of_dates:
        return "dates; turn them into numbers, such as the year or the day of the year"
    different = len(set(filter(None, column.texts)))
    if different >= _TINY and different == np.count_nonzero(~column.missing):
        return "texts that differ in every row"
    return f"{different:,} different texts, more than {MOST_CATEGORIES}" if different > MOST_CATEGORIES else ""


def _unhelpful(column: Column, has_header: bool) -> str:
    """Why a column should not be an input; empty where it may."""
    if column.missing.mean() > _MOSTLY:
        return f"missing in {np.count_nonzero(column.missing):,} of {len(column.missing):,} rows"
    is_nameless = has_header and (not column.name or column.name.lower().startswith("unnamed:"))
    return "it has no name and numbers the rows" if is_nameless and _numbers_rows(column) else ""


def _numbers_rows(column: Column) -> bool:
    """Whether a column has another whole number, or another text, in every row."""
    numbers = column.numbers
    if numbers is None:
        return len(set(column.texts)) == len(column.texts) > 1
    return len(numbers) > 1 and bool((numbers % 1 == 0).all()) and len(np.unique(numbers)) == len(numbers)


def _counts_up(column: Column) -> bool:
    numbers = column.numbers
    return numbers is not None and len(numbers) > 1 and bool((np.diff(numbers) == 1).all())


def _choose_rows(used: list[Column], inputs: list[Column], table: Table, missing: Missing, notes: list[str]) -> Mask:
    """The rows that are samples, shape (rows,): those without missing values, or with a target, as asked for."""
    gaps = np.stack([column.missing for column in used], axis=1)
    if not gaps.any():
        return np.ones(len(gaps), dtype=np.bool_)
    holes = np.argwhere(gaps)
    row, index = (int(number) for number in holes[0])
    if missing == "refuse":
        raise table.place(used[index], row).error("the value is missing; fill it in, or set missing to drop or mean")
    # In the order of `used`, the inputs come first.
    lost: Mask = np.any(gaps[:, len(inputs) :] if missing == "mean" else gaps, axis=1)
    if missing == "drop" and lost.mean() > _MOSTLY:
        raise DataError(
            f"missing: {Place(table.path)} has missing values in {lost.sum():,} of {len(lost):,} rows; set missing to"
            " mean, or name the inputs"
        )
    if lost.any():
        where, hint = ("", "; mean fills them in") if missing == "drop" else (" of the target", "")
        notes.append(f"{lost.sum():,} of {len(lost):,} rows left out: missing values{where} (missing: {missing}{hint})")
    if missing == "mean":
        _note_filled(gaps[:, : len(inputs)][~lost], inputs, notes)
    return ~lost


def _note_filled(gaps: Mask, inputs: list[Column], notes: list[str]) -> None:
    """Say what stands for missing values, of shape (samples, input columns); refuse a column that has no other."""
    if not len(gaps):
        return
    for index in np.flatnonzero(gaps.all(axis=0)):
        raise inputs[index].place.error("no row with a target has a value; it cannot be an input")
    for what, are_numbers in (("the mean", True), ("0 for each of its values", False)):
        here = [index for index, column in enumerate(inputs) if (column.numbers is not None) == are_numbers]
        names = [inputs[index].label for index in here if gaps[:, index].any()]
        if names:
            count = np.count_nonzero(gaps[:, here])
            notes.append(f"{count:,} missing values of {listed_few(names)} filled with {what} (missing: mean)")


def _input_column(table: Table, column: Column, kept: Mask) -> InputColumn:
    name = _name(table, column)
    if column.numbers is not None:
        return InputColumn(name)
    there = {text for text, is_kept in zip(column.texts, kept, strict=True) if text and is_kept}
    return InputColumn(name, tuple(sorted(there)))


def _name(table: Table, column: Column, targets: Sequence[Column] = ()) -> str:
    """The name of a column; without a header x1, x2 and so on, and y, or y1 and y2, for targets."""
    number = column.place.column or 1
    if table.has_header:
        return column.name or f"column {number}"
    if column in targets:
        return "y" if len(targets) == 1 else f"y{targets.index(column) + 1}"
    return f"x{number}"


def _encode(column: Column, made: InputColumn, kept: Mask) -> Array:
    """The inputs of a column, shape (samples, inputs), NaN where a number is missing."""
    if column.numbers is not None:
        return column.numbers[kept, np.newaxis]
    texts = np.array(column.texts, dtype=object)[kept]
    return np.stack([texts == category for category in made.categories], axis=1).astype(np.float64)


def _make_targets(table: Table, targets: list[Column], kept: Mask, reading: Reading) -> Targets:
    rows = np.flatnonzero(kept)
    if not len(rows):
        raise Place(table.path).error("no row is left; each has a missing value")
    first = targets[0]

    def where(index: int | None) -> Place:
        return table.place(first, None if index is None else int(rows[index]))

    if first.numbers is None:
        return targets_of_texts([first.texts[row] for row in rows], reading.task, where)
    if len(targets) == 1:
        return targets_of_numbers(first.numbers[kept], reading.task_of_numbers, where)
    values = np.stack([column.numbers[kept] for column in targets if column.numbers is not None], axis=1)
    return targets_of_columns(
        values, [_name(table, column, targets) for column in targets], reading.task_of_numbers, where
    )


def _warn_of_leaks(table: Table, inputs: list[Column], targets: list[Column], kept: Mask, notes: list[str]) -> None:
    """Name inputs that tell the target, and those that count the rows."""
    for column in inputs:
        name = column.label
        if any(_tells(column, target, kept) for target in targets):
            notes.append(f"{name} has the target's own values in every row; leave it out unless that is meant")
        elif _counts_up(column) and _may_be_index(column, table, len(inputs)):
            notes.append(f"{name} counts the rows; leave it out unless that is meant")


def _may_be_index(column: Column, table: Table, inputs: int) -> bool:
    """Whether a column that counts up numbers the rows, by its name, or by its place where none has a name."""
    if table.has_header:
        return bool(_INDEX_NAME.search(column.name))
    return column.place.column == 1 and inputs > 1 and len(table.lines) >= _TINY


_INDEX_NAME: Final = re.compile(r"(?i:(?:^|[\W_])(?:id|index|row|no|nr|number|#)$)|[a-z]I[dD]$")
"""The last word of names of columns that number the rows, as ``customer_id`` and ``PassengerId``.

A measured quantity may count up, too."""


def _tells(column: Column, target: Column, kept: Mask) -> bool:
    """Whether an input is the target, or renames its classes."""
    if column.numbers is not None and target.numbers is not None:
        return len(kept) > 1 and bool((column.numbers[kept] == target.numbers[kept]).all())
    ours, theirs = _values(column, kept), _values(target, kept)
    pairs = set(zip(ours, theirs, strict=True))
    return 1 < len(pairs) == len(set(ours)) == len(set(theirs)) and len(pairs) < len(ours) / 2


def _values(column: Column, kept: Mask) -> list[object]:
    values = column.texts if column.numbers is None else column.numbers.tolist()
    return [value for value, is_kept in zip(values, kept, strict=True) if is_kept]


def note_constants(X: Array, names: Sequence[str], notes: list[str]) -> None:
    """Name the inputs, shape (samples, inputs), that have the same value in every sample."""
    if len(X) < 2:
        return
    # fmin and fmax pass over NaN.
    constant = np.flatnonzero(np.fmin.reduce(X, axis=0) == np.fmax.reduce(X, axis=0))
    if len(constant):
        few = listed_few([names[index] for index in constant.tolist()])
        notes.append(f"{few}: always the same, so nothing is learned from it")


def _note_texts(columns: Sequence[Column], notes: list[str]) -> None:
    """Name columns of texts that are numbers with a unit, and those of which hardly a text comes twice."""
    for column in columns:
        there = list(filter(None, column.texts))
        if column.unit:
            example = shown(there[0])
            notes.append(f"{column.label}: {example} is read as a text; leave {shown(column.unit)} out to have numbers")
        elif len(there) >= _TINY and len(set(there)) > _MOSTLY * len(there):
            notes.append(f"{column.label} has {len(set(there)):,} different texts in {len(there):,} rows")


def _note_parted_target(table: Table, targets: Sequence[Column], inputs: Sequence[Column], notes: list[str]) -> None:
    """Name the columns before the target that have a single 1 in each row together with it: one class, one-hot."""
    last = targets[0]
    parts = [last]
    for column in reversed(table.columns[: table.columns.index(last)]):
        if column not in inputs or column.numbers is None or not np.isin(column.numbers, (0.0, 1.0)).all():
            break
        parts.insert(0, column)
        total = np.sum([part.numbers for part in parts if part.numbers is not None], axis=0)
        if len(parts) > 2 and (total == 1).all():
            names = ",".join(part.label for part in parts)
            notes.append(f"{names} have a single 1 in each row; if they are one class, set target to {names}")
            return


def _note_other_target(inputs: list[Column], found: Targets, notes: list[str]) -> None:
    """Name an input that may be meant as the target, where the last column was taken for it."""
    texts = [column for column in inputs if column.numbers is None]
    likely = [column for column in inputs if column.name.lower() in _TARGET_NAMES]
    if not likely and found.task == "regression" and len(texts) == 1 and texts[0] is inputs[0]:
        likely = texts
    if likely:
        name = likely[0].label
        notes.append(f"the last column is the target; if {name} is to be learned, set target to {name}")
