"""Run files of Gumbel Studio, written and read by Python scripts. Needs nothing but the standard library.

``Run`` writes what a training loop of your own measures into a ``.gsrun`` file, which the studio imports, shows, compares
and judges like a run of its own. ``read`` reads any run file, those of the studio too.
"""

from .reading import RunFileError, RunFile, Series, Tensor, read
from .version import __version__
from .writing import Run

__all__ = ["Run", "RunFile", "RunFileError", "Series", "Tensor", "read", "__version__"]
