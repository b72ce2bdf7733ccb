"""How much data is accepted: bounds that keep a wrong or hostile file from filling the memory."""

from __future__ import annotations

from typing import Final

from tuinet.files.kinds import DATA

MAX_BYTES: Final = DATA.most
"""Size of a file, as it lies on the disk and decompressed."""
MAX_TEXT: Final = 64 * 2**20
"""Size of a file of text, for every number in it has to be converted: a few seconds' work."""
MAX_ROWS: Final = 1_000_000
MAX_COLUMNS: Final = 4096
MAX_VALUES: Final = 10_000_000
"""Rows times columns of a text: 80 MB of float64, and a few seconds of reading."""
MAX_ARRAY_VALUES: Final = 60_000_000
"""The same of an array, which needs no reading: 480 MB of float64. The 70,000 digits of MNIST are 55 million."""
MAX_CLASSES: Final = 100
MAX_INTEGER_CLASSES: Final = 20
"""A target of whole numbers with more distinct values than these is a number to predict, not a class."""
MAX_LINES: Final = 2 * MAX_ROWS
"""Lines of a text file, blank ones and those within quotes too."""
MAX_LINE: Final = 2**20
"""Characters in one line of a text file."""
LARGEST: Final = 1e30
"""The largest absolute value: its square, summed over all rows, is still far from overflow."""
