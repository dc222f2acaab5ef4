"""Print the oldest version of each dependency that pyproject.toml allows, as constraints for pip."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
extras = project["optional-dependencies"]
for requirement in [*project["dependencies"], *extras["test"], *extras["plots"], *extras["onnx"]]:
    if found := re.match(r"([\w-]+)>=([\w.]+)", requirement):
        print("==".join(found.groups()))
