"""The option that says how fast a run goes."""

from __future__ import annotations

from typing import Any, Final

import click

DEFAULT_SPEED: Final = 100.0


class Speed(click.ParamType[float | None]):
    """Epochs per second, or ``max``."""

    name = "speed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        """See `click.ParamType.convert`."""
        try:
            speed = None if value == "max" else float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number of epochs per second, nor max", param, ctx)
        if speed is not None and not 0.01 <= speed <= 1e9:
            self.fail(f"{value!r} is not from 0.01 to 1e9 epochs per second; max takes the brake off", param, ctx)
        return speed
