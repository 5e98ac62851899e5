"""Golden values of DisARM on fixed uniforms, from the definition: ARM's u - 1/2 averaged over what f has not seen of u.

Run: python3 test/golden/disarm.py > test/golden/disarm.json, then prettier on the JSON.
f(z) = sum_d (sum_k w_dk z_dk - 0.45)^2; `gradient` is that of the mean over the rows. The average over one u given its bit in
each sample (or in one of them) is an interval's midpoint, here found from the interval's ends; logits of a broken stick's
bits are differentiated by autograd. Dong, Mnih, Tucker 2020 and 2021.
"""
import json
import platform

import torch

torch.set_default_dtype(torch.float64)


def flat(tensor):
    return [float(x) for x in tensor.detach().flatten()]


def f(z, weights):
    scores = (z * weights).sum(-1) if z.dim() == 2 else z * weights
    return float(((scores - 0.45) ** 2).sum())


def pair(u, pi):
    return int(u > 1 - pi), int(u < pi)


def midpoint(pi, first, second):
    """Mean of u - 1/2 given 1[u > 1 - pi] = first and 1[u < pi] = second; None: not seen."""
    low, high = 0.0, 1.0
    if first is not None:
        low, high = (max(low, 1 - pi), high) if first else (low, min(high, 1 - pi))
    if second is not None:
        low, high = (low, min(high, pi)) if second else (max(low, pi), high)
    return (low + high) / 2 - 0.5


def bernoulli(seed, shape):
    torch.manual_seed(seed)
    logits, weights, u = torch.randn(shape), torch.randn(shape[1:]), torch.rand(shape)
    gradient, value = torch.zeros(shape), 0.0
    for b in range(shape[0]):
        pis = [float(torch.sigmoid(x)) for x in logits[b]]
        pairs = [pair(float(u[b, d]), pis[d]) for d in range(shape[1])]
        first, second = (f(torch.tensor([float(p[i]) for p in pairs]), weights) for i in (0, 1))
        value += (first + second) / 2 / shape[0]
        for d in range(shape[1]):
            gradient[b, d] = (first - second) * midpoint(pis[d], *pairs[d]) / shape[0]
    return {"kind": "bernoulli", "shape": list(shape), "logits": flat(logits), "weights": flat(weights), "u": flat(u), "value": value, "gradient": flat(gradient)}


def categorical(seed, shape):
    rows, latents, classes = shape
    torch.manual_seed(seed)
    logits = torch.randn(shape).requires_grad_()
    weights, u = torch.randn(shape[1:]), torch.rand(rows, latents, classes - 1)
    stick = torch.stack([logits[..., k] - torch.logsumexp(logits[..., k + 1:], -1) for k in range(classes - 1)], -1)
    weight, value = torch.zeros_like(stick), 0.0
    for b in range(rows):
        values, seen = ([], []), []
        for d in range(latents):
            pis = [float(torch.sigmoid(x)) for x in stick[b, d]]
            pairs = [pair(float(u[b, d, k]), pis[k]) for k in range(classes - 1)]
            ends = [next((k for k in range(classes - 1) if pairs[k][i]), classes - 1) for i in (0, 1)]
            for i in (0, 1):
                values[i].append([float(k == ends[i]) for k in range(classes)])
            seen.append([[pairs[k][i] if k <= ends[i] else None for i in (0, 1)] for k in range(classes - 1)])
        first, second = (f(torch.tensor(values[i]), weights) for i in (0, 1))
        value += (first + second) / 2 / rows
        for d in range(latents):
            for k in range(classes - 1):
                weight[b, d, k] = (first - second) * midpoint(float(torch.sigmoid(stick[b, d, k])), *seen[d][k]) / rows
    (gradient,) = torch.autograd.grad((stick * weight.detach()).sum(), logits)
    return {"kind": "categorical", "shape": list(shape), "logits": flat(logits), "weights": flat(weights), "u": flat(u), "value": value, "gradient": flat(gradient)}


cases = [bernoulli(1, (4, 1)), bernoulli(2, (3, 5)), categorical(3, (4, 1, 5)), categorical(4, (3, 3, 4)), categorical(5, (3, 2, 2))]
print(json.dumps({"source": "test/golden/disarm.py", "torch": torch.__version__, "python": platform.python_version(), "cases": cases}, indent=1))
