"""Formulas: the same bits however long and wherever they are read, and nothing but arithmetic."""

# Other alphabets are among the attacks.
# ruff: noqa: RUF001

import ast
import operator
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scan_files import scan_tree

import fssm
from fssm import InvalidInput
from fssm.scans.expressions import CONSTANTS, FUNCTIONS, Expression

COLUMNS = {
    "x": np.array([0.5, -2.0, 3.0, 1e200]),
    "y": np.array([1.5, 3.0, -0.25, 7.0]),
    "z": np.array([1 + 2j, -0.5j, 2.0, 1e-3]),
    "c": np.array([True, False, True, True]),
}
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne, ast.USub: operator.neg, ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}  # fmt: skip


def plainly(node):
    """By Python's syntax tree, a branch at a time."""
    match node:
        case ast.Constant(value):
            return np.complex128(value) if isinstance(value, complex) else np.float64(value)
        case ast.Name(name):
            return {**CONSTANTS, **COLUMNS}[name]
        case ast.UnaryOp(op, operand):
            return OPERATORS[type(op)](plainly(operand))
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            return OPERATORS[type(op)](plainly(left), plainly(right))
        case ast.Call(ast.Name(name), arguments):
            return FUNCTIONS[name](*map(plainly, arguments))
    raise ValueError(ast.dump(node))


def bits(value):
    return np.asarray(value).dtype.str, np.shape(value), np.asarray(value).tobytes()


def outcome(compute):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            return bits(compute())
        except (TypeError, ValueError, ArithmeticError):
            return "refused"


leaves = st.sampled_from(
    ["x", "y", "z", "c", "pi", "1", "2", "0.3", ".5", "1e3", "2j", "0x1f", "1_000", "1e-300", "00"]
)
texts = st.recursive(
    leaves,
    lambda inner: st.one_of(
        # Without brackets: what binds tighter is the reader's business.
        st.tuples(
            inner,
            st.sampled_from(["+", "-", "*", "/", "**", " < ", ">=", "==", "!=", "&", "|", " - "]),
            inner,
        ).map("".join),
        st.tuples(st.sampled_from(["-", "+", "~", "- "]), inner).map("".join),
        inner.map("({})".format),
        inner.map("( {}\n)".format),
        st.tuples(st.sampled_from(sorted(FUNCTIONS)), inner).map("{0[0]}({0[1]})".format),
        st.tuples(st.sampled_from(["minimum", "maximum"]), inner, inner).map(
            "{0[0]}({0[1]}, {0[2]})".format
        ),
        st.tuples(inner, inner, inner).map("where({0[0]}, {0[1]}, {0[2]},)".format),
    ),
    max_leaves=12,
)


@given(texts)
def test_any_formula_has_the_bits_of_plain_numpy(text):
    expected = outcome(lambda: plainly(ast.parse(text, mode="eval").body))
    assert outcome(lambda: Expression.parse(text, "f")(COLUMNS)) == expected
    if expected != "refused":
        twin = pickle.loads(pickle.dumps(Expression.parse(text, "f")))
        assert outcome(lambda: twin(COLUMNS)) == expected
        assert twin == Expression.parse(text, "f")


@given(st.text(alphabet="xyc12.ej_()+-*/<=&|~, \n\t#'\"[]:sqrtabs", max_size=12))
def test_any_text_is_read_as_python_reads_it_or_refused(text):
    """Nothing gets another meaning than that of Python's own parser."""
    try:
        read = Expression.parse(text, "f")
    except InvalidInput:
        return
    if read.names <= COLUMNS.keys():
        expected = outcome(lambda: plainly(ast.parse(text.strip(), mode="eval").body))
        assert outcome(lambda: read(COLUMNS)) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-x**2", -(0.5**2)), ("2**-x*8", 2**-0.5 * 8), ("2**3**2", 512), ("2**-x**2", 2**-0.25),
        ("8 / 4 / 2", 1), ("8 - 4 - 2", 2), ("-x - -x", 0), ("--x", 0.5), ("1 + 2 * 3 ** 2", 19),
        ("x < 1 & (1 > 0)", "refused"), ("(x < 1) == (x > 0)", True),
        ("~(x > 1) & (x > 0) | (x > 5)", True), ("abs(-x) ** 2", 0.25), ("where(x > 1, 2, 3)", 3),
        ("maximum(x, minimum(4, 2 * 3),)", 4), ("(((x)))", 0.5), ("sqrt (x * x)", 0.5),
        ("(x\n + 1  # half of three\n)", 1.5), ("x # a half", 0.5), ("# a half\nx\n#", 0.5),
        ("x + \\\n 1", 1.5), ("ｘ + 1", 1.5), ("0x1F + 0b11 + 0o7", 41), ("1_0.5", 10.5),
        ("9007199254740993 - 9007199254740992", 0), ("1e308 * 10", np.inf), ("1 / 0", np.inf),
        ("10**10**10", np.inf), ("9**9**9", np.inf), ("2**99999", np.inf), ("real(1 + 2j)", 1),
    ],
)  # fmt: skip
def test_what_binds_tighter(text, value):
    if value == "refused":
        with pytest.raises(InvalidInput, match="cannot be computed"):
            Expression.parse(text, "f")({"x": np.float64(0.5)})
    else:
        assert Expression.parse(text, "f")({"x": np.float64(0.5)}) == value


ATTACKS = [
    # Attributes, items and calls of anything but the known functions.
    "x.real", "x.__class__", "().__class__.__base__", "(1).real", "1..real", "x.__array__()",
    "sqrt.__globals__", "x[0]", "x[:]", "[x]", "{x}", "{'x': 1}", "x(1)", "2(x)", "sqrt(x)(y)",
    "(sqrt)(x)", "pi(x)", "__import__('os')", "__import__(x)", "eval(x)", "exec(x)", "open(x)",
    "getattr(x, y)", "print(x)", "__builtins__", "sqrt", "sqrt + 1", "sqrt x",
    # Statements and all the rest of Python's grammar.
    "lambda: 1", "lambda x: x", "x := 1", "(x := 1)", "x = 1", "x == 1; y", "x; y", "import os",
    "[x for x in y]", "(x for x in y)", "{x for x in y}", "x if y else 1", "x and y", "x or y",
    "not x", "x is y", "1is x", "x in y", "x not in y", "await x", "(yield)", "(yield x)", "*x",
    "**x", "sqrt(*x)", "sqrt(**x)", "sqrt(x=1)", "sqrt(x, out=y)", "where(x, y, z=1)", "...",
    "x @ y", "x // y", "x % y", "x ^ y", "x << y", "x >> y", "x <> y", "x -> y", "x += 1", "x++",
    "!x", "x ! y", "x $ y", "x ? y", "`x`", "x:int", "@x", "1 < x < 2", "x == y == z",
    # Other constants than numbers.
    "'x'", '"x"', "'''x'''", "b'x'", "r'x'", "f'{x}'", "f'{__import__(\"os\")}'", "u'x'", "'x' * 9",
    "'a' + 'b'", "True", "False", "None", "__debug__ is x", "Ellipsis.x", "1e999", "1e999j",
    "9" * 400, "0x" + "f" * 1000, "1e", "1.2.3", "0x", "0xg", "0b2", "0o8", "012", "1__0", "1_",
    "0_x", "1x", "1jx", ".", "1e+", "²", "x²", "٣", "①",
    # Shapes.
    "", " ", "\n", "()", "(,)", "(x,)", "(x, y)", "x,", "x, y", ",x", "sqrt()", "sqrt(,)",
    "sqrt(x,,)", "sqrt(x, y)", "minimum(x)", "where(x, y)", "(x", "x)", "((x)", ")(", "sqrt(x",
    "x +", "+", "x * * y", "* x", "x y", "x 1", "1 x", "x ~ y", "~", "(-)", "sqrt(-)", "sqrt(x, -)",
    # Lines, comments, invisible characters and other alphabets.
    "x\n+ 1", "x +\n1", "x\ny", "x\r+ 1", "x # \n + 1", "# x", "#", "x \\ y", "x \\", "\\\nx\\",
    "x\0", "\0", "x # \0", "x\x1b", "x\u200b", "x\u00a0+ 1", "\ufeff x", "x\ud800", "x # \ud800",
    "x − 1", "x × 2", "x\u202e + 1", "ｘ．real", "𝐧𝐨𝐭 x", "＿＿import＿＿(x)", "√x", "x ≤ 1",
    # Size.
    "x" * 2001, "1+" * 1000 + "1", " " * 10 + "x+" * 1000 + "x", "(" * 201 + "x" + ")" * 201,
    "abs(" * 201 + "x" + ")" * 201, "(" * 2000, ")" * 2000, "-" * 2000, "x**" * 600, "sqrt(" * 400,
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_nothing_else_is_a_formula(text):
    with pytest.raises(InvalidInput) as caught:
        # x2 is what x² would be read as.
        Expression.parse(text, "[columns] c").check_names({*COLUMNS, "x2"})
    assert str(caught.value).startswith("[columns] c = ")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("value", [None, 1, 1.5, True, b"x", ["x"], {"x": 1}, ("x",), object()])
def test_only_texts_are_formulas(value):
    with pytest.raises(InvalidInput, match="must be a formula in quotes"):
        Expression.parse(value, "f")


def test_the_limits_are_named():
    assert Expression.parse("x" + "+x" * 999, "f")({"x": np.float64(1.0)}) == 1000
    assert Expression.parse("(" * 200 + "x" + ")" * 200, "f")({"x": 7.0}) == 7
    with pytest.raises(InvalidInput, match="has 2001 characters; a formula has at most 2000"):
        Expression.parse("x" + "+x" * 1000, "f")
    with pytest.raises(InvalidInput, match="more than 200 brackets in each other"):
        Expression.parse("(" * 201 + "x" + ")" * 201, "f")


LONG = {
    "sum": ("x" + "+x" * 999, 1000.0),
    "product": ("2*" * 900 + "x", 2.0**900),
    "signs": ("-" * 1999 + "x", -1.0),
    "powers": ("x**" * 660 + "x", 1.0),
    "brackets": ("1+(" * 200 + "x" + ")" * 200, 201.0),
    "calls": ("abs(" * 200 + "-x" + ")" * 200, 1.0),
    "conditions": ("(x>0)&" * 300 + "(x>0)", True),
}


@pytest.mark.parametrize(("text", "value"), LONG.values(), ids=LONG)
def test_long_formulas_do_not_depend_on_the_stack_or_the_process(text, value):
    def deeper(levels):
        return deeper(levels - 1) if levels else whole()

    def whole():
        read = Expression.parse(text, "f")
        return pickle.loads(pickle.dumps(read)), read({"x": np.float64(1.0)})

    limit, depth = sys.getrecursionlimit(), 0
    while sys._getframe(depth).f_back is not None:
        depth += 1
    for levels in (0, 400, limit - depth - 100):
        twin, result = deeper(levels)
        assert result == value
        assert twin == Expression.parse(text, "f")
        assert twin({"x": np.float64(1.0)}) == value


def test_long_formulas_cross_to_a_fresh_process_with_a_low_limit(tmp_path):
    path = tmp_path / "formulas"
    path.write_bytes(pickle.dumps([Expression.parse(text, "f") for text, _ in LONG.values()]))
    code = (
        "import pickle, sys, fssm.scans.expressions as e; sys.setrecursionlimit(60); "
        f"read = pickle.load(open({str(path)!r}, 'rb')); "
        "print([r({'x': e.np.float64(1.0)}).item() for r in read] == "
        "[e.Expression.parse(r.text, 'f')({'x': e.np.float64(1.0)}).item() for r in read])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_scan_with_a_long_formula_is_the_same_with_two_processes(tmp_path):
    tree = scan_tree(points=12, chunk=6)
    tree["columns"] = {"long": "1" + "+1" * 400, "signs": "-" * 900 + "a_muon"}
    fssm.scan(tree, tmp_path / "one")
    fssm.scan(tree, tmp_path / "two", workers=2)
    one, two = fssm.read_scan(tmp_path / "one"), fssm.read_scan(tmp_path / "two")
    assert np.all(one["long"] == 401)
    for name in ("long", "signs"):
        assert np.asarray(one[name]).tobytes() == np.asarray(two[name]).tobytes()


def test_formulas_of_one_text_are_equal():
    first, second = Expression.parse(" x + 1", "f"), Expression.parse("x + 1 ", "f")
    assert first == second
    assert len({first, second}) == 1
    assert first != Expression.parse("x+1", "f")
    assert first != Expression.parse("x + 1", "g")
    assert (first.text, first.names, first.field) == ("x + 1", {"x"}, "f")
    with pytest.raises(InvalidInput, match="unknown name 'x'"):
        first.check_names({"y"})


def test_nothing_is_left_behind_by_a_failure():
    """A formula that cannot be computed says so, and can be computed for other columns."""
    read = Expression.parse("~x & c", "f")
    with pytest.raises(InvalidInput, match=r"^f = '~x & c': cannot be computed"):
        read(COLUMNS)
    assert read({"x": np.array([False]), "c": np.array([True])}).tolist() == [True]
