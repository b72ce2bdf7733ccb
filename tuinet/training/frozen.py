"""Read-only copies: what a snapshot is made of."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound="np.generic[Any]")


def frozen(values: NDArray[T]) -> NDArray[T]:
    """A read-only copy."""
    copy = values.copy()
    copy.flags.writeable = False
    return copy
