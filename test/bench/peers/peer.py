"""What the peers written in Python share: the line that each prints about itself, and the blocks of steps it takes in turn with others."""

import re
import sys
import time


def _libraries(pattern):
    with open("/proc/self/maps") as maps:
        files = {line.split("/")[-1].strip() for line in maps}
    return sorted(file for file in files if re.match(pattern, file))


def numpy_blas():
    """Libraries that NumPy computes products with, one of its own among them."""
    return ", ".join(_libraries(r"lib(scipy_)?(open)?blas|libmkl|libblis")) or "its own BLAS"


def torch_blas():
    """Libraries that PyTorch computes products with; NumPy's own and those for a GPU are none of them."""
    import torch

    shared = _libraries(r"lib(open)?blas|libmkl|libblis")
    built = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    return ", ".join(shared) or f"its own BLAS ({built[1] if built else 'unknown'})"


def serve(about, step, steps):
    """Takes a first step, prints `about()`, then for each line of stdin a block of steps: processor milliseconds a step, and the last value."""
    step()
    print(about(), flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        for _ in range(steps):
            value = step()
        print((time.process_time() - start) / steps * 1000, value.item(), flush=True)
