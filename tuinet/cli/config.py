"""``tuinet config``: the configuration file, what it says, and an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuinet.configuration import Configuration, toml
from tuinet.errors import TuinetError
from tuinet.options import GroupedHelp
from tuinet.output import write_data, write_line, write_lines

if TYPE_CHECKING:
    from tuinet.tui.keys import Keymap


class Configured:
    """The configuration file of this call, or what is wrong with it."""

    def __init__(self) -> None:
        self.configuration = Configuration()
        self.error: TuinetError | None = None


def configured_by(context: click.Context) -> Configured:
    """The configuration of a call; nothing where a command is called alone."""
    return context.find_object(Configured) or Configured()


def keymap_of(context: click.Context) -> Keymap:
    """The keys of the dashboard, which only the screen knows."""
    from tuinet.tui.keys import UNCHANGED  # noqa: PLC0415 - Textual takes a third of a second to import

    file = configured_by(context).configuration
    if not file.keys:
        return UNCHANGED
    from tuinet.tui.configured_keys import make_keymap  # noqa: PLC0415 - what keys may be is for those who change some

    return make_keymap(file)


@click.command("config", cls=GroupedHelp)
@click.option("--example", is_flag=True, help="Write an example of the file, every line of it a comment.")
@click.pass_context
def config_command(context: click.Context, example: bool) -> None:
    """Show the configuration file: where it is, and what it says.

    Its table [defaults] holds options of the dashboard and fields of an Experiment, and its table [keys] other keys
    for actions. What stands on the command line goes before it, and it goes before what a dataset brings.

    Exit status: 0 done, 2 the file cannot be used.
    """
    # The keys are the dashboard's.
    from tuinet.tui.configured_keys import example_keys, key_lines, make_keymap  # noqa: PLC0415

    if example:
        write_data(*_EXAMPLE, *example_keys())
        return
    configured = configured_by(context)
    if configured.error is not None:
        raise configured.error
    file = configured.configuration
    make_keymap(file)
    if file.path is None:
        write_line("no configuration file is used")
        return
    write_line(f"{file.path}{'' if file.text else ' (there is none; `tuinet config --example` writes one)'}")
    if file.defaults:
        write_lines(["", "[defaults]", *(f"{name} = {toml(value)}" for name, value in file.defaults.items())])
    if file.keys:
        write_lines(["", "[keys]", *key_lines(file)])


_EXAMPLE = (
    "# tuinet's configuration. Take the # off what you want, and change it.",
    "",
    "[defaults]",
    "# Options by their names. The command line goes before them.",
    '# theme = "projector"',
    "# ascii = true",
    '# cells = "sextant"',
    "# hints = false",
    '# graphics = "off"',
    "# fps = 10",
    "# stats = true",
    '# speed = "max"',
    "# paused = true",
    "",
    "# Fields of an Experiment; they go before what a dataset brings.",
    '# dataset = "spiral"',
    "# hidden = [8, 8]",
    '# activation = "tanh"',
    "# learning-rate = 0.03",
    "# seed = 7",
    "",
)
