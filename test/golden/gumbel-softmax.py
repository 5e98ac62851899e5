"""Golden values of Gumbel-Softmax, soft and straight-through, from PyTorch with the noise that it drew.

Run: python3 test/golden/gumbel-softmax.py > test/golden/gumbel-softmax.json, then prettier on the JSON.
f(z) = sum_d (sum_k w_dk z_dk - 0.45)^2, mean over the rows; the gradient is that of the mean for the logits.
"""
import json
import platform

import torch
import torch.nn.functional as F
from torch.distributions.utils import clamp_probs

torch.set_default_dtype(torch.float64)


def flat(tensor):
    return [float(x) for x in tensor.detach().flatten()]


def objective(z, weights):
    scores = (z * weights).sum(-1) if z.dim() == 3 else z * weights
    return ((scores - 0.45) ** 2).sum(-1).mean()


def categorical(seed, shape, temperature, hard):
    torch.manual_seed(seed)
    logits = torch.randn(shape).requires_grad_()
    weights = torch.randn(shape[1:])
    torch.manual_seed(seed + 1)
    noise = -torch.empty_like(logits).exponential_().log()  # F.gumbel_softmax draws the same
    torch.manual_seed(seed + 1)
    z = F.gumbel_softmax(logits, tau=temperature, hard=hard)
    if not hard:
        assert torch.allclose(F.softmax((logits + noise) / temperature, -1), z)
    value = objective(z, weights)
    value.backward()
    return {
        "call": f"torch.nn.functional.gumbel_softmax(logits, tau={temperature}, hard={hard})",
        "kind": "categorical", "forward": "hard" if hard else "soft", "shape": list(shape), "temperature": temperature,
        "logits": flat(logits), "noise": flat(noise), "weights": flat(weights),
        "sample": flat(z), "value": float(value), "gradient": flat(logits.grad),
    }


def bernoulli(seed, shape, temperature, hard):
    torch.manual_seed(seed)
    logits = torch.randn(shape).requires_grad_()
    weights = torch.randn(shape[1:])
    torch.manual_seed(seed + 1)
    u = clamp_probs(torch.rand(shape))  # as RelaxedBernoulli.rsample draws it
    noise = u.log() - (-u).log1p()
    torch.manual_seed(seed + 1)
    soft = torch.distributions.RelaxedBernoulli(torch.tensor(temperature), logits=logits).rsample()
    assert torch.allclose(torch.sigmoid((logits + noise) / temperature), soft)
    z = (soft > 0.5).double() - soft.detach() + soft if hard else soft
    value = objective(z, weights)
    value.backward()
    return {
        "call": f"torch.distributions.RelaxedBernoulli({temperature}, logits=logits).rsample()"
        + (", then (y > 0.5) - y.detach() + y" if hard else ""),
        "kind": "bernoulli", "forward": "hard" if hard else "soft", "shape": list(shape), "temperature": temperature,
        "logits": flat(logits), "noise": flat(noise), "weights": flat(weights),
        "sample": flat(z), "value": float(value), "gradient": flat(logits.grad),
    }


cases = []
for hard in (False, True):
    cases += [categorical(1, (3, 1, 5), 1.0, hard), categorical(3, (2, 3, 4), 0.5, hard), categorical(5, (2, 2, 7), 2.0, hard)]
    cases += [bernoulli(7, (3, 1), 1.0, hard), bernoulli(9, (2, 4), 0.3, hard)]
print(json.dumps({"source": "test/golden/gumbel-softmax.py", "torch": torch.__version__, "python": platform.python_version(), "cases": cases}, indent=1))
