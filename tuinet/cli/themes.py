"""``tuinet themes``: what there is to choose from, in its own colours."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

import click

from tuinet.options import AnyCommand, GroupedHelp, NameChoice
from tuinet.output import write_data, write_error, write_line, write_lines
from tuinet.terminal_text import shown_name
from tuinet.tui.terminal.detect import AUTO, CELLS, GRAPHICS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tuinet.tui.style.theme import ThemeEntry


class ThemeType(click.ParamType[str]):
    """The name of a theme, or a theme file; whether there is such a one, is found out where it is used."""

    name = "theme"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """See `click.ParamType.shell_complete`."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only who completes needs it

        from tuinet.tui.style.theme import catalogue  # noqa: PLC0415

        names = [entry.name for entry in catalogue() if entry.theme is not None and entry.name.startswith(incomplete)]
        return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="file")]


theme_option: Final = click.option(
    "--theme",
    type=ThemeType(),
    help="Name of a theme (`tuinet themes` lists them), or a theme file [default: dark].",
)
ascii_option: Final = click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")
hints_option: Final = click.option(
    "--hints/--no-hints",
    default=None,
    help="Show what a teacher would point out, or leave it to be found out [default: shown, but not in lessons].",
)
fps_option: Final = click.option("--fps", type=click.IntRange(1, 60), default=20, help="Frames per second at most.")


cells_option: Final = click.option(
    "--cells",
    type=NameChoice([AUTO, *CELLS]),
    default=AUTO,
    help="Pixels of a cell of the map: half has 2, quadrant 4, sextant 6, octant 8, as far as the font has such "
    "characters. auto: what the terminal is known to have.",
)


graphics_option: Final = click.option(
    "--graphics",
    type=NameChoice(GRAPHICS),
    default=AUTO,
    help="Draw maps and pictures in pixels, by kitty's protocol or in sixels. auto: where the terminal answers that it "
    "can, and is not behind ssh or a slow line. on: wherever it answers so. Through tmux: kitty's, where it has "
    "allow-passthrough.",
)


def look_options(command: AnyCommand) -> AnyCommand:
    """Give a command the options of its look: hints, theme, ascii_only, cells, graphics and fps."""
    return hints_option(theme_option(ascii_option(cells_option(graphics_option(fps_option(command))))))


@click.command("themes", cls=GroupedHelp)
def themes_command() -> None:
    """List the themes: those that come with tuinet, and your own.

    A theme is a TOML file. To make one, copy one of tuinet's to the folder that is named at the end of the list, give
    it a name of its own, and change its colours: each #rrggbb, or each the name of one of the terminal's own 16.
    """
    from tuinet.tui.style.theme import catalogue  # noqa: PLC0415 - NumPy is not needed to say what commands there are

    entries = catalogue()
    usable = [entry for entry in entries if entry.theme is not None]
    if sys.stdout.isatty():
        _show(usable)
    else:
        write_data(*(entry.name for entry in usable))
    for entry in entries:
        if entry.error is not None:
            write_error(str(entry.error))


def _show(entries: list[ThemeEntry]) -> None:
    """A line for each, with a sample; and where one's own belong."""
    from tuinet.tui.style.adapt import sample  # noqa: PLC0415 - as above
    from tuinet.tui.style.theme_file import bundled_folder, user_folder  # noqa: PLC0415
    from tuinet.tui.terminal.detect import detect  # noqa: PLC0415

    terminal = detect(os.environ, sys.stdout.encoding)
    names = [shown_name(entry.name) for entry in entries]
    sources = ["tuinet" if entry.path.parent == bundled_folder() else shown_name(entry.path.name) for entry in entries]
    first, second = max(map(len, names)), max(map(len, sources))
    for entry, name, source in zip(entries, names, sources, strict=True):
        if entry.theme is not None:
            tone = "dark" if entry.theme.dark else "light"
            write_line(f"{name:<{first}}  {tone:<5}  {source:<{second}}  ", sample=sample(entry.theme, terminal))
    write_lines(["", "tuinet --theme NAME starts with one, the palette of the dashboard changes to another."])
    write_line(f"Your own: {user_folder() / '*.toml'}")
