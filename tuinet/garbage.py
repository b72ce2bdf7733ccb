"""Garbage collection while the program starts."""

from __future__ import annotations

import gc


def put_off_collection() -> None:
    """Collect nothing: what is imported stays for good, and looking for garbage in it takes a tenth of the start."""
    gc.disable()


def begin_collection() -> None:
    """Collect from now on, if that was put off, but never among what there is already."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
