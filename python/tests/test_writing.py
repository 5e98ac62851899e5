"""What Run takes, refuses, and leaves behind."""

import math
import os
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path
from typing import Any

from gumbel_studio import Run, read


class Scalar:
    """A NumPy scalar or a tensor, as far as logging goes."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def item(self) -> Any:
        return self._value


class InFolder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "run.gsrun"


class Ends(InFolder):
    def test_completed(self) -> None:
        with Run("a", seed=3, path=self.path) as run:
            run.log(5, loss=1)
        self.assertEqual(read(self.path).state, "completed")
        self.assertEqual(os.listdir(self.folder), ["run.gsrun"])
        with self.assertRaisesRegex(RuntimeError, r"the run has ended \(completed\)"):
            run.log(6, loss=1)

    def test_failed_with_the_reason_and_the_points(self) -> None:
        with self.assertRaises(ZeroDivisionError), Run("a", path=self.path) as run:
            run.log(0, loss=2.0)
            run.log(1, loss=1 / 0)
        found = read(self.path)
        self.assertEqual((found.state, found.reason), ("failed", "ZeroDivisionError: division by zero"))
        self.assertEqual(list(found.series["loss"].values), [2.0])

    def test_stopped_from_the_keyboard(self) -> None:
        with self.assertRaises(KeyboardInterrupt), Run("a", path=self.path):
            raise KeyboardInterrupt
        self.assertEqual(
            (read(self.path).state, read(self.path).reason), ("stopped", "interrupted from the keyboard")
        )

    def test_exit_codes(self) -> None:
        for code, state in ((0, "stopped"), (3, "failed")):
            with self.assertRaises(SystemExit), Run("a", path=self.path, overwrite=True):
                sys.exit(code)
            self.assertEqual(read(self.path).state, state)

    def test_killed_in_the_middle_leaves_what_was_written_last(self) -> None:
        script = textwrap.dedent(f"""
            import gumbel_studio.writing as writing
            writing._FLUSH_SECONDS = 0
            writing._FLUSH_SHARE = 0
            run = writing.Run("a", path={str(self.path)!r})
            step = 0
            while True:
                run.log(step, loss=step / 2, other=-step)
                step += 1
        """)
        for delay in (0.0, 0.03, 0.2):
            if self.path.exists():
                self.path.unlink()
            child = subprocess.Popen([sys.executable, "-c", script])
            while not self.path.exists():
                time.sleep(0.001)
            time.sleep(delay)
            child.kill()
            child.wait()
            found = read(self.path)
            self.assertEqual(found.state, "running")
            steps, values = found.series.get("loss", ([], []))
            self.assertEqual(list(values), [step / 2 for step in steps])
            self.assertEqual(list(steps), list(range(len(steps))))
            self.assertEqual(len(found.series["other"].steps) if steps else 0, len(steps))


class Points(InFolder):
    def test_bits_survive(self) -> None:
        values = [math.nan, math.inf, -math.inf, -0.0, 5e-324, 1e308, 0.1]
        with Run("a", path=self.path) as run:
            for step, value in enumerate(values):
                run.log(step * step, loss=value)
        steps, found = read(self.path).series["loss"]
        self.assertEqual(list(steps), [0, 1, 4, 9, 16, 25, 36])
        self.assertEqual([value.hex() for value in found], [value.hex() for value in values])

    def test_last_value_that_is_not_finite_is_none(self) -> None:
        with Run("a", path=self.path) as run:
            run.log(0, loss=math.nan, gain=1)
        self.assertEqual(read(self.path).metrics["loss"], None)
        self.assertEqual(read(self.path).metrics["gain"], 1)

    def test_a_million_points_of_two_kinds_of_steps(self) -> None:
        with Run("a", path=self.path) as run:
            for step in range(500_000):
                run.log(step, regular=step * 0.5)
                run.log(step * 3 + step % 2, uneven=-step)
        series = read(self.path).series
        self.assertEqual(list(series["regular"].steps), list(range(500_000)))
        self.assertEqual(list(series["uneven"].steps), [step * 3 + step % 2 for step in range(500_000)])
        self.assertEqual(series["regular"].values[-1], 249_999.5)
        db = sqlite3.connect(self.path)
        kinds = set(
            db.execute("SELECT name, stride IS NULL FROM blocks JOIN series ON series.id = blocks.series")
        )
        db.close()
        self.assertTrue({("regular", 0), ("uneven", 1)} <= kinds)

    def test_scalars_of_libraries(self) -> None:
        with Run("a", path=self.path, seed=Scalar(7)) as run:
            run.log(Scalar(2), loss=Scalar(0.25), count=Scalar(3))
        found = read(self.path)
        self.assertEqual((found.seed, list(found.series["loss"].steps)), (7, [2]))
        self.assertEqual(found.metrics["loss"], 0.25)

    def test_several_calls_of_one_step(self) -> None:
        with Run("a", path=self.path) as run:
            run.log(4, loss=1)
            run.log(4, {"eval.loss": 2})
            run.log(3, early=1)
        self.assertEqual(list(read(self.path).series["eval.loss"].steps), [4])


class Refusals(InFolder):
    def test_points(self) -> None:
        run = Run("a", path=self.path)
        run.log(3, loss=1)
        refused: Any = [
            ((3,), {"loss": 1}, ValueError, "metric loss: step 3 comes after step 3; steps have to grow"),
            ((2,), {"loss": 1}, ValueError, "step 2 comes after step 3"),
            ((4,), {"other": 1, "loss": "x"}, TypeError, r"metric loss: expected a number, got 'x' \(str\)"),
            ((4,), {"loss": None}, TypeError, "metric loss: expected a number, got None"),
            ((4,), {"loss": True}, TypeError, "expected a number, got True"),
            ((4,), {"loss": [1]}, TypeError, "expected a number"),
            ((4,), {"loss": 10**400}, ValueError, "no number that a double can hold"),
            ((-1,), {"loss": 1}, ValueError, "step: expected a whole number from 0"),
            ((1.5,), {"loss": 1}, TypeError, "step: expected a whole number, got 1.5"),
            ((True,), {"loss": 1}, TypeError, "step: expected a whole number, got True"),
            ((4, 0.5), {}, TypeError, r"expected names and numbers as in log\(4, loss=0.5\)"),
            ((4, {"val/loss": 1}), {}, ValueError, "metric 'val/loss': a name is a letter and then"),
            ((4, {3: 1}), {}, TypeError, "metric: expected a name, got 3"),
            ((4,), {"größe": 1}, ValueError, "a name is a letter"),
        ]
        for positional, named, kind, message in refused:
            with self.subTest(message), self.assertRaisesRegex(kind, message):
                run.log(*positional, **named)
        run.close()
        self.assertEqual(set(read(self.path).series), {"loss", "seconds"})

    def test_runs(self) -> None:
        refused: Any = [
            ({"name": 3}, TypeError, "name: expected text"),
            ({"name": "a\nb"}, ValueError, "name: .* control characters"),
            ({"name": "x" * 201}, ValueError, "name: expected 1 to 200 characters, got 201"),
            ({"seed": -1}, ValueError, "seed: expected a whole number from 0"),
            ({"seed": "1"}, TypeError, "seed: expected a whole number, got '1'"),
            ({"direction": "up"}, ValueError, "direction: expected 'maximize' or 'minimize', got 'up'"),
            ({"config": [1]}, TypeError, "config: expected a dict"),
            ({"config": {"a": {"b": math.nan}}}, ValueError, "config.a.b: JSON has no nan"),
            ({"config": {"a": object()}}, TypeError, "config.a: JSON has no <object"),
            ({"config": {"a": 2**60}}, ValueError, "config.a: .* beyond the whole numbers"),
            ({"config": {1: 2}}, TypeError, "config: expected text as key, got 1"),
            ({"config": {"__proto__": 2}}, ValueError, "may not be called __proto__"),
            (
                {"problem": "menu-auction", "metric": "loss"},
                ValueError,
                "metric: a problem of the studio has its own",
            ),
            ({"beside": "x", "group": "g"}, ValueError, "beside: the run joins"),
        ]
        for arguments, kind, message in refused:
            with self.subTest(message), self.assertRaisesRegex(kind, message):
                Run(**{"name": "a", "path": self.path, **arguments})
            self.assertFalse(self.path.exists())

    def test_a_file_that_is_there(self) -> None:
        Run("a", path=self.path).close()
        with self.assertRaisesRegex(
            FileExistsError, "is there already; give another path, or overwrite=True"
        ):
            Run("b", path=self.path)
        Run("b", path=self.path, overwrite=True).close()
        self.assertEqual(read(self.path).name, "b")

    def test_a_folder_that_is_not(self) -> None:
        with self.assertRaisesRegex(OSError, "cannot be written"):
            Run("a", path=self.folder / "none" / "run.gsrun")


class Records(InFolder):
    def record(self, **arguments: Any) -> Any:
        Run(**{"name": "a", "path": self.path, "overwrite": True, **arguments}).close()
        return read(self.path)

    def test_runs_of_a_group_are_of_one_comparison(self) -> None:
        one, two, other = (
            self.record(name=name, group=group) for name, group in (("a", "g"), ("b", "g"), ("a", "h"))
        )
        self.assertEqual(one.comparison["id"], two.comparison["id"])
        self.assertNotEqual(one.comparison["id"], other.comparison["id"])
        self.assertNotEqual(one.run["id"], two.run["id"])
        self.assertNotEqual(self.record().comparison["id"], self.record().comparison["id"])

    def test_only_what_the_script_calls_paired_is(self) -> None:
        def task(**arguments: Any) -> str:
            return str(self.record(**{"group": "g", **arguments}).run["pairing"]["task"])

        self.assertNotEqual(task(), task())
        self.assertEqual(task(paired=True), task(paired=True, name="b", settings={"k": 1}))
        for different in ({"seed": 1}, {"config": {"lr": 1}}, {"group": "h"}):
            self.assertNotEqual(task(paired=True), task(paired=True, **different))

    def test_names_of_any_alphabet(self) -> None:
        names = ("Entspannung τ=0.5", "Entspannung τ=0.7", "緩和", "🎲" * 100, "plain_name-1.5")
        found = [self.record(name=name) for name in names]
        self.assertEqual(len({run.name for run in found}), len(names))
        for run in found:
            self.assertRegex(run.name, r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
        self.assertEqual(found[0].title, "Entspannung τ=0.5, seed 0")
        self.assertEqual(found[-1].name, "plain_name-1.5")

    def test_what_is_judged(self) -> None:
        def judged(logged: Any, **arguments: Any) -> Any:
            with Run("a", path=self.path, overwrite=True, **arguments) as run:
                run.log(0, logged)
            told = read(self.path).comparison["elsewhere"]["problem"]
            return told and (told["metric"], told["direction"])

        self.assertEqual(judged({"loss": 1, "revenue": 2}), ("loss", "minimize"))
        self.assertEqual(judged({"revenue": 2, "loss": 1}), ("revenue", "maximize"))
        self.assertEqual(judged({"valNLL": 2, "val_nll": 1}, metric="val_nll"), ("val_nll", "minimize"))
        self.assertEqual(judged({"loss": 1}, metric="gain", direction="minimize"), ("gain", "minimize"))
        self.assertEqual(judged({}), None)
        self.assertEqual(judged({"loss": 1}, problem="menu-auction"), None)

    def test_config_of_plain_values(self) -> None:
        class Listed:
            def tolist(self) -> Any:
                return [1, 2.5]

        config = self.record(config={"a": (1, None), "b": Listed(), "c": Path("x"), "ü": "ß\u2028"}).config
        self.assertEqual(config, {"a": [1, None], "b": [1, 2.5], "c": "x", "ü": "ß\u2028"})

    def test_usual_path(self) -> None:
        before = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, before)
        run = Run("a/b: c", seed=2, group="g h")
        run.close()
        self.assertEqual(os.listdir(self.folder), ["g-h-a-b-c-2.gsrun"])


if __name__ == "__main__":
    unittest.main()
