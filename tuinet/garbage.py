"""Garbage collection while the program starts."""

from __future__ import annotations

import gc
from typing import Final

COLLECTION: Final = (50_000, 20, 20)
"""Objects more than there were, and how many such rounds, before the youngest, the middle and all are looked through.
A large screen is made of a hundred thousand: with Python's own 700 nearly every picture has all of them looked
through, which takes longer than to draw it."""


def put_off_collection() -> None:
    """Collect nothing: what is imported stays for good, and looking for garbage in it takes a tenth of the start."""
    gc.disable()


def begin_collection() -> None:
    """Collect from now on, if that was put off, but seldom, and never among what there is already."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*COLLECTION)
        gc.enable()
