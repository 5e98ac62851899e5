"""Unpacks some files of a wheel: unpack.py WHEEL FOLDER FROM=TO ...; a FROM with a slash at its end stands for all below it."""

import os
import shutil
import sys
import zipfile


def place(name, rules):
    """Where a file goes, below the folder; None: it stays in the wheel."""
    for begin, target in rules:
        if name == begin:
            return target
        if begin.endswith("/") and name.startswith(begin) and not name.endswith("/"):
            return target + name[len(begin) :]
    return None


def main(wheel, folder, *pairs):
    rules = [tuple(pair.split("=")) for pair in pairs]
    missing = {begin for begin, _ in rules}
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            target = place(entry.filename, rules)
            if target is None:
                continue
            if ".." in target.split("/"):
                sys.exit(f"{entry.filename} leads out of the folder")
            path = os.path.join(folder, target)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(entry) as source, open(path, "wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
            # Programs stay programs.
            os.chmod(path, 0o755 if entry.external_attr >> 16 & 0o111 else 0o644)
            missing -= {begin for begin, _ in rules if entry.filename.startswith(begin)}
    if missing:
        sys.exit(f"{os.path.basename(wheel)} has no {', '.join(sorted(missing))}")


main(*sys.argv[1:])
