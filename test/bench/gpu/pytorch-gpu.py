"""The steps of cases.ts in PyTorch, on CUDA where it is there: the same mathematics, data made on the device.

Usage: pytorch-gpu.py CASE SIZES(JSON) STEPS (eager | compiled). First prints one line about itself, then for each line read from stdin
runs a block of STEPS steps and prints its milliseconds a step by the clock and the last value.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

CASE, SIZES, STEPS, MODE = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
SIGMA, TAU = 0.1, 1.0

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(1)
# As WebGPU computes: no products in TensorFloat-32.
torch.backends.cuda.matmul.allow_tf32 = False


def parameter(*shape, scale=1.0):
    return nn.Parameter(scale * torch.randn(*shape, device=device))


def revenue_of(values, price):
    """Straight-through Gumbel choice among values [B, K] at prices [K], with leaving as an option at 0."""
    logits = (values - price) / SIGMA
    logits = torch.cat([torch.zeros_like(logits[:, :1]), logits], 1)
    noisy = logits - torch.empty_like(logits).exponential_().log()
    relaxed = torch.softmax(noisy / TAU, 1)
    hard = torch.zeros_like(relaxed).scatter_(1, noisy.argmax(1, keepdim=True), 1.0)
    choice = hard + (relaxed - relaxed.detach())
    return (choice[:, 1:] @ price).mean()


class Menu(nn.Module):
    def __init__(self, options, items, batch):
        super().__init__()
        self.bundles, self.prices = parameter(options, items), parameter(options, scale=0.1)
        self.buyers = torch.rand(10_000, items, device=device)
        self.batch = batch

    def forward(self):
        rows = torch.randint(len(self.buyers), (self.batch,), device=device)
        soft = torch.sigmoid(self.bundles)
        held = (self.bundles > 0).float() + (soft - soft.detach())
        return -revenue_of(self.buyers[rows] @ held.T, F.softplus(self.prices))


class BundleFlow(nn.Module):
    """A menu of lotteries over bundles that a frozen flow (diagonal, two layers of 128) carries support points to in 5 Euler steps."""

    WIDTH, EULER_STEPS = 128, 5

    def __init__(self, options, items, support, batch):
        super().__init__()
        self.options, self.support, self.batch = options, support, batch
        points = options * support
        self.locations, self.deviations = parameter(points, items), parameter(points, items, scale=0.01)
        self.weights, self.prices = parameter(options, support), parameter(options, scale=0.1)
        sides = [items, self.WIDTH, self.WIDTH, items]
        layers = [nn.Linear(a, b) for a, b in zip(sides, sides[1:])]
        self.rates = nn.Sequential(layers[0], nn.Tanh(), layers[1], nn.Tanh(), layers[2]).to(device).requires_grad_(False)
        self.speeds = [0.1, 0.2, 0.3, 0.2, 0.1]
        self.buyers = torch.rand(10_000, items, device=device)

    def forward(self):
        rows = torch.randint(len(self.buyers), (self.batch,), device=device)
        centres = 0.05 + 0.9 * torch.sigmoid(10 * self.locations)
        drawn = torch.randn_like(centres)
        start = centres + (drawn * self.deviations.exp()).detach()
        rates = self.rates((start - 0.5) / 0.05)
        end = start
        for speed in self.speeds:
            end = end * (1 + rates * speed)
        density = -(self.deviations + drawn.square() / 2).sum(1).detach() - rates.sum(1) * sum(self.speeds)
        shares = torch.softmax(self.weights + density.view(self.options, self.support), 1)
        logits = end - 0.5
        soft = torch.sigmoid(logits / 0.1)
        bundles = (logits > 0).float() + (soft - soft.detach())
        each = (self.buyers[rows] @ bundles.T).view(self.batch, self.options, self.support)
        return -revenue_of((each * shares).sum(2), F.softplus(self.prices))


class Vae(nn.Module):
    def __init__(self, side, hidden, latents, batch):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(side**2, hidden), nn.Tanh(), nn.Linear(hidden, latents)).to(device)
        self.decoder = nn.Sequential(nn.Linear(latents, hidden), nn.Tanh(), nn.Linear(hidden, side**2)).to(device)
        self.images = (torch.rand(6000, side**2, device=device) > 0.7).float()
        self.batch = batch

    def forward(self):
        x = self.images[torch.randint(len(self.images), (self.batch,), device=device)]
        logits = self.encoder(x)
        soft = torch.sigmoid(logits)
        hard = (torch.rand_like(soft) < soft).float()
        reconstruction = self.decoder(hard + (soft - soft.detach()))
        likelihood = -F.binary_cross_entropy_with_logits(reconstruction, x, reduction="sum")
        entropy = F.binary_cross_entropy_with_logits(logits, soft, reduction="sum")
        return -(likelihood + entropy) / self.batch


model = {"menu": Menu, "bundleFlow": BundleFlow, "vae": Vae}[CASE](**SIZES)
adam = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.01, fused=device.type == "cuda")
loss_of = torch.compile(model) if MODE == "compiled" else model


def step():
    loss = loss_of()
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    return loss


# Compiled and allocated before the clock starts.
for _ in range(3):
    step().item()
name = torch.cuda.get_device_name() if device.type == "cuda" else "CPU"
mode = "torch.compile" if MODE == "compiled" else "eager"
print(f"PyTorch {torch.__version__} {mode} on {name}", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    for _ in range(STEPS):
        loss = step()
    value = loss.item()
    print((time.perf_counter() - start) / STEPS * 1000, value, flush=True)
