"""Taking a snapshot: everything that the screen may see of a run, copied."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tuinet.health import find_all
from tuinet.nn.regularizers import penalty_value
from tuinet.observe.snapshot import GradientCheckSnapshot, LayerSnapshot, Snapshot, TimeSnapshot, gradients_are_known
from tuinet.observe.view import NOTHING, View
from tuinet.session import build
from tuinet.session.run import Run

if TYPE_CHECKING:
    from tuinet.observe.gradients import GradientFlow
    from tuinet.observe.snapshot import StepSnapshot


def take_snapshot(run: Run, time: TimeSnapshot, view: View | None) -> Snapshot:
    """The present state of a run, frozen.

    Parameters
    ----------
    run
        Nothing of it is changed.
    time
        Where the present is in time.
    view
        What to show besides the numbers.
    """
    view = view or NOTHING
    observer = run.observer
    metrics = observer.train.metrics()
    test_metrics = None if observer.test is None else observer.test.metrics()
    test_loss = None if test_metrics is None else test_metrics.loss
    layers = observer.layers(run.present_grads(), run.optimizer.updates)
    snapshot = Snapshot(
        experiment=run.experiment,
        dataset=run.dataset,
        epoch=run.epoch,
        batch=run.batch,
        batches_per_epoch=run.batches_per_epoch,
        step=run.step_count,
        phase=run.phase,
        loss_name=run.network.loss.name,
        layers=layers,
        metrics=metrics,
        test_metrics=test_metrics,
        penalty=penalty_value(run.parameters, run.experiment.l1, run.experiment.l2),
        learning_rate=float(run.optimizer.learning_rate),
        history=run.history.snapshot(run.epoch, metrics.loss, test_loss),
        surface=observer.surface(view),
        unit_maps=observer.unit_maps(view),
        hidden_space=observer.hidden_space(view.hidden),
        gallery=observer.gallery(view.gallery),
        predictions=observer.predictions(view.predictions),
        responses=observer.responses(view.responses),
        flow=_flow(layers) if view.flow else None,
        step_detail=_step_detail(run) if view.step else None,
        gradient_check=_gradient_check(run) if view.check else None,
        findings=(),
        time=time,
        pending=tuple(map(str, run.pending)),
        # Gradients that a change has made stale are computed anew, but not in the middle of a step.
        knows_last_step=run.has_last_update or not run.phases_done,
        knows_last_update=run.has_last_update,
    )
    history = run.history.snapshot(run.epoch, metrics.loss, test_loss, _norms(snapshot))
    return replace(snapshot, history=history, findings=find_all(snapshot))


def _norms(snapshot: Snapshot) -> list[float]:
    layers = enumerate(snapshot.layers, start=1)
    return [layer.grad_norm if gradients_are_known(snapshot, number) else math.nan for number, layer in layers]


# What only some views show is loaded when somebody looks for the first time.


def _flow(layers: Sequence[LayerSnapshot]) -> GradientFlow:
    from tuinet.observe.gradients import observe_flow

    return observe_flow([layer.weight_grads for layer in layers])


def _gradient_check(run: Run) -> GradientCheckSnapshot:
    from tuinet.observe.step import look_at_gradients

    return look_at_gradients(run)


def _step_detail(run: Run) -> StepSnapshot | None:
    # After a change of the network's functions the buffers are new, and hold nothing of the last step.
    if run.phase is None or (run.grads_are_stale and run.step_start is None) or not len(run.dataset.X):
        return None
    from tuinet.observe.step import observe_step

    start = run.step_start
    before = run.parameters if start is None else build.parameters_of(run.parameters, start)
    penalty = penalty_value(before, run.experiment.l1, run.experiment.l2)
    indices = run.batches.indices(run.last_batch)
    rate = run.step_learning_rate
    return observe_step(run.network, run.workspace, run.optimizer, indices, start, penalty, rate)
