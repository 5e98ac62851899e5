"""Golden values of REBAR from PyTorch's autograd in double precision, written with the papers' formulas on fixed uniforms.

Run: python3 test/golden/rebar.py > test/golden/rebar.json, then prettier on the JSON.
f(z) = sum_d (sum_k w_dk z_dk - 0.45)^2. Estimate of a row: (f(b) - eta f(y~)) grad log p(b) + eta grad f(y) - eta grad f(y~);
`gradient` is that of the mean over the rows. Bits: Tucker et al. 2017, section 3; categorical: Grathwohl et al. 2018, appendix B.
"""
import json
import platform

import torch

torch.set_default_dtype(torch.float64)


def flat(tensor):
    return [float(x) for x in tensor.detach().flatten()]


def objective(z, weights):
    scores = (z * weights).sum(-1) if z.dim() == 3 else z * weights
    return ((scores - 0.45) ** 2).sum(-1)


def logit(u):
    return u.log() - (-u).log1p()


def bits(logits, u, v):
    theta = torch.sigmoid(logits)
    z = logits + logit(u)
    b = (z > 0).double().detach()
    if v is None:
        v = torch.where(b > 0, (u - 1 + theta) / theta, u / (1 - theta)).detach()
    conditional = logits + logit(torch.where(b > 0, v * theta + 1 - theta, v * (1 - theta)))
    log_p = torch.distributions.Bernoulli(logits=logits).log_prob(b).sum(-1)
    return b, z, conditional, log_p, torch.sigmoid


def categorical(logits, u, v):
    theta = torch.softmax(logits, -1)
    z = theta.log() - (-u.log()).log()
    b = torch.nn.functional.one_hot(z.argmax(-1), logits.shape[-1]).double()
    top = (z * b).sum(-1, keepdim=True)
    if v is None:
        rates = torch.where(b > 0, (-z).exp(), theta * ((-z).exp() - (-top).exp()))
        v = (-rates).exp().detach()
    v_b = (v * b).sum(-1, keepdim=True)
    others = -(-v.log() / theta - v_b.log()).log()
    conditional = torch.where(b > 0, -(-v_b.log()).log(), others)
    log_p = torch.distributions.OneHotCategorical(logits=logits).log_prob(b).sum(-1)
    return b, z, conditional, log_p, lambda x: torch.softmax(x, -1)


def case(seed, kind, shape, temperature, eta, coupled):
    torch.manual_seed(seed)
    logits = torch.randn(shape).requires_grad_()
    weights = torch.randn(shape[1:])
    u, v = torch.rand(shape), None if coupled else torch.rand(shape)
    b, z, conditional, log_p, squash = (bits if kind == "bernoulli" else categorical)(logits, u, v)
    f_b = objective(b, weights)
    f_y = objective(squash(z / temperature), weights)
    f_given = objective(squash(conditional / temperature), weights)
    estimate = (f_b - eta * f_given).detach() * log_p + eta * f_y - eta * f_given
    (gradient,) = torch.autograd.grad(estimate.mean(), logits)
    noise = logit if kind == "bernoulli" else lambda x: -(-x.log()).log()
    return {
        "kind": kind, "shape": list(shape), "temperature": temperature, "eta": eta, "logits": flat(logits), "weights": flat(weights),
        "noise": flat(noise(u)), **({} if coupled else {"conditional": flat(noise(v))}),
        "value": float(f_b.mean()), "gradient": flat(gradient),
    }


cases = []
for coupled in (True, False):
    cases += [case(1, "bernoulli", (3, 1), 0.5, 1.0, coupled), case(2, "bernoulli", (2, 4), 0.8, 0.6, coupled)]
    cases += [case(3, "categorical", (3, 1, 5), 0.5, 1.0, coupled), case(4, "categorical", (2, 3, 4), 1.5, 0.3, coupled)]
print(json.dumps({"source": "test/golden/rebar.py", "torch": torch.__version__, "python": platform.python_version(), "cases": cases}, indent=1))
