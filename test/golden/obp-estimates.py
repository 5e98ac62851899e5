"""Estimates of the Open Bandit Pipeline's own estimators on one of its synthetic logs.

    git clone https://github.com/st-tech/zr-obp && git -C zr-obp checkout 8cbd5fa
    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 pandas torch
    python test/golden/obp-estimates.py zr-obp > test/golden/obp-estimates.json

The judged policy is softmax(3 q + 0.3 a) over the items a, the reward model 0.8 q + 0.05, with q the expected rewards of the log.
"""
import json
import sys
import types

import numpy as np

root = sys.argv[1]
# The package itself, without the parts that train networks.
for name in ["obp", "obp.dataset", "obp.ope"]:
    package = types.ModuleType(name)
    package.__path__ = [f"{root}/{name.replace('.', '/')}"]
    sys.modules[name] = package

from obp.dataset.reward_type import RewardType  # noqa: E402, F401
from obp.ope import estimators, estimators_embed  # noqa: E402
from obp.utils import softmax  # noqa: E402

published = "expected_rewards - expected_rewards.mean() / expected_rewards.std()"
documented = "(expected_rewards - expected_rewards.mean()) / expected_rewards.std()"
source = open(f"{root}/obp/dataset/synthetic.py").read()
assert published in source
obp = types.ModuleType("obp.dataset.synthetic")
sys.modules["obp.dataset.synthetic"] = obp
obp.__package__ = "obp.dataset"
exec(source.replace(published, documented), obp.__dict__)

config = {"rounds": 300, "actions": 6, "contextDimension": 3, "seed": 11, "beta": -4.0, "categories": 3}
data = obp.SyntheticBanditDataset(
    n_actions=6,
    dim_context=3,
    reward_function=obp.logistic_reward_function,
    action_context=np.eye(3, dtype=int)[np.arange(6) % 3],
    beta=-4.0,
    random_state=11,
)
log = data.obtain_batch_bandit_feedback(300)
q = log["expected_reward"]
policy = softmax(3 * q + 0.3 * np.arange(6))[:, :, None]
shared = {"reward": log["reward"], "action": log["action"], "action_dist": policy}
weighted = {**shared, "pscore": log["pscore"]}
modelled = {**weighted, "estimated_rewards_by_reg_model": (0.8 * q + 0.05)[:, :, None]}
e = estimators
cases = [
    ("dm", None, e.DirectMethod(), modelled),
    ("ipw", None, e.InverseProbabilityWeighting(), weighted),
    ("ipw", 3, e.InverseProbabilityWeighting(lambda_=3), weighted),
    ("snipw", None, e.SelfNormalizedInverseProbabilityWeighting(), weighted),
    ("dr", None, e.DoublyRobust(), modelled),
    ("sndr", None, e.SelfNormalizedDoublyRobust(), modelled),
    ("switch-dr", 2, e.SwitchDoublyRobust(lambda_=2), modelled),
    ("dros", 5, e.DoublyRobustWithShrinkage(lambda_=5), modelled),
    ("sg-ipw", 0.2, e.SubGaussianInverseProbabilityWeighting(lambda_=0.2), weighted),
    ("sg-dr", 0.2, e.SubGaussianDoublyRobust(lambda_=0.2), modelled),
]
estimates = [
    {"estimator": name, "lambda": lam, "value": float(estimator.estimate_policy_value(**inputs))}
    for name, lam, estimator, inputs in cases
]
embedded = {
    **shared,
    "context": log["context"],
    "action_embed": (log["action"] % 3)[:, None],
    "pi_b": log["pi_b"],
    "p_e_a": np.eye(3)[np.arange(6) % 3][:, :, None],
}
for name, kind in [
    ("mips", estimators_embed.MarginalizedInverseProbabilityWeighting),
    ("snmips", estimators_embed.SelfNormalizedMarginalizedInverseProbabilityWeighting),
]:
    value = kind(n_actions=6).estimate_policy_value(**embedded)
    estimates.append({"estimator": name, "lambda": None, "value": float(value)})
print(json.dumps({"config": config, "estimates": estimates}, indent=1))
