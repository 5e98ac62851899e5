"""Signs of life of a run that goes on, for a studio that watches its file."""

import os
import threading
import weakref
from typing import Callable

#: Seconds between two signs. The studio takes a script for dead after 30 (src/studio/watched-folder.ts).
_EVERY_SECONDS = 5.0


def give_signs(owner: object, path: str) -> Callable[[], None]:
    """Touches the file now and then, also while the run logs nothing, until the owner is gone. Returns what ends it.

    The thread is a daemon, which keeps no script from ending.
    """
    ended = threading.Event()
    weakref.finalize(owner, ended.set)
    threading.Thread(target=_touch, args=(path, ended), name="gumbel-studio-run", daemon=True).start()
    return ended.set


def _touch(path: str, ended: threading.Event) -> None:
    while not ended.wait(_EVERY_SECONDS):
        try:
            os.utime(path)
        except OSError:
            # The disk is away for a moment, or somebody has moved the file.
            pass
