"""Classes of `tuinet.dataclass` against those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar

import pytest

from tuinet.dataclass import dataclass


def declared(decorator: Callable[..., Any], **options: bool) -> Any:
    """The same class, by this decorator."""

    @decorator(frozen=True, **options)
    class Point:
        """A point."""

        CORNERS: ClassVar[int] = 4
        x: float
        y: float = 2.0
        names: list[str] = field(default_factory=list)
        note: str = field(default="n", compare=False, repr=False)
        made: dict[str, float] = field(init=False, default_factory=dict, compare=False)

        def __post_init__(self) -> None:
            self.made["x"] = self.x

        @cached_property
        def sum(self) -> float:
            return self.x + self.y

    return Point


BOTH = (declared(dataclasses.dataclass), declared(dataclass))


def both(ask: Callable[[Any], object]) -> tuple[object, object]:
    """What is true of the standard library's class, and of ours."""
    theirs, ours = map(ask, BOTH)
    return theirs, ours


@pytest.mark.parametrize(
    "ask",
    [
        lambda kind: repr(kind(1.0)),
        lambda kind: repr(kind(1.0, names=["a"], note="b")),
        lambda kind: (kind(1.0) == kind(1.0, note="other"), kind(1.0) == kind(2.0), kind(1.0) == 1.0),
        lambda kind: [(one.name, one.default, one.init) for one in fields(kind)],
        lambda kind: dataclasses.asdict(replace(kind(1.0), y=7.0)),
        lambda kind: kind(1.0).names is kind(1.0).names,
        lambda kind: (kind(1.0, 2.5).sum, kind(3.0).made, kind.CORNERS, kind.y),
        lambda kind: (kind.__match_args__, list(inspect.signature(kind).parameters), kind.__init__.__qualname__),
        lambda kind: repr(copy.deepcopy(kind(1.0, names=["a"]))),
    ],
)
def test_a_frozen_class_is_as_the_standard_library_has_it(ask: Callable[[Any], object]) -> None:
    theirs, ours = both(ask)
    assert ours == theirs


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda kind: kind(), TypeError),
        (lambda kind: kind(1.0, made={}), TypeError),
        (lambda kind: setattr(kind(1.0), "x", 2.0), FrozenInstanceError),
        (lambda kind: setattr(kind(1.0), "unknown", 2.0), FrozenInstanceError),
        (lambda kind: delattr(kind(1.0), "x"), FrozenInstanceError),
        (lambda kind: hash(kind(1.0)), TypeError),
    ],
)
def test_what_the_standard_library_refuses_is_refused(wrong: Callable[[Any], object], error: type[Exception]) -> None:
    said = []
    for kind in BOTH:
        with pytest.raises(error) as caught:
            wrong(kind)
        said.append(str(caught.value))
    assert said[0] == said[1]


@dataclass(frozen=True)
class Base:
    """Compared and hashed by its one field, whatever that is."""

    value: object


@dataclass(frozen=True)
class Further(Base):
    """Has another field, and another comparison."""

    other: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Further) and other.other == self.other

    def __hash__(self) -> int:
        return self.other


@dataclass(frozen=True, eq=False)
class Alone:
    """Equal to nothing but itself."""

    value: int


class Plain(Base):
    """Not declared itself: what is no field can be set."""

    extra = 1


def test_comparison_and_hash_are_those_of_the_fields_or_the_class_itself() -> None:
    nothing = float("nan")
    assert Base(nothing) == Base(nothing)  # as of two tuples with the same object
    assert hash(Base("a")) == hash(Base("a"))
    assert len({Base(1), Base(1), Base(2)}) == 2
    assert (Further(1, 5) == Further(2, 5), hash(Further(1, 5))) == (True, 5)
    assert Base(1) != Further(1)
    assert (Alone(1) == Alone(1), len({Alone(1), Alone(1)})) == (False, 2)


def test_what_is_inherited_is_frozen_and_what_comes_after_a_pickle_is_the_same() -> None:
    assert [one.name for one in fields(Further)] == ["value", "other"]
    assert pickle.loads(pickle.dumps(Base((1, 2)))) == Base((1, 2))
    one = Plain(3)
    one.extra = 4
    with pytest.raises(FrozenInstanceError):
        one.value = 4  # type: ignore[misc]
    assert (one.value, one.extra) == (3, 4)


def test_a_class_that_holds_itself_can_be_shown() -> None:
    held: list[object] = []
    held.append(Base(held))
    assert repr(held[0]) == "Base(value=[...])"


def test_a_class_that_is_not_frozen_can_be_changed_and_has_no_hash() -> None:
    @dataclass
    class Free:
        value: int = 1

    free = Free()
    free.value = 2
    assert free == Free(2)
    assert repr(free).endswith("Free(value=2)")
    del free.value
    assert free.value == 1
    assert Free.__hash__ is None
