"""Parts that both scripts have: head, data, start, schedule and batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from textwrap import fill, indent
from typing import Final

from tuinet import __version__
from tuinet.export import predicting
from tuinet.export.plan import Plan, required
from tuinet.nn.arithmetic import FAST
from tuinet.nn.initializers import INITIALIZERS
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.schedules import SCHEDULES
from tuinet.observe.samples import Samples
from tuinet.session import build
from tuinet.session.edits import Configure, EditCommand, SetParameter

HELPERS: Final[Mapping[str, str]] = {
    "sigmoid": "def sigmoid(z):\n    return np.tanh(z * 0.5) * 0.5 + 0.5",
    "normal_cdf": (
        "def normal_cdf(z):\n"
        "    erf = np.frompyfunc(math.erf, 1, 1)  # the C library's; NumPy has none\n"
        "    return 0.5 * (1 + erf(z / math.sqrt(2)).astype(z.dtype))"
    ),
}
"""Functions that activations and slopes are made of."""

ORTHOGONAL: Final = """def orthogonal(fan_in, fan_out):
    q, r = np.linalg.qr(rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out))))
    q *= np.sign(np.diag(r))
    return q if fan_in >= fan_out else q.T"""

REDUCED: Final = {"mean": "The mean over", "sum": "The sum over"}
"""By the reduction of a loss, the beginning of a sentence about it."""

TRAIN, TEST, START = "train_samples.csv", "test_samples.csv", "start.csv"
"""Files beside the scripts."""
_EMBEDDED_VALUES = 48
_WIDTH = 100


def data_files(plan: Plan) -> dict[str, str]:
    """The files that a script of this plan reads, by their names."""
    files = {}
    if not _is_small(plan):
        files[TRAIN] = samples_csv(plan.train)
        if plan.test is not None:
            files[TEST] = samples_csv(plan.test)
    if plan.experiment.weights:
        files[START] = "".join(f"{value!r}\n" for value in plan.start.tolist())
    return files | predicting.files(plan)


def samples_csv(samples: Samples) -> str:
    """Inputs as the network is fed, and targets as its outputs ought to be; every number to the bit."""
    inputs, targets = samples.inputs.shape[1], samples.targets.shape[1]
    names = [*(f"x{index + 1}" for index in range(inputs)), *(f"y{index + 1}" for index in range(targets))]
    return "".join(f"{line}\n" for line in [",".join(names), *(",".join(map(repr, row)) for row in _rows(samples))])


def _rows(samples: Samples) -> list[list[float]]:
    both = zip(samples.inputs.tolist(), samples.targets.tolist(), strict=True)
    return [[*inputs, *targets] for inputs, targets in both]


def _is_small(plan: Plan) -> bool:
    return plan.test is None and plan.train.inputs.size + plan.train.targets.size <= _EMBEDDED_VALUES


def head(plan: Plan, needs: str, exactness: str) -> str:
    """The docstring of the script: its run, and the notes on it."""
    sizes = "-".join(map(str, plan.layer_sizes))
    title = f"{plan.dataset.name}, {sizes}, {plan.experiment.optimizer}; exported by tuinet {__version__}"
    paragraphs = [
        escaped(f"{title}. It needs {needs}."),
        f"It trains as this does, and prints the same losses {exactness}:\n\n    {escaped(plan.line)}",
        *predicting.modes(plan),
        *(f"NOTE: {escaped(note)}" for note in plan.notes),
    ]
    text = "\n\n".join(part if "\n" in part else fill(part, _WIDTH, break_long_words=False) for part in paragraphs)
    return f'"""{text}\n"""'


def weighted(plan: Plan) -> str:
    """Words on the weights of the samples in the loss; none where all count the same."""
    return ", weighted by class" if plan.class_weights else ""


def escaped(text: str) -> str:
    """A text as it can stand in a docstring, whatever is in it."""
    plain = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "".join(character if character.isprintable() or character == "\n" else "?" for character in plain)


def data(plan: Plan) -> str:
    """The statements that make or read the samples."""
    if _is_small(plan):
        rows = ",\n    ".join(map(repr, _rows(plan.train)))
        return f"# A row a sample: inputs as the network is fed, then targets.\ntrain = np.array([\n    {rows},\n])"
    names = [("train", TRAIN), *([("test", TEST)] if plan.test is not None else [])]
    lines = ["# A row a sample: inputs as the network is fed, then targets."]
    lines += [
        f'{name} = np.loadtxt(Path(__file__).with_name("{file}"), delimiter=",", skiprows=1, ndmin=2)'
        for name, file in names
    ]
    return "\n".join(lines)


def start(plan: Plan) -> str:
    """The weights at the start, into the blocks W."""
    experiment = plan.experiment
    if experiment.weights:
        return f'theta[:] = np.loadtxt(Path(__file__).with_name("{START}"))'
    draw = required(INITIALIZERS[experiment.initializer].code, experiment.initializer).numpy
    scaled = draw if experiment.init_scale == 1 else f"{experiment.init_scale!r} * ({draw})"
    lines = [f"rng = np.random.default_rng([{experiment.seed}, 0])", "for block in W:"]
    lines += ["    fan_in, fan_out = block.shape[0] - 1, block.shape[1]", f"    block[:-1] = {scaled}"]
    return "\n".join([*([f"{ORTHOGONAL}\n\n"] if experiment.initializer == "orthogonal" else []), *lines])


def schedule(plan: Plan) -> str:
    """The learning rate of an epoch."""
    made = build.make_schedule(plan.experiment, FAST)
    code = required(SCHEDULES[made.name].code, made.name)
    factor = code.numpy.format(rate=repr(made.rate), length=made.length)
    if made.warmup_epochs:
        factor = f"min(1.0, (epoch + 1) / {made.warmup_epochs}) * ({factor})"
    rate = f"LEARNING_RATE * ({factor})" if factor != "1.0" else "LEARNING_RATE"
    return f"rate = float(np.float32({rate}))" if plan.experiment.dtype == "float32" else f"rate = {rate}"


def constants(plan: Plan) -> str:
    """Numbers with names."""
    experiment = plan.experiment
    lines = [f"SIZES = {plan.layer_sizes!r}", f"STEPS, BATCHES = {plan.steps}, {plan.batches}"]
    lines += [f"LEARNING_RATE = {experiment.learning_rate!r}"]
    used = OPTIMIZERS[experiment.optimizer].constants
    lines += [f"{name.upper()} = {getattr(plan.settings, name)!r}" for name in used]
    lines += [
        f"{name.upper()} = {value!r}" for name in ("l1", "l2", "clip_norm") if (value := getattr(experiment, name))
    ]
    if plan.has_dropout:
        lines.append(f"DROPOUT = {experiment.dropout!r}")
    if plan.settings.weight_decay:
        lines.append(f"WEIGHT_DECAY = {plan.settings.weight_decay!r}")
    if not plan.is_full:
        lines.append(f"BATCH_SIZE = {plan.batch_size}")
    return "\n".join(lines)


def generators(plan: Plan) -> str:
    """The random generators of shuffles and dropout masks."""
    seed, lines = plan.experiment.seed, []
    if not plan.is_full:
        lines += [f"order, shuffles = np.arange(len(train)), np.random.default_rng([{seed}, 1])"]
    if plan.has_dropout:
        lines += [f"drops = np.random.default_rng([{seed}, 2])"]
    return "\n".join(lines)


CHOOSE_BATCH: Final = """batch = step % BATCHES
if batch == 0:
    shuffles.shuffle(order)
chosen = order[batch * BATCH_SIZE : (batch + 1) * BATCH_SIZE]"""


def training(
    plan: Plan, before: Sequence[str], step: Sequence[str], set_parameter: Callable[[SetParameter], str]
) -> str:
    """The loop over all steps, with the changes by hand at their places and a line with losses now and then.

    Before it are other statements, empty ones left out; `set_parameter` writes the one that sets a weight or bias.
    """
    rate = schedule(plan)
    body = [
        _changes(plan, set_parameter),
        "epoch = step // BATCHES" if "epoch" in rate else "",
        rate,
        *step,
        f"if (step + 1) % ({plan.every} * BATCHES) == 0 or step + 1 == STEPS:\n    report(step + 1)",
    ]
    lines = [
        generators(plan),
        *before,
        "report(0)",
        "for step in range(STEPS):",
        *(indent(part, "    ") for part in body if part),
        _last_changes(plan, set_parameter),
    ]
    return "\n".join(filter(None, lines))


def _changes(plan: Plan, set_parameter: Callable[[SetParameter], str]) -> str:
    lines: list[str] = []
    for step, edits in groupby(plan.edits, key=lambda edit: edit.position.step):
        if step < plan.steps:
            commands = [edit.command for edit in edits]
            lines += [f"if step == {step}:", *(f"    {_change(command, set_parameter)}" for command in commands)]
    return "\n".join(lines)


def _last_changes(plan: Plan, set_parameter: Callable[[SetParameter], str]) -> str:
    commands = [edit.command for edit in plan.edits if edit.position.step >= plan.steps]
    lines = [_change(command, set_parameter) for command in commands]
    return "\n".join([*lines, "report(STEPS)"]) if lines else ""


def _change(command: EditCommand, set_parameter: Callable[[SetParameter], str]) -> str:
    if isinstance(command, SetParameter):
        return set_parameter(command)
    assert isinstance(command, Configure)
    return f"LEARNING_RATE = {dict(command.changes)['learning_rate']!r}"


def joined(*parts: str) -> str:
    """Parts with empty lines between them: two around functions; empty parts are left out."""
    text = ""
    for part in (part.strip("\n") for part in parts if part.strip()):
        last = text.rsplit("\n\n", 1)[-1]
        has_function = part.startswith("def ") or last.startswith(("def ", "    ")) or "\n    return" in last
        text += ("\n\n\n" if has_function else "\n\n") * bool(text) + part
    return text + "\n"
