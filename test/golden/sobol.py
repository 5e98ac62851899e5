"""The first points of the Sobol sequence in twenty dimensions, from SciPy (Joe and Kuo's direction numbers, not scrambled).

Run: python3 test/golden/sobol.py > test/golden/sobol.json, then prettier on the JSON. Needs python3-scipy.
"""
import json

import scipy
from scipy.stats import qmc

points = qmc.Sobol(d=20, scramble=False, bits=32).random(64)
# Whole numbers of 2^-32: exact, and short.
print(json.dumps({"by": f"SciPy {scipy.__version__}", "numerators": [[int(u * 2**32) for u in p] for p in points]}))
