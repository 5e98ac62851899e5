"""The two JSON records of a run file: the run, and the comparison that it belongs to (src/shared/run.ts)."""

import hashlib
import os
import platform
import re
import secrets
import sys
import unicodedata
from typing import Any, Dict, List, Mapping, Optional

from .values import json_text
from .version import __version__

#: In the settings of every run of this package, so that the studio mixes it with none of its own.
MADE_IN = "madeIn"
_BACKEND = "cpu"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
#: Words in the name of a metric of which less is better, unless the script says otherwise.
_COSTS = {
    "loss",
    "nll",
    "nelbo",
    "kl",
    "error",
    "err",
    "mse",
    "rmse",
    "mae",
    "regret",
    "perplexity",
    "ppl",
    "cost",
    "bits",
}

JsonObject = Dict[str, Any]


def identifier(name: str) -> str:
    """The name as the studio's ids are written; a digest tells names apart of which letters are lost."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", plain).strip("-._")
    if plain == name and len(plain) <= 48:
        return plain
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{plain[:48].rstrip('-._')}-{digest}" if plain else f"x-{digest}"


def assumed_direction(metric: str) -> str:
    """``minimize`` for what sounds like a loss, else ``maximize``."""
    words = re.split(r"[^a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", metric).lower())
    return "minimize" if _COSTS.intersection(words) else "maximize"


def described(label: str, metric: str, direction: str, labels: Mapping[str, str]) -> JsonObject:
    """What the script says of a problem of its own (src/shared/elsewhere.ts)."""
    return {"label": label, "direction": direction, "metric": metric, "labels": dict(labels)}


def comparison_record(
    own_id: str, name: str, problem: str, group: Optional[str], told: Optional[JsonObject], created_at: int
) -> JsonObject:
    """The comparison of a run. ``told``: what its script says of the problem; None: nothing yet, or it is the studio's."""
    plan = None if told is None else {"metric": told["metric"], "step": None, "test": "t", "margin": None}
    return {
        "id": own_id,
        "name": name,
        "problem": problem,
        "preset": None,
        "backend": _BACKEND,
        "baselines": None,
        "variantBaselines": [],
        "exact": [],
        "verdict": plan,
        "elsewhere": {"group": group, "problem": told},
        "createdAt": created_at,
    }


def comparison_id(problem: str, group: Optional[str]) -> str:
    """Of a group the same in every file; without a group, of one run alone."""
    return random_id(8) if group is None else f"g{_digest(['group', problem, group])[:15]}"


def run_id(comparison: str) -> str:
    """An id that no other run has; the studio's own end in a number."""
    return f"{comparison[:50]}-{random_id(10)}"


def random_id(length: int) -> str:
    """Digits and small letters, a letter first."""
    return secrets.choice(_ALPHABET[10:]) + "".join(secrets.choice(_ALPHABET) for _ in range(length - 1))


def pairing(run: str, shared: Optional[List[Any]]) -> JsonObject:
    """What the seed determined. ``shared``: equal for runs that had the same; None: for this run alone, as far as is known."""
    return {"task": _digest(["run", run] if shared is None else ["seed", *shared])[:16], "weights": {}}


def environment() -> Dict[str, str]:
    """Where the script runs. The version of a framework is told if the script has imported it."""
    backend, version, device = "python", platform.python_version(), "not reported"
    for framework in ("torch", "jax", "tensorflow", "numpy"):
        module = sys.modules.get(framework)
        found = getattr(module, "__version__", None)
        if found is not None:
            backend, version = framework, str(found)
            break
    return {
        "studioVersion": f"gumbel_studio for Python {__version__}",
        "node": f"Python {platform.python_version()}",
        "platform": sys.platform,
        "arch": platform.machine() or "not reported",
        "cpu": platform.processor() or f"{os.cpu_count() or 1} cores",
        "backend": backend,
        "backendVersion": version,
        "device": device,
    }


def spec(problem: str, config: JsonObject, estimator: str, settings: JsonObject, seed: int) -> JsonObject:
    """What determines the run's numbers, as far as the script says."""
    return {
        "problem": problem,
        "config": config,
        "estimator": estimator,
        "settings": {**settings, MADE_IN: "python"},
        "seed": seed,
        "backend": _BACKEND,
    }


def _digest(parts: List[Any]) -> str:
    return hashlib.sha256(json_text(parts).encode()).hexdigest()
