/** The scoring module in Python, which needs NumPy alone. */

/** @param model of `scoringModel` */
export function pythonModule(model: string): string {
  // Whatever JSON writes as a text, Python reads as the same text.
  return `${HEAD}_MODEL = json.loads(${JSON.stringify(model)})\n${BODY}`;
}

const HEAD = String.raw`"""Scores and policy of a two-tower recommender, exported by Gumbel Studio: contexts in, items out.

Written by a program; export it again instead of editing it. Needs NumPy.

    import scoring
    scoring.recommend([0.0] * len(scoring.CONTEXT_NAMES), 10)

A context has one number for each of CONTEXT_NAMES, as the log has it: it is scaled here. Every function but recommend also
takes many contexts, [n, features], and answers with n rows.
"""

import base64
import json

import numpy as np

`;

const BODY = String.raw`
CONTEXT_NAMES = _MODEL["contextNames"]
"""Names of the context's numbers, in their order."""
ITEMS = _MODEL["items"]
"""Names of the items, in the order of scores and probabilities."""
INTERCEPT = _MODEL["intercept"]
"""b of a regression, which predicts the reward u . v + b, of logistic loss as 1 / (1 + exp(-u . v - b)); else 0."""


def _numbers(name):
    stored = _MODEL["tensors"][name]
    values = np.frombuffer(base64.b64decode(stored["data"]), dtype="<f4")
    return values.astype(np.float64).reshape(stored["shape"])


_MEAN = _numbers("contextMean")
_DEVIATION = _numbers("contextDeviation")
_VECTORS = _numbers("itemEmbeddings")
_LAYERS = [
    (_numbers("userWeights" + n), _numbers("userBiases" + n)) for n in "12" if "userWeights" + n in _MODEL["tensors"]
]


def user_vector(contexts):
    """u of contexts, [features] or [n, features]. Raises a ValueError if there is another number of features."""
    values = np.asarray(contexts, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] != len(_MEAN):
        raise ValueError(f"contexts: expected {len(_MEAN)} numbers, as CONTEXT_NAMES has, found shape {values.shape}")
    values = (values - _MEAN) / _DEVIATION
    for n, (weights, biases) in enumerate(_LAYERS):
        values = (values if n == 0 else np.maximum(values, 0)) @ weights + biases
    return values


def scores(contexts):
    """u . v of every item."""
    return user_vector(contexts) @ _VECTORS.T


def policy(contexts):
    """Probability with which the policy shows every item."""
    own = scores(contexts)
    count = own.shape[-1]
    if _MODEL["act"] == "greedy":
        row = (np.arange(count) == own.argmax(axis=-1)[..., np.newaxis]).astype(np.float64)
    else:
        worth = 1 / (1 + np.exp(-own - INTERCEPT)) if _MODEL["logistic"] else own
        logits = worth / _MODEL["policyTemperature"]
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        row = powers / powers.sum(axis=-1, keepdims=True)
    return (1 - _MODEL["exploration"]) * row + _MODEL["exploration"] / count


def recommend(context, count=10):
    """The items of the largest scores, the largest first: (item, score, probability) for one context."""
    own, chances = scores(context), policy(context)
    order = np.argsort(-own, kind="stable")[:count]
    return [(ITEMS[item], float(own[item]), float(chances[item])) for item in order]
`;
