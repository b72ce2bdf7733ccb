"""The state of a run between two steps: taken off it, and written back into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuinet.errors import CheckpointError
from tuinet.training.checkpoint import Checkpoint, fill, generator_state, set_generator_state
from tuinet.training.clock import Clock

if TYPE_CHECKING:
    from tuinet.training.run import Run


def state_of(run: Run) -> Checkpoint:
    """Copies of everything that decides how a run goes on from the end of a step."""
    dropout = run.regularization.dropout
    return Checkpoint(
        experiment=run.experiment,
        step_count=run.step_count,
        phases=0,
        edits=(),
        parameters=run.parameters.vector.copy(),
        grads=run.optimizer.grads.vector.copy(),
        updates=run.optimizer.updates.vector.copy(),
        slots={name: slot.copy() for name, slot in run.optimizer.slots.items()},
        order=run.batches.order.copy(),
        generators={
            "shuffles": generator_state(run.batches.generator),
            **({"dropout": generator_state(dropout.generator)} if dropout else {}),
        },
        history=run.history.state(),
        data_digest=run.dataset.digest,
        epoch_start=(run.clock.step, run.clock.epoch),
        grads_are_stale=run.grads_are_stale,
    )


def fill_run(run: Run, checkpoint: Checkpoint) -> None:
    """Write a state into the parts of a run that was made for its Experiment.

    Raises
    ------
    CheckpointError
        If the state cannot have come from such a run.
    """
    fill(run.parameters.vector, checkpoint.parameters, "parameters")
    fill(run.optimizer.grads.vector, checkpoint.grads, "grads")
    fill(run.optimizer.updates.vector, checkpoint.updates, "updates")
    if checkpoint.slots.keys() != run.optimizer.slots.keys():
        raise CheckpointError(f"damaged: slots {', '.join(checkpoint.slots)} for {run.experiment.optimizer}")
    for name, slot in run.optimizer.slots.items():
        fill(slot, checkpoint.slots[name], f"slot {name}")
    run.step_count = checkpoint.step_count
    run.clock = Clock(len(run.batches.sizes), *checkpoint.epoch_start)
    run.batches.restore(checkpoint.order, 0 if run.batches.is_full else run.batch)
    set_generator_state(run.batches.generator, checkpoint.generators, "shuffles")
    if run.regularization.dropout:
        set_generator_state(run.regularization.dropout.generator, checkpoint.generators, "dropout")
