"""Garbage is looked for seldom, and never among what was there when that began."""

from __future__ import annotations

import gc

from tuinet.garbage import COLLECTION, begin_collection, put_off_collection


def test_what_is_there_at_the_start_is_never_looked_through() -> None:
    thresholds, frozen = gc.get_threshold(), gc.get_freeze_count()
    try:
        put_off_collection()
        assert not gc.isenabled()
        begin_collection()
        assert gc.isenabled()
        assert gc.get_threshold() == COLLECTION
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
