"""Reading a screen of text: where the panels are, and whether they are whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A panel's frame, corners included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def area(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


def boxes(screen: str) -> list[Box]:
    """Every complete frame, from the top left on.

    A frame is complete when both its sides are drawn in every row between its edges, and its edges end in corners.
    """
    lines = screen.split("\n")
    corners = [(top, left) for top, line in enumerate(lines) for left, character in enumerate(line) if character == "╭"]
    found = [_box(lines, top, left) for top, left in corners]
    return [box for box in found if box is not None]


def is_whole(screen: str, columns: int, rows: int) -> bool:
    """Whether status, frames and footer fill the screen: nothing cut, nothing wider, nothing left over."""
    lines, framed = screen.split("\n"), boxes(screen)
    if len(lines) != rows or not framed or max(map(len, lines)) > columns:
        return False
    top, bottom = framed[0].top, max(box.bottom for box in framed)
    filled = sum(box.area for box in framed) == columns * (bottom - top + 1)
    # Above the dashboard q closes, and is not offered.
    footer = lines[-1].endswith(("q quit", "? help")) and bottom == rows - 2
    return filled and footer and all(line.startswith(" ") and line.strip() for line in lines[:top])


def _box(lines: list[str], top: int, left: int) -> Box | None:
    right = lines[top].find("╮", left)
    bottom = top + 1
    while right > 0 and bottom < len(lines) and _at(lines[bottom], left) + _at(lines[bottom], right) == "││":
        bottom += 1
    ends = bottom < len(lines) and _at(lines[bottom], left) + _at(lines[bottom], right) == "╰╯"
    return Box(top, left, bottom, right) if ends else None


def _at(line: str, column: int) -> str:
    return line[column : column + 1]
