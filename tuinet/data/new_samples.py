"""New samples for a network that is trained, encoded as its data was: of a file, of standard input, single values."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final
from zipfile import ZipFile

import numpy as np

from tuinet.data.archive import ZIP_STARTS, archive_in, open_data, part, read_array
from tuinet.data.column import numbers_of, plain_numbers
from tuinet.data.dataset import Dataset, InputColumn, Mask
from tuinet.data.files import PARQUET, finite, require_table
from tuinet.data.matching import (
    Matching,
    RightAnswers,
    Say,
    answers_of_numbers,
    coded_answers,
    is_header,
    match,
    match_order,
    target_names,
)
from tuinet.data.numerals import Decimal, DecimalEvidence, dressing, is_float, is_missing
from tuinet.data.place import MAX_LINE, Place, listed, on_one_line, shown
from tuinet.data.recipe import DecimalSign
from tuinet.data.records import Beginning, Record, read_lines, read_records, split_like
from tuinet.data.spreadsheets import is_workbook, parquet_records, workbook_records
from tuinet.data.table import decide_decimal
from tuinet.nn.parameters import Array

_FEW: Final = 3
"""Samples without an answer that are noted one by one."""
_MOST_NOTED: Final = 20
"""Unknown values that are noted one by one."""


@dataclass(frozen=True, eq=False)
class NewSamples:
    """Some samples of a table or an array, in their order."""

    numbers: Sequence[int]
    """The line of each, or its number from 1 where there are no lines."""
    X: Array
    """Raw features, shape (samples, features); a row of NaN where something is missing and there is no answer."""
    right: RightAnswers | None = None
    """``None`` where they have none."""

    @property
    def answerable(self) -> Mask:
        """Which samples have an answer, shape (samples,)."""
        answerable: Mask = ~np.any(np.isnan(self.X), axis=1)
        return answerable


class SampleReader:
    """Turns the records of one table into samples, some at a time, and notes what was guessed or is not known.

    Parameters
    ----------
    path
        The name of the table in messages.
    decimal
        The decimal sign; ``auto`` to find it out from the first records.
    """

    def __init__(self, dataset: Dataset, path: str, say: Say, decimal: DecimalSign = "auto") -> None:
        self.dataset, self.path = dataset, path
        self.gaps = Gaps(dataset.input_columns, say)
        self._say, self._decimal = say, decimal
        self._names: Sequence[str] | None = None
        self._matching: Matching | None = None
        self._unknown: set[str] = set()
        self._dressed: set[str] = set()
        """Columns of which it has been noted how their numbers are written."""

    def samples(self, records: Iterator[Record], beginning: Beginning, size: int) -> Iterator[NewSamples]:
        """So many samples at a time, as soon as their records are there; the first record may be a header."""
        chunk: list[Record] = []
        for line, fields in records:
            if self._names is None and self._matching is None and self._take_first(line, fields, beginning):
                continue
            if self._is_comment(fields):
                continue
            chunk.append((line, self._fitted(line, fields)))
            if len(chunk) == size:
                yield self.read(chunk, beginning.delimiter)
                chunk = []
        if chunk:
            yield self.read(chunk, beginning.delimiter)
        self.gaps.close()

    def _take_first(self, line: int, fields: list[str], beginning: Beginning) -> bool:
        """Look for names in the comments and in the first record; whether that holds them."""
        for comment in beginning.comments:
            names = split_like(comment, beginning.delimiter)
            if len(names) == len(fields) and is_header(names, self.dataset):
                self._names = names
                return False
        names = [on_one_line(text.strip()) for text in fields]
        if is_header(names, self.dataset):
            self._names = names
            return True
        return False

    def _fitted(self, line: int, fields: list[str]) -> list[str]:
        """The fields of a record, as many as there are columns; the first one decides which these are."""
        if self._matching is None:
            self._matching = self._match(fields, Place(self.path, line))
        width = self._matching.width
        if len(fields) == width + 1 and not fields[-1].strip():
            fields = fields[:-1]
        if len(fields) != width:
            counted = "is 1 field" if len(fields) == 1 else f"are {len(fields):,} fields"
            raise Place(self.path, line).error(
                f"there {counted}, but {width:,} columns; give every line as many, with nothing between two"
                " delimiters where a value is missing"
            )
        return fields

    def _is_comment(self, fields: list[str]) -> bool:
        """Whether a line in the middle of a table is none of its rows."""
        return self._matching is not None and len(fields) != self._matching.width and fields[0].startswith("#")

    def _match(self, fields: list[str], place: Place) -> Matching:
        if self._names is not None:
            names, ends_empty = list(self._names), not fields[-1].strip()
            if not names[-1] and (ends_empty or len(fields) < len(names)):
                # A delimiter at the end of the line is no column.
                names.pop()
            if len(fields) == len(names) + 1 and not ends_empty:
                # Without a name, but with values, the first column is the rows' names, as R writes it.
                names.insert(0, "")
            return match(names, self.dataset, Place(self.path), self._say)
        inputs, width = len(self.dataset.input_columns), len(fields)
        has_end = not fields[-1].strip() and width not in (inputs, inputs + len(target_names(self.dataset)))
        return match_order(width - has_end, self.dataset, place, self._say)

    def read(self, records: list[Record], delimiter: str, matching: Matching | None = None) -> NewSamples:
        """The samples of some records, all of the width that was matched."""
        matching = matching or self._matching
        assert matching is not None
        lines = [line for line, _ in records]
        columns = {index: [fields[index] for _, fields in records] for index in {*matching.inputs, *matching.targets}}
        pairs = list(zip(self.dataset.input_columns, matching.inputs, strict=True))
        sign = self._sign([columns[index] for column, index in pairs if not column.categories], delimiter)
        X = np.concatenate(
            [self._encoded(column, index, columns[index], lines, sign) for column, index in pairs], axis=1
        )
        right = [columns[index] for index in matching.targets]
        named = zip(matching.targets, target_names(self.dataset), strict=False)
        places = [Place(self.path, None, index + 1, name) for index, name in named]
        answers = coded_answers(self.dataset, right, lines, places, sign, self._note_once) if right else None
        return NewSamples(lines, self.gaps.filled(X, [Place(self.path, line) for line in lines]), answers)

    def _sign(self, columns: list[list[str]], delimiter: str) -> Decimal:
        """The decimal sign, which the first numbers that can be read in one way alone decide for all others."""
        if self._decimal != "auto":
            return self._decimal
        evidence = DecimalEvidence()
        for texts in columns:
            evidence.look_at([text for text in texts if not is_missing(text)])
        sign = decide_decimal(self.path, evidence, "auto", delimiter, has_points=False)
        if evidence.point or evidence.comma:
            self._decimal = sign
            if sign == "comma":
                self._say("numbers are written with decimal commas")
        return sign

    def _encoded(self, column: InputColumn, index: int, texts: list[str], lines: list[int], sign: Decimal) -> Array:
        """The inputs of a column, shape (samples, inputs), NaN where a value is missing."""
        if not column.categories:
            plain = plain_numbers(texts) if sign == "point" else None
            if plain is None:
                plain = numbers_of(texts, lines, Place(self.path, None, index + 1, column.name), sign)
                self._note_dressing(column.name, texts, sign)
            return plain[:, np.newaxis]
        cleaned = ["" if is_missing(text) else on_one_line(text.strip()) for text in texts]
        known = {category: place for place, category in enumerate(column.categories)}
        encoded = np.zeros((len(texts), len(known)))
        for row, text in enumerate(cleaned):
            if not text:
                encoded[row] = np.nan
            elif text in known:
                encoded[row, known[text]] = 1.0
            else:
                self._note_once(
                    f"{column.name}: {shown(text)} is none of {listed(column.categories)}: all its inputs are 0"
                )
        return encoded

    def _note_dressing(self, name: str, texts: list[str], sign: Decimal) -> None:
        """Note what is left out of a column's numbers, as of the first that are so: currencies, thousands."""
        if name not in self._dressed and (remarks := dressing(filter(_is_dressed, texts), sign)):
            self._dressed.add(name)
            self._say(f"{name}: {'; '.join(remarks)}")

    def _note_once(self, note: str) -> None:
        if note in self._unknown or len(self._unknown) > _MOST_NOTED:
            return
        self._unknown.add(note)
        self._say(note if len(self._unknown) <= _MOST_NOTED else "there are more unknown values, which are not named")


def _is_dressed(text: str) -> bool:
    return not (is_missing(text) or is_float(text))


class Gaps:
    """Fills missing values as the data's were, and notes them.

    A value of a text is missing as a whole: each of its inputs is NaN.
    """

    def __init__(self, columns: Sequence[InputColumn], say: Say) -> None:
        self._columns, self._say = columns, say
        self._fills = np.concatenate(
            [[np.nan if column.fill is None else column.fill] * len(column.input_names) for column in columns]
        )
        self._owners = np.concatenate([[index] * len(column.input_names) for index, column in enumerate(columns)])
        self._filled = np.zeros(len(columns), np.intp)
        self._unanswered = 0

    def filled(self, X: Array, places: Sequence[Place]) -> Array:
        """Features of shape (samples, features), with rows of NaN where no number stands for a missing one."""
        gaps = np.isnan(X)
        if not gaps.any():
            return X
        X = np.where(gaps, self._fills, X)
        lost: Mask = np.any(np.isnan(X), axis=1)
        for row, place in enumerate(places):
            holes = sorted(set(self._owners[gaps[row]].tolist()))
            if lost[row]:
                self._note(place, [self._columns[index].name for index in holes if self._columns[index].fill is None])
            else:
                self._filled[holes] += 1
        X[lost] = np.nan
        return X

    def _note(self, place: Place, names: Sequence[str]) -> None:
        self._unanswered += 1
        if self._unanswered <= _FEW:
            verb = "is" if len(names) == 1 else "are"
            self._say(f"{place}: {listed(names)} {verb} missing, so there is no answer")

    def close(self) -> None:
        """Note how many there were."""
        if self._unanswered > _FEW:
            self._say(f"{self._unanswered:,} samples have no answer, since a value is missing")
        for column, count in zip(self._columns, self._filled.tolist(), strict=True):
            if count:
                by = "0 for each of its inputs" if column.categories else f"{column.fill:.6g}"
                self._say(f"{column.name}: {count:,} missing value{'s' * (count > 1)} filled with {by}")


SIZE: Final = 1000
"""Samples of a file that are answered at once."""


def samples_of_file(path: str, dataset: Dataset, say: Say, decimal: DecimalSign = "auto") -> Iterator[NewSamples]:
    """The samples of a table of text, plain or compressed, of an NPZ file, or of an Excel or Parquet table.

    Raises
    ------
    DataError
        If it cannot be read, lacks a column, or has a value that is none; samples before it have been given then.
    """
    with open_data(path) as file:
        start = file.read(6)
        file.seek(0)
        if start.startswith(ZIP_STARTS) and not is_workbook(file, path):
            with archive_in(file, Place(path)) as archive:
                yield from _samples_of_archive(archive, Place(path), dataset, say)
            return
        require_table(start, path)
        beginning = Beginning()
        records = _records(file, path, start, beginning, say)
        yield from SampleReader(dataset, path, say, decimal).samples(records, beginning, SIZE)


def _records(file: BinaryIO, path: str, start: bytes, beginning: Beginning, say: Say) -> Iterator[Record]:
    if start.startswith(ZIP_STARTS):
        beginning.delimiter = ","
        return iter(workbook_records(file, path, say))
    if start.startswith(PARQUET):
        beginning.delimiter = ","
        return parquet_records(file, path)
    return read_records(read_lines(file, path, say), path, beginning)


def samples_of_stream(
    stream: BinaryIO, name: str, dataset: Dataset, say: Say, decimal: DecimalSign = "auto"
) -> Iterator[NewSamples]:
    """Samples one by one, each given before the next line is read."""
    beginning = Beginning()
    records = read_records(_lines(stream, name, say), name, beginning)
    return SampleReader(dataset, name, say, decimal).samples(records, beginning, 1)


def _lines(stream: BinaryIO, name: str, say: Say) -> Iterator[str]:
    """The lines of a stream without their ends; what is no UTF-8 is taken for Windows-1252 from there on."""
    encoding, number = "utf-8", 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE or b"\0" in line:
            fault = "is not text" if b"\0" in line else f"is longer than {MAX_LINE:,} bytes"
            raise Place(name, number).error(f"it {fault}; write a line of text in UTF-8 for each sample")
        try:
            text = line.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").decode(encoding)
        except UnicodeDecodeError:
            say(f"{Place(name, number)}: it is no UTF-8, so it is read as Windows-1252")
            encoding, text = "cp1252", line.decode("cp1252", "replace")
        yield text.rstrip("\r\n")


def sample_of_values(
    values: Sequence[str], named: Mapping[str, str], dataset: Dataset, say: Say, decimal: DecimalSign = "auto"
) -> NewSamples:
    """One sample from values in the order of the input columns, or from values by the names of these.

    A column that is not named is missing.
    """
    place, names = Place("VALUE"), [column.name for column in dataset.input_columns]
    if values and len(values) != len(names):
        counted = "is 1 value" if len(values) == 1 else f"are {len(values):,} values"
        raise place.error(f"there {counted}, but {len(names):,} inputs: {listed(names)}; give a value for each")
    fields = list(values) or [named.get(name, "") for name in names]
    reader = SampleReader(dataset, place.path, say, decimal)
    order = Matching(tuple(range(len(names))), (), len(names), 0)
    sample = reader.read([(0, fields)], "", order)
    reader.gaps.close()
    return sample


def _samples_of_archive(archive: ZipFile, place: Place, dataset: Dataset, say: Say) -> Iterator[NewSamples]:
    """The samples of an array X of shape (samples, features), or of pictures, and of an array y if there is one."""
    X = read_array(archive, "X", "buif", place, as_pictures=True)
    features = finite(X.reshape(len(X), -1), "X", place, may_miss=True)
    names = dataset.feature_names
    if features.shape[1] != len(names):
        raise part(place, "X").error(
            f"its shape is {X.shape}, but there are {len(names):,} inputs: {listed(names)}; give each a column"
        )
    right = _right(archive, place, dataset, len(X), say) if "y.npy" in archive.namelist() else None
    gaps = Gaps(dataset.input_columns, say)
    for start in range(0, len(X), SIZE):
        rows = range(start, min(start + SIZE, len(X)))
        filled = gaps.filled(features[rows.start : rows.stop], [part(place, f"X[{row}]") for row in rows])
        answers = None if right is None else RightAnswers(right.y[rows], right.texts[rows.start : rows.stop])
        yield NewSamples([row + 1 for row in rows], filled, answers)
    gaps.close()


def _right(archive: ZipFile, place: Place, dataset: Dataset, samples: int, say: Say) -> RightAnswers:
    y = read_array(archive, "y", "buifU", place)
    outputs, place = y.reshape(len(y), -1), part(place, "y")
    if len(y) != samples:
        raise place.error(f"there are {len(y):,} samples in it, but {samples:,} in X; give each sample one target")
    wanted = len(dataset.class_names or target_names(dataset))
    if outputs.shape[1] not in ((1, wanted) if dataset.class_names else (wanted,)):
        raise place.error(f"its shape is {y.shape}, but there are {wanted:,} targets; give each a column")
    if outputs.dtype.kind == "U" or (outputs.shape[1] == 1 and dataset.class_names):
        texts = [str(value) if isinstance(value, str) else f"{value:.12g}" for value in outputs[:, 0].tolist()]
        return coded_answers(dataset, [texts], [0] * samples, [place], "point", say)
    numbers: Array = finite(outputs, "y", place, may_miss=True)
    return answers_of_numbers(dataset, np.asarray(numbers))
