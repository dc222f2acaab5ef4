"""What mkdocs runs while it builds the site: the table of NumPy's functions, out of the registry."""

from autograd.coverage import coverage


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
