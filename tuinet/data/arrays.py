"""The arrays of the data package."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""Features or targets."""
Indices = NDArray[np.intp]
"""Classes, rows, or how many there are of each."""
Mask = NDArray[np.bool_]
"""Which rows are meant."""
