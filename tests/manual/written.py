"""The manual, taken apart: its sections, and the blocks of code in them."""

from __future__ import annotations

import re

from tuinet.manual.pages import find_page, pages

_BLOCK = re.compile(r"^(`{3,})(\w+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def section(page: str, heading: str) -> str:
    """What stands below a heading of a page, up to the next of any level."""
    (found,) = (each for each in find_page(page).sections if each.heading == heading)
    return "\n".join(found.lines)


def blocks(language: str, within: str) -> list[str]:
    """The blocks of code in a language."""
    return [match[3] for match in _BLOCK.finditer(within) if match[2] == language]


def recipe(heading: str) -> list[tuple[str, str]]:
    """The files that a section wants something added to, and what: each block of code stands below its file."""
    said = section("extending", heading)
    return list(zip(re.findall(r"`(tuinet/[^`]+\.py)`", said), blocks("python", said), strict=True))


def commands(text: str) -> list[str]:
    """What is typed into a shell on a page, a command each, in its order; lines that go on are one."""
    found: list[str] = []
    for match in _BLOCK.finditer(text):
        lines = match[3].replace("\\\n", " ").splitlines()
        if match[2] == "sh":
            found += [line for line in lines if line.strip() and not line.startswith(("#", " "))]
        elif match[2] == "console":
            found += [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return found


_CALL = re.compile(r"(?:^|[|&] )(tuinet\b(?:'[^']*'|\"[^\"]*\"|[^|&>#\"'])*)")


def tuinet_commands() -> list[str]:
    """Each call of tuinet in the manual, without what stands before and behind it in its line."""
    return [call for page in pages() for command in commands(page.text) for call in _CALL.findall(command)]
