"""The batch phase: which samples the step is made on."""

from __future__ import annotations

from tuinet.explain.focus import Focus
from tuinet.explain.lines import AnyLine, Remark
from tuinet.explain.titles import sample_values


def batch_lines(focus: Focus) -> list[AnyLine]:
    """The samples, where they stand in the training set, and their numbers."""
    total, n = len(focus.snapshot.dataset.X), focus.n_samples
    is_full = n == total
    what = f"The batch is the whole training set, n = {n}." if is_full else f"n = {n} of {total} samples, shuffled."
    shown = focus.elision.shown(n, focus.sample)
    missing = [Remark(f"{n - len(shown)} samples are left out.")] if len(shown) < n else []
    return [Remark(what), *(Remark(_sample(focus, row, is_full)) for row in shown), *missing]


def _sample(focus: Focus, row: int, is_full: bool) -> str:
    place = "" if is_full else f", {int(focus.detail.indices[row]) + 1} of the training set"
    return f"sample {row + 1}{place}: {sample_values(focus, row)}"
