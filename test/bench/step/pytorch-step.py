"""The step of product-step.ts in PyTorch eager on one core: the same mathematics (noise 0.1, temperature 1 in units of the logits).

Usage: pytorch-step.py STEPS (plain | flush); flush treats subnormal numbers as 0. First prints one line about itself, then for
each line read from stdin runs a block of STEPS steps and prints its processor milliseconds a step and the last revenue.
"""

import sys

import torch
import torch.nn.functional as F
from peer import serve, torch_blas

BUYERS, OPTIONS, ITEMS, SIGMA, TAU, LEARNING_RATE = 128, 512, 50, 0.1, 1.0, 0.01

torch.set_num_threads(1)
torch.manual_seed(1)
torch.set_flush_denormal(sys.argv[2] == "flush")

bundles = torch.randn(OPTIONS, ITEMS, requires_grad=True)
prices = (0.1 * torch.randn(OPTIONS)).requires_grad_()
adam = torch.optim.Adam([bundles, prices], lr=LEARNING_RATE)


def step():
    values = torch.rand(BUYERS, ITEMS) / SIGMA
    soft = torch.sigmoid(bundles)
    held = (bundles > 0).float() + (soft - soft.detach())
    menu = torch.cat([torch.zeros(1, ITEMS), held])
    price = torch.cat([torch.zeros(1), F.softplus(prices)])
    logits = values @ menu.T - price / SIGMA
    noisy = logits - torch.empty_like(logits).exponential_().log()
    relaxed = torch.softmax(noisy / TAU, 1)
    hard = torch.zeros_like(relaxed).scatter_(1, noisy.argmax(1, keepdim=True), 1.0)
    choice = hard + (relaxed - relaxed.detach())
    revenue = (choice @ price).mean()
    adam.zero_grad(set_to_none=True)
    (-revenue).backward()
    adam.step()
    return revenue


flushed = ", subnormals flushed" if sys.argv[2] == "flush" else ""
serve(lambda: f"PyTorch {torch.__version__} with {torch_blas()}{flushed}", step, int(sys.argv[1]))
