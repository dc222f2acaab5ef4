"""A file is written whole or not at all, and what a killed writer leaves is removed by the next."""

import os
import subprocess
import sys
import threading

import pytest

from autograd.files import write

KILLED = """
import os, sys
from autograd.files import write
os.replace = lambda *paths: os._exit(9)
write(sys.argv[1], b"unfinished")
"""


def kill_a_writer(path):
    assert subprocess.run([sys.executable, "-c", KILLED, path], check=False).returncode == 9


def test_parts_are_written_one_after_another(tmp_path):
    assert write(tmp_path / "file", b"ab", memoryview(b"cd")) == tmp_path / "file"
    assert (tmp_path / "file").read_bytes() == b"abcd"


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    kill_a_writer(path)
    assert path.read_bytes() == b"old"
    assert len(os.listdir(tmp_path)) == 2
    write(tmp_path / "another", b"")
    assert len(os.listdir(tmp_path)) == 3  # it is not the unfinished one of this file
    write(path, b"new")
    assert sorted(os.listdir(tmp_path)) == ["another", "file"]


def test_the_unfinished_file_of_a_living_writer_is_left_to_it(tmp_path, monkeypatch):
    path, fsync = tmp_path / "file", os.fsync
    reached, go_on = threading.Event(), threading.Event()

    def wait(descriptor):
        monkeypatch.setattr(os, "fsync", fsync)
        reached.set()
        assert go_on.wait(10)

    monkeypatch.setattr(os, "fsync", wait)
    first = threading.Thread(target=write, args=(path, b"first"))
    first.start()
    assert reached.wait(10)
    write(path, b"second")
    assert path.read_bytes() == b"second"
    go_on.set()
    first.join()
    assert path.read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["file"]


def test_a_file_that_is_swept_before_it_is_locked_is_made_again(tmp_path, monkeypatch):
    exists, swept = os.path.exists, []

    def sweep_once(path):
        if not swept:
            swept.append(path)
            os.unlink(path)
        return exists(path)

    monkeypatch.setattr(os.path, "exists", sweep_once)
    write(tmp_path / "file", b"new")
    assert swept
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path):
    resource = pytest.importorskip("resource", reason="only POSIX limits the size of files")
    (tmp_path / "file").write_bytes(b"old")
    code = f"""
import resource, signal, sys
from autograd.files import write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (64, {resource.RLIM_INFINITY}))
try: write(sys.argv[1], bytes(65))
except OSError: print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "file"], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_the_longest_names_are_taken(tmp_path):
    path = tmp_path / ("w" * 255)
    write(path, b"old")
    kill_a_writer(path)
    write(path, b"new")
    assert os.listdir(tmp_path) == [path.name]


def test_a_link_stays_a_link(tmp_path):
    write(tmp_path / "file", b"old")
    (tmp_path / "link").symlink_to("file")
    write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"


def test_what_is_no_file_is_named_before_anything_is_written(tmp_path):
    for path in ("", ".", tmp_path, os.devnull):
        with pytest.raises(OSError, match=f"cannot write to {str(path)!r}: a folder or a device, not a file"):
            write(path, b"")
    with pytest.raises(FileNotFoundError, match=r"there is no folder '.*nothing' to save 'file' in"):
        write(tmp_path / "nothing" / "file", b"")
    assert os.listdir(tmp_path) == []
