"""The pages of the manual: which there are, the one that is meant by a word, and where words stand in them."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from tuinet.errors import TuinetError
from tuinet.names import did_you_mean, folded

FOLDER: Final = Path(__file__).parent
CHAPTERS: Final = {
    "1": "Begin",
    "2": "What you see",
    "3": "Work with it",
    "4": "Learn and teach",
    "5": "Keep and share",
    "6": "The program",
}
"""Titles of the chapters, by the first digit of the files of their pages."""
CONTENTS: Final = "contents"
"""The name of the first page, which is made from the others."""
_PREFACE: Final = "A neural-network laboratory that lives in a terminal: all pages of its manual."
_HEADING: Final = re.compile(r"^(#{1,3}) (.+)$")
_FENCE: Final = re.compile(r"^(`{3,})")
_LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_ITEM: Final = re.compile(r"\s*(?:[-*]|\d+\.) +")
_BAR: Final = "\0"
"""Stands for a bar that parts no cells."""
_REMOVED: Final = str.maketrans("", "", string.punctuation.replace("-", "").replace("_", ""))


@dataclass(frozen=True)
class Section:
    """A heading, and what stands below it up to the next one."""

    level: int
    heading: str
    anchor: str
    """As links name it."""
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A page of the manual."""

    file: str
    text: str

    @property
    def name(self) -> str:
        """As ``tuinet manual`` takes it."""
        return self.file.removesuffix(".md").partition("-")[2] or CONTENTS

    @cached_property
    def title(self) -> str:
        """What its first line says."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @cached_property
    def summary(self) -> str:
        """What it is about: the line below its title."""
        return next(line for line in self.text.split("\n")[1:] if line)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All of it, cut at its headings."""
        return tuple(_cut(self.text))

    @cached_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The text of each link outside of code, and where it leads."""
        return tuple(match.groups() for line in prose(self.text) for match in _LINK.finditer(line))  # type: ignore[misc]


@dataclass(frozen=True)
class Hit:
    """Where words were found."""

    page: Page
    section: Section
    line: str
    """The passage in which they stand, as it is read."""
    words: tuple[re.Pattern[str], ...]
    """What was sought."""

    def around(self, width: int) -> tuple[str, list[tuple[int, int]]]:
        """As much of the passage as has room, cut between words around the first one found, and where words stand."""
        first = min((found.start() for word in self.words if (found := word.search(self.line))), default=0)
        text = _cut_around(self.line, first, width)
        return text, [found.span() for word in self.words for found in word.finditer(text)]

    @property
    def address(self) -> str:
        """Where it is, as a link has it."""
        return f"{self.page.file}#{self.section.anchor}"


@cache
def pages() -> tuple[Page, ...]:
    """All pages in their order, first the table of contents."""
    files = sorted(FOLDER.glob("[1-9]*-*.md"))
    written = [Page(path.name, path.read_text(encoding="utf-8")) for path in files]
    return Page(f"{CONTENTS}.md", _contents(written)), *written


def page_of(file: str) -> Page | None:
    """The page in a file of this name; ``None`` where there is none."""
    return next((page for page in pages() if page.file == file), None)


def find_page(topic: str) -> Page:
    """The page that is meant by its name, the beginning of that, or a word of its title.

    Raises
    ------
    TuinetError
        If no page is meant, or more than one.
    """
    wanted, every = folded(topic), pages()
    choices: Sequence[Sequence[Page]] = (
        [page for page in every if wanted in (folded(page.name), folded(page.title))],
        [page for page in every if wanted and folded(page.name).startswith(wanted)],
        [page for page in every if wanted in map(folded, re.findall(r"\w+", page.title))],
    )
    found = next((some for some in choices if some), [])
    if len(found) == 1:
        return found[0]
    if found:
        raise TuinetError(f"topic {topic!r} could be {' or '.join(page.name for page in found)}; give one of them")
    known = [page.name for page in every]
    near = did_you_mean(topic, known)
    raise TuinetError(f"topic {topic!r} is not a page of the manual{near or ': ' + ', '.join(known)}")


def neighbour(page: Page, step: int) -> Page | None:
    """The page so many places behind one, or before it; ``None`` beyond both ends."""
    every = pages()
    place = every.index(page) + step
    return every[place] if 0 <= place < len(every) else None


def search(words: str) -> list[Hit]:
    """Where these words, or such as begin so, stand together: in titles, then in headings, then in the text."""
    wanted = [re.compile(rf"(?<![^\W_]){re.escape(word)}", re.IGNORECASE) for word in words.split()]
    if not wanted:
        return []
    hits = [found for page in pages()[1:] for section in page.sections if (found := _hit(page, section, wanted))]
    return [hit for _, hit in sorted(hits, key=lambda found: found[0])]


def _cut_around(line: str, place: int, width: int) -> str:
    """The part of a line around a place, with dots where something is left out."""
    if len(line) <= width:
        return line
    start = max(0, min(place - width // 3, len(line) - width))
    start = line.find(" ", start - 1) + 1 if start else 0
    start = start if start <= place else place
    before = "… " if start else ""
    room = width - len(before)
    rest = line[start:]
    if len(rest) <= room:
        return before + rest
    end = rest.rfind(" ", place - start, room - 1)
    return f"{before}{rest[: end if end > 0 else room - 2].rstrip()} …"


def _passages(lines: Iterable[str]) -> Iterator[str]:
    """What is read together: paragraphs and items in one, rows of tables and lines of code each alone."""
    fence, is_markdown, parts = "", False, list[str]()
    for line in [*lines, ""]:
        mark = _FENCE.match(line)
        is_whole = bool(fence or mark) or line.lstrip().startswith("|")
        if parts and (is_whole or not line.strip() or _ITEM.match(line)):
            yield without_markup(" ".join(parts))
            parts = []
        if is_whole and not mark:
            yield line.strip() if fence and not is_markdown else without_markup(line)
        elif line.strip() and not mark:
            parts.append(line.strip())
        is_markdown = "markdown" in line if mark and not fence else is_markdown
        fence = (mark[1] if not fence else "" if line.strip() == fence else fence) if mark else fence


def _hit(page: Page, section: Section, wanted: Sequence[re.Pattern[str]]) -> tuple[int, Hit] | None:
    lines = [section.heading, *filter(None, _passages(section.lines))]
    counts = [sum(word.search(line) is not None for word in wanted) for line in lines]
    if not all(any(word.search(line) for line in lines) for word in wanted):
        return None
    best = counts.index(max(counts))
    rank = 2 if best else 0 if section.level == 1 else 1
    return rank, Hit(page, section, lines[best] if best else next(iter(lines[1:]), ""), tuple(wanted))


def without_markup(line: str) -> str:
    """A line of Markdown as it is read."""
    plain = _LINK.sub(r"\1", line).replace("`", "").replace("**", "").replace("\\|", _BAR)
    cells = [cell.strip() for cell in plain.strip().strip("|").split("|")]
    said = " · ".join(cell for cell in cells if cell.strip("-: ")) if line.lstrip().startswith("|") else plain.strip()
    return _ITEM.sub("", said.replace(_BAR, "|")).lstrip("# ").strip()


def prose(text: str) -> Iterator[str]:
    """The lines of a page outside its blocks of code, with what stands in backticks left out."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if not fence and not mark:
            yield re.sub(r"`[^`]*`", "``", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip() == fence:
            fence = ""


def slug(heading: str) -> str:
    """A heading as links name it, by the rules of GitHub's pages and of Textual."""
    return re.sub(r"\s", "-", heading.strip().lower().translate(_REMOVED))


def _cut(text: str) -> Iterator[Section]:
    level, heading, fence = 1, "", ""
    lines: list[str] = []
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        found = None if fence or mark else _HEADING.match(line)
        if found:
            if heading:
                yield Section(level, heading, slug(heading), tuple(lines))
            level, heading, lines = len(found[1]), without_markup(found[2]), []
        else:
            lines.append(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip() == fence:
            fence = ""
    yield Section(level, heading, slug(heading), tuple(lines))


def _contents(written: Sequence[Page]) -> str:
    lines = ["# The manual of tuinet", "", _PREFACE]
    for digit, chapter in CHAPTERS.items():
        entries = [f"- [{page.title}]({page.file}): {page.summary}" for page in written if page.file[0] == digit]
        lines += ["", f"## {chapter}", "", *entries]
    return "\n".join([*lines, ""])
