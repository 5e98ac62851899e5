"""Reading what is whole, and refusing what is not."""

import importlib.util
import sqlite3
import unittest
from typing import Any

from gumbel_studio import Run, RunFileError, read

from .test_writing import InFolder


class Reading(InFolder):
    def setUp(self) -> None:
        super().setUp()
        with Run("a", config={"lr": 0.5}, seed=2, group="g", path=self.path) as run:
            for step in range(10):
                run.log(step, loss=step / 3)
            run.log(20, late=1)

    def refuse(self, change: str, message: str) -> None:
        db = sqlite3.connect(self.path)
        db.executescript(change)
        db.close()
        with self.assertRaisesRegex(RunFileError, message):
            read(self.path)

    def test_facts(self) -> None:
        run = read(self.path)
        self.assertEqual((run.name, run.seed, run.group, run.config), ("a", 2, "g", {"lr": 0.5}))
        self.assertEqual(run.problem, "python.g")
        self.assertEqual(run.series["loss"].steps.typecode, "q")
        self.assertEqual(run.series["loss"].values.typecode, "d")
        self.assertEqual(run.parameters, {})

    def test_damage(self) -> None:
        self.refuse(
            "UPDATE records SET json = replace(json, '0.5', '0.6')", "its content does not match its checksum"
        )

    def test_lengths(self) -> None:
        self.refuse("UPDATE series SET count = 11 WHERE name = 'loss'", "does not have the 11 points")

    def test_newer(self) -> None:
        self.refuse(
            "PRAGMA user_version = 9", "its format is 9, and this package knows up to 2; update gumbel_studio"
        )

    def test_other_database(self) -> None:
        self.refuse("PRAGMA application_id = 1", "a database of another program")

    def test_other_files(self) -> None:
        for content, message in ((b"", "another program"), (b"text" * 200, "cannot be read as a run file")):
            self.path.write_bytes(content)
            with self.assertRaisesRegex(RunFileError, message):
                read(self.path)
        with self.assertRaisesRegex(FileNotFoundError, "there is no such file"):
            read(self.folder / "none.gsrun")

    def test_numpy(self) -> None:
        run = read(self.path)
        if importlib.util.find_spec("numpy") is None:
            with self.assertRaisesRegex(ModuleNotFoundError, "to_numpy needs NumPy"):
                run.to_numpy()
            return
        steps, values = run.to_numpy()["loss"]
        self.assertEqual((str(steps.dtype), str(values.dtype)), ("int64", "float64"))
        self.assertEqual(values.tolist(), list(run.series["loss"].values))

    def test_pandas(self) -> None:
        run = read(self.path)
        if importlib.util.find_spec("pandas") is None:
            with self.assertRaisesRegex(ModuleNotFoundError, "to_pandas needs pandas"):
                run.to_pandas()
            return
        table: Any = run.to_pandas()
        self.assertEqual(table.index.name, "step")
        self.assertEqual(table["late"].dropna().to_dict(), {20: 1.0})


if __name__ == "__main__":
    unittest.main()
