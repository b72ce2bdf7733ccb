"""``tuinet completion``: the script with which a shell completes commands, options and their values."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from tuinet.options import COMPLETE_VARIABLE, GroupedHelp, NameChoice
from tuinet.output import write_data


@click.command("completion", cls=GroupedHelp)
@click.argument("shell", type=NameChoice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    r"""Print the script that completes tuinet's commands, options and values.

    \b
    bash: eval "$(tuinet completion bash)"          in ~/.bashrc
    zsh:  eval "$(tuinet completion zsh)"           in ~/.zshrc, after compinit
    fish: tuinet completion fish | source           in ~/.config/fish/config.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    command = kind(context.find_root().command, {}, "tuinet", COMPLETE_VARIABLE)
    # Its `source` would start a shell only to ask for its version.
    write_data(*(command.source_template % command.source_vars()).split("\n"))
