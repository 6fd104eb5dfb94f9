"""References, equation numbers and tables of the documentation are right."""

import importlib
import re
from pathlib import Path

import pytest

from fssm.constants import a_muon_sets
from fssm.result import FLAGS, WARNINGS

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *DOCS.glob("*/*.md")])
OURS = [DOCS / "physics.md", *sorted(DOCS.glob("physics/*.md"))]
ROLE = re.compile(r"\{py:(func|class|mod|attr|data|meth|obj|exc)\}`([^`]+)`")
LABEL = re.compile(r"^\$\$ \(([^)]+)\)$", re.MULTILINE)


def text(path):
    return path.read_text(encoding="utf-8")


def target(reference):
    """``title <target>``, ``~target`` and ``!target`` as Sphinx reads them."""
    inner = re.search(r"<([^>]+)>$", reference)
    return (inner.group(1) if inner else reference).lstrip("~!").removesuffix("()")


def resolved(dotted):
    """The object of a dotted name; attributes of instances count where a class declares them."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            if not hasattr(found, name) and name in getattr(found, "__annotations__", {}):
                return found
            found = getattr(found, name)
        return found
    raise ModuleNotFoundError(dotted)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(DOCS)))
def test_every_reference_to_the_code_resolves(path):
    for role, reference in ROLE.findall(text(path)):
        found = resolved(target(reference))
        assert callable(found) or role not in ("func", "class", "meth"), reference
        assert isinstance(found, type) or role not in ("class", "exc"), reference


def test_equations_have_one_label_each_and_references_find_them():
    labels = [label for path in PAGES for label in LABEL.findall(text(path))]
    assert len(labels) == len(set(labels))
    assert len(labels) > 60
    for path in PAGES:
        assert set(re.findall(r"\{eq\}`([^`]+)`", text(path))) <= set(labels), path


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.stem)
def test_every_equation_is_numbered_and_followed_by_its_code(path):
    blocks = re.split(r"^\$\$", text(path), flags=re.MULTILINE)
    # Text, formula, text, formula, ...: what follows a formula begins with its label.
    for after in blocks[2::2]:
        first = re.match(r" \(eq-[\w-]+\)\n\nCode: [^#]*", after)
        assert first, after[:80]
        assert ROLE.search(first.group().split("\n\n")[1]), after[:80]


def test_links_between_pages_exist_and_pages_stay_short():
    for path in [*OURS, DOCS / "comparison.md", DOCS / "limits.md"]:
        page = text(path)
        assert page.count("\n") < 400
        for link in re.findall(r"\]\((?!http)([^)#]+)", page):
            assert (path.parent / link).exists(), (path, link)


def test_every_flag_and_data_set_is_explained():
    rows = re.findall(r"^\| `(\w+)`( \(warning\))? \|", text(DOCS / "limits.md"), re.MULTILINE)
    assert {name for name, _ in rows} == set(FLAGS)
    assert {name for name, warning in rows if warning} == WARNINGS
    table = text(DOCS / "physics" / "constraints.md")
    for name, data in a_muon_sets().items():
        assert re.search(
            rf"`{name}`.*\| {data.value * 1e11:.0f} ± {data.uncertainty * 1e11:.0f} \|", table
        )
