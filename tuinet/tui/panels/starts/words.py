"""What has become of the starts, in words: the share that has solved it, the plateaus, and the run at the cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from tuinet.compare.summary import quantile
from tuinet.experiment.experiment import FIELDS
from tuinet.experiment.ladders import present_value
from tuinet.observe.metrics import wilson
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.starts import Plateau, Starts, Sweep
from tuinet.tui.draw.text import Piece, count, first_fitting, loss_text, r2_text, short_number, whole_percent
from tuinet.tui.style.theme import Theme

SOLVED, DIVERGED, STILL, MOVING, OWN = "✓", "✗", "-", "·", "◆"
"""The signs of what has become of a run, and that of the run's own seed or value."""
CURSOR: Final = "▸"
SOLVED_R2: Final = "R² above 0.99"
"""What it is to have solved it where numbers are predicted."""
_JOINT: Final = " · "
_FULL: Final = "full"
"""The batch size that is the whole training set."""

Line = list[Piece]


def own_place(found: Starts | Sweep, snapshot: Snapshot) -> int | None:
    """The place of the run's own seed among the starts, or of its value in a sweep; ``None`` where it has none."""
    experiment = snapshot.experiment
    if isinstance(found, Starts):
        return experiment.seed - found.seeds.start if experiment.seed in found.seeds else None
    value = present_value(found.field, experiment, snapshot.dataset)
    return found.values.index(value) if value in found.values else None


def nearest_place(found: Starts | Sweep, snapshot: Snapshot) -> int:
    """The place of the run's own seed or value, or else that of the nearest value; the first one of seeds."""
    own = own_place(found, snapshot)
    if own is not None or isinstance(found, Starts):
        return own or 0
    value = present_value(found.field, snapshot.experiment, snapshot.dataset)
    return 0 if value is None else int(np.abs(np.array(found.values) - value).argmin())


def share_text(solved: int, runs: int) -> str:
    """The share that has solved it, with Wilson's interval of 95%; see `tuinet.observe.metrics.wilson`."""
    low, high = (whole_percent(end)[:-1] for end in wilson(solved, runs))
    return f"{solved} of {runs} solved: {whole_percent(solved / runs)}, 95% interval {low} to {high}%"


def median_text(starts: Starts) -> str:
    """How many epochs those needed that have solved it; empty where there are none."""
    solved = starts.outcomes.solved
    if not solved:
        return ""
    return f"their median {count(quantile(starts.reached[list(solved)].tolist(), 0.5))} epochs"


def outcome_texts(starts: Starts) -> list[str]:
    """The plateaus, and how many have diverged or still change, each with its share of all."""
    total, outcomes = len(starts.seeds), starts.outcomes
    parts = [(one.runs, f"at {one.loss:.2g}: {right_text(starts, one)}") for one in outcomes.plateaus]
    parts += [(outcomes.diverged, "diverged"), (outcomes.moving, "still changing")]
    return [f"{whole_percent(len(runs) / total)} {words}" for runs, words in parts if runs]


def right_text(starts: Starts, plateau: Plateau) -> str:
    """How many samples the runs of a plateau have right, as in ``3 of 4 right``; for numbers their R²."""
    runs = list(plateau.runs)
    if starts.correct is None:
        assert starts.r2 is not None
        return f"R² {_range([r2_text(float(end)) for end in (starts.r2[runs].min(), starts.r2[runs].max())])}"
    ends = [count(end) for end in (starts.correct[runs].min(), starts.correct[runs].max())]
    return f"{_range(ends)} of {count(starts.samples)} right"


def _range(ends: Sequence[str]) -> str:
    return " to ".join(dict.fromkeys(ends))


def sign_of(starts: Starts, place: int) -> str:
    """What has become of a run."""
    if starts.are_diverged[place]:
        return DIVERGED
    if starts.reached[place] >= 0:
        return SOLVED
    return STILL if starts.are_still[place] else MOVING


def run_text(starts: Starts, place: int, room: int) -> str:
    """One of the runs, as far as there is room: its seed and loss, how much is right, and what has become of it."""
    sign, parts = sign_of(starts, place), [f"seed {starts.seeds[place]}"]
    if sign == DIVERGED:
        return _fitting([*parts, "diverged"], room)
    parts.append(f"loss {loss_text(float(starts.losses[place]))}")
    if starts.correct is not None:
        parts.append(f"{count(starts.correct[place])}/{count(starts.samples)} right")
    elif starts.r2 is not None:
        parts.append(f"R² {r2_text(float(starts.r2[place]))}")
    reached = f"solved by epoch {count(starts.reached[place])}"
    return _fitting([*parts, {STILL: "stands still", MOVING: "still changing"}.get(sign, reached)], room)


def _fitting(parts: Sequence[str], room: int) -> str:
    """As many of the first parts as fit."""
    return first_fitting((_JOINT.join(parts[:length]) for length in range(len(parts), 0, -1)), room)


def lines_of(found: Starts | Sweep, place: int, snapshot: Snapshot, theme: Theme, width: int, most: int) -> list[Line]:
    """At most so many lines of words below a picture; the last one is of what the cursor is on.

    Parameters
    ----------
    place
        Of the run or the value that the cursor is on.
    """
    room = width - 2
    if isinstance(found, Starts):
        first, others = _share_line(found, width), list(joined(outcome_texts(found), width))
        chosen, whose = run_text(found, place, room), [f"  {OWN} the run's seed", f"  {OWN} this run"]
    else:
        first, *others = joined(list(filter(None, (best_text(found), cliff_text(found)))), width)
        chosen, whose = value_at(found, place, room), [f"  {OWN} the run's value", f"  {OWN} the run's"]
    said: list[Line] = [[(first, theme.inks.strong)], *([(line, theme.inks.text)] for line in others)]
    said += [[(found.note, theme.inks.axis)]] if found.note else []
    own = first_fitting(whose, room - len(chosen)) if place == own_place(found, snapshot) else ""
    cursor = [(f"{CURSOR} ", theme.inks.key), (chosen, theme.inks.text), (own, theme.inks.key)]
    return [*said[: max(most - 1, 0)], cursor][: max(most, 0)]


def _share_line(starts: Starts, width: int) -> str:
    solved, runs = len(starts.outcomes.solved), len(starts.seeds)
    whole, median = share_text(solved, runs), median_text(starts)
    defined = whole.replace(" solved:", f" solved ({SOLVED_R2 if starts.correct is None else 'all right'}):")
    short = whole.replace(", 95% interval", " (") + ")"
    longer = [_JOINT.join(filter(None, (text, median))) for text in (defined, whole)]
    variants = (*longer, *([] if median else [defined]), whole, short.replace("( ", "("), f"{solved} of {runs}")
    return first_fitting(variants, width)


def joined(texts: Sequence[str], width: int) -> Iterator[str]:
    """The texts, as many in a line as fit; of one that has no line for itself what stands before its colon."""
    line = ""
    for whole in texts:
        text = whole if len(whole) <= width else whole.partition(":")[0]
        longer = f"{line}{_JOINT}{text}" if line else text
        if line and len(longer) > width:
            yield line
            longer = text
        line = longer
    if line:
        yield line


def value_text(field: str, value: float) -> str:
    """A value of a field that is swept, in a few characters."""
    if field == "batch_size" and not value:
        return _FULL
    return f"{value:g}" if FIELDS[field].kind == "number" else short_number(value)


def cliff_text(sweep: Sweep) -> str:
    """From which value on most runs diverge, in words."""
    texts = [value_text(sweep.field, value) for value in sweep.values]
    if sweep.cliff is not None:
        return f"diverges from {texts[sweep.cliff]} up"
    some = np.flatnonzero(sweep.are_diverged.any(axis=1))
    return f"some diverge, the first at {texts[int(some[0])]}" if len(some) else f"none diverges up to {texts[-1]}"


def best_text(sweep: Sweep) -> str:
    """The value with the lowest median loss; empty where all diverge."""
    if sweep.best is None:
        return ""
    value, loss = value_text(sweep.field, sweep.values[sweep.best]), loss_text(float(sweep.medians[sweep.best]))
    return f"best {value}: median loss {loss}"


def value_at(sweep: Sweep, place: int, room: int) -> str:
    """One of the values: its median loss, and how many runs have solved it or diverged, as far as there is room."""
    runs, solved, diverged = len(sweep.seeds), int(sweep.are_solved[place].sum()), int(sweep.are_diverged[place].sum())
    named = f"{FIELDS[sweep.field].title} {value_text(sweep.field, sweep.values[place])}"
    median = float(sweep.medians[place])
    parts = [named, *([f"median loss {loss_text(median)}"] if np.isfinite(median) else [])]
    parts += [f"{solved} of {runs} solved", *([f"{diverged} of {runs} diverged"] if diverged else [])]
    return _fitting(parts, room)


def starts_title(found: object, room: int) -> str:
    """What is trained, and how far it has come, in so many cells; empty before that is known."""
    if not isinstance(found, (Starts, Sweep)):
        return ""
    epochs, runs = f"epoch {count(found.epoch)} of {count(found.last_epoch)}", len(found.seeds)
    if isinstance(found, Sweep):
        name, each = f"sweep of {FIELDS[found.field].title}", f"{runs} seed{'s' * (runs > 1)} each"
        return first_fitting((f"{name} · {each} · {epochs}", f"{name} · {epochs}", name), room)
    seeds = f"seeds {found.seeds[0]} to {found.seeds[-1]}"
    return first_fitting((f"starts · {seeds} · {epochs}", f"starts · {epochs}", "starts"), room)
