"""What a scan is: a point with ranges and formulas in it, how to sample, what to keep."""

from __future__ import annotations

import hashlib
import json
import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import InvalidInput
from fssm.files import read_toml
from fssm.model.schema import FIELDS, SECTIONS, check_name, nearest
from fssm.scans.axes import Axis, whole
from fssm.scans.expressions import CONSTANTS, FUNCTIONS, Expression
from fssm.scans.likelihood import Likelihood
from fssm.scans.sizes import check_sizes, default_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SAMPLINGS = ("grid", "random", "sobol")
DETAILS = ("a_muon", "masses", "full")
FORMATS = ("npz", "parquet")
BACKENDS = ("auto", "numpy", "numba")
# Of the direction numbers that scipy has (Joe and Kuo 2008, doi:10.1137/070709359).
_SOBOL_AXES = 21201
# Levels of tables and lists; a matrix of complex numbers has six.
_DEEPEST = 20
# Of whole numbers; Python would write no digits of much larger ones.
_MOST_BITS = 1024
_OPTIONS = ("sampling", "points", "seed", "chunk", "detail", "backend", "qed_log", "format")
_OWN = ("scan", "parameters", "columns", "cuts", "likelihood")


@dataclass(frozen=True, kw_only=True)
class ScanConfig:
    """One scan, checked. ``template`` maps fields of Point to numbers, axes and formulas.

    ``tree`` is the file's content in plain form, with the options written out: its digest tells
    scans apart, and ``from_mapping(tree)`` is the same scan again.
    """

    tree: dict[str, Any]
    sampling: str
    points: int
    seed: int
    chunk: int
    detail: str
    backend: str
    qed_log: bool
    format: str
    axes: tuple[Axis, ...]
    template: dict[str, Any]
    columns: dict[str, Expression]
    cuts: tuple[Expression, ...]
    likelihood: Likelihood | None

    @classmethod
    def from_toml(cls, path: str | Path) -> ScanConfig:
        """Read a scan file; InvalidInput names the line, or the section and the name."""
        return cls.from_mapping(read_toml(path))

    @classmethod
    def from_mapping(cls, tree: Mapping[str, Any]) -> ScanConfig:
        """The same from nested dictionaries; complex numbers also as such, arrays as lists."""
        if not isinstance(tree, Mapping):
            raise InvalidInput("scan", "must be a mapping of sections", value=tree)
        tree = _plain_tree(tree)
        _check_sections(tree)
        options = _options(tree.get("scan", {}))
        axes, template = _template(tree, options["sampling"])
        options["points"] = _count(options, axes)
        extra = len(axes) + len(_table(tree, "columns"))
        options["chunk"] = _chunk(options, extra)
        check_sizes(options, extra)
        columns = {
            _new_name(name, axes): Expression.parse(text, f"[columns] {name}")
            for name, text in _table(tree, "columns").items()
        }
        cuts = _table(tree, "cuts")
        for key in cuts:
            if key != "keep":
                raise InvalidInput(f"[cuts] {key}", "unknown name; did you mean 'keep'?")
        kept = cuts.get("keep", [])
        texts = kept if isinstance(kept, list) else [kept]
        return cls(
            tree={**tree, "scan": _written(options)},
            **options,
            axes=axes,
            template=template,
            columns=columns,
            cuts=tuple(Expression.parse(text, "[cuts] keep") for text in texts),
            likelihood=(
                Likelihood.from_table(_table(tree, "likelihood"), options["detail"])
                if "likelihood" in tree
                else None
            ),
        )

    @property
    def parts(self) -> int:
        """Number of part files."""
        return -(-self.points // self.chunk)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scanned quantities, in order."""
        return tuple(axis.name for axis in self.axes)

    def slice_of(self, part: int) -> slice:
        """The points of a part."""
        return slice(part * self.chunk, min((part + 1) * self.chunk, self.points))

    def points_in(self, parts: Sequence[int] | NDArray[np.int64]) -> int:
        """How many points so many parts have together; ``parts`` are numbers in order."""
        short = self.parts * self.chunk - self.points
        with_last = len(parts) > 0 and parts[-1] == self.parts - 1
        return len(parts) * self.chunk - (short if with_last else 0)

    def with_options(self, **options: Any) -> ScanConfig:
        """The same scan with other options of [scan]; InvalidInput as ``from_mapping``."""
        return self.from_mapping({**self.tree, "scan": {**self.tree["scan"], **options}})

    def digest(self, version: str) -> str:
        """Hash of the whole configuration and of the version that computes it."""
        # The order of the axes is that of a grid; the order of anything else means nothing.
        text = json.dumps([version, self.names, self.tree], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain_tree(tree: Any, keys: tuple[str, ...] = (), depth: int = 0) -> Any:
    """Dictionaries, lists, numbers and text only, as JSON has them."""
    path = f"[{keys[0]}] {'.'.join(keys[1:])}".strip() if keys else "scan"
    if depth > _DEEPEST:
        # Among them a list that contains itself.
        raise InvalidInput("scan", f"must be nested at most {_DEEPEST} deep")
    if isinstance(tree, Mapping):
        pairs = ((str(key), value) for key, value in tree.items())
        return {key: _plain_tree(value, (*keys, key), depth + 1) for key, value in pairs}
    if isinstance(tree, np.ndarray | np.generic):
        return _plain_tree(tree.tolist(), keys, depth + 1)
    if isinstance(tree, list | tuple):
        return [_plain_tree(value, keys, depth + 1) for value in tree]
    if isinstance(tree, complex):
        return [tree.real, tree.imag]
    if isinstance(tree, int) and tree.bit_length() > _MOST_BITS:
        raise InvalidInput(path, "has more digits than a double can hold", value=tree)
    if tree is None or isinstance(tree, bool | int | float | str):
        return tree
    raise InvalidInput(path, "must hold numbers, text, lists and tables", value=tree)


def _table(tree: Mapping[str, Any], section: str) -> dict[str, Any]:
    table = tree.get(section, {})
    if not isinstance(table, dict):
        raise InvalidInput(f"[{section}]", "must be a table of names and values", value=table)
    return table


def _check_sections(tree: Mapping[str, Any]) -> None:
    known = (*_OWN, *SECTIONS)
    if "scan" not in tree:
        problem = (
            'missing; give at least sampling = "sobol" and points. Is this a point, for fssm point?'
        )
        raise InvalidInput("[scan]", problem)
    for section in tree:
        if section not in known:
            raise InvalidInput(f"[{section}]", f"unknown section; {nearest(section, known)}")
        _table(tree, section)


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in _OPTIONS:
            raise InvalidInput(f"[scan] {name}", f"unknown name; {nearest(name, _OPTIONS)}")
    detail = _choice(given, "detail", DETAILS, "a_muon")
    qed_log = given.get("qed_log", True)
    if not isinstance(qed_log, bool):
        raise InvalidInput("[scan] qed_log", "must be true or false", value=qed_log)
    return {
        "sampling": _choice(given, "sampling", SAMPLINGS, None),
        "points": given.get("points"),
        "seed": whole("[scan] seed", given.get("seed", 0), least=0, most=2**32 - 1),
        "chunk": given.get("chunk"),
        "detail": detail,
        "backend": _choice(given, "backend", BACKENDS, "auto"),
        "qed_log": qed_log,
        "format": _choice(given, "format", (*FORMATS, "auto"), "auto"),
    }


def _written(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as a file may have them: the number of points of a grid follows from its axes."""
    derived = ("points",) if options["sampling"] == "grid" else ()
    return {name: value for name, value in options.items() if name not in derived}


def _choice(
    given: Mapping[str, Any], name: str, known: tuple[str, ...], default: str | None
) -> str:
    value = given.get(name, default)
    if not isinstance(value, str) or value not in known:
        listed = ", ".join(f'"{option}"' for option in known)
        problem = f"{'missing; ' if value is None else ''}must be one of {listed}"
        raise InvalidInput(f"[scan] {name}", problem, value=value)
    return value


def _count(options: Mapping[str, Any], axes: tuple[Axis, ...]) -> int:
    if options["sampling"] != "grid":
        if options["points"] is None:
            raise InvalidInput("[scan] points", "missing; the number of points")
        # Sobol' numbers of 30 bits have no more.
        most = 2**30 if options["sampling"] == "sobol" else 2**53
        if options["sampling"] == "sobol" and len(axes) > _SOBOL_AXES:
            problem = f'{len(axes):,} ranges, of at most {_SOBOL_AXES:,}; take "random"'
            raise InvalidInput("[scan] sampling", problem, value="sobol")
        return whole("[scan] points", options["points"], least=1, most=most)
    if options["points"] is not None:
        problem = "a grid has as many points as its axes say; leave it out"
        raise InvalidInput("[scan] points", problem, value=options["points"])
    total = 1
    for axis in axes:
        total *= axis.size
    return whole("[scan] points", total, least=1, most=2**53)


def _chunk(options: Mapping[str, Any], extra: int) -> int:
    if options["chunk"] is not None:
        return whole("[scan] chunk", options["chunk"], least=1)
    return default_chunk(options["points"], options["detail"], extra)


def _template(tree: Mapping[str, Any], sampling: str) -> tuple[tuple[Axis, ...], dict[str, Any]]:
    """Axes in the order of the file, and what each field of Point is made of."""
    axes: list[Axis] = []
    template: dict[str, Any] = {}
    for section in tree:
        if section != "parameters" and section not in SECTIONS:
            continue
        for name, value in _table(tree, section).items():
            path = f"[{section}] {name}"
            if section != "parameters":
                check_name(section, name, value)
            if isinstance(value, dict):
                if section == "parameters":
                    _check_parameter(name, path)
                axes.append(Axis.from_table(name, path, _unit(section, name), value, sampling))
            elif section == "parameters":
                problem = "must be a range, { from = ..., to = ... }"
                raise InvalidInput(path, problem, value=value)
            template.setdefault(section, {})[name] = _entry(path, name, value)
    template.pop("parameters", None)
    if not axes:
        problem = "nothing is scanned: give some quantity a range, { from = ..., to = ... }"
        raise InvalidInput("[scan]", problem)
    names = {axis.name for axis in axes}
    for expression in expressions_in(template):
        expression.check_names(names)
    return tuple(axes), template


def _unit(section: str, name: str) -> str:
    return FIELDS[name].unit if section != "parameters" and name in FIELDS else ""


def _check_parameter(name: str, path: str) -> None:
    if not _usable(name):
        problem = "is not usable as a name: letters, digits and _ only, no function's name"
        raise InvalidInput(path, problem)
    if name in FIELDS:
        raise InvalidInput(path, f"is a field of [{FIELDS[name].section}]; give the range there")


def _usable(name: str) -> bool:
    # Formulas read other alphabets in a normal form (NFKC), in which the name would not be found.
    plain = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    return plain and name not in FUNCTIONS and name not in CONSTANTS


def _new_name(name: str, axes: tuple[Axis, ...]) -> str:
    path = f"[columns] {name}"
    if not _usable(name):
        raise InvalidInput(path, "is not usable as a name: letters, digits and _ only")
    if name in {axis.name for axis in axes}:
        raise InvalidInput(path, "is a scanned quantity already")
    return name


def _entry(path: str, name: str, value: Any) -> Any:
    """Formulas parsed, axes by a formula of their name, anything else as it is."""
    if isinstance(value, dict):
        return Expression.parse(name, path)
    kind = FIELDS[name].kind if name in FIELDS else ""
    if isinstance(value, str) and kind != "choice":
        return Expression.parse(value, path)
    if isinstance(value, list):
        return [_entry(path, name, entry) for entry in value]
    return value


def expressions_in(template: Any) -> Iterator[Expression]:
    """All formulas in a template."""
    if isinstance(template, Expression):
        yield template
    elif isinstance(template, dict | list):
        for branch in template.values() if isinstance(template, dict) else template:
            yield from expressions_in(branch)
