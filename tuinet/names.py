"""Names as a person types them: found in another case or with other separators, and the nearest one where none fits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SEPARATORS: Final = str.maketrans("", "", "-_ ")
_LIKENESS: Final = 0.6
"""Least share of letters in common (Ratcliff and Metzener, 1988) for a name to be offered; difflib's own bound."""


def folded(name: str) -> str:
    """A name without what people write in different ways: ``LeakyReLU`` and ``leaky-relu`` are both ``leakyrelu``."""
    return name.strip().translate(_SEPARATORS).casefold()


def canonical(name: str, known: Iterable[str]) -> str:
    """The known name that is meant, in its own spelling.

    Parameters
    ----------
    name
        As it was typed.
    known
        Names that there are. An exact one goes before those that differ in case, hyphens, underscores and spaces.

    Returns
    -------
    str
        The typed name itself where none is meant, or where several could be.
    """
    names = dict.fromkeys(known)
    if name in names:
        return name
    wanted = folded(name)
    meant = [one for one in names if wanted and folded(one) == wanted]
    return meant[0] if len(meant) == 1 else name


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like one that is not known; ``None`` where none is like it."""
    from difflib import get_close_matches  # noqa: PLC0415 - most names are right

    by_fold = {folded(one): one for one in known}
    # The time grows with the square of the length, and no name is as long.
    near = get_close_matches(folded(name[:80]), by_fold, n=1, cutoff=_LIKENESS)
    return by_fold[near[0]] if near else None


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """The end of a complaint about a name, such as ``; did you mean 'xor'?``; empty where no known name is like it."""
    near = nearest(name, known) if isinstance(name, str) else None
    return f"; did you mean {near!r}?" if near else ""


def not_one_of(name: object, known: Iterable[str]) -> str:
    """A complaint about a name: ``'xro' is not one of and, or, xor; did you mean 'xor'?``."""
    names = list(known)
    return f"{name!r} is not one of {', '.join(names)}{did_you_mean(name, names)}"
