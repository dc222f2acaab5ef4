"""Files are written whole or not at all: under another name beside the old file, whose place they then take."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import IO

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock


def write(path: str | os.PathLike[str], *parts: bytes | memoryview) -> Path:
    """Write the parts, one after another, as the file `path`, which is returned.

    They go to an unfinished file in the same folder, which is renamed once it is on the disk: a full disk or a crash
    leaves the old file as it was. A killed process leaves its unfinished file; the next write of `path` removes it.

    Raises FileNotFoundError where there is no such folder, OSError where `path` is a folder or a device and where the
    disk is full.
    """
    path = checked(path)
    target = Path(os.path.realpath(path))
    _sweep(target)
    file = _unfinished(target)
    try:
        with file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
            if target.exists():  # readable for whom the old one was
                os.chmod(file.name, stat.S_IMODE(target.stat().st_mode))
            if sys.platform == "win32":  # where an open file cannot be renamed
                file.close()
            os.replace(file.name, target)
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise
    return path


def checked(path: str | os.PathLike[str]) -> Path:
    """The path of a file that can be written, as far as one sees before; else the error that says why not."""
    found, given = Path(path), os.fspath(path)
    if not found.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(found.parent)!r} to save {found.name!r} in.")
    if found.exists() and not found.is_file():
        raise OSError(f"cannot write to {given!r}: a folder or a device, not a file. Give the path of a file.")
    return found


def _prefix(target: Path) -> str:
    """How the names of a file's unfinished ones begin: as short for the longest name of a file as for any other."""
    return f".unfinished-{sha256(os.fsencode(target.name)).hexdigest()[:16]}-"


def _unfinished(target: Path) -> IO[bytes]:
    """A new file beside the target, locked for as long as its writer lives and has it open."""
    while True:
        file = open(target.with_name(_prefix(target) + token_hex(8)), "xb")  # noqa: SIM115 (its writer closes it)
        if sys.platform != "win32":
            with suppress(OSError):  # some file systems have no locks: there nothing is swept
                flock(file, LOCK_EX)
        if os.path.exists(file.name):  # else another writer swept it before it was locked
            return file
        file.close()


def _sweep(target: Path) -> None:
    """Remove the target's unfinished files whose writers are dead."""
    for left in target.parent.glob(_prefix(target) + "*"):
        with suppress(OSError), open(left, "rb+") as file:
            if sys.platform == "win32":  # where a file that its writer has open cannot be removed
                file.close()
            else:
                flock(file, LOCK_EX | LOCK_NB)  # an OSError while its writer has it locked
            left.unlink()
