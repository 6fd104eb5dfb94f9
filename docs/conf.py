"""Sphinx configuration: ``sphinx-build -W docs docs/_build/html``."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import fssm

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "fssm"
author = "The fssm developers"
release = version = fssm.__version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"fssm {release}"

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
# Only what a module defines itself: packages hand on names of their modules.
autodoc_default_options = {"members": True, "undoc-members": True, "ignore-module-all": True}
napoleon_google_docstring = False
# What follows a parameter's name says what it is in words, not a type to be looked up.
napoleon_use_param = False
# Values of constants are in the source, and half a page of them says nothing.
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
maximum_signature_line_length = 88
# Several rooms have a Row or Inos of their own; in a signature it is the one of the module.
suppress_warnings = ["ref.python"]
# Examples in docstrings are run by the tests, each in its own module.
doctest_test_doctest_blocks = ""

# Text of docstrings that reStructuredText would take for markup of its own: moduli |C_ij|, a
# product a * b, names that end in an underscore.
_MARKUP = re.compile(r"[|*]|(?<=\w)_(?!\w)")


def _escaped(line: str) -> str:
    """The line with such text escaped, except within literals and fields."""
    pieces = re.split(r"(``.+?``|:\w+:`.+?`)", line)
    return "".join(p if i % 2 else _MARKUP.sub(r"\\\g<0>", p) for i, p in enumerate(pieces))


def _escape_docstring(
    _app: Any, _what: str, _name: str, _obj: Any, _opts: Any, lines: list[str]
) -> None:
    code = False
    for i, line in enumerate(lines):
        code = line.lstrip().startswith((">>>", "...")) or (code and bool(line.strip()))
        if not code:
            lines[i] = _escaped(line)


def _room_pages(_app: Any) -> None:
    """One page for each room, folder or top-level module, with all its modules."""
    folder = HERE / "api"
    folder.mkdir(exist_ok=True)
    package = Path(fssm.__file__).parent
    rooms: dict[str, list[str]] = {}
    for path in sorted(package.rglob("*.py"), key=lambda path: path.with_suffix("").parts):
        parts = path.relative_to(package).with_suffix("").parts
        if parts[-1] != "__main__" and parts != ("__init__",):
            name = ".".join(("fssm", *(part for part in parts if part != "__init__")))
            rooms.setdefault(parts[0], []).append(name)
    for room, names in rooms.items():
        modules = "\n\n".join(
            f"## `{name}`\n\n```{{eval-rst}}\n.. automodule:: {name}\n```" for name in names
        )
        text = f"# {room}\n\n{modules}\n"
        page = folder / f"{room}.md"
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def setup(app: Any) -> None:
    """Connect the two hooks; priority 400 is before napoleon."""
    app.connect("builder-inited", _room_pages)
    app.connect("autodoc-process-docstring", _escape_docstring, priority=400)
