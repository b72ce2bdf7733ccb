"""New samples for a network that is trained: their values are encoded as those of its data were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.data.column import numbers_of, plain_numbers
from tuinet.data.dataset import Dataset, InputColumn, Mask
from tuinet.data.matching import Matching, RightAnswers, Say, coded_answers, is_header, match, match_order, target_names
from tuinet.data.numerals import Decimal, DecimalEvidence, dressing, is_float, is_missing
from tuinet.data.place import Place, listed, on_one_line, shown
from tuinet.data.reading import DecimalSign
from tuinet.data.records import Beginning, Record, split_like
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
