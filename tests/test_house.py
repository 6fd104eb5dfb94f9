"""The house: imports point down, files stay small, the front door is light."""

import ast
import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "fssm"
# Lowest room first; a module may import from its own room and from those before it.
ROOMS = [
    ["base"],
    ["arguments"],
    ["atomic_files", "files"],
    ["constants"],
    ["numerics"],
    ["model"],
    ["observables"],
    ["kernels"],
    ["chunks"],
    ["result"],
    ["full", "moment"],
    ["evaluation"],
    ["comparison", "reference"],
    ["precision"],
    ["simplified"],
    ["constraints", "inverse"],
    ["io"],
    ["scans"],
    ["fits"],
    ["report"],
    ["slides", "plotting"],
    ["cli"],
    ["__main__"],
]
LEVEL = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}


def modules():
    return sorted(
        path
        for path in PACKAGE.rglob("*.py")
        if path.name != "__main__.py" and path != PACKAGE / "__init__.py"
    )


def room_of(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_rooms(path):
    """Rooms imported at run time; imports for type checking only do not count."""
    tree = ast.parse(path.read_text())
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in typing_only:
            parts = (node.module or "").split(".")
            if parts[0] == "fssm":
                yield from [parts[1]] if len(parts) > 1 else [a.name for a in node.names]


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path):
    own = LEVEL[room_of(path)]
    for room in imported_rooms(path):
        if room != "__version__":
            assert LEVEL[room] <= own, f"{path} imports {room}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path):
    text = path.read_text()
    assert text.count("\n") < 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            docstring = ast.get_docstring(node, clean=False) or ""
            length = node.end_lineno - node.lineno + 1 - docstring.count("\n")
            assert length <= 40, f"{path}:{node.lineno} {node.name} has {length} lines"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_docstring_examples(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_example_of_the_package():
    import fssm

    assert doctest.testmod(fssm).attempted > 0
    assert doctest.testmod(fssm).failed == 0


def loaded_by(statement):
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert not {"numpy", "scipy", "mpmath", "rich", "click"} & loaded_by("import fssm")


def test_a_point_needs_neither_mpmath_nor_scipy():
    statement = (
        "import fssm; fssm.evaluate(fssm.Point(tan_beta=5, tan_beta_u=5, tan_beta_d=5, mu=500, "
        "mu_tilde=500, theta_u=1, theta_d=1, m1=500, m2=500, m_l=500, m_e=500))"
    )
    assert not {"scipy", "mpmath", "rich"} & loaded_by(statement)


@pytest.mark.parametrize("name", ["Point", "evaluate", "compare", "constants", "reference"])
def test_public_names_do_not_depend_on_the_order_of_imports(name):
    statement = (
        f"import fssm.comparison, fssm.evaluation, fssm.cli, fssm; first = fssm.{name}; "
        f"from fssm import {name}; assert {name} is first; assert '{name}' in dir(fssm)"
    )
    loaded_by(statement)


def test_unknown_names_are_attribute_errors():
    import fssm

    with pytest.raises(AttributeError, match="nonsense"):
        _ = fssm.nonsense
