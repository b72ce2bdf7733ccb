"""``tuinet explain``: the arithmetic of one whole training step, as text or Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import numpy as np

from tuinet.cli.opening import make_session
from tuinet.cli.progress import all_or_nothing
from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.explain.published import EXAMPLES, WorkedExample, comparison_markdown, comparison_text
from tuinet.explain.story import Story
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.options import Count, GroupedHelp, NameChoice, experiment_options, option_name
from tuinet.output import write_page
from tuinet.session.commands import Back
from tuinet.session.session import Session
from tuinet.share.options import shared_option, trajectory_options

COUNT = click.IntRange(min=1)
_NOTHING: Final = "nothing was explained"
_LOOK: Final = View(1, 1, step=True)
_BESIDE_EXAMPLE: Final = ("example", "neuron", "precision", "everything", "form", "width")
"""Options that say nothing of what is trained."""


@click.command("explain", cls=GroupedHelp)
@click.option("--epoch", type=Count(), help="Train for so many epochs first [default: 0; of a run, where it stands].")
@click.option("--batch", type=COUNT, help="Which batch of the epoch, counted from 1 [default: the next].")
@click.option("--sample", type=COUNT, default=1, help="Which sample of the batch, counted from 1.")
@click.option(
    "--neuron", type=COUNT, help="Which neuron of each layer, counted from 1 [default: all, or the first few]."
)
@click.option("--precision", type=NameChoice(["4", "6", "10"]), default="4", help="Significant digits.")
@click.option("--all", "everything", is_flag=True, help="Leave nothing out of long sums and wide layers.")
@click.option("--format", "form", type=NameChoice(["text", "markdown"]), default="text", help="Of the output.")
@click.option("--width", type=click.IntRange(min=40, max=10_000), default=80, help="Where lines are wrapped.")
@click.option("--example", type=NameChoice(list(EXAMPLES)), help="Run a published example beside its numbers.")
@click.option("--list", "lists", is_flag=True, help="List the published examples.")
@click.option("--load", type=click.Path(path_type=Path), help="Explain a step of a file that --save wrote.")
@shared_option
@trajectory_options
@experiment_options
@click.pass_context
def explain_command(
    context: click.Context,
    /,
    epoch: int | None,
    batch: int | None,
    lists: bool,
    example: str | None,
    load: Path | None,
    form: str,
    width: int,
    **options: Any,
) -> None:
    """Show one whole training step, every formula with its numbers.

    With --load or --from it is the next step of that run.

    Exit status: 0 done, 2 bad usage or input, 130 interrupted.
    """
    teller = Teller(form == "markdown", width)
    wanted = {name: options.pop(name) for name in ("sample", "neuron", "precision", "everything")}
    if lists:
        write_page("\n".join(f"{name:<8}{entry.title}" for name, entry in EXAMPLES.items()))
    elif example:
        _refuse_beside_example(context)
        write_page(teller.example(EXAMPLES[example], wanted))
    else:
        session = make_session(load, options, _NOTHING)
        _go_to(session, epoch, batch)
        write_page(teller.step(whole_step(session), wanted))


@dataclass(frozen=True)
class Teller:
    """Puts a step into words."""

    is_markdown: bool
    width: int

    def step(self, snapshots: list[Snapshot], wanted: dict[str, Any]) -> str:
        """A step, from a snapshot after each of its phases."""
        story = _story(snapshots[-1], **wanted)
        return (story.to_markdown if self.is_markdown else story.to_text)(snapshots, self.width)

    def example(self, example: WorkedExample, wanted: dict[str, Any]) -> str:
        """A worked example: its numbers, and then its only step."""
        snapshots = whole_step(example_session(example))
        if self.is_markdown:
            comparison = comparison_markdown(example, snapshots[-1])
        else:
            comparison = comparison_text(example, snapshots[-1], self.width)
        return f"{comparison}\n\n{self.step(snapshots, wanted)}"


def whole_step(session: Session) -> list[Snapshot]:
    """Make a step, and take a snapshot after each of its phases."""
    end, snapshots = session.run.step_count + 1, []
    while session.run.step_count < end:
        session.step("phase")
        snapshots.append(session.snapshot(_LOOK))
    return snapshots


def example_session(example: WorkedExample) -> Session:
    """A session at a worked example's starting weights."""
    X, y = np.array([example.x], dtype=np.float64), np.array([example.y], dtype=np.float64)
    names = tuple(f"x{index}" for index in range(1, X.shape[1] + 1))
    targets = tuple(f"y{index}" for index in range(1, y.shape[1] + 1))
    dataset = Dataset("example", "regression", X, y, names, target_names=targets)
    experiment = Experiment(
        hidden=tuple(len(block[0]) for block in example.blocks[:-1]),
        activation=("sigmoid",),
        output="sigmoid",
        loss="sse",
        learning_rate=example.learning_rate,
        biases="trained" if example.trains_biases else "frozen",
    )
    session = Session(experiment, dataset, records=False)
    for block, values in zip(session.run.parameters.blocks, example.blocks, strict=True):
        block[:] = values
    return session


def _story(snapshot: Snapshot, sample: int, neuron: int | None, precision: str, everything: bool) -> Story:
    """Which story is wanted; the numbers of samples and neurons are known only now."""
    samples = len(snapshot.step_detail.indices) if snapshot.step_detail else 0
    if sample > samples:
        raise click.UsageError(f"--sample: {sample} is more than the {samples} samples of the batch")
    widest = max(snapshot.layer_sizes[1:])
    if neuron is not None and neuron > widest:
        raise click.UsageError(f"--neuron: {neuron} is more than the {widest} neurons of the widest layer")
    return Story(sample - 1, None if neuron is None else neuron - 1, int(precision), everything)


def _go_to(session: Session, epoch: int | None, batch: int | None) -> None:
    """Go to the start of a batch; where neither says which, of the step under way or of the next one."""
    run = session.run
    if batch is not None and batch > run.clock.batches_per_epoch:
        raise click.UsageError(f"--batch: {batch} is more than the {run.clock.batches_per_epoch} of an epoch")
    epoch = run.epoch if epoch is None else epoch
    first = run.batch + 1 if epoch == run.epoch else 1
    if epoch < run.epoch or (batch is not None and batch < first):
        option = "--epoch" if epoch < run.epoch else "--batch"
        raise click.UsageError(f"{option}: the run is at epoch {run.epoch:,}, batch {run.batch + 1}; --at goes back")
    with all_or_nothing(_NOTHING):
        if run.phases_done:
            session.edit(Back("batch"))
        session.advance(epoch - run.epoch)
        session.advance_steps((batch or first) - first)


def _refuse_beside_example(context: click.Context) -> None:
    for name in context.params:
        given = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if given and name not in _BESIDE_EXAMPLE:
            option = option_name({"shared": "from", "edits": "edit"}.get(name, name))
            raise click.UsageError(
                f"{option}: a published example has a network and a step of its own; without --example, {option} counts"
            )
