"""A step of a neural policy learner in PyTorch eager on one core, as the Open Bandit Pipeline's NNPolicyLearner takes it: one hidden layer
of 100 rectified units, softmax over the items, inverse propensity scores with weights from the policy, Adam.

Usage: pytorch-policy.py STEPS ROUNDS ITEMS FEATURES BATCH. First prints one line about itself, then for each line read from stdin runs
a block of STEPS steps and prints its processor milliseconds a step and the last loss.
"""

import sys
import time

import torch
from torch import nn

STEPS, ROUNDS, ITEMS, FEATURES, BATCH = map(int, sys.argv[1:])

torch.set_num_threads(1)
torch.manual_seed(1)
context = torch.randn(ROUNDS, FEATURES)
action = torch.randint(ITEMS, (ROUNDS,))
reward = (torch.rand(ROUNDS) < 0.5).float()
propensity = torch.full((ROUNDS,), 1 / ITEMS)
model = nn.Sequential(nn.Linear(FEATURES, 100), nn.ReLU(), nn.Linear(100, ITEMS), nn.Softmax(dim=1))
adam = torch.optim.Adam(model.parameters(), lr=0.001)


def step():
    rows = torch.randint(ROUNDS, (BATCH,))
    policy = model(context[rows])
    chance = policy[torch.arange(BATCH), action[rows]]
    weight = chance.detach() / propensity[rows]
    loss = -(weight * reward[rows] * torch.log(chance)).mean()
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    return loss


step()
with open("/proc/self/maps") as maps:
    blas = {line.split("/")[-1].strip() for line in maps if "blas" in line.rsplit("/", 1)[-1]}
print("PyTorch", torch.__version__, "with", ", ".join(sorted(blas)) or "its own BLAS", flush=True)
for _ in sys.stdin:
    start = time.process_time()
    for _ in range(STEPS):
        loss = step()
    print((time.process_time() - start) / STEPS * 1000, loss.item(), flush=True)
