"""What mkdocs runs while it builds the site: the table of NumPy's functions, and the pages to step through a graph."""

from draw_pictures import PAGES
from mkdocs.structure.files import File

from autograd.coverage import coverage


def on_files(files, config):
    """Add the pages to step through."""
    for page in PAGES:
        files.append(File.generated(config, f"images/{page.__name__}.html", content=page().step().html))


def on_page_markdown(markdown, **_):
    """Put the table in the place that a page marks for it."""
    return markdown.replace("<!-- coverage -->", table()) if "<!-- coverage -->" in markdown else markdown


def table():
    """A line for each function: its name, whether it is differentiable, and why not or what to do instead."""
    lines = ["| function | on Tensors | |", "|---|---|---|"]
    for row in sorted(coverage(), key=lambda row: row.name):
        note = f"the same as `{row.alias_of}`" if row.alias_of else row.note
        lines.append(f"| `np.{row.name}` | {row.status} | {note.replace('|', chr(92) + '|')} |")
    return "\n".join(lines)
