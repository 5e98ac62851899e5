"""The format of a run file: one SQLite database. src/studio/files/run-file-format.ts is its definition.

SQLite keeps the text of every ``CREATE TABLE``, and the studio compares it: the texts below are those of the studio to the
last character.
"""

import hashlib
import sqlite3
import sys
from array import array
from typing import Union

APPLICATION_ID = 0x4753524E
VERSION_PLAIN = 1
VERSION_WITH_PICTURES = 2
#: Points of a full block.
BLOCK_LENGTH = 65_536
#: Bytes that a record of a run file may have.
MOST_RECORD_BYTES = 8 * 1024**2
#: STRICT tables came with it.
OLDEST_SQLITE = (3, 37, 0)

SCHEMA = """
  CREATE TABLE records (kind TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, count INTEGER NOT NULL) STRICT;
  CREATE TABLE blocks (
    series INTEGER NOT NULL REFERENCES series,
    first_step INTEGER NOT NULL,
    count INTEGER NOT NULL,
    stride INTEGER,
    step_data BLOB,
    value_data BLOB NOT NULL,
    PRIMARY KEY (series, first_step)
  ) STRICT;
  CREATE TABLE parameters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, shape TEXT NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE TABLE content (sha256 BLOB NOT NULL) STRICT;
"""

Bytes = Union[bytes, memoryview]


def assert_sqlite() -> None:
    """Raises RuntimeError if Python's SQLite is too old for the tables of a run file."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise RuntimeError(
            f"run files need SQLite {needed}, and this Python has {sqlite3.sqlite_version}; use a newer Python"
        )


def to_bytes(column: array) -> bytes:
    """The numbers of a column, little-endian and bit for bit."""
    if sys.byteorder == "little":
        return column.tobytes()
    swapped = array(column.typecode, column)
    swapped.byteswap()
    return swapped.tobytes()


def to_column(typecode: str, data: bytes) -> array:
    """The inverse of ``to_bytes``. Raises ValueError if the bytes are no whole number of numbers."""
    column = array(typecode)
    column.frombytes(data)
    if sys.byteorder != "little":
        column.byteswap()
    return column


class ContentDigest:
    """SHA-256 of a run file's content: each piece after its length in bytes, as text and a colon.

    The pieces, in their order: the run's record, the comparison's, name, steps and values of each series in the order of
    names, name, shape and bytes of each parameter in the order of the file, then pictures.
    """

    def __init__(self, run: str, comparison: str) -> None:
        self._hash = hashlib.sha256()
        self.add(run.encode())
        self.add(comparison.encode())

    def add(self, piece: Bytes) -> None:
        self._hash.update(b"%d:" % len(piece))
        self._hash.update(piece)

    def add_series(self, name: str, steps: array, values: array) -> None:
        self.add(name.encode())
        self.add(to_bytes(steps))
        self.add(to_bytes(values))

    def value(self) -> bytes:
        return self._hash.digest()
