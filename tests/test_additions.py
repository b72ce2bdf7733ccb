"""What a newcomer adds in one place works everywhere: in a copy of the package that is changed so."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.manual.test_recipes import ROOT, copy, register, run
from tests.terminal import CTRL_Q, Terminal

__all__ = ["copy"]

OPTIMIZER = '''

class Signum(Optimizer):
    """The sign of a velocity (Bernstein et al., 2018)."""

    constants = ("momentum",)
    equations = ("v = momentum·v_old + g", "update = learning_rate·sign(v)")
    code = Code("v = v * MOMENTUM + grad\\nupdate = np.sign(v) * rate", memory="v = np.zeros_like(theta)")

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        v, keep = self.slot("v"), self._constant(self.settings.momentum)
        return (
            partial(np.multiply, v, keep, v),
            partial(np.add, v, self._grads, v),
            partial(np.sign, v, updates),
            partial(np.multiply, updates, self.learning_rate, updates),
        )


OPTIMIZERS["signum"] = Signum
'''
ON_MOONS = ("--optimizer", "signum", "--dataset", "moons", "--learning-rate", "0.005")


def appended(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def with_optimizer(copy: Path) -> Path:
    appended(copy / "tuinet/nn/optimizers.py", OPTIMIZER)
    return copy


@pytest.fixture
def with_hyperparameter(copy: Path) -> Path:
    declared = """    init_bias: float = _network(
        0.0,
        "What every bias starts at",
        "0",
        bounds=Bounds(least=-10, most=10),
        ladder=(0.0, 0.5, 1.0),
        effect="reinitialize",
    )
    weights: str = _network("""
    replaced(copy / "tuinet/experiment/experiment.py", "    weights: str = _network(", declared)
    old = "    if experiment.weights:\n        from tuinet.session.weights"
    new = "    for biases in parameters.biases:\n        biases[:] = experiment.init_bias\n" + old
    replaced(copy / "tuinet/session/build.py", old, new)
    return copy


EDIT = '''

@dataclass(frozen=True)
class ScaleWeights(ParameterEdit):
    """Multiply the weights of a layer, counted from 1."""

    layer: int
    factor: float

    def __str__(self) -> str:
        return f"weights of layer {self.layer} times {self.factor:g}"

    def require_usable(self, parameters: Parameters) -> None:
        if not 1 <= self.layer <= len(parameters.weights):
            raise ExperimentError("layer", f"{self.layer} is not one of the layers 1 to {len(parameters.weights)}")

    def apply(self, parameters: Parameters) -> None:
        parameters.weights[self.layer - 1][:] *= self.factor

    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        return f"weights of layer {self.layer} as they were"
'''
KEY = """    quiet("Z", "halve_weights", "Halve the weights: of the first layer", NETWORK),
    quiet("g", "check_gradients","""
ACTION = '''    def action_halve_weights(self) -> None:
        """Halve the weights of the first layer."""
        self._runner.send(ScaleWeights(1, 0.5))

    def choose(self'''
JOURNEY = """
from pathlib import Path

from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.session.commands import Seek, Undo
from tuinet.session.edits import ScaleWeights
from tuinet.session.session import Session
from tuinet.share.line import line_of
from tuinet.share.reading import read_shared
from tuinet.share.shared import share
from tuinet.storage import session_file


def bits(session):
    return session.run.parameters.vector.tobytes()


session = Session(Experiment())
session.advance(5)
before = bits(session)
try:
    session.edit(ScaleWeights(3, 0.5))
except ExperimentError:
    assert bits(session) == before
session.edit(ScaleWeights(1, 0.5))
changed = bits(session)
assert changed != before
session.edit(Undo())
assert bits(session) == before
session.edit(ScaleWeights(1, 0.5))
assert bits(session) == changed
session.advance(5)
session.step("phase")
session.edit(ScaleWeights(2, -1.5))
path = Path("run.npz")
session_file.write(path, session.save())
saved = Session.from_saved(session_file.read(path))
shared = read_shared(line_of(share(session.trajectory())))
led = Session(shared.trajectory.experiment)
led.follow(shared.trajectory)
for other in (saved, led):
    assert bits(other) == bits(session)
session.advance(5)
for other in (saved, led):
    other.edit(Seek(2))
    other.edit(Seek(99))
    other.advance_steps(session.run.step_count - other.run.step_count)
    assert bits(other) == bits(session)
print(line_of(shared))
"""


@pytest.fixture
def with_edit(copy: Path) -> Path:
    appended(copy / "tuinet/session/edits.py", EDIT)
    replaced(copy / "tuinet/tui/keys.py", '    quiet("g", "check_gradients",', KEY)
    actions = copy / "tuinet/tui/configuring.py"
    old = "from tuinet.session.edits import Configure, "
    replaced(actions, old, f"{old}ScaleWeights, ")
    replaced(actions, "    def choose(self", ACTION)
    return copy


def outcome(text: str) -> dict[str, float]:
    found: dict[str, float] = json.loads(text.splitlines()[-1])
    return found


def refused(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tuinet", *arguments]
    env = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    return done


def test_an_optimizer_with_a_memory_trains_and_is_explained(with_optimizer: Path) -> None:
    assert outcome(run(with_optimizer, "train", *ON_MOONS, "--epochs", "50", "--json"))["accuracy"] > 0.8
    told = " ".join(run(with_optimizer, "explain", *ON_MOONS, "--epoch", "3").split())
    assert "v = momentum·v_old + g = 0.9·" in told
    assert re.search(r"update = learning_rate·sign\(v\) = 0.005·sign\(.?\d", told)
    assert "signum" in run(with_optimizer, "train", "--help")
    assert "--optimizer signum" in run(with_optimizer, "share", "tuinet --optimizer signum --at 3")
    lines = run(with_optimizer, "compare", "--vary", "optimizer=sgd,signum", "--epochs", "5", "--json").splitlines()
    assert {"sgd", "signum"} <= {json.loads(line).get("values", {}).get("optimizer") for line in lines}


def test_its_script_repeats_the_run(with_optimizer: Path) -> None:
    run(with_optimizer, "export", *ON_MOONS, "--epochs", "5", "--to", "numpy", "--out", "run")
    done = subprocess.run(
        [sys.executable, "run/train_numpy.py"],
        cwd=with_optimizer,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    *_, end = run(with_optimizer, "train", *ON_MOONS, "--epochs", "5", "--json").splitlines()
    assert f"loss {json.loads(end)['loss']!r}" in done.stdout


@pytest.mark.terminal
@pytest.mark.parametrize(
    ("fixture", "arguments", "sought", "shown"),
    [
        ("with_optimizer", ("--optimizer", "signum"), "optimizer signum", "The sign of a velocity"),
        ("with_hyperparameter", (), "set init bias", "What every bias starts at"),
    ],
)
def test_palette_and_settings_have_what_was_added(
    fixture: str, arguments: tuple[str, ...], sought: str, shown: str, request: pytest.FixtureRequest
) -> None:
    copy: Path = request.getfixturevalue(fixture)
    command = [sys.executable, "-m", "tuinet", "--paused", *arguments]
    with Terminal(command, columns=120, rows=36, env={"PYTHONPATH": str(copy)}, cwd=copy) as terminal:
        terminal.wait_for("weights")
        terminal.press("\x10")
        terminal.wait_for("Search")
        terminal.press(sought)
        terminal.wait_for(shown)
        terminal.press("\x1b")
        terminal.wait_for("weights")
        terminal.press("e")
        terminal.wait_for("learning rate")
        terminal.wait_for("signum" if fixture == "with_optimizer" else "init bias")
        terminal.press("\x1bq")


def test_a_hyperparameter_is_an_option_an_axis_and_part_of_a_line(with_hyperparameter: Path) -> None:
    copy = with_hyperparameter
    train = ("train", "--epochs", "3", "--json")
    assert outcome(run(copy, *train))["loss"] != outcome(run(copy, *train, "--init-bias", "0.5"))["loss"]
    assert "What every bias starts at [default: 0]." in " ".join(run(copy, "train", "--help").split())
    assert "--init-bias 0.5" in run(copy, "share", "tuinet --init-bias 0.5 --at 3")
    lines = run(copy, "compare", "--vary", "init_bias=0,0.5", "--epochs", "3", "--json").splitlines()
    assert {"0", "0.5"} <= {json.loads(line).get("values", {}).get("init_bias") for line in lines}


def test_a_hyperparameter_is_checked(with_hyperparameter: Path) -> None:
    done = refused(with_hyperparameter, "train", "--init-bias", "11")
    assert done.stdout == ""
    assert "--init-bias: 11.0 is not a number from -10 to 10" in done.stderr


def add_activation(copy: Path) -> None:
    appended(
        copy / "tuinet/nn/activations.py",
        '\n\nlinear = ACTIVATIONS["linear"]\n'
        'ACTIVATIONS["mirror"] = Activation("mirror", "z", "1", linear.forward, linear.derivative)\n',
    )


def add_loss(copy: Path) -> None:
    appended(
        copy / "tuinet/nn/losses.py",
        '\n\nsse = LOSSES["sse"]["sigmoid"]\n'
        'LOSSES["half"] = {"sigmoid": Loss("half", "sigmoid", "½ Σ (a − y)²", sse.values, sse.gradient)}\n',
    )


def add_initializer(copy: Path) -> None:
    appended(
        copy / "tuinet/nn/initializers.py",
        '\n\nINITIALIZERS["small"] = Initializer(_normal(lambda fan_in, fan_out: 0.01), "normal, variance 0.01")\n',
    )


def add_schedule(copy: Path) -> None:
    appended(
        copy / "tuinet/nn/schedules.py",
        '\n\nSCHEDULES["halved"] = ScheduleKind(lambda epoch, schedule: 0.5, "half of it from the start")\n',
    )


def test_what_says_nothing_more_has_defaults_that_work(copy: Path) -> None:
    added = {"--activation": "mirror", "--loss": "half", "--initializer": "small", "--schedule": "halved"}
    for add in (add_activation, add_loss, add_initializer, add_schedule):
        add(copy)
    options = [word for option in added.items() for word in option]
    assert outcome(run(copy, "train", *options, "--epochs", "3", "--json"))["loss"] > 0
    assert set(added.values()) <= set(re.findall(r"\w+", run(copy, "train", "--help")))
    assert run(copy, "explain", *options, "--epoch", "1")
    line = " ".join(options)
    assert set(added.values()) <= set(run(copy, "share", f"tuinet {line} --at 3").split())
    for option, name in added.items():
        done = refused(copy, "export", option, name, "--epochs", "3", "--to", "numpy", "--out", "run")
        assert f"{name} has no code that a script could be made of" in done.stderr


def test_an_edit_is_applied_undone_saved_and_shared_to_the_same_bits(with_edit: Path) -> None:
    files = [file.relative_to(ROOT) for file in (ROOT / "tuinet").rglob("*.py")]
    assert len([file for file in files if (ROOT / file).read_bytes() != (with_edit / file).read_bytes()]) == 3
    env = {**os.environ, "PYTHONPATH": str(with_edit)}
    command = [sys.executable, "-c", JOURNEY]
    done = subprocess.run(command, cwd=with_edit, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = run(with_edit, "share", done.stdout.strip())
    assert '{"command":"ScaleWeights","layer":1,"factor":0.5}' in told
    assert '{"command":"ScaleWeights","layer":2,"factor":-1.5}' in told


@pytest.mark.terminal
def test_an_edit_has_a_key_and_is_undone_by_the_usual_one(with_edit: Path) -> None:
    command = [sys.executable, "-m", "tuinet", "--paused"]
    with Terminal(command, columns=160, rows=40, env={"PYTHONPATH": str(with_edit)}, cwd=with_edit) as terminal:
        terminal.wait_for("weights")
        terminal.press("Z")
        terminal.press("y")
        terminal.wait_for("ScaleWeights")
        terminal.press("\x1b")
        terminal.wait_for("weights")
        terminal.press("u")
        terminal.press("y")
        terminal.wait_until(lambda screen: "--expect" in screen and "ScaleWeights" not in screen)
        terminal.press("\x1bq")


PANEL = '''"""The largest weight of each layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from textual.binding import Binding
from textual.events import Click
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.key_groups import LEAVE_BINDING, listed
from tuinet.tui.draw.text import Piece, ink, row
from tuinet.tui.keys import Keymap, keymap_of
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.style.theme import Theme

GROUP: Final = Binding.Group("largest weights")


class LargestPanel(CellPanel, can_focus=True):
    """The largest weight of each layer, one of which is marked."""

    HEADING = "largest weights"
    KEYS = (listed("z", "mark(1)", "mark", "Mark the next layer: behind the last, the first", GROUP), LEAVE_BINDING)
    marked = 0

    def action_mark(self, by: int) -> None:
        """Mark another layer."""
        self.marked = (self.marked + by) % 3
        self.update_cells()

    def on_click(self, event: Click) -> None:
        """Mark the layer that was clicked."""
        self.marked = event.y - 1
        self.update_cells()

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What it is."""
        return (("largest weights", ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The key that marks."""
        return ((f"{keymap_of(self.app).name('mark(1)', self.KEYS)} marks", ink(theme.axis, theme.background)),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """A row for each layer."""
        style = ink(theme.foreground, theme.background)
        sizes = [abs(layer.weights).max() for layer in frame.snapshot.layers]
        texts = [f"{'>' if n == self.marked else ' '} layer {n + 1}: {size:.3f}" for n, size in enumerate(sizes)]
        return [row([(text, style)], width, style) for text in texts]

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        yield [("layer 1: 0.5", ink(theme.axis, theme.background))], "Its largest weight, whatever the sign."
'''


@pytest.fixture
def with_panel(copy: Path) -> Path:
    (copy / "tuinet/tui/panels/largest.py").write_text(PANEL, encoding="utf-8")
    register(copy, '    "largest": PanelEntry("Largest weights", "largest:LargestPanel"),')
    return copy


def open_panel(copy: Path, *options: str) -> Terminal:
    command = [sys.executable, "-m", "tuinet", "--paused", "--hidden", "3,2", *options]
    return Terminal(command, columns=80, rows=24, env={"PYTHONPATH": str(copy)}, cwd=copy)


@pytest.mark.terminal
def test_a_panel_has_its_key_its_mouse_its_legend_and_its_part_of_help(with_panel: Path) -> None:
    with open_panel(with_panel) as terminal:
        terminal.wait_for("bar ΔW/W")
        terminal.press("\x1bOQ")
        terminal.wait_for("> layer 1: ")
        terminal.wait_until(
            lambda screen: all(words in screen for words in (" f2 ", "z marks ─╯", "z mark  esc leave"))
        )
        terminal.press("z")
        terminal.wait_for("> layer 2: ")
        terminal.press("\x1b[<0;5;6M\x1b[<0;5;6m")
        terminal.wait_for("> layer 3: ")
        terminal.press("?")
        terminal.wait_for("keys: largest weights")
        terminal.wait_for("Mark the next layer. Behind the last, the first.")
        terminal.wait_for("Its largest weight, whatever the sign.")
        terminal.press("\x1b")
        terminal.wait_for("> layer 3: ")
        terminal.press("\x10")
        terminal.wait_for("Search")
        terminal.press("largest")
        terminal.wait_for("On the full screen, and back · f2")
        terminal.press("\r")
        terminal.wait_for("decision boundary")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


@pytest.mark.terminal
def test_a_panel_takes_its_key_from_the_configuration(with_panel: Path) -> None:
    example = run(with_panel, "config", "--example")
    assert '# [keys.in_largest_weights]\n# mark_the_next_layer = "z"' in example
    file = with_panel / "config.toml"
    file.write_text('[keys]\nlargest_weights = "f4"\n[keys.in_largest_weights]\nz = "f5"\n', encoding="utf-8")
    with open_panel(with_panel, "--config", str(file)) as terminal:
        terminal.wait_for("decision boundary")
        terminal.press("\x1bOS")
        terminal.wait_for("> layer 1: ")
        terminal.wait_until(lambda screen: "f5 marks ─╯" in screen and "f5 mark  esc leave" in screen)
        terminal.press("\x1b[15~")
        terminal.wait_for("> layer 2: ")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
