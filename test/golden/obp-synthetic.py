"""Logs of the Open Bandit Pipeline's own generator, with the z-score of its documentation.

    git clone https://github.com/st-tech/zr-obp && git -C zr-obp checkout 8cbd5fa
    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 pandas torch
    python test/golden/obp-synthetic.py zr-obp > test/golden/obp-synthetic.json
"""
import importlib.util
import json
import sys
import types

import numpy as np

root = sys.argv[1]
# The package itself, without the parts that train networks.
for name in ["obp", "obp.dataset"]:
    package = types.ModuleType(name)
    package.__path__ = [f"{root}/{name.replace('.', '/')}"]
    sys.modules[name] = package
published = "expected_rewards - expected_rewards.mean() / expected_rewards.std()"
documented = "(expected_rewards - expected_rewards.mean()) / expected_rewards.std()"
source = open(f"{root}/obp/dataset/synthetic.py").read()
assert published in source
spec = importlib.util.spec_from_loader("obp.dataset.synthetic", loader=None)
obp = importlib.util.module_from_spec(spec)
sys.modules["obp.dataset.synthetic"] = obp
exec(source.replace(published, documented), obp.__dict__)


def batch(data, rounds):
    b = data.obtain_batch_bandit_feedback(rounds)
    return {
        "context": [b["context"][0].tolist(), b["context"][-1].tolist()],
        "action": b["action"][:12].tolist(),
        "actionSum": int(b["action"].sum()),
        "reward": b["reward"][:6].tolist(),
        "rewardSum": float(b["reward"].sum()),
        "expectedReward": b["expected_reward"][0].tolist(),
        "expectedRewardMean": float(b["expected_reward"].mean()),
        "propensity": b["pscore"][:3].tolist(),
        "propensityMean": float(b["pscore"].mean()),
    }


small = {"rounds": 101, "actions": 4, "contextDimension": 3, "seed": 7, "beta": 1.0}
embedded = {**small, "actions": 7, "seed": 0, "categories": 3}
configs = [
    {**small, "rounds": 10000, "actions": 10, "contextDimension": 5, "seed": 12345, "beta": -2.0},
    {**small, "rewardLaw": "polynomial"},
    {**small, "rewardLaw": "sparse"},
    {**small, "rewards": "continuous"},
    {**small, "rewards": "continuous", "rewardLaw": "polynomial"},
    {**small, "rewards": "continuous", "rewardLaw": "sparse"},
    {**small, "behaviour": "linear"},
    {**small, "behaviour": "polynomial"},
    embedded,
    {**embedded, "rewardLaw": "polynomial", "behaviour": "polynomial"},
]
rewards = {
    "binary": {
        "linear": obp.logistic_reward_function,
        "polynomial": obp.logistic_polynomial_reward_function,
        "sparse": obp.logistic_sparse_reward_function,
    },
    "continuous": {
        "linear": obp.linear_reward_function,
        "polynomial": obp.polynomial_reward_function,
        "sparse": obp.sparse_reward_function,
    },
}
behaviours = {
    "rewards": None,
    "linear": obp.linear_behavior_policy,
    "polynomial": obp.polynomial_behavior_policy,
}


def case(config):
    kind = config.get("rewards", "binary")
    categories = config.get("categories", config["actions"])
    data = obp.SyntheticBanditDataset(
        n_actions=config["actions"],
        dim_context=config["contextDimension"],
        reward_type=kind,
        reward_function=rewards[kind][config.get("rewardLaw", "linear")],
        action_context=np.eye(categories, dtype=int)[np.arange(config["actions"]) % categories],
        behavior_policy_function=behaviours[config.get("behaviour", "rewards")],
        beta=config["beta"],
        random_state=config["seed"],
    )
    return {"config": config, "batches": [batch(data, config["rounds"]) for _ in range(3)]}


print(json.dumps({"cases": [case(config) for config in configs]}, indent=1))
