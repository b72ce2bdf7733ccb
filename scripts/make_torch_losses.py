"""Make tests/session/torch_losses.npz: 50 steps with each loss, summed and weighted, computed by PyTorch on the CPU.

    pip install torch==2.13.0 && python scripts/make_torch_losses.py

The tests read the numbers; they do not need PyTorch. A network 3-4-k, tanh and linear or logistic, is trained on nine
samples in one batch, in float64, from stored parameters. A trajectory is the parameters after each step, as in
make_torch_trajectories.py, with the loss before each step as last column.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

STEPS = 50
FILE = Path(__file__).parents[1] / "tests" / "session" / "torch_losses.npz"
Loss = Callable[[Tensor, Tensor], Tensor]


def network(outputs: int) -> nn.Sequential:
    torch.manual_seed(outputs)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, outputs)).double()


def flat(net: nn.Module) -> np.ndarray:
    return np.concatenate([p.detach().numpy().T.ravel() for p in net.parameters()])


def samples() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(9, 3, generator=generator, dtype=torch.float64)
    labels = torch.tensor([0, 0, 0, 0, 0, 1, 1, 2, 2])
    return {
        "X": X,
        "binary": (labels > 0).double()[:, None],
        "classes": nn.functional.one_hot(labels, 3).double(),
        "labels": torch.stack([X[:, 0] > 0, X[:, 1] > 0, X.prod(dim=1) > 0], dim=1).double(),
        "regression": torch.stack([X.sum(dim=1), X.prod(dim=1)], dim=1),
    }


def balanced(counts: list[int]) -> Tensor:
    """The formula of scikit-learn's ``class_weight="balanced"``: n / (classes · samples of the class)."""
    return torch.tensor([sum(counts) / (len(counts) * count) for count in counts], dtype=torch.float64)


TWO, THREE = balanced([5, 4]), balanced([5, 2, 2])


def weighted_mean(loss: Loss) -> Loss:
    """Of a loss for each sample of two classes, as ``CrossEntropyLoss(weight=…)`` has it."""

    def mean(z: Tensor, y: Tensor) -> Tensor:
        weights = TWO[(y[:, 0] > 0).long()]
        return (weights * loss(z, y)[:, 0]).sum() / weights.sum()

    return mean


def ranking(reduction: str) -> Loss:
    """max(0, 1 − y·z) as a ranking of z before 0, with targets −1 and 1."""
    loss = nn.MarginRankingLoss(margin=1.0, reduction=reduction)
    return lambda z, y: loss(z, torch.zeros_like(z), 2 * y - 1)


def several(loss: nn.Module, factor: float = 1.0) -> Loss:
    """A loss that takes the class itself."""
    return lambda z, y: factor * loss(z, y.argmax(dim=1))


LOSSES: dict[str, tuple[str, Loss]] = {
    "bce_labels_mean": ("labels", nn.BCEWithLogitsLoss()),
    "bce_labels_sum": ("labels", nn.BCEWithLogitsLoss(reduction="sum")),
    "bce_binary_mean": ("binary", nn.BCEWithLogitsLoss()),
    "bce_binary_weighted": ("binary", weighted_mean(nn.BCEWithLogitsLoss(reduction="none"))),
    "ce_classes_sum": ("classes", several(nn.CrossEntropyLoss(reduction="sum"))),
    "ce_classes_weighted": ("classes", several(nn.CrossEntropyLoss(weight=THREE))),
    "ce_classes_weighted_sum": ("classes", several(nn.CrossEntropyLoss(weight=THREE, reduction="sum"))),
    "hinge_binary_mean": ("binary", ranking("mean")),
    "hinge_binary_sum": ("binary", ranking("sum")),
    "hinge_binary_weighted": ("binary", weighted_mean(ranking("none"))),
    # PyTorch divides the sum over the wrong classes by the number of outputs.
    "hinge_classes_mean": ("classes", several(nn.MultiMarginLoss(), 3)),
    "hinge_classes_weighted_sum": ("classes", several(nn.MultiMarginLoss(weight=THREE, reduction="sum"), 3)),
    "mse_regression_sum": ("regression", nn.MSELoss(reduction="sum")),
    "mae_regression_sum": ("regression", nn.L1Loss(reduction="sum")),
    "huber_regression_sum": ("regression", nn.HuberLoss(reduction="sum")),
}
RATE = {"mean": 0.3, "weighted": 0.3, "sum": 0.02}


def trajectory(name: str) -> np.ndarray:
    task, loss = LOSSES[name]
    data = samples()
    net = network(data[task].shape[1])
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE[name.rpartition("_")[2]])
    points = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        value = loss(net(data["X"]), data[task])
        value.backward()
        optimizer.step()
        points.append([*flat(net), value.item()])
    return np.array(points)


def main() -> None:
    arrays = {name: table.numpy() for name, table in samples().items()}
    arrays |= {f"start_{outputs}": flat(network(outputs)) for outputs in (1, 2, 3)}
    arrays |= {f"loss_{name}": trajectory(name) for name in LOSSES}
    np.savez_compressed(FILE, **arrays)
    print(f"{FILE.name}: {len(arrays)} arrays, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
