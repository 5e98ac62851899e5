"""The steps of steps.ts in PyTorch eager on one core: the same mathematics.

Usage: pytorch-images.py STEPS (mlpVae | classifier). First prints one line about itself, then for each line read from stdin runs a
block of STEPS steps and prints its processor milliseconds a step and the last loss.
"""

import itertools
import sys

import torch
import torch.nn.functional as F
from peer import serve, torch_blas
from torch import nn

BATCH, SIDE, LATENTS, HIDDEN = 100, 28, 200, 200

torch.set_num_threads(1)
torch.manual_seed(1)
minibatches = itertools.cycle([(torch.rand(BATCH, SIDE**2) > 0.7).float() for _ in range(10)])


class MlpVae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(SIDE**2, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, LATENTS))
        self.decoder = nn.Sequential(nn.Linear(LATENTS, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, SIDE**2))

    def forward(self, x):
        logits = self.encoder(x)
        soft = torch.sigmoid(logits)
        hard = (torch.rand_like(soft) < soft).float()
        reconstruction = self.decoder(hard + (soft - soft.detach()))
        likelihood = -F.binary_cross_entropy_with_logits(reconstruction, x, reduction="sum")
        entropy = F.binary_cross_entropy_with_logits(logits, soft, reduction="sum")
        return -(likelihood + entropy) / BATCH


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 16, 3, padding=1)
        self.last = nn.Linear((SIDE // 4) ** 2 * 16, 10)
        self.classes = torch.arange(BATCH) % 10

    def forward(self, x):
        half = F.max_pool2d(F.relu(self.first(x.view(BATCH, 1, SIDE, SIDE))), 2)
        quarter = F.max_pool2d(F.relu(self.second(half)), 2)
        return F.cross_entropy(self.last(quarter.flatten(1)), self.classes)


model = {"mlpVae": MlpVae, "classifier": Classifier}[sys.argv[2]]()
adam = torch.optim.Adam(model.parameters(), lr=0.001)


def step():
    loss = model(next(minibatches))
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    return loss


serve(lambda: f"PyTorch {torch.__version__} with {torch_blas()}", step, int(sys.argv[1]))
