"""``Run``: a run file from a training loop of your own."""

import os
import re
import sqlite3
import time
import warnings
from types import TracebackType
from typing import Any, Dict, Mapping, Optional, Type, Union

from . import records
from .columns import Column, write_file
from .layout import MOST_RECORD_BYTES, assert_sqlite
from .reading import read
from .signs import give_signs
from .values import (
    MOST_STEP,
    checked_config,
    checked_identifier,
    checked_name,
    checked_number,
    checked_series_name,
    checked_whole,
    json_text,
)

#: Seconds between two writings of the file, at least.
_FLUSH_SECONDS = 2.0
#: And at least so many times as long as the last writing took: logging costs a script 5 % of its time at most.
_FLUSH_SHARE = 20
_MOST_SERIES = 10_000
_SECONDS = "seconds"


class Run:
    """A run of a script, in a file that Gumbel Studio opens like one of its own.

    >>> with Run("my-relax", config={"lr": 0.01}, seed=3, group="relaxations") as run:
    ...     for step in range(1000):
    ...         run.log(step, loss=train(step))

    The file is there from the beginning, and is written anew every few seconds, each time whole or not at all: a script
    that is killed leaves what was written last. At the end of ``with`` the run is ``completed``; an exception makes it
    ``failed`` with that reason (a verdict counts it as the worst), KeyboardInterrupt ``stopped``.

    ``name``: what was compared, as an estimator is. ``config``: JSON values, the same for all that is to stand beside each
    other. ``settings``: what is of this name alone. ``seed``: a whole number. ``group``: runs of one group are one comparison,
    however many files they come in. ``path``: the file; ``<group>-<name>-<seed>.gsrun`` in the working folder unless given.

    What is judged: ``metric`` (the first one that is logged unless given) and ``direction``, ``maximize`` or ``minimize``
    (unless given, ``minimize`` where the metric is called loss, nll, error, regret or the like). ``labels``: names of metrics as
    people read them. ``task``: what the problem is called; the group's name unless given. ``problem`` instead: the id of a
    problem of the studio, such as ``menu-auction``, whose metrics the script logs by their names. ``beside``: a run file of
    the studio, whose comparison (and config, unless given) the run joins.

    ``paired``: the script says that runs of one group, config and seed had the same data, minibatches and initial weights;
    verdicts then compare them seed by seed. Otherwise they are independent samples (Welch). ``steps``: how many are planned.
    ``overwrite``: put the file in the place of one that is there.

    Raises TypeError or ValueError (one sentence each), FileExistsError, OSError if the file cannot be written, RuntimeError if
    Python's SQLite is too old.
    """

    def __init__(
        self,
        name: str,
        config: Optional[Mapping[str, Any]] = None,
        seed: int = 0,
        group: Optional[str] = None,
        path: Union[str, "os.PathLike[str]", None] = None,
        *,
        settings: Optional[Mapping[str, Any]] = None,
        metric: Optional[str] = None,
        direction: Optional[str] = None,
        labels: Optional[Mapping[str, str]] = None,
        task: Optional[str] = None,
        problem: Optional[str] = None,
        beside: Union[str, "os.PathLike[str]", None] = None,
        paired: bool = False,
        steps: Optional[int] = None,
        overwrite: bool = False,
    ) -> None:
        assert_sqlite()
        self._name = checked_name(name, "name")
        self._group = None if group is None else checked_name(group, "group")
        seed = checked_whole(seed, "seed")
        self._planned = 0 if steps is None else checked_whole(steps, "steps")
        self._metric = None if metric is None else checked_series_name(metric)
        if direction not in (None, "maximize", "minimize"):
            raise ValueError(f"direction: expected 'maximize' or 'minimize', got {direction!r}")
        self._direction = direction
        self._labels = {
            checked_series_name(key): checked_name(label, f"labels.{key}")
            for key, label in (labels or {}).items()
        }
        self._task = checked_name(self._group or self._name if task is None else task, "task")
        of_own = {"metric": metric, "direction": direction, "labels": labels, "task": task}
        own = [word for word, given in of_own.items() if given is not None]
        if own and (problem is not None or beside is not None):
            raise ValueError(
                f"{own[0]}: a problem of the studio has its own; leave it out, or leave out problem and beside"
            )
        if beside is not None and (group is not None or problem is not None):
            raise ValueError("beside: the run joins the comparison of that file; leave out group and problem")

        self._created_at = int(time.time() * 1000)
        #: The comparison of the studio that the run joins.
        self._joined: Optional[Dict[str, Any]] = None
        if beside is not None:
            other = read(beside)
            self._joined = other.comparison
            config = other.config if config is None else config
        self._own = problem is None and beside is None
        if self._joined is not None:
            self._problem = str(self._joined["problem"])
        elif problem is not None:
            self._problem = checked_identifier(problem, "problem")
        else:
            self._problem = f"python.{records.identifier(self._task)}"
        plain = checked_config(config, "config")
        estimator = records.identifier(self._name)
        self._spec = records.spec(self._problem, plain, estimator, checked_config(settings, "settings"), seed)
        joined = self._joined
        of_group = records.comparison_id(self._problem, self._group)
        self._comparison_id = of_group if joined is None else str(joined["id"])
        self._id = records.run_id(self._comparison_id)
        self._pairing = records.pairing(
            self._id, [self._group, self._problem, plain, seed] if paired else None
        )
        if len(json_text(self._spec)) > MOST_RECORD_BYTES // 2:
            raise ValueError(
                f"config: longer than the {MOST_RECORD_BYTES // 2} bytes that a run file has room for"
            )

        self._columns: Dict[str, Column] = {}
        self._began = time.monotonic()
        self._state, self._reason = "running", ""
        self._warned = False
        self._path = os.path.abspath(os.fspath(path) if path is not None else self._usual_path())
        if os.path.exists(self._path) and not overwrite:
            raise FileExistsError(f"{self._path} is there already; give another path, or overwrite=True")
        self.flush()
        self._silence = give_signs(self, self._path)

    @property
    def path(self) -> str:
        """Of the file, absolute."""
        return self._path

    @property
    def state(self) -> str:
        """``running``, ``completed``, ``stopped`` or ``failed``."""
        return self._state

    def log(self, step: int, values: Optional[Mapping[str, Any]] = None, /, **more: Any) -> None:
        """Values of metrics at a step, by name: numbers, or whatever holds one (a NumPy scalar, a tensor of one number).

        NaN and infinities are kept. The steps of each metric grow; several calls may share one step. Of a call that is refused,
        nothing is taken. Raises TypeError, ValueError, RuntimeError after the end of the run.
        """
        if self._state != "running":
            raise RuntimeError(f"the run has ended ({self._state}); log before the end of its with statement")
        if type(step) is not int or not 0 <= step <= MOST_STEP:
            step = checked_whole(step, "step")
        if values is not None and not isinstance(values, Mapping):
            raise TypeError(f"values: expected names and numbers as in log({step}, loss=0.5), got {values!r}")
        numbers = {}
        columns = self._columns
        for name, value in ({**values, **more} if values else more).items():
            column = columns.get(name)
            if column is None:
                checked_series_name(name)
            elif step <= column.last:
                raise ValueError(
                    f"metric {name}: step {step} comes after step {column.last}; steps have to grow"
                )
            numbers[name] = value if type(value) is float else checked_number(value, name)
        if len(columns) + len(numbers) > _MOST_SERIES:
            raise ValueError(f"more than {_MOST_SERIES} metrics")
        now = time.monotonic()
        if _SECONDS not in numbers:
            timed = columns.get(_SECONDS)
            if timed is None or step > timed.last:
                numbers[_SECONDS] = now - self._began
        for name, number in numbers.items():
            column = columns.get(name)
            if column is None:
                column = columns[name] = Column()
            column.append(step, number)
        if now >= self._due:
            self._flush_or_warn()

    def flush(self) -> None:
        """Writes the file now. Raises OSError; the file is then as it was."""
        began = time.monotonic()
        comparison = json_text(self._comparison())
        try:
            write_file(self._path, json_text(self._record()), comparison, self._columns)
        except sqlite3.Error as error:
            raise OSError(f"{self._path} cannot be written: {error}") from error
        finally:
            now = time.monotonic()
            self._due = now + max(_FLUSH_SECONDS, _FLUSH_SHARE * (now - began))

    def close(self, state: str = "completed", reason: str = "") -> None:
        """Ends the run: ``completed``, ``stopped`` or ``failed``, and why. A second call does nothing.

        Raises ValueError, OSError.
        """
        if state not in ("completed", "stopped", "failed"):
            raise ValueError(f"state: expected 'completed', 'stopped' or 'failed', got {state!r}")
        if self._state != "running":
            return
        self._state, self._reason = state, reason[:10_000]
        self._silence()
        self.flush()

    def __enter__(self) -> "Run":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        _traceback: Optional[TracebackType],
    ) -> None:
        if kind is None:
            self.close()
        elif issubclass(kind, KeyboardInterrupt):
            self.close("stopped", "interrupted from the keyboard")
        elif issubclass(kind, SystemExit) and getattr(error, "code", None) in (None, 0):
            self.close("stopped", "the script ended before the run did")
        else:
            said = str(error).strip()
            self.close("failed", f"{kind.__name__}: {said}" if said else kind.__name__)

    def _usual_path(self) -> str:
        parts = [*([] if self._group is None else [self._group]), self._name, str(self._spec["seed"])]
        return re.sub(r'[\s/\\:*?"<>|]+', "-", "-".join(parts))[:80].strip(".-") + ".gsrun"

    def _flush_or_warn(self) -> None:
        """A disk that is full is no reason to end a training: the file is tried again later, and for certain at the end."""
        try:
            self.flush()
        except OSError as error:
            if not self._warned:
                warnings.warn(f"{error}; it is tried again", RuntimeWarning, stacklevel=3)
            self._warned = True

    def _comparison(self) -> Dict[str, Any]:
        if self._joined is not None:
            return self._joined
        name = self._group or self._name
        told = self._told()
        return records.comparison_record(
            self._comparison_id, name, self._problem, self._group, told, self._created_at
        )

    def _told(self) -> Optional[Dict[str, Any]]:
        """What the script says of its own problem; None while nothing says by what it is judged."""
        if not self._own:
            return None
        if self._metric is None:
            self._metric = next((name for name in self._columns if name != _SECONDS), None)
        if self._metric is None:
            return None
        direction = self._direction or records.assumed_direction(self._metric)
        return records.described(self._task, self._metric, direction, self._labels)

    def _record(self) -> Dict[str, Any]:
        ended = self._state != "running"
        lasts = {name: column.values[-1] for name, column in self._columns.items()}
        finite = {name: value if value - value == 0 else None for name, value in lasts.items()}
        step = max((column.last for column in self._columns.values()), default=0)
        seconds = time.monotonic() - self._began
        now = int(time.time() * 1000)
        return {
            "id": self._id,
            "comparison": self._comparison_id,
            "name": f"{self._name[:80]}, seed {self._spec['seed']}",
            "spec": self._spec,
            "state": self._state,
            "reason": self._reason,
            "step": step,
            "steps": max(step, self._planned),
            "seconds": seconds,
            "stepsPerSecond": step / seconds if seconds > 0 else 0,
            "evaluations": 0,
            "metrics": finite,
            "environment": records.environment(),
            "createdAt": self._created_at,
            "startedAt": self._created_at,
            "endedAt": max(now, self._created_at) if ended else None,
            "notes": "",
            "tags": [],
            "archivedAt": None,
            "parent": None,
            "variant": None,
            "pairing": self._pairing,
        }
