"""Claims about many seeds: their networks are trained at once, as a stack, and have the bits of single runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Final, cast

from tuinet.errors import TuinetError
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.lessons.lesson import Claim
from tuinet.lessons.situation import Situation
from tuinet.nn.parameters import Array
from tuinet.observe.metrics import Metrics, wilson
from tuinet.observe.snapshot import LayerSnapshot, Snapshot
from tuinet.session.build import DatasetCache
from tuinet.session.run import Run
from tuinet.session.stacked import WORTHWHILE, stacked_run, stacks

OF_A_STACK: Final = frozenset({"epoch", "loss", "accuracy", "correct", "samples", "r2", "dead", "pi", *FIELDS})
"""What a claim may ask for that is checked with a stack."""


@dataclass(frozen=True, eq=False)
class StackMember:
    """How one network of a stack stands: as much of a snapshot as is known of each of them."""

    experiment: Experiment
    epoch: int
    metrics: Metrics
    looked_at: Callable[[], tuple[LayerSnapshot, ...]]
    """Looks at its layers."""

    @cached_property
    def layers(self) -> tuple[LayerSnapshot, ...]:
        """Its layers, with no gradients and updates: those of its last step are not known."""
        return self.looked_at()

    @property
    def situation(self) -> Situation:
        """For conditions that ask for nothing but `OF_A_STACK`."""
        return Situation(cast("Snapshot", self))


def is_about_a_stack(claim: Claim) -> bool:
    """Whether a claim asks how each of many networks stands after some epochs, and nothing else."""
    has_a_course = claim.changes or claim.phase or claim.until or claim.always or claim.then is not None
    return len(claim.seeds) >= WORTHWHILE and not has_a_course and OF_A_STACK.issuperset(claim.holds.names)


def faults_by_seed(claims: Mapping[int, Claim], nudge: float) -> Iterator[tuple[int, dict[int, str]]]:
    """Why claims about stacks are wrong, by seed, each as soon as it is known; empty texts where they are right.

    Parameters
    ----------
    claims
        By numbers of any kind, which come with the faults.
    nudge
        The share of themselves by which drawn weights are larger.
    """
    groups: dict[tuple[Experiment, tuple[int, ...]], list[int]] = defaultdict(list)
    for number, claim in claims.items():
        groups[replace(claim.experiment, seed=0), claim.seeds].append(number)
    for (experiment, seeds), numbers in groups.items():
        try:
            stack = _StackOfSeeds(experiment, seeds, nudge)
        except TuinetError as error:
            yield from ((number, dict.fromkeys(seeds, str(error))) for number in numbers)
            continue
        for number in sorted(numbers, key=lambda number: claims[number].epoch or 0):
            holds = claims[number].holds
            standings = stack.standings(claims[number].epoch or 0)
            yield number, {one.experiment.seed: holds.fault(one.situation) for one in standings}


class _StackOfSeeds:
    """One Experiment with many seeds, on its way."""

    def __init__(self, experiment: Experiment, seeds: Sequence[int], nudge: float) -> None:
        self._experiments = [replace(experiment, seed=seed) for seed in seeds]
        scale = experiment.init_scale * (1 + nudge)
        trained = [replace(one, init_scale=scale) for one in self._experiments] if nudge else self._experiments
        datasets = DatasetCache()
        self._runs = [
            (places, stacked_run([trained[place] for place in places], datasets))
            for places in stacks(trained, datasets)
        ]
        self._looker = Run(replace(experiment, weights=""), datasets, records=False)
        """Has the parameters of that network whose layers are looked at."""

    def standings(self, epoch: int) -> Iterator[StackMember]:
        """How all of them stand at an epoch, which is not before that of the last call."""
        for places, run in self._runs:
            run.advance(epoch - run.epoch)
            metrics, vectors = run.metrics(), run.vectors
            for index, place in enumerate(places):
                own = Metrics(
                    float(metrics.losses[index]),
                    metrics.samples,
                    r2=None if metrics.r2 is None else float(metrics.r2[index]),
                    exact=None if metrics.correct is None else int(metrics.correct[index]),
                )
                yield StackMember(self._experiments[place], epoch, own, partial(self._layers, vectors[index]))

    def _layers(self, vector: Array) -> tuple[LayerSnapshot, ...]:
        run = self._looker
        run.parameters.vector[:] = vector
        # Over all samples seen, units that seem to be dead are looked at as the metrics were taken.
        run.observer.train.metrics()
        return run.observer.layers(run.optimizer.grads, run.optimizer.updates)


def interval_fault(claim: Claim) -> str:
    """Why the interval that a claim names is not that of its share of the seeds; empty where it is, or names none."""
    if claim.interval is None or claim.times is None:
        return ""
    ends = [100 * end for end in wilson(claim.times, len(claim.seeds))]
    right = [round(end, _digits(said)) for end, said in zip(ends, claim.interval, strict=True)]
    if right == list(claim.interval):
        return ""
    low, high = right
    return f"the 95% interval of {claim.times:,} of {len(claim.seeds):,} is {low:g} to {high:g}%"


def _digits(number: float) -> int:
    """After the point: none of a whole number."""
    return 0 if isinstance(number, int) else 1
