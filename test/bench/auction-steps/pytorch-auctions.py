"""Steps of auctions in PyTorch eager on one core, as the problems of the same names take them, by softmax.

Usage: pytorch-auctions.py STEPS (regretnet | lotteries) SIZES, SIZES as JSON. First prints one line about itself, then for each line read from
stdin runs a block of STEPS steps and prints its processor milliseconds a step and the last value. Subnormal numbers are flushed to 0, which is the
faster of PyTorch's two ways.
"""

import json
import sys

import torch
import torch.nn.functional as F
from peer import serve, torch_blas
from torch import nn

STEPS, WHICH, SIZES = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])

torch.set_num_threads(1)
torch.manual_seed(1)
torch.set_flush_denormal(True)


def dense(inputs, units, layers, outputs):
    sizes = [inputs] + [units] * layers
    hidden = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.Tanh())]
    return nn.Sequential(*hidden, nn.Linear(sizes[-1], outputs))


def regretnet():
    """RegretNet with additive bidders: lies climb by an Adam of their own, then a step on the augmented Lagrangian."""
    n, m, batch, units, layers = (SIZES[key] for key in ("bidders", "items", "batch", "hiddenUnits", "hiddenLayers"))
    allocation, payment = dense(n * m, units, layers, m * (n + 1)), dense(n * m, units, layers, n)
    adam = torch.optim.Adam([*allocation.parameters(), *payment.parameters()], lr=0.005)
    profiles = torch.rand(SIZES["profiles"], n, m)
    kept = torch.rand(SIZES["profiles"], n, m)
    own = torch.eye(n)
    multipliers, rho = torch.full((n,), 15.0), 40.0

    def mechanism(bids):
        """Shares [R, n, m] and what each bidder pays, [R, n]."""
        shares = torch.softmax(allocation(bids).view(-1, m, n + 1), 2)[:, :, 1:].transpose(1, 2)
        fractions = torch.sigmoid(payment(bids))
        return shares, fractions * (shares * bids.view(-1, n, m)).sum(2)

    def lying(values, lies):
        """Utility of each bidder where it alone lies, [B, n]."""
        profile = values[:, None] + (lies - values)[:, None] * own[None, :, :, None]
        shares, paid = mechanism(profile.reshape(batch * n, n * m))
        shares, paid = shares.view(batch, n, n, m), paid.view(batch, n, n)
        worth = (shares * values[:, None]).sum(3) - paid
        return (worth * own).sum(2)

    def step():
        rows = torch.randint(SIZES["profiles"], (batch,))
        values = profiles[rows]
        lies = kept[rows].requires_grad_()
        climber = torch.optim.Adam([lies], lr=0.05)
        for _ in range(SIZES["ascent"]):
            (slope,) = torch.autograd.grad(-lying(values, lies).sum(), lies)
            lies.grad = slope
            climber.step()
            with torch.no_grad():
                lies.clamp_(0, 1)
        lies = lies.detach()
        kept[rows] = lies
        shares, paid = mechanism(values.reshape(batch, n * m))
        truthful = (shares * values).sum(2) - paid
        regret = torch.relu(lying(values, lies) - truthful).mean(0)
        loss = -paid.sum(1).mean() + (multipliers * regret).sum() + rho / 2 * (regret**2).sum()
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        return loss

    return step


def lotteries():
    """Stage 2 of BundleFlow: a fixed flow carries the support points of J lotteries over D bundles each."""
    options, support, items, batch, atoms = (SIZES[key] for key in ("options", "support", "items", "batch", "atoms"))
    width, euler, points = SIZES["width"], SIZES["eulerSteps"], options * support
    field = dense(items, width, 2, items)
    for parameter in field.parameters():
        parameter.requires_grad_(False)
    speeds = torch.rand(euler).tolist()
    locations = torch.randn(points, items, requires_grad=True)
    weights = torch.zeros(options, support, requires_grad=True)
    prices = torch.zeros(options, requires_grad=True)
    adam = torch.optim.Adam([locations, weights, prices], lr=0.01)
    deviation, rounding, noise, tau = 0.05, 0.1, 0.01, 0.03

    def step():
        wants = (torch.rand(batch * atoms, items) < 0.5).float()
        worth = torch.rand(batch * atoms)
        drawn = torch.randn(points, items)
        start = 0.05 + 0.9 * torch.sigmoid(10 * locations) + deviation * drawn
        rates = field(start)
        end = start
        for speed in speeds:
            end = end * (1 + rates * (speed / euler))
        change = -rates.sum(1) * (sum(speeds) / euler)
        mixture = torch.softmax(weights + (change - (drawn**2).sum(1) / 2).view(options, support), 1)
        logits = end - 0.5
        with torch.no_grad():
            inside = torch.relu((logits > 0).float() @ wants.T - (wants.sum(1) - 1))
            hard = (inside * worth).view(points, batch, atoms).amax(2)
        near = F.logsigmoid(logits / rounding) @ wants.T + worth.log()
        soft = near.view(points, batch, atoms).amax(2).exp()
        values = hard + (soft - soft.detach())
        mixed = torch.bmm(mixture[:, None], values.view(options, support, batch)).view(options, batch).T
        price = torch.cat([torch.zeros(1), F.softplus(prices)])
        utility = torch.cat([torch.zeros(batch, 1), mixed], 1) - price
        revenue = (torch.softmax(utility / tau, 1) @ price).mean()
        adam.zero_grad(set_to_none=True)
        (-revenue).backward()
        adam.step()
        return revenue

    return step


step = {"regretnet": regretnet, "lotteries": lotteries}[WHICH]()
serve(lambda: f"PyTorch {torch.__version__} with {torch_blas()}, subnormals flushed", step, STEPS)
