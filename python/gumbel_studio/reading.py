"""``read``: run files of any origin, checked against their checksum."""

import json
import os
import sqlite3
from array import array
from dataclasses import dataclass
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union
from urllib.parse import quote

from .layout import (
    APPLICATION_ID,
    VERSION_PLAIN,
    VERSION_WITH_PICTURES,
    ContentDigest,
    assert_sqlite,
    to_column,
)


class RunFileError(Exception):
    """A file that is no whole run file; one sentence with the path and the reason."""


class Series(NamedTuple):
    """Points of one series in step order."""

    #: Whole numbers, ``array('q')``.
    steps: array
    #: Doubles, ``array('d')``, NaN and infinities among them.
    values: array


class Tensor(NamedTuple):
    """A final parameter."""

    shape: Tuple[int, ...]
    #: 32-bit floats, row-major, ``array('f')``.
    values: array


@dataclass(frozen=True)
class RunFile:
    """All of a run but its pictures."""

    #: Records of run and comparison, as JSON has them (src/shared/run.ts).
    run: Dict[str, Any]
    comparison: Dict[str, Any]
    series: Dict[str, Series]
    #: Final parameters; runs of scripts have none.
    parameters: Dict[str, Tensor]

    @property
    def name(self) -> str:
        """What was compared: the estimator, or the name that a script gave."""
        return str(self.run["spec"]["estimator"])

    @property
    def title(self) -> str:
        """The run's own name, as lists show it."""
        return str(self.run["name"])

    @property
    def problem(self) -> str:
        return str(self.run["spec"]["problem"])

    @property
    def config(self) -> Dict[str, Any]:
        return dict(self.run["spec"]["config"])

    @property
    def settings(self) -> Dict[str, Any]:
        """Those of the estimator."""
        return dict(self.run["spec"]["settings"])

    @property
    def seed(self) -> int:
        return int(self.run["spec"]["seed"])

    @property
    def state(self) -> str:
        """``completed``, ``stopped``, ``failed``, ``interrupted``; ``running`` of a run that was being written."""
        return str(self.run["state"])

    @property
    def reason(self) -> str:
        """Why the run is in its state; empty where the state says it all."""
        return str(self.run["reason"])

    @property
    def group(self) -> Optional[str]:
        """Of a run of a script; None: a studio trained it, or it has none."""
        return (self.comparison.get("elsewhere") or {}).get("group")

    @property
    def metrics(self) -> Dict[str, Optional[float]]:
        """Last values by name; None: not finite."""
        return dict(self.run["metrics"])

    def to_numpy(self) -> Dict[str, Tuple[Any, Any]]:
        """Steps (int64) and values (float64) of each series as NumPy arrays. Raises ModuleNotFoundError without NumPy."""
        try:
            import numpy
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "to_numpy needs NumPy: pip install numpy; series has the same numbers"
            ) from error
        return {
            name: (numpy.array(steps, dtype=numpy.int64), numpy.array(values, dtype=numpy.float64))
            for name, (steps, values) in self.series.items()
        }

    def to_pandas(self) -> Any:
        """A DataFrame with a column per series, by step; NaN where a series has no point.

        Raises ModuleNotFoundError without pandas.
        """
        try:
            import pandas
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "to_pandas needs pandas: pip install pandas; series has the same numbers"
            ) from error
        columns = {
            name: pandas.Series(list(values), index=list(steps), dtype="float64")
            for name, (steps, values) in self.series.items()
        }
        table = pandas.DataFrame(columns)
        table.index.name = "step"
        return table


def read(path: Union[str, "os.PathLike[str]"]) -> RunFile:
    """A run file of the studio or of a script. The file is not changed.

    Raises FileNotFoundError, RunFileError (not a run file, damaged, of a newer studio), RuntimeError if Python's SQLite is
    too old.
    """
    assert_sqlite()
    file = os.path.abspath(os.fspath(path))
    if not os.path.isfile(file):
        raise FileNotFoundError(f"{file}: there is no such file")
    try:
        db = sqlite3.connect(f"file:{quote(file)}?mode=ro", uri=True)
        try:
            return _read(db)
        finally:
            db.close()
    except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
        raise RunFileError(f"{file} cannot be read as a run file: {error}") from error


def _read(db: sqlite3.Connection) -> RunFile:
    db.execute("PRAGMA trusted_schema = OFF")
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise ValueError("it is a database of another program")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if not VERSION_PLAIN <= version <= VERSION_WITH_PICTURES:
        raise ValueError(
            f"its format is {version}, and this package knows up to {VERSION_WITH_PICTURES}; update gumbel_studio"
        )
    texts = dict(db.execute("SELECT kind, json FROM records"))
    if set(texts) != {"run", "comparison"}:
        raise ValueError("its records are not one comparison and one run")
    columns = {
        name: _columns(db, number, name, count)
        for number, name, count in db.execute("SELECT id, name, count FROM series ORDER BY id").fetchall()
    }
    digest = ContentDigest(texts["run"], texts["comparison"])
    for name in sorted(columns):
        digest.add_series(name, *columns[name])
    parameters = _parameters(db, digest)
    if version == VERSION_WITH_PICTURES:
        _add_pictures(db, digest)
    stored = db.execute("SELECT sha256 FROM content").fetchall()
    if stored != [(digest.value(),)]:
        raise ValueError("it is damaged (its content does not match its checksum)")
    return RunFile(
        run=json.loads(texts["run"]),
        comparison=json.loads(texts["comparison"]),
        series={
            name: Series(array("q", map(int, steps)), values) for name, (steps, values) in columns.items()
        },
        parameters=parameters,
    )


def _columns(db: sqlite3.Connection, number: int, name: str, declared: int) -> Tuple[array, array]:
    """Steps and values of a series as doubles, from blocks of either kind: with one stride, or with every step."""
    steps, values = array("d"), array("d")
    blocks = db.execute(
        "SELECT first_step, count, stride, step_data, value_data FROM blocks WHERE series = ? ORDER BY first_step",
        (number,),
    )
    for first, count, stride, step_data, value_data in blocks:
        own = (
            array("d", range(first, first + stride * count, stride))
            if step_data is None
            else to_column("d", step_data)
        )
        if len(own) != count or len(value_data) != 8 * count:
            raise ValueError(f"series {name} has a block whose length is not the declared one")
        steps.extend(own)
        values.extend(to_column("d", value_data))
    if len(steps) != declared:
        raise ValueError(f"series {name} does not have the {declared} points that it declares")
    return steps, values


def _parameters(db: sqlite3.Connection, digest: ContentDigest) -> Dict[str, Tensor]:
    found = {}
    for name, shape, data in db.execute("SELECT name, shape, data FROM parameters ORDER BY id"):
        sizes: List[int] = json.loads(shape)
        digest.add(name.encode())
        digest.add(json.dumps(sizes, separators=(",", ":")).encode())
        digest.add(data)
        found[name] = Tensor(tuple(sizes), to_column("f", data))
    return found


def _add_pictures(db: sqlite3.Connection, digest: ContentDigest) -> None:
    for (data,) in db.execute("SELECT data FROM picture_contents ORDER BY id"):
        digest.add(data)
    for name, step, content in db.execute("SELECT name, step, content FROM pictures ORDER BY name, step"):
        digest.add(f"{name} {step} {content}".encode())
