from __future__ import annotations

from dataclasses import fields

import pytest

from tuinet.experiment.experiment import Experiment
from tuinet.session.edits import EFFECTS, RESTART, SENTENCES, START_ANEW, effect_sentence

BY_HAND = {"added", "removed", "cleared"}
"""Fields that commands of their own change."""


def test_every_field_has_an_effect() -> None:
    names = {field.name for field in fields(Experiment)}
    assert set(EFFECTS) == names - BY_HAND
    assert set(EFFECTS.values()) == set(SENTENCES)


def test_effects_are_what_the_session_does() -> None:
    assert {name for name, effect in EFFECTS.items() if effect == "reinitialize"} == START_ANEW
    assert {name for name, effect in EFFECTS.items() if effect == "optimizer"} == RESTART


@pytest.mark.parametrize("field", EFFECTS)
def test_every_effect_is_a_sentence_after_a_change(field: str) -> None:
    sentence = effect_sentence(field)
    assert sentence[0].islower()
    assert sentence.split()[0].rstrip(":").endswith("s")
    assert not sentence.endswith(".")
