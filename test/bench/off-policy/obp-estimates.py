"""A log read with pandas and judged by the Open Bandit Pipeline: ipw and snipw of the uniform policy, with bootstrap intervals.

Usage: obp-estimates.py LOG ITEMS RESAMPLES.
"""

import sys

import numpy as np
import pandas
from obp.ope import InverseProbabilityWeighting, OffPolicyEvaluation, SelfNormalizedInverseProbabilityWeighting

path, items, resamples = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
log = pandas.read_csv(path)
evaluation = OffPolicyEvaluation(
    bandit_feedback={
        "n_rounds": len(log),
        "n_actions": items,
        "action": log["item"].to_numpy(),
        "reward": log["click"].to_numpy(),
        "pscore": log["pscore"].to_numpy(),
        "position": np.zeros(len(log), dtype=int),
    },
    ope_estimators=[InverseProbabilityWeighting(), SelfNormalizedInverseProbabilityWeighting()],
)
uniform = np.full((len(log), items, 1), 1 / items)
print(evaluation.estimate_policy_values(action_dist=uniform))
print(evaluation.estimate_intervals(action_dist=uniform, n_bootstrap_samples=resamples, random_state=1))
