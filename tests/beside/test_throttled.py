"""A throttled task gives the same results, and leaves the rest of the processor to others."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tuinet.beside.throttled import LONGEST_PIECE, ThrottledTask


class Machine:
    """What was computed, and for how long nothing was."""

    def __init__(self) -> None:
        self.spent = self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        assert seconds <= LONGEST_PIECE
        self.slept += seconds


@dataclass(frozen=True)
class Pieces:
    """A task of pieces that cost so much each."""

    costs: tuple[float, ...]

    def results(self) -> Iterator[object]:
        for cost in self.costs:
            MACHINE.spent += cost
            yield cost


MACHINE = Machine()


@pytest.mark.parametrize("share", [0.01, 0.3, 1.0])
def test_over_all_pieces_it_has_its_share(share: float) -> None:
    MACHINE.spent = MACHINE.slept = 0.0
    costs = (0.01, 0.05, 0.002)
    task = ThrottledTask(Pieces(costs), share, lambda: MACHINE.spent, MACHINE.sleep)
    assert tuple(task.results()) == costs
    assert MACHINE.spent / (MACHINE.spent + MACHINE.slept) == pytest.approx(share)


def test_another_share_makes_it_no_other_task() -> None:
    assert ThrottledTask(Pieces((1.0,)), 0.5) == ThrottledTask(Pieces((1.0,)), 0.1)
    assert ThrottledTask(Pieces((1.0,)), 0.5) != ThrottledTask(Pieces((2.0,)), 0.5)
    assert pickle.loads(pickle.dumps(ThrottledTask(Pieces((1.0,)), 0.5))).share == 0.5
