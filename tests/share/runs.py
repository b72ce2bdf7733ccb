"""Random Experiments, and random ways of training them."""

from __future__ import annotations

from hypothesis import strategies as st

from tuinet.experiment.experiment import CHOICES, Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.session.edits import (
    AddPoint,
    ClearPoints,
    Configure,
    EditCommand,
    RemovePoint,
    SetOptimizer,
    SetParameter,
    SetParameters,
)

RATES = st.floats(1e-4, 0.5)
ACTIVATIONS = st.sampled_from(CHOICES["activation"])
DATASETS = st.sampled_from(["xor", "moons", "circle", "iris", "sine", "parity:3"])


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    hidden = tuple(draw(st.lists(st.integers(1, 4), max_size=2)))
    names = draw(st.lists(ACTIVATIONS, min_size=1, max_size=1))
    if len(hidden) == 2 and draw(st.booleans()):
        names = draw(st.lists(ACTIVATIONS, min_size=2, max_size=2))
    return make_experiment(
        dataset=draw(DATASETS),
        samples=None,
        hidden=hidden,
        activation=tuple(names),
        optimizer=draw(st.sampled_from(CHOICES["optimizer"])),
        learning_rate=draw(RATES),
        schedule=draw(st.sampled_from(CHOICES["schedule"])),
        decay_epochs=draw(st.none() | st.integers(1, 20)),
        beta2=draw(st.none() | st.floats(0.5, 0.999)),
        batch_size=draw(st.sampled_from([0, 1, 7, 32])),
        initializer=draw(st.sampled_from(CHOICES["initializer"])),
        biases=draw(st.sampled_from(CHOICES["biases"])),
        dropout=draw(st.sampled_from([0.0, 0.25])),
        l2=draw(st.sampled_from([0.0, 0.001])),
        clip_norm=draw(st.sampled_from([0.0, 0.5])),
        dtype=draw(st.sampled_from(CHOICES["dtype"])),
        seed=draw(st.integers(0, 2**40)),
        data_seed=draw(st.integers(0, 9)),
        cleared=False,
        added=draw(st.sampled_from([(), ((0.25, -1 / 3, 1.0),)])) if hidden == (2,) else (),
    )


COMMANDS: st.SearchStrategy[EditCommand] = st.one_of(
    st.builds(lambda name: Configure.of(activation=(name,)), ACTIVATIONS),
    st.builds(lambda rate: Configure.of(learning_rate=rate), RATES),
    st.builds(SetOptimizer, st.sampled_from(CHOICES["optimizer"]), st.none() | RATES),
    st.builds(SetParameter, st.just(1), st.none() | st.just(0), st.just(0), st.floats(-2, 2)),
    st.builds(SetParameters, st.lists(st.floats(-2, 2), min_size=9, max_size=9).map(tuple)),
    st.builds(AddPoint, st.tuples(st.floats(-1, 1), st.floats(-1, 1)), st.sampled_from([0.0, 1.0])),
    st.builds(RemovePoint, st.integers(0, 3)),
    st.builds(ClearPoints),
    st.builds(
        Configure,
        st.sampled_from(
            [
                (("hidden", (3,)), ("activation", ("tanh",))),
                (("hidden", ()),),
                (("batch_size", 5),),
                (("momentum", 1 / 3), ("beta2", None)),
                (("dropout", 0.5),),
                (("features", ("x1", "x2")),),
                (("noise", 0.3), ("standardize", True)),
                (("dtype", "float32"),),
            ]
        ),
    ),
)
