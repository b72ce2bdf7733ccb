"""Random Experiments for scripts, and the losses that scripts print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random

from tuinet.errors import TuinetError
from tuinet.experiment.experiment import CHOICES, Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.export.plan import Plan
from tuinet.session.edits import Configure, SetParameter
from tuinet.session.session import Session

_LINE = re.compile(r"step (\d+)  epoch \d+  loss (\S+)(?:  test (\S+))?")
Losses = dict[int, tuple[float, ...]]
"""By the step the loss on the training samples, and on the test samples if there are any."""

TORCH_PYTHON = os.environ.get("TORCH_PYTHON", sys.executable)
"""An interpreter that has PyTorch, if any."""


@cache
def has_torch() -> bool:
    return subprocess.run([TORCH_PYTHON, "-c", "import torch"], capture_output=True, check=False).returncode == 0


def random_experiment(seed: int, **fixed: object) -> Experiment:
    """Any network that can be trained, of all activations, losses, optimizers, schedules and initializers."""
    random = Random(seed)
    while True:
        hidden = tuple(random.randint(1, 6) for _ in range(random.randint(0, 3)))
        optimizer = random.choice(CHOICES["optimizer"])
        values = {
            "dataset": random.choice(["xor", "moons", "circle", "iris", "sine", "polynomial", "parity:3", "hills"]),
            "hidden": hidden,
            "activation": tuple(random.choice(CHOICES["activation"]) for _ in hidden) or ("tanh",),
            "output": random.choice(CHOICES["output"]),
            "loss": random.choice(CHOICES["loss"]),
            "initializer": random.choice(CHOICES["initializer"]),
            "init_scale": random.choice([1.0, 0.5, 1.7]),
            "biases": random.choice(CHOICES["biases"]),
            "optimizer": optimizer,
            "learning_rate": random.uniform(0.001, 0.1),
            "schedule": random.choice(CHOICES["schedule"]),
            "decay_epochs": random.choice([None, 2, 5]),
            "warmup_epochs": random.choice([0, 0, 3]),
            "weight_decay": random.choice([None, None, 0.02]),
            "clip_norm": random.choice([0.0, 0.0, 0.3]),
            "l1": random.choice([0.0, 0.0, 0.003]),
            "l2": random.choice([0.0, 0.0, 0.01]),
            "dropout": random.choice([0.0, 0.0, 0.3]),
            "batch_size": random.choice([0, 1, 7, 32]),
            "features": random.choice([(), ("x1", "x2²", "x1·x2", "sin x1")]),
            "seed": random.randint(0, 10**6),
            "reduction": random.choice(CHOICES["reduction"]),
            "class_weight": random.choice(CHOICES["class_weight"]),
            **fixed,
        }
        try:
            return Session(make_experiment(**values)).run.experiment
        except TuinetError:
            continue


def trained(experiment: Experiment, seed: int) -> Session:
    """A run of a few epochs with changes by hand that a script can make, too."""
    random, session = Random(seed), Session(experiment)
    session.advance(random.randint(1, 4))
    if random.random() < 0.5:
        session.edit(Configure.of(learning_rate=random.uniform(0.001, 0.1)))
        session.edit(SetParameter(1, random.choice([None, 0]), 0, random.uniform(-1, 1)))
    session.advance(random.randint(0, 3))
    session.advance_steps(random.randint(0, 5))
    return session


def printed(folder: Path, name: str, python: str = sys.executable) -> Losses:
    """What a script prints; it cannot import tuinet."""
    done = subprocess.run([python, "-I", name], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    lines = [_LINE.fullmatch(line) for line in done.stdout.splitlines()]
    return {int(line[1]): tuple(float(text) for text in line.groups()[1:] if text) for line in lines if line}


def losses(session: Session, plan: Plan) -> Losses:
    """The same from the engine, at the steps at which a script of this plan prints."""
    stride = plan.every * plan.batches
    steps = sorted({*range(0, plan.steps + 1, stride), plan.steps})
    again = Session(plan.experiment)
    found = {}
    for step in steps:
        for edit in plan.edits[len(again.trajectory().edits) :]:
            if edit.position.step < step or step == plan.steps:
                again.advance_steps(edit.position.step - again.run.step_count)
                again.edit(edit.command)
        again.advance_steps(step - again.run.step_count)
        test = again.test_metrics()
        found[step] = (again.metrics().loss, *(() if test is None else (test.loss,)))
    if not plan.notes:
        assert found[plan.steps][0] == session.metrics().loss or session.metrics().loss != session.metrics().loss
    return found
