"""Names of one kind, such as classes or inputs, shortened together, so that those which differ still do.

A name is written whole or in one of few shorter forms, the same in every panel: ``sepal length`` and ``petal length``
become ``sep len`` and ``pet len``, ``versicolor`` and ``virginica`` become ``versi`` and ``virgi``.

They are cut between graphemes: what a terminal draws as one character, however many code points it is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count, takewhile
from string import ascii_lowercase, digits
from typing import Final

from rich.cells import cell_len, split_graphemes

from tuinet.terminal_text import shown_name

_FLAG_LETTERS: Final = frozenset(map(chr, range(0x1F1E6, 0x1F200)))


@lru_cache(maxsize=16384)
def graphemes(text: str) -> tuple[tuple[str, int], ...]:
    """Each grapheme of a text, with the number of its cells.

    As Rich finds them, but that two letters of a flag belong together: terminals draw one picture for both.
    """
    if text.isascii():
        return tuple((character, 1) for character in text)
    parts: list[tuple[str, int]] = []
    for start, end, width in split_graphemes(text)[0]:
        part = text[start:end]
        if part in _FLAG_LETTERS and parts and parts[-1][0] in _FLAG_LETTERS:
            letter, cells = parts.pop()
            parts.append((letter + part, cells + width))
        else:
            parts.append((part, width))
    return tuple(parts)


def beginning(text: str, width: int) -> str:
    """As many whole graphemes from the start of a text as fit into so many cells."""
    end, room = 0, width
    for part, cells in graphemes(text):
        room -= cells
        if room < 0:
            break
        end += len(part)
    return text[:end]


_WHOLE: Final = 10_000
Cap = tuple[int, int]
"""Cells to which words are cut, and how much longer those may be that stay whole."""
_EXACT: Final = (5, 0)
_CAPS: Final[tuple[Cap, ...]] = ((_WHOLE, 0), (12, 1), (5, 1), _EXACT, (3, 1), (3, 0))
"""One after the other, until the names fit."""
_LOW_CAPS: Final[tuple[Cap, ...]] = ((2, 0), (1, 0))
"""What words are cut to where they can hardly be read any more."""
_FEW: Final = 2
"""Words of a name, numbers apart, that are all cut as far before one of them is left out."""
_MARKED: Final = 4
"""Cells from which on a name with its middle left out has a mark there."""
_LONGEST_CUT: Final = 7
"""Cells of such a name at most."""
_TAIL: Final = 2
_WIDE: Final = 2
"""Cells of a wide character."""
_MOST_PLACES: Final = 12
_BETWEEN: Final = re.compile(r"([\s_!-/:-@\[-^`{-~]+)")
"""Blanks and ASCII punctuation."""
_DANGLING: Final = " _,;:([{/-=&+"
"""What means nothing at the end, where what it leads to has been cut off."""
_BLANKS: Final = re.compile(r"[\s_]+")
_NUMBERED: Final = re.compile(r"(.*?[^\d])(\d+)")
_UNIT: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")

Words = tuple[tuple[str, str], ...]
"""The words of a name, each with what stands before it."""


@lru_cache(maxsize=512)
def short_names(names: tuple[str, ...], width: int) -> tuple[str, ...]:
    """The names in at most so many cells each, in their order.

    Whole where that is possible; else without what all of them have in common, their words cut to their beginnings.
    Different names stay different as long as there are enough texts of this width.
    """
    if width < 1:
        return ("",) * len(names)
    shown = {name: shown_name(name) for name in names}
    distinct = tuple(shown.values())
    texts = distinct if _fit(distinct, width) else _cut_all(_essential(distinct), width)
    found = dict(zip(shown, _told_apart(texts, distinct, width), strict=True))
    return tuple(found[name] for name in names)


def short_name(names: tuple[str, ...], index: int, width: int) -> str:
    """One of the names as `short_names` has it."""
    return short_names(names, width)[index]


@lru_cache(maxsize=128)
def stacked_names(names: tuple[str, ...], width: int) -> tuple[tuple[str, ...], ...]:
    """The names with a word a line, each line at most so many cells wide: the beginning of a longer word."""
    lines = tuple(
        tuple(_cut(word, max(width - 1, 1)) for word in _BLANKS.split(shown_name(name).strip())) for name in names
    )
    # A number is not cut, and may be too long.
    is_whole = all(any(line) and _fit(line, width) for line in lines)
    if is_whole and len(set(lines)) == len(set(names)):
        return lines
    return tuple(tuple(name.split()) or (name,) for name in short_names(names, width))


def least_width(names: Iterable[str]) -> int:
    """Cells below which a first character would vanish: 2 where one of them is wide."""
    return max((cells for name in names for _, cells in graphemes(shown_name(name[:8]))[:1]), default=1) or 1


def _fit(texts: Sequence[str], width: int) -> bool:
    return all(cell_len(text) <= width for text in texts)


def _essential(names: Sequence[str]) -> list[Words]:
    """The words of the names without units in brackets, and without words that all begin or end with."""
    bare = [_UNIT.sub("", name) for name in names]
    kept = bare if all(bare) and len(set(bare)) == len(set(names)) else names
    words = [_words(name) for name in kept]
    if len(words) < 2:
        return words
    front, back = _shared(words), _shared([one[::-1] for one in words])
    shorter = [one[front : len(one) - back] for one in words]
    if all(one and not one[0][1][:1].isdigit() for one in shorter) and len(set(shorter)) == len(words):
        return [(("", one[0][1]), *one[1:]) for one in shorter]
    return words


def _shared(names: Sequence[Words]) -> int:
    """How many words all names begin with."""
    words = zip(*([word for _, word in name] for name in names), strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, words))


@lru_cache(maxsize=4096)
def _words(name: str) -> Words:
    """Parted by blanks, punctuation, and before a number at the end of a word."""
    parts = _BETWEEN.split(name.strip())
    words: list[tuple[str, str]] = []
    for before, word in zip(["", *parts[1::2]], parts[::2], strict=True):
        joint = _BLANKS.sub(" ", before)
        numbered = _NUMBERED.fullmatch(word)
        pieces = numbered.groups() if numbered else (word,)
        words += [(joint if not index else "", piece) for index, piece in enumerate(pieces)]
    return tuple(words)


def _cut_all(names: Sequence[Words], width: int) -> list[str]:
    """All by one cap; where there is none that suits all, each by its own."""
    for cap in _caps(max(map(len, names), default=1)):
        texts = [_joined(name, cap) for name in names]
        if _fit(texts, width):
            return texts
    cut = [_cut_alone(name, width) for name in names]
    whole = [_whole_words(text, name) for text, name in zip(cut, names, strict=True)]
    return whole if len(set(whole)) == len(set(cut)) else cut


def _cut_alone(name: Words, width: int) -> str:
    """By the first cap that suits a name; of one with many words, as many of these as fit."""
    few = sum(not word.isdigit() for _, word in name) <= _FEW
    texts = (_joined(name, cap) for cap in (*_caps(len(name)), *(_LOW_CAPS if few else ())))
    found = next((text for text in texts if cell_len(text) <= width), None)
    if found is not None:
        return found
    rest = beginning(_joined(name, _CAPS[-1]), width)
    return rest.rstrip(_DANGLING) or rest.rstrip()


def _whole_words(text: str, name: Words) -> str:
    """A text that ends with the first letter of a further word of a name, without that letter."""
    cut = [_joined(name[:length], _CAPS[-1]) for length in range(len(name), 0, -1)]
    whole = next((one for one in cut if text.startswith(one)), text)
    is_letter = cut[0].startswith(text) and len(text[len(whole) :].strip(_DANGLING)) == 1
    return whole if is_letter else text


def _caps(words: int) -> Sequence[Cap]:
    """Where there are several words, they would all end a letter short before they become really shorter."""
    return _CAPS if words == 1 else [cap for cap in _CAPS if cap != _EXACT]


def _joined(name: Words, cap: Cap) -> str:
    """The words cut; of what stands before the first one, nothing.

    A wide character says as much as several others: of a word in these as many characters stay.
    """
    cells, spared = cap
    caps = ((cells * _WIDE if cell_len(word) >= _WIDE * len(word) else cells, spared) for _, word in name)
    cut = zip(name, caps, strict=True)
    return "".join(
        (joint if index else joint.strip()) + _cut(word, *cap) for index, ((joint, word), cap) in enumerate(cut)
    )


def _cut(word: str, cap: int, spared: int = 1) -> str:
    """The beginning of a word; numbers stay whole, since one that is cut is another."""
    return word if word.isdigit() or cell_len(word) <= cap + spared else beginning(word, cap)


def _told_apart(texts: Sequence[str], names: Sequence[str], width: int) -> list[str]:
    """The texts, but for those that several names share, or that are empty; texts and names in the same order."""
    groups: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        groups.setdefault(text, []).append(index)
    unclear = {text: group for text, group in groups.items() if len(group) > 1 or (names[group[0]] and not text)}
    found, taken = list(texts), groups.keys() - unclear.keys()
    numerals = takewhile(lambda numeral: len(numeral) <= width, map(_numeral, count()))
    for text, group in unclear.items():
        first = _first_difference([names[index] for index in group])
        for index in group:
            cut = (one for one in _candidates(text, names[index], first, width) if one not in taken | {""})
            # Where there are more names than texts, some have to be the same.
            found[index] = next(cut, None) or next((one for one in numerals if one not in taken), text)
            taken.add(found[index])
    return found


def _first_difference(names: Sequence[str]) -> int:
    """The first grapheme in which they are not all the same."""
    columns = zip(*([part for part, _ in graphemes(name)] for name in names), strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))


def _candidates(text: str, name: str, first: int, width: int) -> Iterator[str]:
    """Texts for a name that is cut like others: its beginning with a place where it may differ."""
    parts = [part for part, _ in graphemes(name)]
    if text and width < _MARKED:
        yield text
    yield from _with_word(name, "".join(parts[:first]), width)
    for place in range(first, min(len(parts), first + _MOST_PLACES)):
        if tail := "".join(parts[place : place + _TAIL]).rstrip():
            yield from _without_middle(name, tail, width)
    if text:
        yield text


def _with_word(name: str, shared: str, width: int) -> Iterator[str]:
    """The beginning of a name and that of the word in which it differs, not its first one, where both have room."""
    start = max((gap.end() for gap in _BETWEEN.finditer(shared)), default=0)
    if width > _LONGEST_CUT and start:
        word = beginning(_BETWEEN.split(name[start:])[0], width - _MARKED - 1)
        if word:
            yield f"{beginning(name, _MARKED)}…{word}"


def _without_middle(name: str, tail: str, width: int) -> Iterator[str]:
    width = min(width, _LONGEST_CUT)
    for mark in ("…", "") if width >= _MARKED else ("",):
        for end in (tail, graphemes(tail)[0][0]):
            head = beginning(name, width - cell_len(mark + end))
            if cell_len(end) and (head or not mark) and cell_len(head + mark + end) <= width:
                # A blank at an end is not seen.
                yield (head + mark + end).strip()


def _numeral(number: int) -> str:
    """1 to 9, 0, a to z, and then two of them."""
    signs = f"{digits[1:]}0{ascii_lowercase}"
    text = signs[number % len(signs)]
    while number >= len(signs):
        number = number // len(signs) - 1
        text = signs[number % len(signs)] + text
    return text
