"""What scripts hand in, as the studio takes it: names, steps, numbers and configs. Every refusal is one sentence."""

import json
import math
import os
import re
from typing import Any, Callable, Dict, Mapping, Optional

#: Beyond it, doubles (which is what steps are in a file) have no longer every whole number.
MOST_STEP = 2**53 - 1
_LONGEST_NAME = 200
_SERIES_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
#: Control characters, marks that change the direction of the text after them, and halves of characters.
_DECEPTIVE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FORBIDDEN_KEYS = ("__proto__", "constructor", "prototype")
_DEEPEST = 50


def checked_name(text: Any, what: str) -> str:
    """A name of a run, a group or a task: one line of 1 to 200 characters. Raises TypeError, ValueError."""
    if not isinstance(text, str):
        raise TypeError(f"{what}: expected text, got {_shown(text)}")
    name = text.strip()
    if _DECEPTIVE.search(name):
        raise ValueError(
            f"{what}: {text!r} has control characters or marks that turn the direction of text; remove them"
        )
    # The studio counts as JavaScript does.
    if not 1 <= len(name.encode("utf-16-le")) // 2 <= _LONGEST_NAME:
        raise ValueError(f"{what}: expected 1 to {_LONGEST_NAME} characters, got {len(name)}")
    return name


def checked_series_name(name: Any) -> str:
    """Name of a metric. Raises TypeError, ValueError."""
    if not isinstance(name, str):
        raise TypeError(f"metric: expected a name, got {_shown(name)}")
    if not _SERIES_NAME.fullmatch(name):
        raise ValueError(
            f"metric {name!r}: a name is a letter and then at most 63 letters (a to z), digits, _ . or -"
        )
    return name


def checked_identifier(text: Any, what: str) -> str:
    """Id of a problem of the studio. Raises TypeError, ValueError."""
    if not isinstance(text, str):
        raise TypeError(f"{what}: expected text, got {_shown(text)}")
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError(f"{what} {text!r}: expected 1 to 64 letters (a to z), digits, _ . and -")
    return text


def checked_whole(value: Any, what: str, least: int = 0) -> int:
    """A whole number from ``least`` to 2^53 - 1; NumPy's are taken too. Raises TypeError, ValueError."""
    plain = _plain(value)
    if isinstance(plain, bool) or not isinstance(plain, int):
        raise TypeError(f"{what}: expected a whole number, got {_shown(value)}")
    if not least <= plain <= MOST_STEP:
        raise ValueError(f"{what}: expected a whole number from {least} to {MOST_STEP}, got {plain}")
    return plain


def checked_number(value: Any, name: str) -> float:
    """A double; NaN and infinities are numbers here. Whatever has ``item()`` for its one number is taken.

    Raises TypeError, ValueError.
    """
    plain = _plain(value)
    if isinstance(plain, (bool, complex, str, bytes)) or not hasattr(plain, "__float__"):
        raise TypeError(f"metric {name}: expected a number, got {_shown(value)}")
    try:
        return float(plain)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"metric {name}: {_shown(value)} is no number that a double can hold ({error})"
        ) from error


def checked_config(config: Optional[Mapping[str, Any]], what: str) -> Dict[str, Any]:
    """A config as plain JSON. Raises TypeError, ValueError with the key that cannot be kept."""
    if config is None:
        return {}
    if not isinstance(config, Mapping):
        raise TypeError(
            f"{what}: expected a dict, got {_shown(config)}; vars(arguments) makes one of argparse's"
        )
    return _json_of(config, what, 0)


def json_text(value: Any) -> str:
    """JSON without spaces, ASCII alone."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _json_of(value: Any, where: str, depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError(f"{where}: nested deeper than {_DEEPEST} levels")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Mapping):
        return {
            _key_of(key, where): _json_of(part, f"{where}.{key}", depth + 1) for key, part in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_json_of(part, f"{where}[{index}]", depth + 1) for index, part in enumerate(value)]
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, int):
        if abs(value) > MOST_STEP:
            raise ValueError(
                f"{where}: {value} is beyond the whole numbers of JSON in a studio; write it as text"
            )
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{where}: JSON has no {value}; write it as text, or leave it out")
        return float(value)
    listed: Optional[Callable[[], Any]] = getattr(value, "tolist", None)
    if callable(listed):
        return _json_of(listed(), where, depth + 1)
    raise TypeError(f"{where}: JSON has no {_shown(value)}; write it as text or as a number")


def _key_of(key: Any, where: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{where}: expected text as key, got {_shown(key)}")
    if key in _FORBIDDEN_KEYS:
        raise ValueError(f"{where}: a key may not be called {key}; rename it")
    return key


def _plain(value: Any) -> Any:
    """The number in a NumPy scalar or a tensor of one number; other values as they are."""
    item = getattr(value, "item", None)
    if not callable(item):
        return value
    try:
        return item()
    except (TypeError, ValueError, RuntimeError):
        return value


def _shown(value: Any) -> str:
    text = repr(value)
    short = text if len(text) <= 60 else f"{text[:57]}..."
    return f"{short} ({type(value).__name__})"
