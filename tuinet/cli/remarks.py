"""Remarks of commands: findings as sentences, with the options that would help."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tuinet.experiment.experiment import Experiment
from tuinet.observe.finding import Finding
from tuinet.options import option_name
from tuinet.progress import Progress
from tuinet.share.edits import value_text
from tuinet.share.line import joined
from tuinet.verdict import verdicts


def remark(finding: Finding, experiment: Experiment) -> str:
    """A finding as a sentence: what was observed, and the options with which a new run goes better."""
    if finding.remedy is not None and finding.remedy.adds_samples:
        return f"{finding.cause}; leave some of them in --points"
    words = helping_options(finding, experiment)
    return f"{finding.cause}; {joined(words)}" if words else finding.cause


def conclusion(findings: Sequence[Finding], progress: Progress, experiment: Experiment) -> list[str]:
    """Whether a run has learned, with the gravest finding and what helps; then the others, a sentence each."""
    first = findings[0] if findings else None
    said = verdicts(progress, first)[0]
    whole = said if first is None else remark(first._replace(cause=said), experiment)
    return [whole, *(remark(finding, experiment) for finding in findings[1:])]


def progress_record(progress: Progress, findings: Sequence[Finding]) -> dict[str, Any]:
    """Whether a run is learning as data, and in words."""
    values = progress._asdict()
    first = findings[0] if findings else None
    return {
        **values,
        "change": None if math.isnan(progress.change) else progress.change,
        "words": verdicts(progress, first)[0],
    }


def helping_options(finding: Finding, experiment: Experiment) -> list[str]:
    """The options that help, each followed by its value; a new run has new weights only where it is told so."""
    if finding.remedy is None:
        return []
    if finding.remedy.back_to is not None:
        return ["--epochs", str(finding.remedy.back_to)]
    changes = dict(finding.remedy.changes)
    if finding.remedy.draws_anew and not changes:
        changes = {"seed": experiment.seed + 1}
    return [word for name, value in changes.items() for word in (option_name(name), value_text(name, value))]


def remedy_record(finding: Finding, experiment: Experiment) -> dict[str, Any]:
    """A finding as data, with the options that help."""
    options = helping_options(finding, experiment)
    return {"finding": finding.kind, "layer": finding.layer, "numbers": list(finding.numbers), "options": options}
