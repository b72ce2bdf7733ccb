"""Writers: pages as text, Markdown, LaTeX or Typst, a page each."""

from __future__ import annotations

import textwrap
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from tuinet.exercises.sheets.pages import Question, Section, SheetPage
from tuinet.exercises.sheets.typeset import LATEX, TYPST, equation_text
from tuinet.explain.explanation import Line, escaped, rows_of

FormatName = Literal["text", "markdown", "latex", "typst"]
_WIDTH: Final = 80
_NAME: Final = "Name"


class Writer(ABC):
    """Writes pages one after the other."""

    def document(self, pages: Iterable[SheetPage]) -> Iterator[str]:
        """The pieces of a whole document, in order."""
        yield from self.opening()
        for number, page in enumerate(pages):
            if number:
                yield self.between
            yield "\n".join(self.page(page)) + "\n"
        yield from self.closing()

    between: str = "\n"
    """Between two pages."""

    def opening(self) -> Iterator[str]:
        """What stands before the first page."""
        return iter(())

    def closing(self) -> Iterator[str]:
        """What stands after the last page."""
        return iter(())

    def page(self, page: SheetPage) -> Iterator[str]:
        """The lines of one page."""
        yield from self.head(page)
        for section in page.sections:
            yield from self.section(section, is_key=page.is_key)
        if page.footer:
            yield from self.foot(page.footer)

    @abstractmethod
    def head(self, page: SheetPage) -> Iterator[str]:
        """Title and note."""

    @abstractmethod
    def section(self, section: Section, *, is_key: bool) -> Iterator[str]:
        """An exercise."""

    @abstractmethod
    def foot(self, text: str) -> Iterator[str]:
        """The end of a page."""


class TextWriter(Writer):
    """Plain text of 80 columns; pages are parted by form feeds, at which printers begin a new one."""

    between = "\f"

    def head(self, page: SheetPage) -> Iterator[str]:
        """See `Writer.head`."""
        yield page.title
        yield "=" * len(page.title)
        yield page.note
        if not page.is_key:
            yield f"\n{_NAME}: {'_' * 40}"

    def section(self, section: Section, *, is_key: bool) -> Iterator[str]:
        """See `Writer.section`."""
        yield f"\n{section.heading}"
        yield "-" * len(section.heading)
        for text in section.given:
            yield from textwrap.wrap(text, _WIDTH - 2, initial_indent="  ", subsequent_indent="    ")
        if section.given:
            yield ""
        for question in section.questions:
            yield from _answer_rows(question) if is_key else _question_rows(question)

    def foot(self, text: str) -> Iterator[str]:
        """See `Writer.foot`."""
        yield ""
        yield from textwrap.wrap(text, _WIDTH)


def _question_rows(question: Question) -> Iterator[str]:
    line = "_" * 16
    words = f"{question.name:<4}{question.words}"
    rows = textwrap.wrap(words, _WIDTH - len(line) - 2, subsequent_indent="    ")
    yield from rows[:-1]
    yield f"{rows[-1]:<{_WIDTH - len(line)}}{line}"
    if question.equation is not None:
        yield from _equation_rows(question.equation)


def _answer_rows(question: Question) -> Iterator[str]:
    yield f"{question.name:<4}{question.words}: {question.answer}"
    if question.equation is not None:
        yield from _equation_rows(question.equation)


def _equation_rows(line: Line) -> Iterator[str]:
    for row in rows_of([Line(line.left, line.symbols, line.numbers, line.result)], _WIDTH - 4):
        yield "    " + "".join(span.text for span in row).rstrip()


class MarkdownWriter(Writer):
    """Markdown; a rule parts the pages, and a division that printing takes as the end of one."""

    between = '\n<div style="break-after: page"></div>\n\n---\n\n'

    def head(self, page: SheetPage) -> Iterator[str]:
        """See `Writer.head`."""
        yield f"# {escaped(page.title)}\n"
        yield f"`{page.note}`"
        if not page.is_key:
            yield f"\n{_NAME}: " + r"\_" * 30

    def section(self, section: Section, *, is_key: bool) -> Iterator[str]:
        """See `Writer.section`."""
        yield f"\n## {escaped(section.heading)}\n"
        for text in section.given:
            yield f"- {escaped(text)}"
        if section.given:
            yield ""
        yield "| | | |"
        yield "|---|---|---|"
        for question in section.questions:
            equation = _code_cell(question.equation)
            answer = question.answer if is_key else r"\_" * 12
            yield f"| **{question.name}** | {escaped(question.words)}{equation} | {answer} |"

    def foot(self, text: str) -> Iterator[str]:
        """See `Writer.foot`."""
        yield f"\n{escaped(text)}"


def _code_cell(line: Line | None) -> str:
    """An equation in a cell of a table, in which a bar would end the cell."""
    if line is None:
        return ""
    return f"<br>`{equation_text(line)}`".replace("|", r"\|")


_LATEX_OPENING: Final = r"""\documentclass[10pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath}
\setlength{\hoffset}{-1in}\setlength{\voffset}{-1in}
\setlength{\oddsidemargin}{22mm}\setlength{\textwidth}{166mm}
\setlength{\topmargin}{18mm}\setlength{\headheight}{0pt}\setlength{\headsep}{0pt}\setlength{\textheight}{258mm}
\setlength{\parindent}{0pt}\setlength{\parskip}{2pt}
\pagestyle{empty}
\begin{document}
\raggedright
"""


class LatexWriter(Writer):
    """A document of the class article, with amsmath alone."""

    between = "\\newpage\n"

    def opening(self) -> Iterator[str]:
        """See `Writer.opening`."""
        yield _LATEX_OPENING

    def closing(self) -> Iterator[str]:
        """See `Writer.closing`."""
        yield "\\end{document}\n"

    def head(self, page: SheetPage) -> Iterator[str]:
        """See `Writer.head`."""
        yield rf"{{\Large\bfseries {LATEX.running(page.title)}}}\par"
        yield rf"{{\footnotesize\texttt{{{LATEX.running(page.note).replace('--', '-{}-')}}}}}\par"
        if not page.is_key:
            yield rf"\medskip {_NAME}: \rule{{80mm}}{{0.4pt}}\par"

    def section(self, section: Section, *, is_key: bool) -> Iterator[str]:
        """See `Writer.section`."""
        yield rf"\medskip\textbf{{{LATEX.running(section.heading)}}}\par"
        for text in section.given:
            yield rf"{{\small {LATEX.running(text)}}}\par"
        for question in section.questions:
            words = LATEX.running(question.words)
            answer = rf"\textbf{{{LATEX.running(question.answer)}}}" if is_key else r"\rule{30mm}{0.4pt}"
            yield rf"\smallskip\textbf{{{question.name}}}\quad {words} \hfill {answer}\par"
            if question.equation is not None:
                yield rf"{{\small\quad $ {LATEX.formula(equation_text(question.equation))} $}}\par"

    def foot(self, text: str) -> Iterator[str]:
        """See `Writer.foot`."""
        yield rf"\vfill{{\footnotesize {LATEX.running(text)}}}\par"


class TypstWriter(Writer):
    """A document of Typst, without packages."""

    between = "#pagebreak()\n"

    def opening(self) -> Iterator[str]:
        """See `Writer.opening`."""
        yield '#set page(paper: "a4", margin: (x: 22mm, y: 18mm))\n#set text(size: 10pt)\n#set par(spacing: 0.7em)\n'

    def head(self, page: SheetPage) -> Iterator[str]:
        """See `Writer.head`."""
        yield f"= {TYPST.running(page.title)}\n"
        yield f"#text(size: 8pt)[`{page.note}`]\n"
        if not page.is_key:
            yield f"{_NAME}: #box(line(length: 80mm, stroke: 0.4pt))\n"

    def section(self, section: Section, *, is_key: bool) -> Iterator[str]:
        """See `Writer.section`."""
        yield f"== {TYPST.running(section.heading)}\n"
        for text in section.given:
            yield f"#text(size: 9pt)[{TYPST.running(text)}]\n"
        for question in section.questions:
            answer = f"*{TYPST.running(question.answer)}*" if is_key else "#box(line(length: 30mm, stroke: 0.4pt))"
            yield f"*{question.name}* #h(1em) {TYPST.running(question.words)} #h(1fr) {answer}\n"
            if question.equation is not None:
                yield f"#h(2em) ${TYPST.formula(equation_text(question.equation))}$\n"

    def foot(self, text: str) -> Iterator[str]:
        """See `Writer.foot`."""
        yield f"#v(1fr)\n#text(size: 8pt)[{TYPST.running(text)}]"


WRITERS: Final[Mapping[FormatName, type[Writer]]] = {
    "text": TextWriter,
    "markdown": MarkdownWriter,
    "latex": LatexWriter,
    "typst": TypstWriter,
}
"""Every format by its name."""
