"""Taking a snapshot: everything that the screen may see of a run, copied."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tuinet.health import find_all
from tuinet.nn.parameters import Parameters
from tuinet.nn.regularizers import penalty_value
from tuinet.observe.snapshot import Snapshot, TimeSnapshot, gradients_are_known
from tuinet.observe.view import View
from tuinet.session import build
from tuinet.session.divergence import ABSURD_LOSS, blank_loss, divergence
from tuinet.session.run import Run

if TYPE_CHECKING:
    from tuinet.observe.step_snapshot import StepSnapshot


def take_snapshot(run: Run, time: TimeSnapshot, view: View | None) -> Snapshot:
    """The present state of a run, frozen; nothing of the run is changed."""
    snapshot = _numbers(run, time)
    findings = find_all(snapshot)
    if findings:
        from tuinet.remedies import with_remedies

        snapshot = replace(snapshot, findings=with_remedies(findings, snapshot))
    return snapshot if view is None else _with_pictures(snapshot, run, view)


def _numbers(run: Run, time: TimeSnapshot) -> Snapshot:
    observer, has_last_update = run.observer, _has_last_update(run)
    metrics = observer.train.metrics()
    test_metrics = None if observer.test is None else observer.test.metrics()
    test_loss = None if test_metrics is None else test_metrics.loss
    snapshot = Snapshot(
        experiment=run.experiment,
        dataset=run.dataset,
        epoch=run.epoch,
        batch=run.batch,
        batches_per_epoch=run.clock.batches_per_epoch,
        step=run.step_count,
        phase=run.phase,
        loss_name=run.network.loss.name,
        layers=observer.layers(_present_grads(run), run.optimizer.updates),
        metrics=metrics,
        test_metrics=test_metrics,
        penalty=penalty_value(run.parameters, run.regularization.l1, run.regularization.l2),
        learning_rate=float(run.optimizer.learning_rate),
        history=run.history.snapshot(run.epoch, metrics.loss, test_loss),
        surface=None,
        findings=(),
        time=time,
        pending=tuple(map(str, run.pending)),
        # Gradients that a change has made stale are computed anew, but not in the middle of a step.
        knows_last_step=has_last_update or not run.phases_done,
        knows_last_update=has_last_update,
        keeps_step=_keeps_step(run),
        changed_at=run.changed_at,
    )
    history = run.history.snapshot(run.epoch, metrics.loss, test_loss, _norms(snapshot))
    start = float(history.losses[0])
    return replace(
        snapshot,
        history=history,
        divergence=divergence(run, metrics.loss, start),
        begins_absurd=start > ABSURD_LOSS * blank_loss(run),
    )


def _has_last_update(run: Run) -> bool:
    """Whether the optimizer still holds the last update: not after it has been made anew."""
    start = run.step_start if run.phases_done else None
    are_stale = run.grads_are_stale if start is None else start.grads_are_stale
    return run.step_count > 0 and not (are_stale and not run.optimizer.updates.vector.any())


def _present_grads(run: Run) -> Parameters:
    """The gradients of the last batch; after a change by hand, those of the samples seen, computed anew."""
    if not run.grads_are_stale:
        return run.optimizer.grads
    from tuinet.nn.gradient_check import analytic_gradient

    samples, regularization = run.observer.train.samples, build.make_regularization(run.experiment, run.dataset)
    return analytic_gradient(run.network, samples.inputs, samples.targets, regularization, samples.weights)


def _norms(snapshot: Snapshot) -> list[float]:
    layers = enumerate(snapshot.layers, start=1)
    return [layer.grad_norm if gradients_are_known(snapshot, number) else math.nan for number, layer in layers]


def _with_pictures(snapshot: Snapshot, run: Run, view: View) -> Snapshot:
    """Add what a view asks for; it is computed, and its modules are loaded, only then."""
    observer, flow, check = run.observer, None, None
    if view.flow or view.spread:
        from tuinet.observe.gradients import observe_flow

        flow = observe_flow([layer.weight_grads for layer in snapshot.layers])
    if view.check:
        from tuinet.observe.step import look_at_gradients

        check = look_at_gradients(run)
    return replace(
        snapshot,
        surface=observer.map.look(view) if view.columns and view.rows else None,
        unit_maps=None if view.network is None else observer.units.look(view.network, view.plane, view.aspect),
        hidden_space=None if view.hidden is None else observer.hidden.look(view.hidden),
        gallery=None if view.gallery is None else observer.gallery.look(view.gallery),
        predictions=None if view.predictions is None else observer.predictions.look(view.predictions),
        responses=None if view.responses is None else observer.responses.look(view.responses),
        flow=flow,
        answer=None if view.question is None else observer.question.look(view.question),
        pointed=None if view.pointed is None else observer.cursor.look(view.pointed),
        step_detail=_step_detail(run) if view.step else None,
        gradient_check=check,
    )


def _keeps_step(run: Run) -> bool:
    """Whether the numbers of the last step are known."""
    # After a change of the network's functions the buffers are new, and hold nothing of the last step.
    return run.phase is not None and not (run.grads_are_stale and run.step_start is None) and len(run.dataset.X) > 0


def _step_detail(run: Run) -> StepSnapshot | None:
    if not _keeps_step(run):
        return None
    from tuinet.observe.step import observe_step

    return observe_step(run)
