"""Everything tuinet raises on purpose: one tree, one line a message."""


class TuinetError(Exception):
    """Bad input. The message is one line that names the place, the value and what would be right."""


class ExperimentError(TuinetError):
    """A field of an Experiment has a value that cannot be used."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class ThemeError(TuinetError):
    """A theme file cannot be used; the message names the file and the key."""


class DataError(TuinetError):
    """A dataset cannot be made, or a data file be used; the message names the field, or the file and the place."""


class LessonError(TuinetError):
    """A lesson cannot be used; the message names the file and the line."""


class CheckpointError(TuinetError):
    """A saved run cannot be used, or a run cannot be saved; the message names the file."""


class ClassError(TuinetError):
    """A class cannot be opened, found or joined; the message names the socket or the class."""


class ConfigurationError(TuinetError):
    """The configuration file cannot be used; the message names the file, the line, the key and the value."""


def of_file(error: TuinetError, path: object) -> CheckpointError:
    """Restate an error so that its message names the file, once."""
    message = str(error)
    return CheckpointError(message if message.startswith(str(path)) else f"{path}: {message}")
