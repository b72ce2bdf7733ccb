"""``tuinet datasets``: the datasets that come with tuinet."""

from __future__ import annotations

import click

from tuinet.data.generators import DATASETS
from tuinet.options import GroupedHelp
from tuinet.output import write_lines


@click.command("datasets", cls=GroupedHelp)
def datasets_command() -> None:
    """List the datasets that come with tuinet."""
    width = max(map(len, DATASETS))
    write_lines(f"{name:<{width}}  {recipe.task:<10}  {recipe.title}" for name, recipe in DATASETS.items())
