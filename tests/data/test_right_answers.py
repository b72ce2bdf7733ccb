"""Right answers beside new samples are read as inputs are."""

from __future__ import annotations

import numpy as np
import pytest

from tuinet.data.dataset import Dataset
from tuinet.data.matching import coded_answers
from tuinet.data.place import Place
from tuinet.errors import DataError

NUMBERS = Dataset("made", "regression", np.eye(2), np.eye(2), ("x1", "x2"), (), ("price", "rent"))
LABELS = Dataset("made", "labels", np.eye(2), np.eye(2), ("x1", "x2"), (), ("red", "round"))
PLACES = [Place("new.csv", None, 3, "price"), Place("new.csv", None, 4, "rent")]


def read(dataset: Dataset, *columns: list[str]) -> np.ndarray:
    return coded_answers(dataset, columns, [2, 3], PLACES, "point", lambda note: None).y


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1e999", "'1e999' is not a finite number"),
        ("1,5", "'1,5' has a decimal comma; write a decimal point, or set --decimal"),
        ("dear", "'dear' is not a number; write one, or nothing where it is not known"),
    ],
)
def test_what_is_no_number_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(DataError, match=f"new.csv, line 3, column 4 'rent': {said}"):
        read(NUMBERS, ["1", "2"], ["3", text])


def test_a_row_with_a_gap_or_with_another_label_than_0_and_1_is_not_measured() -> None:
    assert np.isnan(read(NUMBERS, ["1", "?"], ["7", "8"])).tolist() == [[False, False], [True, True]]
    assert np.isnan(read(LABELS, ["1", "0"], ["1", "5"])).tolist() == [[False, False], [True, True]]
