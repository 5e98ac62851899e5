"""The step of straight-through-step.ts in PyTorch eager on one core: prints the milliseconds of each block of steps.

Usage: pytorch-step.py BLOCKS STEPS; waits for a line on stdin before each block, so that the two programs take turns.
"""

import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
if len(sys.argv)>3: torch.set_flush_denormal(True)
torch.manual_seed(1)

BUYERS, OPTIONS, ITEMS, SIGMA, TAU, LEARNING_RATE = 128, 512, 50, 0.1, 1.0, 0.01

bundles = torch.randn(OPTIONS, ITEMS, requires_grad=True)
prices = (0.1 * torch.randn(OPTIONS)).requires_grad_()
adam = torch.optim.Adam([bundles, prices], lr=LEARNING_RATE)


def step():
    values = torch.rand(BUYERS, ITEMS)
    soft = torch.sigmoid(bundles)
    held = (bundles > 0).float() + (soft - soft.detach())
    price = F.softplus(prices)
    utility = values @ held.T - price
    logits = torch.cat([torch.zeros(BUYERS, 1), utility], 1) / SIGMA
    noisy = logits - torch.empty_like(logits).exponential_().log()
    relaxed = torch.softmax(noisy / TAU, 1)
    hard = torch.zeros_like(relaxed).scatter_(1, noisy.argmax(1, keepdim=True), 1.0)
    choice = hard + (relaxed - relaxed.detach())
    revenue = (choice @ torch.cat([torch.zeros(1), price])).mean()
    adam.zero_grad(set_to_none=True)
    (-revenue).backward()
    adam.step()
    return revenue


blocks, steps = int(sys.argv[1]), int(sys.argv[2])
print(torch.__version__, flush=True)
for _ in range(blocks):
    sys.stdin.readline()
    start = time.perf_counter()
    for _ in range(steps):
        revenue = step()
    print((time.perf_counter() - start) / steps * 1000, revenue.item(), flush=True)
