"""The docs as a site: `python -m sphinx -W -c docs/site docs outputs/site` makes a folder that opens without a network.

The pages are plain Markdown, read as well as files; only the site needs what stands in this folder.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[2]
_project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Trans-Caspian corridor planner"
release = _project["version"]
project_copyright = _project["authors"][0]["name"]

extensions = ["myst_parser"]
root_doc = "index"
exclude_patterns = ["examples", "site/contents.md"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"{project} {release}"
html_show_sphinx = False
html_copy_source = False


OUTSIDE = {f"site/{name.lower()}": HOME / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING")}


def arrange(app: Any, page: str, source: list[str]) -> None:
    """Order of the pages below the index, and the three files that stand outside the docs."""
    text = source[0]
    if page in OUTSIDE:
        text = OUTSIDE[page].read_text(encoding="utf-8").replace("](docs/", "](../")
        text = re.sub(r"\[([^]]+)\]\(LICENSE\)", r"\1", text)
    if page == "index":
        text += "\n" + (HOME / "docs" / "site" / "contents.md").read_text(encoding="utf-8")
    here = "" if page in OUTSIDE else "site/"
    source[0] = re.sub(
        r"\]\((?:\.\./)*(README|CHANGELOG|CONTRIBUTING)\.md", lambda name: f"]({here}{name[1].lower()}.md", text
    )


def setup(app: Any) -> None:
    """Register with Sphinx."""
    app.connect("source-read", arrange)
