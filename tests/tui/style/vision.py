"""Colours as people with a colour vision deficiency see them.

The matrices are those of G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A physiologically-based model for
simulation of color vision deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (6), 2009, for a
severity of 1. They apply to linear red, green and blue.
"""

from __future__ import annotations

import numpy as np

from tuinet.tui.style.colour import rgb

DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen(colour: str, deficiency: str) -> str:
    """What a colour looks like to somebody with this deficiency."""
    parts = np.array(rgb(colour)) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    changed = (np.array(DEFICIENCIES[deficiency]) @ linear).clip(0, 1)
    back = np.where(changed <= 0.0031308, 12.92 * changed, 1.055 * changed ** (1 / 2.4) - 0.055)
    red, green, blue = (round(255 * float(part)) for part in back)
    return f"#{red:02x}{green:02x}{blue:02x}"
