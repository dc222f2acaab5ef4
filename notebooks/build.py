"""Make the learner's notebooks out of their sources, or check them: python notebooks/build.py [--check].

A source in notebooks/source is a script whose cells begin with `# %%` (jupytext's py:percent format). What stands
between `# solution` and `# end of solution` is left out for the learner. The notebook is executed, and saved with what
its cells printed. `--check` executes the notebooks and their solutions, and compares the texts with those saved.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jupytext
import nbformat
from jupyter_client import KernelManager
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
SOURCES = sorted((FOLDER / "source").glob("*.py"))
LARGEST = 300_000
"""Bytes of a notebook."""


def without_solutions(source: str) -> str:
    """The learner's version of a source."""
    lines, inside = [], False
    for line in source.splitlines(keepends=True):
        mark = line.strip()
        if mark == "# solution":
            inside = True
        elif mark == "# end of solution":
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise ValueError("a solution has no end: # end of solution is missing.")
    return "".join(lines)


def executed(source: str) -> Any:
    """The notebook of a source, run in a fresh kernel; the same source gives the same notebook."""
    notebook = jupytext.reads(source, fmt="py:percent")
    with TemporaryDirectory() as sockets:
        manager = KernelManager(kernel_name="python3", transport="ipc", ip=f"{sockets}/kernel")  # no network
        NotebookClient(
            notebook, km=manager, timeout=300, coalesce_streams=True, resources={"metadata": {"path": str(FOLDER)}}
        ).execute()
        manager.shutdown_kernel(now=True)
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i}"
        cell.metadata = {}
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    return notebook


def texts(notebook: Any) -> list[tuple[str, list[str]]]:
    """Of every cell its source, and the texts that it printed or showed."""
    found = []
    for cell in notebook.cells:
        outputs = [
            output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])
        ]
        found.append((cell.source, outputs))
    return found


def build(source: Path) -> None:
    """Write the learner's notebook, executed."""
    path = FOLDER / f"{source.stem}.ipynb"
    nbformat.write(executed(without_solutions(source.read_text())), path)
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def problems(source: Path) -> list[str]:
    """What is wrong with a notebook: other texts than saved, too large, or a solution that its check does not take."""
    path = FOLDER / f"{source.stem}.ipynb"
    found = []
    saved, now = texts(nbformat.read(path, 4)), texts(executed(without_solutions(source.read_text())))
    if len(saved) != len(now):
        found.append(f"{path.name}: {len(saved)} cells are saved, the source has {len(now)}")
    found += [
        f"{path.name}, cell {i}: {was!r} is saved, now it is {new!r}"
        for i, (was, new) in enumerate(zip(saved, now, strict=False))
        if was != new
    ]
    if path.stat().st_size > LARGEST:
        found.append(f"{path.name}: {path.stat().st_size:,} bytes, more than {LARGEST:,}")
    for cell, outputs in texts(executed(source.read_text())):
        if "check.q" in cell and not any(output.startswith("Right.") for output in outputs):
            found.append(f"{source.name}: the check does not take the solution of {cell!r}: {outputs}")
    return found


def main() -> None:
    """Build all notebooks, or check them."""
    if "--check" not in sys.argv[1:]:
        for source in SOURCES:
            build(source)
        return
    found = [problem for source in SOURCES for problem in problems(source)]
    print("\n".join(found) or f"{len(SOURCES)} notebooks are as saved, and their checks take the solutions.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
