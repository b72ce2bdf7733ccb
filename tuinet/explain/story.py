"""A Story: one whole step, phase by phase and neuron by neuron, or one of its phases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from tuinet.experiment.experiment import Experiment
from tuinet.explain.backward import backward_lines, clip_lines, regularize_lines
from tuinet.explain.explanation import AnyLine, Explanation, Remark, escaped, heading, rows_of
from tuinet.explain.focus import Elision, Focus, Numerals, Selection, title_of
from tuinet.explain.forward import batch_lines, forward_lines
from tuinet.explain.loss import loss_lines
from tuinet.explain.update import update_lines
from tuinet.nn.training import PhaseKind, PhaseName
from tuinet.observe.snapshot import Snapshot
from tuinet.terminal_text import shown_name

MOST_TERMS: Final = 8
"""Terms of a sum, or weights of a neuron, beyond which some are left out."""

_LINES: Final[Mapping[PhaseKind, Callable[[Focus], list[AnyLine]]]] = {
    "batch": batch_lines,
    "forward": forward_lines,
    "loss": loss_lines,
    "backward": backward_lines,
    "regularize": regularize_lines,
    "clip": clip_lines,
    "update": update_lines,
}


def explain_phase(
    snapshot: Snapshot,
    selection: Selection | None = None,
    digits: int = 4,
    *,
    phase: PhaseName | None = None,
    most_terms: int | None = MOST_TERMS,
) -> Explanation:
    """A phase as equations in symbols and with their numbers.

    Parameters
    ----------
    snapshot
        Taken with a view that asks for the arithmetic of the step.
    selection
        Which sample, layer and neuron; by default the first sample and the first neuron.
    most_terms
        Of a sum, and weights of a neuron, before some are left out; ``None`` for all of them. What those left out add
        up to is shown.
    """
    phase = phase or snapshot.phase
    if phase is None or snapshot.phase is None or snapshot.step_detail is None:
        return Explanation("nothing yet", (Remark("No phase of a step has been completed, or it was not looked at."),))
    focus = Focus(
        snapshot, snapshot.step_detail, phase, selection or Selection(), Numerals(digits), Elision(most_terms)
    )
    order = phase_names(focus.experiment, focus.n_layers)
    if phase not in order or order.index(phase) > order.index(snapshot.phase):
        return Explanation(str(phase), (Remark("This phase has not been completed in this step."),))
    return Explanation(title_of(focus), (*_LINES[phase.kind](focus), *_precision(focus)))


def phase_names(experiment: Experiment, n_layers: int) -> list[PhaseName]:
    """The phases of a step, in order."""
    layers = range(1, n_layers + 1)
    return [
        PhaseName("batch"),
        *(PhaseName("forward", layer) for layer in layers),
        PhaseName("loss"),
        *(PhaseName("backward", layer) for layer in reversed(layers)),
        *([PhaseName("regularize")] if experiment.l1 or experiment.l2 else []),
        *([PhaseName("clip")] if experiment.clip_norm else []),
        PhaseName("update"),
    ]


def _precision(focus: Focus) -> list[AnyLine]:
    if focus.experiment.dtype == "float64" or focus.phase.kind == "batch" or focus.numerals.digits <= 6:
        return []
    return [Remark(f"Computed in {focus.experiment.dtype}: about 7 digits of every number hold.")]


_SMALL = 4
"""Layers up to this size are told in full."""


@dataclass(frozen=True)
class Story:
    """An account of a step: its extent and its precision."""

    sample: int = 0
    """Row of the batch."""
    neuron: int | None = None
    """Column in every layer, or its last; ``None`` for all neurons of a small layer, or its first ones."""
    digits: int = 4
    everything: bool = False
    """Whether nothing is left out of long sums and wide layers."""

    def explanations(self, snapshots: Iterable[Snapshot]) -> list[Explanation]:
        """One for each phase and neuron."""
        return [explanation for snapshot in snapshots for explanation in self._phase(snapshot)]

    def to_text(self, snapshots: Sequence[Snapshot], width: int = 80) -> str:
        """The whole step as plain text."""
        parts = [explanation.to_text(width) for explanation in self.explanations(snapshots)]
        return "\n\n".join([_joined(heading_lines(snapshots[-1]), width), *parts])

    def to_markdown(self, snapshots: Sequence[Snapshot], width: int = 80) -> str:
        """The whole step in Markdown."""
        title, where = heading_lines(snapshots[-1])
        parts = [explanation.to_markdown(2, width) for explanation in self.explanations(snapshots)]
        return "\n\n".join([heading(title, 1), escaped(where), *parts])

    def _phase(self, snapshot: Snapshot) -> list[Explanation]:
        told: list[Explanation] = []
        previous: Explanation | None = None
        for selection in self._selections(snapshot):
            most_terms = None if self.everything else MOST_TERMS
            explanation = explain_phase(snapshot, selection, self.digits, most_terms=most_terms)
            told.append(_without_common_start(explanation, previous))
            previous = explanation
        return [*told[:-1], replace(told[-1], lines=(*told[-1].lines, *self._untold(snapshot)))]

    def _untold(self, snapshot: Snapshot) -> list[AnyLine]:
        """The remark on the neurons that are left out."""
        phase = snapshot.phase
        if phase is None or phase.layer is None:
            return []
        size = snapshot.layer_sizes[phase.layer]
        missing = size - len(self._neurons(snapshot, phase.layer))
        return [Remark(f"{missing} of the {size} neurons of this layer are left out.")] if missing else []

    def _selections(self, snapshot: Snapshot) -> list[Selection]:
        phase = snapshot.phase
        if phase is None or phase.kind in ("batch", "loss"):
            return [Selection(self.sample)]
        layers = [phase.layer] if phase.layer else range(1, len(snapshot.layers) + 1)
        return [Selection(self.sample, layer, neuron) for layer in layers for neuron in self._neurons(snapshot, layer)]

    def _neurons(self, snapshot: Snapshot, layer: int) -> Sequence[int]:
        size = snapshot.layer_sizes[layer]
        if self.neuron is not None:
            return [min(self.neuron, size - 1)]
        return range(size if size <= _SMALL or self.everything else _SMALL - 1)


def heading_lines(snapshot: Snapshot) -> tuple[str, str]:
    """The network in a line, and the step in another, as of the step's end."""
    experiment = snapshot.experiment
    sizes, activations = "-".join(map(str, snapshot.layer_sizes)), [layer.activation for layer in snapshot.layers]
    what = [shown_name(snapshot.dataset.name), sizes, " ".join(activations), snapshot.loss_title, experiment.optimizer]
    epochs, batch = snapshot.epoch, snapshot.batch
    if not batch:
        epochs, batch = epochs - 1, snapshot.batches_per_epoch
    where = f"step {snapshot.step:,}: after {epochs:,} epochs, batch {batch} of {snapshot.batches_per_epoch}"
    return " · ".join([*what, f"seed {experiment.seed}"]), where


def _joined(lines: Iterable[str], width: int) -> str:
    rows = rows_of([Remark(line) for line in lines], width)
    return "\n".join("".join(span.text for span in row).strip() for row in rows)


def _without_common_start(explanation: Explanation, previous: Explanation | None) -> Explanation:
    """Less what the previous neuron's explanation began with, too."""
    if previous is None:
        return explanation
    pairs = zip(explanation.lines, previous.lines, strict=False)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return Explanation(explanation.title, explanation.lines[common:])
