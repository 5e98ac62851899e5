"""Runs for the integration test of the studio: ``python -m tests.groups <what> <folder> [<run file of the studio>]``."""

import math
import random
import sys
from pathlib import Path

from gumbel_studio import Run, read

ODD = [0.1, math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308]


def group(folder: Path, paired: bool) -> None:
    """Two names x four seeds; what a seed gives both is far more than what they differ in."""
    name = "paired" if paired else "independent"
    for offset, method in ((0.0, "baseline"), (0.5, "Entspannung τ")):
        for seed in range(1, 5):
            with Run(
                method,
                config={"lr": 0.1, "layers": [8, 8]},
                seed=seed,
                group=name,
                path=folder / f"{name}-{offset}-{seed}.gsrun",
                metric="revenue",
                direction="maximize",
                labels={"revenue": "Hard revenue"},
                paired=paired,
            ) as run:
                luck = random.Random(seed).gauss(0, 5)
                noise = random.Random(f"{method}{seed}").gauss(0, 0.05)
                for step in range(0, 100, 10):
                    run.log(step, loss=100 - step, revenue=luck + offset + noise + step / 100)


def failed(folder: Path) -> None:
    """A fifth seed that ended before it measured anything, of the group without words on what is judged."""
    try:
        with Run("baseline", group="first logged", seed=1, path=folder / "failed.gsrun"):
            raise RuntimeError("out of memory")
    except RuntimeError:
        pass
    for method in ("baseline", "other"):
        with Run(method, group="first logged", seed=2, path=folder / f"first-{method}.gsrun") as run:
            run.log(0, nll=len(method))
    with Run("third", group="first logged", seed=2, path=folder / "other-metric.gsrun") as run:
        run.log(0, accuracy=1)


def beside(folder: Path, file: str) -> None:
    """Three seeds of a method of its own in a comparison of the studio."""
    for seed in range(1, 4):
        with Run("own-loop", beside=file, seed=seed, path=folder / f"beside-{seed}.gsrun") as run:
            for step in range(5):
                run.log(step, expectedValue=1 + seed / 100 - step / 50)


def long(folder: Path) -> None:
    """Every kind of block: long and even, long and uneven, odd values, one point."""
    with Run("long", seed=9, path=folder / "long.gsrun") as run:
        for step in range(70_000):
            run.log(2 * step, even=math.sin(step))
            run.log(3 * step + step % 2, uneven=1 / (step + 1))
        for step, value in enumerate(ODD):
            run.log(step * step, odd=value)
        run.log(2**53 - 1, late=1)


def alike(folder: Path, other: str) -> None:
    """Whether ``long.gsrun`` and a file that the studio made of it hold the same bits."""
    one, two = read(folder / "long.gsrun"), read(other)
    assert set(one.series) == set(two.series), (set(one.series), set(two.series))
    for name, (steps, values) in one.series.items():
        assert steps == two.series[name].steps, name
        assert values.tobytes() == two.series[name].values.tobytes(), name
    assert (one.run["id"], one.config, one.seed, one.settings) == (
        two.run["id"],
        two.config,
        two.seed,
        two.settings,
    )
    print("alike")


def summary(file: str) -> None:
    """What Python finds in a run file of the studio, as lines of text."""
    run = read(file)
    print(run.name, run.problem, run.seed, run.state, run.group)
    for name, (steps, values) in sorted(run.series.items()):
        print(name, len(steps), steps[-1], values[-1].hex())
    for name, (shape, numbers) in run.parameters.items():
        print(name, list(shape), len(numbers))


if __name__ == "__main__":
    what, first, *rest = sys.argv[1:]
    if what in ("paired", "independent"):
        group(Path(first), what == "paired")
    elif what == "summary":
        summary(first)
    else:
        {"failed": failed, "beside": beside, "long": long, "alike": alike}[what](Path(first), *rest)
