"""Remarks: the findings of a snapshot as sentences, with the keys that do what would help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.experiment.ladders import with_layer
from tuinet.observe.finding import Finding, Remedy
from tuinet.observe.snapshot import Snapshot
from tuinet.progress import progress_of
from tuinet.tui.keys import UNCHANGED, Keymap
from tuinet.verdict import verdicts

_SPELLED: Final[Mapping[str, str]] = {",": "comma", ".": "full stop", "'": "apostrophe", "`": "backtick"}
"""Keys that a sentence would hide among its own signs."""


def remarks_of(snapshot: Snapshot, keymap: Keymap = UNCHANGED) -> list[str]:
    """Its findings, a sentence each, the gravest first; what several of them advise is said once."""
    sentences, given = [], set()
    for finding in snapshot.findings:
        advice = finding.remedy and (finding.remedy.changes or finding.remedy)
        advised = finding._replace(remedy=None) if advice in given else finding
        sentences.append(finding_text(advised, snapshot, keymap))
        given.add(advice)
    return sentences


def first_remark(snapshot: Snapshot, keymap: Keymap = UNCHANGED) -> list[str]:
    """The first finding in full, and without its explanation; nothing where there is none."""
    forms = [finding._replace(cause=words) for finding in snapshot.findings[:1] for words in finding.forms]
    return [finding_text(finding, snapshot, keymap) for finding in forms]


def verdicts_of(snapshot: Snapshot, keymap: Keymap = UNCHANGED, *, can_start: bool = False) -> list[str]:
    """Whether the run is learning, with the first of its findings and the keys that help; the longest form first."""
    first = next(iter(snapshot.findings), None)
    said = verdicts(progress_of(snapshot), first, can_start=can_start)
    advice = "" if first is None else _advice_text(first, snapshot, keymap)
    return [keymap.told(f"{one}; {advice}" if advice else one) for one in said]


def finding_text(finding: Finding, snapshot: Snapshot, keymap: Keymap = UNCHANGED) -> str:
    """A finding as a sentence: what was observed, and the keys that help."""
    advice = _advice_text(finding, snapshot, keymap)
    return f"{finding.cause}; {advice}" if advice else finding.cause


def _key(keymap: Keymap, action: str) -> str:
    """A key that a sentence can begin with: ``space``, but ``key (`` and ``key , (comma)``."""
    name = keymap.name(action)
    spelled = f" ({_SPELLED[name]})" if name in _SPELLED else ""
    return f"key {name}{spelled}" if len(name) == 1 else name


def _advice_text(finding: Finding, snapshot: Snapshot, keymap: Keymap) -> str:
    return "" if finding.remedy is None else ", then ".join(_advice(finding.remedy, snapshot, keymap))


def _advice(remedy: Remedy, snapshot: Snapshot, keymap: Keymap) -> Iterator[str]:
    changes = dict(remedy.changes)
    if changes:
        yield _of_one(changes, snapshot.experiment, keymap) or _of_settings(changes, keymap)
    if remedy.draws_anew:
        yield f"{_key(keymap, 'reinitialize_new')} starts from new weights"
    if remedy.back_to is not None:
        yield f"{_key(keymap, 'scrub(-1)')} goes back to epoch {remedy.back_to:,}"
    if remedy.adds_samples:
        yield _adding(snapshot, keymap)


def _of_settings(changes: dict[str, Any], keymap: Keymap) -> str:
    from tuinet.share.edits import value_text  # noqa: PLC0415 - the first frame has nothing to say

    values = [f"{FIELDS[name].title} {value_text(name, value) or 'none'}" for name, value in changes.items()]
    return f"{_key(keymap, 'settings')} sets {', '.join(values)}"


def _of_one(changes: dict[str, Any], experiment: Experiment, keymap: Keymap) -> str:
    """The words for what has a key of its own; empty where nothing has."""
    fields = frozenset(changes)
    if fields == {"learning_rate"}:
        return _of_rate(changes["learning_rate"], experiment.learning_rate, keymap)
    if fields == {"activation"} and len(changes["activation"]) == 1:
        return f"{_key(keymap, 'next_activation')} picks another activation: {changes['activation'][0]}"
    if "hidden" in fields and fields <= {"hidden", "activation"}:
        return _of_layers(changes, experiment, keymap)
    return ""


def _of_rate(rate: float, present: float, keymap: Keymap) -> str:
    if rate < present:
        return f"{_key(keymap, 'shift_learning_rate(-1)')} lowers the learning rate to {rate:g}"
    return f"{_key(keymap, 'shift_learning_rate(1)')} raises the learning rate to {rate:g}"


def _of_layers(changes: dict[str, Any], experiment: Experiment, keymap: Keymap) -> str:
    before, after = experiment.hidden, changes["hidden"]
    if not before:
        is_that = with_layer(experiment, -1)["hidden"] == after
        return f"{_key(keymap, 'add_layer')} adds a hidden layer" if is_that else ""
    if after == before[: len(after)]:
        return f"{_key(keymap, 'remove_layer')} takes hidden layers away, down to {len(after)}"
    if after[:-1] == before[:-1] and after[-1] > before[-1]:
        return f"{_key(keymap, 'shift_neurons(1)')} adds neurons to the last hidden layer, up to {after[-1]}"
    return ""


def _adding(snapshot: Snapshot, keymap: Keymap) -> str:
    """Samples are added on the map of two features; of more, only those that were there can come back."""
    if len(snapshot.dataset.feature_names) != 2:
        return f"{_key(keymap, 'undo')} brings them back"
    return f"enter on the map ({keymap.name('zoom(0)')}) adds one"
