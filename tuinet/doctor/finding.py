"""A Finding: one fact about the surroundings, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Verdict = Literal["ok", "note", "problem"]

_WIDEST: Final = max(len(verdict) for verdict in ("ok", "note", "problem"))


@dataclass(frozen=True)
class Finding:
    """One fact."""

    name: str
    """What it is about."""
    value: str
    verdict: Verdict = "ok"
    remedy: str = ""
    """What would be better, or what can be done."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"name": self.name, "value": self.value, "verdict": self.verdict, "remedy": self.remedy}


def aligned(findings: Sequence[Finding]) -> list[str]:
    """A line for each: verdict, name, value; the remedy behind a dash."""
    width = max((len(finding.name) for finding in findings), default=0)
    return [
        f"{finding.verdict:<{_WIDEST}}  {finding.name:<{width}}  {finding.value}"
        + (f" - {finding.remedy}" if finding.remedy else "")
        for finding in findings
    ]
