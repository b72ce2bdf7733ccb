"""Whether a run is learning, in words: one sentence, longer and shorter, for the screen, `train` and JSON alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tuinet.advice import key
from tuinet.observe.finding import Finding, FindingKind
from tuinet.progress import WORDS, Progress, ProgressKind, change_text

_IN_VAIN: Final[frozenset[FindingKind]] = frozenset(
    {"diverged", "large rate", "no gradients", "standing still", "step", "stuck"}
)
"""With these a run does not learn, even where its loss still creeps."""
_SELF_EVIDENT: Final[frozenset[FindingKind]] = frozenset({"slow", "no samples"})
"""They say themselves how it is going."""
_OF_UNITS: Final[frozenset[FindingKind]] = frozenset({"dead", "saturated"})
_WELL: Final[frozenset[ProgressKind]] = frozenset({"learning", "learned", "solved"})
"""With these some units that do nothing are no harm."""
_ARRIVED: Final[frozenset[ProgressKind]] = frozenset({"learned", "solved"})
_NO_HELP: Final = "no help needed"
_SEPARATORS: Final[Mapping[ProgressKind, str]] = {"slow": ": ", "still": ": ", "rising": ": "}
"""Behind what is said of the progress, where that is no contrast to a finding."""


def verdicts(progress: Progress, first: Finding | None, *, can_start: bool = False) -> tuple[str, ...]:
    """A sentence, the longest form of it first, with a mark for the key that starts the training where that helps.

    Parameters
    ----------
    first
        What is to be said before all else; ``None`` where there is nothing.
    can_start
        Whether whoever reads it can train an untrained network.
    """
    if first is None:
        return _of_progress(progress, can_start=can_start)
    lead, is_harmless = _lead(progress, first), first.kind in _OF_UNITS and first.remedy is None
    end = f"; {_NO_HELP}" if is_harmless and progress.kind in _WELL else ""
    return tuple(f"{lead}{form}{end}" for form in first.forms)


def _lead(progress: Progress, first: Finding) -> str:
    if first.kind in _SELF_EVIDENT:
        return ""
    if first.kind in _IN_VAIN:
        return "not learning: "
    if first.kind == "overfitting" and progress.kind in _ARRIVED:
        return f"training set {WORDS[progress.kind]}, but "
    return f"{WORDS[progress.kind]}{_SEPARATORS.get(progress.kind, ', but ')}"


def _of_progress(progress: Progress, *, can_start: bool) -> tuple[str, ...]:
    word = WORDS[progress.kind]
    if progress.kind == "untrained":
        return (f"{word}: {key('pause or resume')} starts", word) if can_start else (word,)
    if progress.kind == "begun":
        return f"{word}: too early to tell", word
    if progress.kind in _ARRIVED:
        return f"{word}: {_quality(progress)}, {_NO_HELP}", f"{word}, {_NO_HELP}", word
    change = change_text(progress)
    if progress.kind != "learning":
        return f"{word}: {change}", word
    whole = f"{word}: {change}"
    known = (f"{whole}, {_quality(progress)}; {_NO_HELP}",) if progress.wrong is not None else ()
    return *known, f"{whole}; {_NO_HELP}", f"{word}, {_NO_HELP}", word


def _quality(progress: Progress) -> str:
    if progress.wrong is None:
        return f"R² {progress.r2:.2f}" if progress.r2 is not None else "the loss is as low as it gets"
    if not progress.wrong:
        return f"all {progress.samples:,} samples right"
    return f"{progress.wrong:,} of {progress.samples:,} samples wrong"
