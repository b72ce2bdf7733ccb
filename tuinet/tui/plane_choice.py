"""Choosing the plane of a map among many features: one after the other, or one axis at a time."""

from __future__ import annotations

from typing import Final

from tuinet.observe.view import Plane

PRINCIPAL: Final = Plane()
"""The first two principal components."""


def next_plane(plane: Plane, features: int) -> Plane:
    """The one after: the principal plane, then all pairs of features in order, then the principal plane again."""
    pair = _pair(plane, features)
    if pair is None:
        return Plane(0, 1)
    first, second = sorted(pair)
    if second + 1 < features:
        return Plane(first, second + 1)
    return Plane(first + 1, first + 2) if first + 2 < features else PRINCIPAL


def plane_before(plane: Plane, features: int) -> Plane:
    """The one before, in the same order."""
    pair = _pair(plane, features)
    if pair is None:
        return Plane(features - 2, features - 1)
    first, second = sorted(pair)
    if second - 1 > first:
        return Plane(first, second - 1)
    return Plane(first - 1, features - 1) if first else PRINCIPAL


def with_other_feature(plane: Plane, features: int, across: int, up: int) -> Plane:
    """Another feature on one of the axes; from the principal plane, the first two features.

    Parameters
    ----------
    across, up
        How many features further, 1 or −1 for the axis that changes and 0 for the other.
    """
    pair = _pair(plane, features)
    if pair is None:
        return Plane(0, 1)
    first, second = pair
    if across:
        return Plane(_further(first, across, second, features), second)
    return Plane(first, _further(second, up, first, features)) if up else plane


def _pair(plane: Plane, features: int) -> tuple[int, int] | None:
    """The features of a plane, as far as there are so many."""
    first, second = plane.first, plane.second
    if first is None or second is None or first == second or max(first, second) >= features:
        return None
    return first, second


def _further(feature: int, by: int, other: int, features: int) -> int:
    further = (feature + by) % features
    return (further + by) % features if further == other else further
