"""``tuinet manual``: the manual on the screen, in a pager, or as text."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from tuinet.cli.config import keymap_of
from tuinet.cli.themes import ascii_option, fps_option, theme_option
from tuinet.errors import ConfigurationError
from tuinet.manual.pages import find_page, pages
from tuinet.options import GroupedHelp
from tuinet.output import on_stream, write_page

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tuinet.tui.keys import Keymap


class TopicType(click.ParamType[str]):
    """A page of the manual; whether there is such a one, is found out where it is used."""

    name = "topic"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """See `click.ParamType.shell_complete`."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only who completes needs it

        return [CompletionItem(page.name, help=page.title) for page in pages() if page.name.startswith(incomplete)]


@click.command("manual", cls=GroupedHelp)
@click.argument("topic", required=False, type=TopicType())
@click.option("--pager", is_flag=True, help="Read it in the pager that PAGER names, as where TERM is dumb.")
@theme_option
@ascii_option
@fps_option
@click.pass_context
def manual_command(context: click.Context, /, *, topic: str | None, pager: bool, fps: int, **look: Any) -> None:
    """Read the manual.

    TOPIC is the name of a page, the beginning of one, or a word of its title; without it the table of contents comes
    first. On a terminal it is shown with links and a search, and in a pipe as plain text: all of it, or the page.

    Exit status: 0 done, 2 there is no such page.
    """
    chosen = None if topic is None else find_page(topic)
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if is_terminal and not pager and os.environ.get("TERM") != "dumb":
        # Textual takes a third of a second to import: only who looks pays for it.
        from tuinet.tui.manual.app import launch_manual  # noqa: PLC0415

        launch_manual(chosen or pages()[0], keymap=_keys(context), frames_per_second=fps, **look)
        return
    from tuinet.manual.plain import plain_text  # noqa: PLC0415 - as above

    text = "\n\n\n".join(plain_text(page) for page in ([chosen] if chosen else pages()))
    if is_terminal:
        click.echo_via_pager(on_stream(text, sys.stdout) + "\n", color=False)
    else:
        write_page(text)


def _keys(context: click.Context) -> Keymap:
    """The reader's own keys; the usual ones where their file is broken, which the manual may help to mend."""
    try:
        return keymap_of(context)
    except ConfigurationError:
        from tuinet.tui.keys import UNCHANGED  # noqa: PLC0415 - as above

        return UNCHANGED
