"""A hundred updates agree with PyTorch's, for every optimiser, with decay, clipping and schedules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradviz.training.network import Network
from gradviz.training.optimisers import OPTIMISERS
from gradviz.training.settings import Settings
from tests.training.networks import net_data, net_problem

torch = pytest.importorskip("torch", reason="PyTorch is not installed: optimisers are not compared with it")

STEPS = 100
RATE = 0.02
TORCH: dict[str, Any] = {
    "gd": torch.optim.SGD,
    "sgd": torch.optim.SGD,
    "momentum": lambda p, **kw: torch.optim.SGD(p, momentum=0.9, **kw),
    "nesterov": lambda p, **kw: torch.optim.SGD(p, momentum=0.9, nesterov=True, **kw),
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def torch_model(start: dict[str, Any]) -> Any:
    """The network of `networks.NET` as PyTorch builds it, with the same first values."""
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1)).double()
    with torch.no_grad():
        for layer, name in ((model[0], "h"), (model[2], "p")):
            layer.weight.copy_(torch.tensor(start[f"{name}.W"].T))
            layer.bias.copy_(torch.tensor(start[f"{name}.b"]))
    return model


def torch_values(model: Any) -> dict[str, Any]:
    return {
        "h.W": model[0].weight.detach().numpy().T,
        "h.b": model[0].bias.detach().numpy(),
        "p.W": model[2].weight.detach().numpy().T,
        "p.b": model[2].bias.detach().numpy(),
    }


def compare(settings: Settings, optimiser: Any, schedule: Any = None) -> None:
    """Train both for STEPS updates over the same batches; losses and parameters agree to 1e-10."""
    problem, data = net_problem(), net_data().arrays
    # One epoch of so many rows would be so many updates of five rows: the schedule's T is then STEPS.
    network = Network(problem, settings.resolved(STEPS * 5), settings.seed, np.dtype(np.float64))
    model = torch_model(dict(problem.start))
    theirs = optimiser(model.parameters())
    scheduler = None if schedule is None else schedule(theirs)
    for step in range(STEPS):
        rows = slice(5 * (step % 4), 5 * (step % 4) + 5)
        ours = network.step({name: array[rows] for name, array in data.items()})
        theirs.zero_grad()
        loss = torch.nn.functional.mse_loss(model(torch.tensor(data["X"][rows])), torch.tensor(data["y"][rows]))
        loss.backward()
        if settings.clip is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
        theirs.step()
        if scheduler is not None:
            scheduler.step()
        assert ours == pytest.approx(loss.item(), abs=1e-10)
    for name, value in torch_values(model).items():
        np.testing.assert_allclose(network.values[name], value, rtol=0, atol=1e-10, err_msg=name)


def chosen(name: str, **more: Any) -> Settings:
    return Settings(name, rate=RATE, epochs=1, batch=None if name == "gd" else 5, **more)


def test_every_optimiser_is_compared() -> None:
    assert set(TORCH) == set(OPTIMISERS)


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("clip", [None, 0.5])
@pytest.mark.parametrize("decay", [None, 0.1])
def test_optimiser(name: str, clip: float | None, decay: float | None) -> None:
    more = {} if decay is None else {"weight_decay": decay}
    compare(chosen(name, clip=clip, **more), lambda p: TORCH[name](p, lr=RATE, **more))


@pytest.mark.parametrize("name", OPTIMISERS)
def test_usual_rate_is_pytorchs(name: str) -> None:
    assert TORCH[name]([torch.zeros(1)]).defaults["lr"] == OPTIMISERS[name].rate
    assert TORCH[name]([torch.zeros(1)]).defaults["weight_decay"] == OPTIMISERS[name].decay


def test_rmsprop_with_momentum() -> None:
    settings = chosen("rmsprop", options={"momentum": 0.8, "alpha": 0.95})
    compare(settings, lambda p: torch.optim.RMSprop(p, lr=RATE, alpha=0.95, momentum=0.8))


def test_options_of_adam() -> None:
    settings = chosen("adam", options={"beta1": 0.7, "beta2": 0.99, "epsilon": 1e-4})
    compare(settings, lambda p: torch.optim.Adam(p, lr=RATE, betas=(0.7, 0.99), eps=1e-4))


SCHEDULED: dict[str, tuple[str, dict[str, float], Any]] = {
    "step": (
        "step",
        {"gamma": 0.5, "every": 30},
        lambda o: torch.optim.lr_scheduler.StepLR(o, step_size=30, gamma=0.5),
    ),
    "cosine": (
        "cosine",
        {"least": 0.001},
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=STEPS, eta_min=0.001),
    ),
    "warm-up": ("warm-up", {"warm": 20}, lambda o: torch.optim.lr_scheduler.LinearLR(o, 1 / 3, total_iters=20)),
    "scaled": (
        "linear-scaling",
        {"base": 2, "warm": 10},
        lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda k: 1 + 1.5 * min(1, k / 10)),
    ),
    "warm-up, cosine": (
        "warm-up+cosine",
        {"warm": 10},
        lambda o: torch.optim.lr_scheduler.SequentialLR(
            o,
            [
                torch.optim.lr_scheduler.LinearLR(o, 1 / 3, total_iters=10),
                torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=STEPS - 10),
            ],
            [10],
        ),
    ),
}


@pytest.mark.parametrize("case", SCHEDULED)
@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step\\(\\)`:UserWarning")
def test_schedule(case: str) -> None:
    name, options, schedule = SCHEDULED[case]
    compare(chosen("momentum", schedule=name, options=options), lambda p: TORCH["momentum"](p, lr=RATE), schedule)
