"""The points of a run while it is measured, and how they are put into a file."""

import os
import sqlite3
from array import array
from typing import Dict, List, Optional, Tuple

from .layout import APPLICATION_ID, BLOCK_LENGTH, SCHEMA, VERSION_PLAIN, ContentDigest, to_bytes


class Column:
    """Steps and values of one series, both as doubles: so a file has them, and a double holds any step below 2^53."""

    __slots__ = ("steps", "values", "last", "_strides")

    def __init__(self) -> None:
        self.steps = array("d")
        self.values = array("d")
        self.last = -1
        #: Of full blocks, which do not change any more.
        self._strides: List[Optional[int]] = []

    def append(self, step: int, value: float) -> None:
        self.steps.append(step)
        self.values.append(value)
        self.last = step

    def blocks(self) -> List[Tuple[int, int, Optional[int], Optional[bytes], bytes]]:
        """First step, count, stride, steps (None if they have one stride) and values of each block."""
        rows = []
        for number, start in enumerate(range(0, len(self.steps), BLOCK_LENGTH)):
            steps = self.steps[start : start + BLOCK_LENGTH]
            values = self.values[start : start + BLOCK_LENGTH]
            stride = self._strides[number] if number < len(self._strides) else stride_of(steps)
            if len(steps) == BLOCK_LENGTH and number == len(self._strides):
                self._strides.append(stride)
            rows.append(
                (
                    int(steps[0]),
                    len(steps),
                    stride,
                    to_bytes(steps) if stride is None else None,
                    to_bytes(values),
                )
            )
        return rows


def stride_of(steps: array) -> Optional[int]:
    """The one distance between neighbours; None if there are several. One step alone has 1."""
    if len(steps) < 2:
        return 1
    first, stride = int(steps[0]), int(steps[1]) - int(steps[0])
    regular = array("d", range(first, first + stride * len(steps), stride))
    return stride if regular == steps else None


def write_file(path: str, run: str, comparison: str, columns: Dict[str, Column]) -> None:
    """Puts a whole run file in the place of an older one at once: whoever opens the path finds the old or the new one.

    Raises OSError, or sqlite3.Error (a full disk); the older file is then as it was.
    """
    temporary = f"{path}.writing"
    try:
        if os.path.exists(temporary):
            os.unlink(temporary)
        _fill(temporary, run, comparison, columns)
        descriptor = os.open(temporary, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _fill(path: str, run: str, comparison: str, columns: Dict[str, Column]) -> None:
    measured = {name: column for name, column in columns.items() if len(column.steps) > 0}
    db = sqlite3.connect(path, isolation_level=None)
    try:
        # Nobody knows of this file before it is whole.
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION_PLAIN}")
        db.executescript(SCHEMA)
        db.execute("BEGIN")
        db.executemany("INSERT INTO records VALUES (?, ?)", [("comparison", comparison), ("run", run)])
        for number, (name, column) in enumerate(measured.items(), 1):
            db.execute("INSERT INTO series VALUES (?, ?, ?)", (number, name, len(column.steps)))
            db.executemany(f"INSERT INTO blocks VALUES ({number}, ?, ?, ?, ?, ?)", column.blocks())
        digest = ContentDigest(run, comparison)
        for name in sorted(measured):
            digest.add_series(name, measured[name].steps, measured[name].values)
        db.execute("INSERT INTO content VALUES (?)", (digest.value(),))
        db.execute("COMMIT")
    finally:
        db.close()
