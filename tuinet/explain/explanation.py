"""An Explanation: what a phase did, as equations and remarks, independent of where it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from tuinet.explain.layout import Row, rows_of
from tuinet.explain.lines import AnyLine
from tuinet.explain.markdown import as_markdown


@dataclass(frozen=True)
class Explanation:
    """One phase, for one sample and one neuron where it has them."""

    title: str
    """As in ``backward, layer 1 · h2 · sample 2 (x1 = 0, x2 = 1; y = 1)``."""
    lines: tuple[AnyLine, ...]

    def rows(self, width: int) -> tuple[Row, ...]:
        """The lines, wrapped, as spans of text that know what they are; the title is not among them."""
        return rows_of(self.lines, width)

    def to_text(self, width: int = 80) -> str:
        """Title and lines as plain text; only what cannot be broken is wider than the width."""
        title = rows_of((), width, self.title)
        return "\n".join("".join(span.text for span in row).rstrip() for row in (*title, (), *self.rows(width)))

    def to_markdown(self, level: int = 2, width: int = 100) -> str:
        """Title, remarks and equations in Markdown.

        Parameters
        ----------
        level
            Of the heading.
        width
            At which equations are wrapped.
        """
        return as_markdown(self.title, self.lines, level, width)
