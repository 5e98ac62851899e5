"""A step of a neural policy learner in PyTorch eager on one core, as the Open Bandit Pipeline's NNPolicyLearner takes it (obp/policy/offline.py):
one hidden layer of 100 rectified units, softmax over the items, inverse propensity scores with weights from the policy, Adam.

Usage: pytorch-policy.py HOW STEPS ROUNDS ITEMS FEATURES BATCH. HOW is where minibatches come from: `loader`, the DataLoader over single rounds
that the learner has, each a tuple of context, item, reward, propensity, predicted rewards and position; or `tensors`, rows picked from
tensors. First prints one line about itself, then for each line read from stdin runs a block of STEPS steps and prints its processor
milliseconds a step and the last loss.
"""

import sys

import numpy as np
import torch
from peer import serve, torch_blas
from torch import nn

HOW = sys.argv[1]
STEPS, ROUNDS, ITEMS, FEATURES, BATCH = map(int, sys.argv[2:])

torch.set_num_threads(1)
torch.manual_seed(1)
context = torch.randn(ROUNDS, FEATURES)
action = torch.randint(ITEMS, (ROUNDS,))
numbers = action.numpy()
reward = (torch.rand(ROUNDS) < 0.5).float()
propensity = torch.full((ROUNDS,), 1 / ITEMS)
model = nn.Sequential(nn.Linear(FEATURES, 100), nn.ReLU(), nn.Linear(100, ITEMS), nn.Softmax(dim=1))
adam = torch.optim.Adam(model.parameters(), lr=0.001)


class Rounds(torch.utils.data.Dataset):
    """One round an index."""

    predicted = torch.zeros(ROUNDS, ITEMS, 1)
    position = np.zeros(ROUNDS, dtype=int)

    def __getitem__(self, i):
        return context[i], numbers[i], reward[i], propensity[i], self.predicted[i], self.position[i]

    def __len__(self):
        return ROUNDS


def loaded():
    """Minibatches of one pass after another, each in an order of its own."""
    loader = torch.utils.data.DataLoader(Rounds(), batch_size=BATCH, shuffle=True)
    while True:
        for x, a, r, p, _, _ in loader:
            yield x, a, r, p


def picked():
    """Minibatches of rounds drawn with replacement."""
    while True:
        rows = torch.randint(ROUNDS, (BATCH,))
        yield context[rows], action[rows], reward[rows], propensity[rows]


batches = loaded() if HOW == "loader" else picked()


def step():
    x, a, r, p = next(batches)
    policy = model(x)
    chance = policy[torch.arange(len(a)), a]
    weight = chance.detach() / p
    loss = -(weight * r * torch.log(chance)).mean()
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    return loss


serve(lambda: f"PyTorch {HOW} {torch.__version__} with {torch_blas()}", step, STEPS)
