"""What a uniform policy would earn, by a CSV log: read with pandas, inverse propensity weighting and its self-normalised form with NumPy,
as the Open Bandit Pipeline computes them, and percentile intervals over bootstrap samples.

Usage: pandas-estimates.py LOG ITEMS RESAMPLES
"""

import sys

import numpy as np
import pandas as pd

path, items, resamples = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
log = pd.read_csv(path)
context = log[["x0", "x1"]].to_numpy()
reward = log["click"].to_numpy(dtype=float)
item = log["item"].to_numpy()
# The pipeline takes a policy as its probabilities of all items in every round, and checks their sums (obp/utils.py).
policy = np.full((len(log), items, 1), 1 / items)
if not np.allclose(policy.sum(axis=1), 1):
    sys.exit("the probabilities of a round do not sum to 1")
weight = policy[np.arange(len(log)), item, 0] / log["pscore"].to_numpy()
ipw = weight * reward
snipw = ipw / weight.mean()
random = np.random.RandomState(1)
for name, terms in (("ipw", ipw), ("snipw", snipw)):
    means = [random.choice(terms, size=len(terms)).mean() for _ in range(resamples)]
    print(name, terms.mean(), *np.percentile(means, [2.5, 97.5]), context.shape)
