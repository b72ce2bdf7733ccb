"""Where new samples come from: a file of any kind that is read, standard input line by line, or single values."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Final
from zipfile import ZipFile

import numpy as np

from tuinet.data.archive import ZIP_STARTS, archive_in, open_data, part, read_array
from tuinet.data.dataset import Dataset
from tuinet.data.files import PARQUET, finite, require_table
from tuinet.data.matching import Matching, RightAnswers, Say, answers_of_numbers, coded_answers, target_names
from tuinet.data.new_samples import Gaps, NewSamples, SampleReader
from tuinet.data.place import MAX_LINE, Place, listed
from tuinet.data.reading import DecimalSign
from tuinet.data.records import Beginning, Record, read_lines, read_records
from tuinet.data.spreadsheets import is_workbook, parquet_records, workbook_records
from tuinet.nn.parameters import Array

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
