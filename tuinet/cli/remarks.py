"""Remarks of commands: findings as sentences, with the options that would help."""

from __future__ import annotations

from typing import Any

from tuinet.experiment.experiment import Experiment
from tuinet.observe.finding import Finding
from tuinet.options import option_name
from tuinet.share.edits import value_text
from tuinet.share.line import joined


def remark(finding: Finding, experiment: Experiment) -> str:
    """A finding as a sentence: what was observed, and the options with which a new run goes better."""
    if finding.remedy is not None and finding.remedy.adds_samples:
        return f"{finding.cause}; leave some of them in --points"
    words = helping_options(finding, experiment)
    return f"{finding.cause}; {joined(words)}" if words else finding.cause


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
