"""Golden values of ReinMax and sparsemax from PyTorch's automatic differentiation.

Run: python3 test/golden/reinmax-sparsemax.py > test/golden/reinmax-sparsemax.json, then prettier on the JSON.
f(z) = sum_d (sum_k w_dk z_dk - 0.45)^2, mean over the rows; the gradient is that of the mean for the logits.
Bits are rows of two values with the logits 0 and theta: the gradient is that of the second one.
"""
import json
import platform

import torch

torch.set_default_dtype(torch.float64)


def flat(tensor):
    return [float(x) for x in tensor.detach().flatten()]


def objective(z, weights):
    return (((z * weights).sum(-1) - 0.45) ** 2).sum(-1).mean()


def reinmax(logits, sample, temperature):
    """Algorithm 2 of Liu et al. 2023, with the shifts that its softmax does not see."""
    pi0 = logits.softmax(-1)
    pi1 = (sample + (logits / temperature).softmax(-1)) / 2
    pi1 = ((pi1.log() - logits).detach() + logits).softmax(-1)
    pi2 = 2 * pi1 - 0.5 * pi0
    return pi2 - pi2.detach() + sample


def sparsemax(scores):
    """Martins & Astudillo 2016, algorithm 1: by a sort, differentiated through the threshold."""
    ordered, _ = scores.sort(-1, descending=True)
    ranks = torch.arange(1, scores.shape[-1] + 1)
    sums = ordered.cumsum(-1)
    size = (1 + ranks * ordered > sums).sum(-1, keepdim=True)
    threshold = (sums.gather(-1, size - 1) - 1) / size
    return (scores - threshold).clamp(min=0)


def make(kind, method, seed, shape, temperature):
    torch.manual_seed(seed)
    logits = torch.randn(shape).requires_grad_()
    weights = torch.randn(shape[1:])
    if kind == "bernoulli":
        pairs = torch.stack([torch.zeros_like(logits), logits], -1)
        pair_weights = torch.stack([torch.zeros_like(weights), weights], -1)
    else:
        pairs, pair_weights = logits, weights
    index = torch.distributions.Categorical(logits=pairs).sample()
    sample = torch.nn.functional.one_hot(index, pairs.shape[-1]).double()
    z = reinmax(pairs, sample, temperature) if method == "reinmax" else sparsemax(pairs / temperature)
    value = objective(z, pair_weights)
    value.backward()
    point = z[..., 1] if kind == "bernoulli" else z
    return {
        "method": method, "kind": kind, "shape": list(shape), "temperature": temperature, "logits": flat(logits),
        "weights": flat(weights), "point": flat(point), "value": float(value), "gradient": flat(logits.grad),
    }


cases = []
for method in ("reinmax", "sparsemax"):
    cases += [make("categorical", method, 1, (3, 1, 5), 1.0), make("categorical", method, 3, (2, 3, 4), 1.5)]
    cases += [make("categorical", method, 5, (2, 2, 7), 0.5), make("bernoulli", method, 7, (3, 2), 1.0)]
    cases += [make("bernoulli", method, 9, (2, 4), 1.3)]
print(json.dumps({"source": "test/golden/reinmax-sparsemax.py", "torch": torch.__version__, "python": platform.python_version(), "cases": cases}, indent=1))
