"""Reference values of the verdict's statistics, from SciPy, statsmodels and definitions.

Run: python3 test/golden/verdict.py > test/golden/verdict.json, then prettier on the JSON. Needs python3-scipy and python3-statsmodels.
Ranks and the bootstrap-t are by enumeration of all signs and of all resamples: SciPy's exact ranks know no ties.
"""
import itertools
import json
import platform

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower, TTestPower
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

rows = {
    "close": ([0.512, 0.537, 0.498, 0.551, 0.529], [0.507, 0.521, 0.503, 0.538, 0.522]),
    "apart": ([6.12, 5.98, 6.31, 6.05, 6.22, 6.11], [4.02, 4.51, 3.77, 4.2, 4.4, 3.9]),
    "three": ([1.2, 0.7, 1.9], [0.4, 0.9, 0.8]),
    "ten": (
        [0.31, 0.22, 0.45, 0.28, 0.39, 0.51, 0.12, 0.33, 0.29, 0.4],
        [0.3, 0.25, 0.41, 0.2, 0.31, 0.52, 0.17, 0.21, 0.3, 0.35],
    ),
}
MARGIN = 0.05


def signed_rank(differences):
    """All signs of the differences that are not 0."""
    kept = [d for d in differences if d != 0]
    ranks = stats.rankdata(np.abs(kept))
    seen = sum(r for r, d in zip(ranks, kept) if d > 0)
    sums = [sum(r for r, s in zip(ranks, signs) if s) for signs in itertools.product([0, 1], repeat=len(kept))]
    low = np.mean([s <= seen for s in sums])
    high = np.mean([s >= seen for s in sums])
    return float(min(1, 2 * min(low, high)))


def bootstrap_t(d):
    """All n^n resamples."""
    n, centre, error = len(d), np.mean(d), stats.sem(d)
    found = []
    for resample in itertools.product(d, repeat=n):
        spread = stats.sem(resample)
        if spread > 1e-12:
            found.append((np.mean(resample) - centre) / spread)
    found = np.sort(found)
    at = lambda share: found[min(len(found) - 1, int(share * len(found)))]
    return [float(centre - at(0.975) * error), float(centre - at(0.025) * error)]


out = {}
for name, (a, b) in rows.items():
    d = np.array(a) - np.array(b)
    paired = stats.ttest_rel(a, b)
    welch = stats.ttest_ind(a, b, equal_var=False)
    spread = np.var(a, ddof=1) / len(a) + np.var(b, ddof=1) / len(b)
    half = stats.t.ppf(0.975, welch.df) * np.sqrt(spread) if hasattr(welch, "df") else None
    if half is None:
        u, v = np.var(a, ddof=1) / len(a), np.var(b, ddof=1) / len(b)
        df = (u + v) ** 2 / (u**2 / (len(a) - 1) + v**2 / (len(b) - 1))
        half = stats.t.ppf(0.975, df) * np.sqrt(spread)
    ends = paired.confidence_interval(0.95)
    out[name] = {
        "a": a,
        "b": b,
        "paired": [float(paired.pvalue), float(ends.low), float(ends.high)],
        "welch": [float(welch.pvalue), float(d.mean() - half), float(d.mean() + half)],
        "signedRank": signed_rank(np.round(d, 10)),
        "improvement": float(stats.mannwhitneyu(a, b).statistic / (len(a) * len(b))),
        "equivalencePaired": float(ttost_paired(np.array(a), np.array(b), -MARGIN, MARGIN)[0]),
        "equivalenceWelch": float(ttost_ind(np.array(a), np.array(b), -MARGIN, MARGIN, usevar="unequal")[0]),
        "bootstrapT": bootstrap_t(d) if len(d) <= 5 else None,
    }

tied = [[1, 1, -1, 2, 3], [0, 1, 2, 2, -2, 0.5], [1, 2, 3, 4, 5, -6], [-1, -1, -1]]
ps = [[0.01, 0.04, 0.03], [0.001, 0.2, 0.01, 0.04, 0.04, 0.9]]
power = [
    {"design": design, "effect": effect, "level": level, "n": n, "power": float(kind.power(effect, n, level, alternative="two-sided"))}
    for design, kind in (("paired", TTestPower()), ("independent", TTestIndPower()))
    for effect in (0.3, 0.8, 1.5)
    for level in (0.05, 0.01)
    for n in (3, 8, 25)
]
for one in power:
    if one["design"] == "independent":
        one["power"] = float(TTestIndPower().power(one["effect"], one["n"], one["level"], ratio=1, alternative="two-sided"))
needed = [
    {"design": design, "effect": effect, "n": float(kind.solve_power(effect_size=effect, alpha=0.05, power=0.8, alternative="two-sided"))}
    for design, kind in (("paired", TTestPower()), ("independent", TTestIndPower()))
    for effect in (0.2, 0.5, 1.0, 2.0)
]
# Values by problem and row, larger is better; one tie.
tasks = [[0.9, 0.7, 0.5, 0.6], [0.8, 0.75, 0.4, 0.4], [5.0, 6.0, 1.0, 2.0], [10.0, 9.0, 7.0, 8.0], [0.3, 0.2, 0.1, 0.25]]
scores = [0.0, 0.1, 0.35, 0.4, 0.55, 0.8, 0.9, 1.0, 1.0]
print(
    json.dumps(
        {
            "by": f"SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}, Python {platform.python_version()}",
            "margin": MARGIN,
            "rows": out,
            "tied": [{"differences": d, "p": signed_rank(d)} for d in tied],
            "holm": [{"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in ps],
            "power": power,
            "needed": needed,
            "tasks": tasks,
            "friedmanP": float(stats.friedmanchisquare(*np.array(tasks).T).pvalue),
            "scores": scores,
            "iqm": float(stats.trim_mean(scores, 0.25)),
        }
    )
)
