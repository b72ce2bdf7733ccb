"""A View: what the screen would like to see besides the numbers."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Unit = tuple[int, int]
"""A neuron: its layer, counted from 1, and its place in it, counted from 0; an input is one of layer 0."""
Question = tuple[float, ...]
"""The features of a sample that is asked about, in the dataset's own units."""
AxesKind = Literal["units", "components", "output"]
"""What a hidden layer is drawn by: two of its units, two of its principal components, or the directions in which the
output layer looks at it."""


class Plane(NamedTuple):
    """Which plane the map spans where the inputs are more than two.

    Two features with the others at their mean; or, where these are ``None``, the first two principal components.
    """

    first: int | None = None
    """Index of the feature across, from 0."""
    second: int | None = None
    """Index of the feature up, from 0."""


class NetworkView(NamedTuple):
    """Maps of the responses of neurons."""

    columns: int
    """Pixels across each map."""
    rows: int
    """Pixels down each map."""
    units: tuple[Unit, ...]


class HiddenView(NamedTuple):
    """The coordinates of a hidden layer."""

    layer: int
    """Counted from 1."""
    kind: AxesKind = "components"
    axes: tuple[int, int] = (0, 1)
    """Across and up: two units or principal components, counted from 0; the same unit twice for a single axis."""


class GalleryView(NamedTuple):
    """Samples one by one."""

    first: int
    samples: int
    """How many, at most."""
    wrong_first: bool = False
    """Whether those that the network gets most wrong come first."""
    on_test: bool = True
    """Whether they are of the test set, where there is one."""


class ResponsesView(NamedTuple):
    """The samples to which a neuron responds most, and least."""

    unit: Unit
    samples: int
    """How many of each."""
    on_test: bool = True
    """Whether they are of the test set, where there is one."""


class StartsView(NamedTuple):
    """The same Experiment from many seeds; or with many values of one number, from a few seeds each."""

    networks: int = 64
    """How many; a sweep has for every 16 of them a seed with each value."""
    field: str = ""
    """The hyperparameter that is swept; empty for many seeds."""


PlaneKind = Literal["path", "weights", "step"]
"""What spans the plane of a landscape: the principal directions of the path, two weights, or gradient and update."""
Coordinates = tuple[float, float]
"""Of a place on a plane of parameters, across and up."""


class LandscapeView(NamedTuple):
    """The loss over a plane through the present weights."""

    columns: int
    """Points across."""
    rows: int
    """Points down."""
    kind: PlaneKind = "path"
    weights: tuple[int, int] = (0, 1)
    """Of a plane of two weights, their places in the vector of all parameters, from 0."""
    is_scaled: bool = False
    """Of a plane of the path, whether each unit's incoming weights are measured by their own length."""
    zoom: int = 0
    """How often the range was halved; negative where it was doubled."""
    shift: Coordinates = (0.0, 0.0)
    """How far the middle has been moved, in ranges of the plane as it was laid."""
    request: int = 0
    """Another number asks for a plane through the weights as they are now."""
    cursor: Coordinates | None = None
    """Where the loss is to be known exactly."""
    has_arrows: bool = False
    """Whether the way down, −∂L/∂w, is to be known on a coarse grid."""
    follows: bool = False
    """Whether the plane is laid anew at every step, around that step."""


class RatesView(NamedTuple):
    """The losses with other learning rates, from the moment on at which this is first asked for."""

    number: int
    """Another one begins anew."""


class View(NamedTuple):
    """What a snapshot should hold besides the numbers."""

    columns: int = 0
    """Pixels across the map, or points along a single input; 0 for no map."""
    rows: int = 0
    """Pixels down the map, or samples where there is none."""
    step: bool = False
    check: bool = False
    trajectory: bool = False
    plane: Plane = Plane()
    aspect: float | None = None
    """Width of the room of the map by its height, so that a circle of inputs is one there; ``None`` where it may be
    stretched."""
    unit: Unit | None = None
    """The neuron whose response the map shows; ``None`` for the output."""
    network: NetworkView | None = None
    hidden: HiddenView | None = None
    gallery: GalleryView | None = None
    responses: ResponsesView | None = None
    predictions: GalleryView | None = None
    """The samples of another panel, beside those of `gallery`."""
    flow: bool = False
    spread: bool = False
    """The same for another panel: the gradients of each layer by their size."""
    question: Question | None = None
    """What the network is asked."""
    pointed: Question | None = None
    """What the cursor of the map asks, beside that."""
    starts: StartsView | None = None
    landscape: LandscapeView | None = None
    rates: RatesView | None = None


NOTHING: Final = View()
