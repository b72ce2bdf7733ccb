"""From a DataSpec to the Dataset."""

from __future__ import annotations

import os
from typing import Final

from tuinet.data.assemble import Preparation, assemble, draw_rows, making_generator
from tuinet.data.dataset import Dataset
from tuinet.data.generators import find_recipe
from tuinet.data.spec import DataSpec

FILE_TEST_SHARE: Final = 0.25
"""Of a file's samples, kept for testing when nothing else is asked for."""


def load(spec: DataSpec) -> Dataset:
    """Make or read a dataset; the same spec, and the same file, give the same bits.

    A file has by default a test share of 0.25 and is standardized, since its units are unknown.

    Raises
    ------
    DataError
        If there is no such dataset, the file cannot be used, or it does not give what is asked for. The message is one
        line that names the field, or the file and the place in it, and says what would be right.
    """
    return _load_file(spec) if spec.is_file else find_recipe(spec.dataset)(spec)


def _load_file(spec: DataSpec) -> Dataset:
    from tuinet.data.files import read_file  # noqa: PLC0415 - CSV and ZIP are for those who have files

    rows = read_file(spec.dataset, spec.target)
    name = os.path.basename(spec.dataset)
    preparation = Preparation(
        test_share=FILE_TEST_SHARE if spec.test_share is None else spec.test_share,
        standardize=spec.standardize is not False,
        features=spec.features,
        seed=spec.seed,
    )
    generator = making_generator(spec.seed)
    return assemble(name, draw_rows(name, rows, spec.samples, spec.noise or 0.0, generator), preparation)
