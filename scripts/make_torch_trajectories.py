"""Make tests/session/torch_trajectories.npz: 50 steps of every optimizer and schedule, computed by PyTorch on the CPU.

    pip install torch==2.13.0 && python scripts/make_torch_trajectories.py

The tests read the numbers; they do not need PyTorch. A network 3-4-1, tanh and logistic, is trained on eight samples in
one batch, in float64, from stored parameters. A trajectory is the parameters after each step, shape (50, 21): for each
layer the weights, of shape (fan_in, fan_out), then the biases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import lr_scheduler

STEPS = 50
FILE = Path(__file__).parents[1] / "tests" / "session" / "torch_trajectories.npz"
MakeOptimizer = Callable[[Iterator[nn.Parameter]], torch.optim.Optimizer]
MakeSchedule = Callable[[torch.optim.Optimizer], lr_scheduler.LRScheduler]

OPTIMIZERS: dict[str, MakeOptimizer] = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.5),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "amsgrad": lambda p: torch.optim.Adam(p, amsgrad=True, lr=0.3),
    "adamw": torch.optim.AdamW,
    "nadam": torch.optim.NAdam,
}
SCHEDULES: dict[str, MakeSchedule] = {
    "step": lambda o: lr_scheduler.StepLR(o, step_size=10, gamma=0.5),
    "exponential": lambda o: lr_scheduler.ExponentialLR(o, gamma=0.95),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=STEPS),
    "inverse_time": lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1 / (1 + 0.2 * epoch)),
    "warmup": lambda o: lr_scheduler.LinearLR(o, start_factor=1 / 8, total_iters=7),
}
PENALTIES: dict[str, Callable[[nn.Module], Tensor]] = {
    "l1": lambda net: 0.02 * sum(p.abs().sum() for name, p in net.named_parameters() if "weight" in name),
    "l2": lambda net: 0.5 * 0.03 * sum(p.square().sum() for name, p in net.named_parameters() if "weight" in name),
}


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).double()


def flat(net: nn.Module) -> np.ndarray:
    parameters = [p.detach().numpy() for p in net.parameters()]
    return np.concatenate([p.T.ravel() for p in parameters])


def samples() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(8, 3, generator=generator, dtype=torch.float64)
    return X, (X.prod(dim=1, keepdim=True) > 0).double()


def trajectory(
    make_optimizer: MakeOptimizer,
    make_schedule: MakeSchedule | None = None,
    penalty: Callable[[nn.Module], Tensor] | None = None,
    clip_norm: float | None = None,
) -> np.ndarray:
    net, (X, y) = network(), samples()
    optimizer = make_optimizer(net.parameters())
    schedule = make_schedule(optimizer) if make_schedule else None
    points = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(net(X), y)
        (loss + penalty(net) if penalty else loss).backward()
        if clip_norm:
            nn.utils.clip_grad_norm_(net.parameters(), clip_norm)
        optimizer.step()
        if schedule:
            schedule.step()
        points.append(flat(net))
    return np.array(points)


def main() -> None:
    X, y = samples()
    sgd = OPTIMIZERS["sgd"]
    arrays = {"X": X.numpy(), "y": y.numpy(), "start": flat(network())}
    arrays |= {f"optimizer_{name}": trajectory(make) for name, make in OPTIMIZERS.items()}
    arrays |= {f"schedule_{name}": trajectory(sgd, make) for name, make in SCHEDULES.items()}
    arrays |= {f"penalty_{name}": trajectory(sgd, penalty=penalty) for name, penalty in PENALTIES.items()}
    arrays["clip"] = trajectory(sgd, clip_norm=0.1)
    np.savez_compressed(FILE, **arrays)
    print(f"{FILE.name}: {len(arrays)} arrays, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
