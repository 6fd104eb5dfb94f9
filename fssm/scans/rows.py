"""The rows of a part: points evaluated, derived columns, flags, cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.base import InvalidInput, spread
from fssm.evaluation import evaluate
from fssm.model.point import Point
from fssm.model.schema import FIELDS, flatten
from fssm.observables.flavour import DECAYS, LEPTONS
from fssm.result import AMuonResult, Result
from fssm.scans.expressions import Expression
from fssm.scans.flags import FLAG, INVALID
from fssm.scans.parts import RESERVED
from fssm.scans.sampling import axis_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.observables.leptons import LoopSum
    from fssm.scans.config import ScanConfig

LOG_LIKELIHOOD = "log_likelihood"


# Points that tell which columns there are, and how often to look elsewhere if none can.
_PROBES = 256
_ATTEMPTS = 64


class Rows(NamedTuple):
    """Columns (m,) of the rows kept, of ``computed`` points; ``failed`` of these have a flag."""

    columns: dict[str, AnyArray]
    computed: int
    failed: int


class Evaluated(NamedTuple):
    """Points of a scan: which have unusable input, and the result of the others, if any."""

    invalid: BoolArray
    result: Result | AMuonResult | None


def rows_of(config: ScanConfig, where: slice, names: Sequence[str]) -> Rows:
    """Evaluate the points of a slice; ``names`` as from ``result_names``.

    Raises
    ------
    InvalidInput
        where every point of the slice has the same unusable input.
    """
    values = axis_values(config, where)
    return _rows(config, where, values, evaluated(config, values), names)


def _rows(
    config: ScanConfig,
    where: slice,
    values: Mapping[str, RealArray],
    done: Evaluated,
    names: Sequence[str],
) -> Rows:
    numbers = np.arange(where.start, where.stop, where.step)
    columns: dict[str, AnyArray] = {"point": numbers, **values}
    columns |= _result_columns(config, done, names)
    bad = done.invalid | _unphysical(done)
    count = len(numbers)
    for name, expression in config.columns.items():
        columns[name] = _column(expression, columns, count)
    keep = np.ones(count, bool)
    for cut in config.cuts:
        keep &= _condition(cut, columns, count)
    # A cut is for points that have numbers; that a point has none is worth a row.
    keep |= bad
    kept = {name: np.ascontiguousarray(column[keep]) for name, column in columns.items()}
    return Rows(kept, count, int(bad.sum()))


def _check_new_names(config: ScanConfig, taken: Collection[str]) -> None:
    """Parameters and columns of the file must not hide a column of results."""
    paths = {axis.name: axis.field for axis in config.axes if axis.name not in FIELDS}
    paths |= {name: expression.field for name, expression in config.columns.items()}
    for name, path in paths.items():
        if name in taken:
            raise InvalidInput(path, "is the name of a column of results; take another")


def log_likelihood(config: ScanConfig, done: Evaluated) -> RealArray:
    """ln L (n,) of evaluated points; -inf for those set aside. The scan has a [likelihood]."""
    total = np.full(done.invalid.shape, -np.inf)
    if done.result is not None and config.likelihood is not None:
        total[~done.invalid] = config.likelihood.of(done.result)
    return total


def result_names(config: ScanConfig) -> list[str]:
    """Names of the columns that evaluating gives, learnt from a few points of the scan.

    Raises
    ------
    InvalidInput
        if none of these can be evaluated, or a formula cannot.
    """
    where, values, done = _probed(config)
    computed = _computed(done.result) if done.result is not None else {}
    _check_new_names(config, {"point", *computed, INVALID, LOG_LIKELIHOOD, *RESERVED})
    # What was given is better known than what comes back after a division and a multiplication.
    names = [name for name in (*computed, INVALID) if name not in values]
    if config.likelihood is not None:
        names.insert(0, LOG_LIKELIHOOD)
    _rows(config, where, values, done, names)
    return names


def _probed(config: ScanConfig) -> tuple[slice, dict[str, RealArray], Evaluated]:
    """The first handful of points of which one can be evaluated."""
    tried, first = 0, None
    for where in _handfuls(config):
        values = axis_values(config, where)
        done = evaluated(config, values)
        if done.result is not None:
            return where, values, done
        tried += len(done.invalid)
        first = first or _error_of(config, values)
    error = first or InvalidInput("[scan]", "no point has usable input")
    problem = f"{error.problem}; none of {tried} points tried is usable"
    raise InvalidInput(error.field, problem, value=error.value, unit=error.unit)


def _handfuls(config: ScanConfig) -> Iterator[slice]:
    """Some points and then others: of a grid from all over it, else one after the other."""
    if config.sampling == "grid":
        step = config.points // _PROBES + 1
        yield from (slice(start, config.points, step) for start in range(min(step, _ATTEMPTS)))
        return
    for start in range(0, min(config.points, _ATTEMPTS * _PROBES), _PROBES):
        yield slice(start, min(start + _PROBES, config.points))


def _error_of(config: ScanConfig, values: Mapping[str, RealArray]) -> InvalidInput | None:
    """What is wrong with the first of these points."""
    try:
        point_of(config, {name: column[0] for name, column in values.items()})
    except InvalidInput as error:
        return error
    return None


def evaluated(config: ScanConfig, values: Mapping[str, RealArray]) -> Evaluated:
    """Evaluate points given by their axis values (n,); unusable ones are set aside."""
    count = len(next(iter(values.values())))
    invalid = np.zeros(count, bool)
    while not invalid.all():
        some = {name: column[~invalid] for name, column in values.items()}
        try:
            point = point_of(config, some)
        except InvalidInput as error:
            if error.points is None or error.points.shape != (count - invalid.sum(),):
                raise
            invalid[np.flatnonzero(~invalid)[error.points]] = True
            continue
        return Evaluated(invalid, _result_of(config, point))
    return Evaluated(invalid, None)


def _result_of(config: ScanConfig, point: Point) -> Result | AMuonResult:
    options: Any = {"qed_log": config.qed_log}
    if config.detail == "full":
        return evaluate(point, detail="full", **options)
    options |= {"detail": config.detail, "backend": config.backend}
    result: AMuonResult = evaluate(point, **options)
    return result


def point_of(config: ScanConfig, values: Mapping[str, RealArray]) -> Point:
    """The Point of all these axis values (n,), whose shape is (n,) whatever depends on them."""
    sections: Any = _filled(config.template, values)
    for entries in sections.values():
        for name, value in entries.items():
            if isinstance(value, list) and name in FIELDS:
                field = FIELDS[name]
                entries[name] = (_matrix if field.axes else _pair)(field.path, value)
    return Point(**flatten(sections))


def _filled(template: Any, values: Mapping[str, RealArray]) -> Any:
    if isinstance(template, Expression):
        return template(values)
    if isinstance(template, dict):
        return {key: _filled(branch, values) for key, branch in template.items()}
    if isinstance(template, list):
        return [_filled(branch, values) for branch in template]
    return template


def _matrix(field: str, rows: list[Any]) -> Any:
    """Entries that are columns of numbers as one array (n, 3, 3); plain numbers stay a list."""
    entries = [entry for row in rows for entry in (row if isinstance(row, list) else [row])]
    if not any(_computes(part) for entry in entries for part in (entry, *_parts(entry))):
        return rows
    if len(rows) != 3 or any(not isinstance(row, list) or len(row) != 3 for row in rows):
        raise InvalidInput(field, "must be three rows of three entries")
    columns = np.broadcast_arrays(*(_number(field, entry) for entry in entries))
    return np.stack(columns, axis=-1).reshape(*columns[0].shape, 3, 3)


def _pair(field: str, parts: list[Any]) -> Any:
    """[re, im] with a formula in it as complex numbers; plain numbers stay a list."""
    return _number(field, parts) if any(_computes(part) for part in parts) else parts


def _number(field: str, entry: Any) -> AnyArray:
    """A number, a column of numbers, or [re, im] of these."""
    parts = entry if isinstance(entry, list) else [entry]
    try:
        if len(parts) in (1, 2) and all(_computes(part) or _is_number(part) for part in parts):
            numbers = [np.asarray(part) * 1.0 for part in parts]
            return numbers[0] if len(parts) == 1 else numbers[0] + 1j * numbers[1]
    except (OverflowError, TypeError) as error:
        raise InvalidInput(field, f"does not fit into double precision: {error}") from error
    raise InvalidInput(field, "must hold numbers, [re, im] or formulas")


def _parts(entry: Any) -> list[Any]:
    return entry if isinstance(entry, list) else []


def _computes(entry: Any) -> bool:
    return isinstance(entry, np.ndarray | np.generic)


def _is_number(entry: Any) -> bool:
    return isinstance(entry, int | float) and not isinstance(entry, bool)


def _result_columns(
    config: ScanConfig, done: Evaluated, names: Sequence[str]
) -> dict[str, AnyArray]:
    """What was computed as columns (n,) of these names, NaN for points set aside."""
    usable = (int((~done.invalid).sum()),)
    computed: dict[str, AnyArray] = {INVALID: done.invalid}
    if config.likelihood is not None:
        computed[LOG_LIKELIHOOD] = log_likelihood(config, done)
    if done.result is not None:
        for name, column in _computed(done.result).items():
            computed[name] = _placed(spread(column, usable), done.invalid)
    blank = {True: np.zeros(done.invalid.shape, bool), False: np.full(done.invalid.shape, np.nan)}
    return {name: computed.get(name, blank[name.startswith(FLAG)]) for name in names}


def _computed(result: Result | AMuonResult) -> dict[str, AnyArray]:
    """The columns of a result by name, imaginary parts apart, flags last."""
    numbers = _moment_columns(result)
    if isinstance(result, Result):
        numbers |= _full_columns(result)
    elif result.masses is not None:
        masses = result.masses._asdict()
        numbers |= _mass_columns({**masses, "sneutrino": masses["sneutrino"][..., None]})
    named: dict[str, AnyArray] = {}
    for name, column in numbers.items():
        named[name] = np.real(column)
        if np.iscomplexobj(column):
            named[name + "_imag"] = np.imag(column)
    return {**named, **{FLAG + name: mask for name, mask in result.flags.items()}}


def _placed(column: AnyArray, invalid: BoolArray) -> AnyArray:
    if not invalid.any():
        return np.asarray(column)
    empty = False if column.dtype == bool else np.nan
    placed = np.full(invalid.shape, empty, column.dtype)
    placed[~invalid] = column
    return placed


def _moment_columns(result: Result | AMuonResult) -> dict[str, AnyArray]:
    yukawa = result if isinstance(result, AMuonResult) else result.yukawa
    names = ("y_prime_muon", "tan_beta_d", "delta")
    return {
        **_sum_columns("a_muon", result.a_muon),
        **{name: getattr(yukawa, name) for name in names},
    }


def _sum_columns(name: str, loops: LoopSum) -> dict[str, RealArray]:
    parts = {f"{name}_{part}": value for part, value in loops._asdict().items()}
    parts[name] = parts.pop(f"{name}_total")
    return parts


def _mass_columns(masses: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    columns: dict[str, AnyArray] = {}
    for name, states in masses.items():
        count = states.shape[-1]
        ends = [f"_{i + 1}" for i in range(count)] if count > 1 else [""]
        columns |= {f"m_{name}{end}": states[..., i] for i, end in enumerate(ends)}
    return columns


def _full_columns(result: Result) -> dict[str, AnyArray]:
    spectrum = result.spectrum
    charged = "smuon" if result.point.generations == 1 else "slepton"
    columns = _mass_columns(
        {
            "neutralino": np.abs(spectrum.inos.m_neutralino),
            "chargino": spectrum.inos.m_chargino,
            charged: spectrum.m_slepton,
            "sneutrino": spectrum.m_sneutrino,
        }
    )
    approximations = result.approximations
    columns["a_muon_slides"] = approximations.slides.total
    columns["a_muon_mass_insertion"] = approximations.mass_insertion.total
    flavour = result.flavour
    if flavour is not None:
        columns |= {"a_electron": flavour.a_electron.total, "a_tau": flavour.a_tau.total}
        columns |= {f"edm_{lepton}": flavour.edm[lepton].total for lepton in LEPTONS}
        columns |= {f"br_{name}": flavour.branching_ratios[name].total for name in DECAYS}
        columns |= {f"digits_{name}": flavour.branching_ratios[name].digits for name in DECAYS}
    return columns


def _unphysical(done: Evaluated) -> BoolArray:
    bad = np.zeros(done.invalid.shape, bool)
    if done.result is not None:
        bad[~done.invalid] = np.broadcast_to(done.result.unphysical, (~done.invalid).sum())
    return bad


def flag_columns(done: Evaluated) -> dict[str, BoolArray]:
    """Every flag of evaluated points (n,), that of unusable input last."""
    usable = (int((~done.invalid).sum()),)
    flags = {} if done.result is None else done.result.flags
    placed = {FLAG + n: _placed(spread(mask, usable), done.invalid) for n, mask in flags.items()}
    return {**placed, INVALID: done.invalid}


def _column(expression: Expression, columns: Mapping[str, AnyArray], count: int) -> AnyArray:
    expression.check_names(columns)
    value = np.asarray(expression(columns))
    if np.iscomplexobj(value):
        raise InvalidInput(expression.field, "is complex; take real, imag or abs of it")
    return np.broadcast_to(value, (count,))


def _condition(cut: Expression, columns: Mapping[str, AnyArray], count: int) -> BoolArray:
    value = _column(cut, columns, count)
    if value.dtype != bool:
        problem = "must be a condition, such as m_smuon_1 > 100"
        raise InvalidInput(cut.field, problem, value=cut.text)
    return value
