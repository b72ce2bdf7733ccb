"""Phrases: how sentences on the screen name keys, so that a key that was changed is named as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[tuple[tuple[str, str, str], ...]] = (
    ("{} explains keys", "?", "screen.help"),
    ("{} pauses", "space", "training.pause_or_resume"),
    ("{} trains", "space", "training.pause_or_resume"),
    ("{} trains one epoch", "s", "training.step_one_epoch"),
    ("{} shows the arithmetic", "m", "screen.microscope"),
    ("{} makes one epoch", "s", "training.step_one_epoch"),
    ("{} makes a single epoch", "s", "training.step_one_epoch"),
    ("{} one phase", "n", "training.step_one_phase"),
    ("{} makes the first phase", "n", "training.step_one_phase"),
    ("{} makes the next", "n", "training.step_one_phase"),
    ("press {} to make", "n", "training.step_one_phase"),
    ("Press {} for the next", "n", "training.step_one_phase"),
    ("{} goes back", "N", "time.back_one_phase"),
    ("{} quits", "q", "screen.quit"),
    ("{} starts from new weights", "r", "network.reinitialize_with_a_new_seed"),
    ("{}, and a smaller learning rate", "r", "network.reinitialize_with_a_new_seed"),
    ("tanh or {}", "r", "network.reinitialize_with_a_new_seed"),
    ("rate, and {}", "r", "network.reinitialize_with_a_new_seed"),
    ("; {}, or leaky_relu", "r", "network.reinitialize_with_a_new_seed"),
    ("{} picks another", "a", "network.next_activation"),
    ("{} takes any", "e", "screen.settings"),
    ("layer: {} adds one", "h", "network.add_a_hidden_layer"),
    ("neuron: {} takes it away", "H", "network.remove_a_hidden_layer"),
    ("unlimited: {} slows", "-", "training.slower"),
    ("sight: {} shows it", "1", "panels.map"),
    ("sight: {} shows it", "2", "panels.loss_curve"),
    ("{} goes back to the samples", "v", "samples.next_mode"),
    ("{} goes on to them", "v", "samples.next_mode"),
    ("samples: {} goes on", "v", "samples.next_mode"),
    ("{} takes the next one", "v", "map_more_than_two_inputs.next_plane"),
    ("layer: {} adds one", "i", "settings.insert_a_hidden_layer"),
    ("{} adds a layer behind it", "i", "settings.insert_a_hidden_layer"),
    ("behind it, {} takes it away", "x", "settings.take_the_chosen_hidden_layer_away"),
    ("layer, {} ] take a neuron away", "[", "settings.less"),
    (" {} take a neuron away", "]", "settings.more"),
    ("layer, {} ] change its", "[", "settings.less"),
    (" {} change its", "]", "settings.more"),
    ("{} brings the default", "backspace", "settings.default"),
    ("{} takes it in", "]", "settings.more"),
    ("{} leaves it out", "[", "settings.less"),
    ("{} on the dashboard", "i", "network.next_dataset"),
)
"""A phrase, the key that stands in it where nobody has changed it, and the id of what the key does."""


def spelled(words: str, names: Mapping[str, str]) -> str:
    """A sentence with other keys in its phrases.

    Parameters
    ----------
    names
        What the keys that were changed are called now, by the ids of what they do.
    """
    for phrase, key, action in PHRASES:
        if action in names:
            words = words.replace(phrase.format(key), phrase.format(names[action]))
    return words
