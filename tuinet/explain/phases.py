"""From a snapshot to the explanation of one of its phases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tuinet.config import Experiment
from tuinet.explain.backward import backward_lines
from tuinet.explain.batch import batch_lines
from tuinet.explain.elision import Elision
from tuinet.explain.explanation import Explanation
from tuinet.explain.focus import Focus
from tuinet.explain.forward import forward_lines
from tuinet.explain.lines import AnyLine, Remark
from tuinet.explain.loss import loss_lines
from tuinet.explain.numerals import Numerals
from tuinet.explain.regularize import clip_lines, regularize_lines
from tuinet.explain.selection import Selection
from tuinet.explain.titles import title_of
from tuinet.explain.update import update_lines
from tuinet.nn.phases import PhaseKind, PhaseName
from tuinet.training.snapshot import Snapshot

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
    """What a phase did, as equations in symbols and with their numbers.

    Parameters
    ----------
    snapshot
        Taken with a view that asks for the arithmetic of the step.
    selection
        Which sample, layer and neuron; by default the first sample and the first neuron.
    digits
        Significant digits.
    phase
        Which phase; by default the last one completed.
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
    order = phase_names(snapshot.experiment, focus.n_layers)
    if phase not in order or order.index(phase) > order.index(snapshot.phase):
        return Explanation(str(phase), (Remark("This phase has not been completed in this step."),))
    return Explanation(title_of(focus), (*_LINES[phase.kind](focus), *_precision(focus)))


def phase_names(experiment: Experiment, n_layers: int) -> list[PhaseName]:
    """The phases of a step, in order.

    Parameters
    ----------
    experiment
        Whether there are penalties and clipping.
    n_layers
        Layers with weights.
    """
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
