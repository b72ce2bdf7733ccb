"""Scenes: small networks with friendly numbers, of which a whole training step is run; and what is told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from tuinet.data.dataset import Dataset, Task
from tuinet.exercises.draws import Draws
from tuinet.exercises.exercise import Blank
from tuinet.exercises.phase import BlankMaker, neuron_name
from tuinet.experiment.experiment import Experiment
from tuinet.explain.explanation import Remark
from tuinet.explain.focus import Focus, Numerals, Selection, input_symbol, parameter_symbol, sample_title
from tuinet.nn.training import PhaseName
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session

DIGITS: Final = 4
"""Significant digits of the numbers that are given."""
TENTHS: Final = tuple(number / 10 for number in range(1, 13))
INPUTS: Final = (0.5, 1.0, 1.5, 2.0, 3.0)
SMALL_INPUTS: Final = (0.2, 0.4, 0.5, 1.0)
"""Those that do not saturate a softmax."""
_LOOK: Final = View(1, 1, step=True)
Matrix = Sequence[Sequence[float]]
Unit = tuple[int, int]
"""A neuron: its layer, counted from 1, and its place in it, counted from 0."""


@dataclass
class NetworkPlan:
    """What a network is to be, before its numbers are drawn."""

    sizes: tuple[int, ...]
    samples: int = 1
    task: Task = "regression"
    fields: dict[str, Any] = field(default_factory=dict)
    """Of the Experiment."""
    inputs: Sequence[float] = INPUTS
    """Sizes of the inputs; each has a random sign."""
    steps: int = 0
    """How many steps the optimizer has made already."""

    def drawn(self, draws: Draws) -> Scene:
        """A network with numbers, and its step."""
        X = [draws.signed(self.inputs, self.sizes[0]) for _ in range(self.samples)]
        y = _targets(draws, self.task, self.samples, self.sizes[-1])
        blocks = [_block(draws, fan_in, fan_out) for fan_in, fan_out in pairwise(self.sizes)]
        session = Session(self._experiment(), _dataset(self.task, X, y), records=False)
        for block, values in zip(session.run.parameters.blocks, blocks, strict=True):
            block[:] = values
        self._remember(draws, session)
        while not session.run.step_count:
            session.step("phase")
        return Scene(session.snapshot(_LOOK))

    def _experiment(self) -> Experiment:
        return Experiment(hidden=self.sizes[1:-1], arithmetic="portable", shuffle=False, **self.fields)

    def _remember(self, draws: Draws, session: Session) -> None:
        """What the optimizer has kept of earlier steps, if there were any."""
        for name, slot in session.run.optimizer.slots.items():
            if not self.steps:
                return
            if name == "t":
                slot[...] = self.steps
            elif not slot.ndim:
                slot[...] = draws.one_of(TENTHS[:6])
            elif name in _OF_SQUARES.get(self.fields.get("optimizer", ""), ()):
                slot[:] = [size * size for size in draws.some_of(TENTHS, slot.size)]
            else:
                slot[:] = draws.signed(TENTHS, slot.size)


_OF_SQUARES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("adagrad",), ("s",)),
    **dict.fromkeys(("adam", "adamw", "nadam", "amsgrad", "rmsprop"), ("v", "v_max")),
}
"""What optimizers remember of the gradients' squares."""


def _targets(draws: Draws, task: Task, samples: int, outputs: int) -> Matrix:
    if task == "regression":
        return [[draws.below(11) / 10 for _ in range(outputs)] for _ in range(samples)]
    if task == "classes":
        hits = [draws.below(outputs) for _ in range(samples)]
        return [[float(place == hit) for place in range(outputs)] for hit in hits]
    return [[float(draws.below(2)) for _ in range(outputs)] for _ in range(samples)]


def _block(draws: Draws, fan_in: int, fan_out: int) -> Matrix:
    numbers = iter(draws.signed(TENTHS, (fan_in + 1) * fan_out))
    return [[next(numbers) for _ in range(fan_out)] for _ in range(fan_in + 1)]


def _dataset(task: Task, X: Matrix, y: Matrix) -> Dataset:
    inputs = tuple(f"x{place}" for place in range(1, len(X[0]) + 1))
    outputs = tuple(f"y{place}" for place in range(1, len(y[0]) + 1))
    has_classes = task in ("binary", "classes")
    classes = tuple("ABCDEFG"[: max(2, len(outputs))]) if has_classes else ()
    return Dataset("exercise", task, np.array(X), np.array(y), inputs, classes, () if has_classes else outputs)


@dataclass
class Scene:
    """A whole step of a small network."""

    snapshot: Snapshot

    def __post_init__(self) -> None:
        self.maker = BlankMaker(self.snapshot, DIGITS)
        self.numerals = Numerals(DIGITS)

    def focus(self, kind: str, unit: Unit, sample: int = 0) -> Focus:
        """A phase of the step, with a neuron in it."""
        phase, selection = _place(kind, unit, sample)
        return self.maker.focus(phase, selection)

    def blanks(self, kind: str, unit: Unit, *lefts: str, sample: int = 0) -> list[Blank]:
        """The lines of a phase with these left sides as blanks."""
        return list(self.maker.chosen(*_place(kind, unit, sample), lefts))

    def sample(self, row: int = 0) -> Remark:
        """A sample's inputs and targets."""
        title = sample_title(replace(self.focus("forward", (1, 0), row), numerals=self.numerals))
        return Remark(f"{title[0].upper()}{title[1:]}.")

    def weights(self, *units: Unit) -> Iterator[Remark]:
        """All that leads into some neurons."""
        for unit in units:
            focus = self.focus("forward", unit)
            column = focus.layer.block_before[:, focus.neuron]
            names = [parameter_symbol(focus, row) for row in range(len(column))]
            yield Remark(f"Into {neuron_name(focus, unit)}: {self.equations(dict(zip(names, column, strict=True)))}.")

    def inputs(self, unit: Unit, row: int) -> str:
        """What a layer is given by a sample, as in ``h₁ = 0.6106, h₂ = 0.5374``."""
        focus = self.focus("forward", unit, row)
        x = focus.layer.x[row]
        return self.equations({input_symbol(focus, place): float(value) for place, value in enumerate(x)})

    def equations(self, values: Mapping[str, float]) -> str:
        """Names with their values, as in ``a = 0.6106, y = 1``."""
        return ", ".join(f"{name} = {self.numerals.plain(float(value))}" for name, value in values.items())

    def remark(self, kind: str, unit: Unit = (1, 0)) -> Remark:
        """The first remark of a phase's explanation."""
        lines = self.maker.parts(*_place(kind, unit, 0))
        return next(line for line in lines if isinstance(line, Remark))


def _place(kind: Any, unit: Unit, sample: int) -> tuple[PhaseName, Selection]:
    layer, neuron = unit
    phase = PhaseName(kind, layer if kind in ("forward", "backward") else None)
    return phase, Selection(sample, layer, neuron)
