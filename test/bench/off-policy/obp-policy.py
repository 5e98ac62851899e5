"""The Open Bandit Pipeline's own NNPolicyLearner, by inverse propensity scores on one core.

Usage: obp-policy.py STEPS ROUNDS ITEMS FEATURES BATCH. First prints one line about itself, then for each line read from stdin fits a learner
for as many passes as make STEPS minibatches, and prints its processor milliseconds a minibatch.
"""

import sys
import time

import numpy as np
import obp
import torch
from obp.ope import InverseProbabilityWeighting
from obp.policy import NNPolicyLearner

STEPS, ROUNDS, ITEMS, FEATURES, BATCH = map(int, sys.argv[1:])
PASSES = STEPS * BATCH // ROUNDS

torch.set_num_threads(1)
drawn = np.random.RandomState(1)
rounds = {
    "context": drawn.randn(ROUNDS, FEATURES),
    "action": drawn.randint(ITEMS, size=ROUNDS),
    "reward": (drawn.rand(ROUNDS) < 0.5).astype(float),
    "pscore": np.full(ROUNDS, 1 / ITEMS),
}
print("Open Bandit Pipeline", obp.__version__, "on PyTorch", torch.__version__, "with its own BLAS", flush=True)
for _ in sys.stdin:
    learner = NNPolicyLearner(
        n_actions=ITEMS,
        dim_context=FEATURES,
        off_policy_objective=InverseProbabilityWeighting().estimate_policy_value_tensor,
        hidden_layer_size=(100,),
        batch_size=BATCH,
        learning_rate_init=0.001,
        max_iter=PASSES,
        n_iter_no_change=STEPS,
        random_state=1,
    )
    start = time.process_time()
    learner.fit(**rounds)
    print((time.process_time() - start) / (PASSES * ROUNDS // BATCH) * 1000, flush=True)
