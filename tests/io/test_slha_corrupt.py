"""Corrupted SLHA files end in InvalidInput that names the file and a line or block."""

import re

import flavours
import pytest
import slha_files
from hypothesis import given, settings
from hypothesis import strategies as st

import fssm
from fssm.base import InvalidInput
from fssm.io import slha, slha_write
from fssm.io.points import read_point
from fssm.io.slha_read import point_of

POINT = fssm.Point(
    tan_beta=50, tan_beta_u=50, tan_beta_d=7.4, mu=2500, mu_tilde=2000 + 1j, theta_u=0.78,
    theta_d=0.78, m1=2500, m2=2500, m_l=2500, m_e=2500, scheme="couplings", g=0.65, g_prime=0.35,
    v=246.2,
)  # fmt: skip
FILES = {
    "spectrum.slha": slha_files.spectrum(),
    "point.slha": slha_write.text(fssm.evaluate(POINT)),
    "flavour.slha": slha_write.text(
        fssm.evaluate(fssm.Point.from_toml(flavours.FOLDER.parents[1] / "examples/flavour.toml"))
    ),
}
# A row of numbers alone: indices, then the value, then perhaps a comment.
ROW = re.compile(r"( +\d+)?( +\d+)( +-?\d[\d.E+-]*)(?= *(#|$))")


def number_rows(text):
    """Positions of rows of numbers in blocks whose shape is known."""
    block, found = "", []
    for i, line in enumerate(text.splitlines()):
        if line.upper().startswith(("BLOCK", "DECAY")):
            block = line.split()[1 if line.upper().startswith("BLOCK") else 0].upper()
        elif block not in ("SPINFO", "DECAY", "FSSMMODSEL") and ROW.match(line):
            found.append(i)
    return found


def with_value(pattern):
    """Replace the value of a row."""
    return lambda line: ROW.sub(lambda m: (m[1] or "") + m[2] + pattern.format(m[3]), line)


# Whatever the row, what comes out is no row of a block with a fixed number of indices.
ROW_MUTATIONS = {
    "value missing": with_value(""),
    "value behind a comment": with_value(" #{}"),
    "letter in the value": with_value("x"),
    "letter behind the value": with_value("{}q"),
    "two values": with_value("{0}{0}"),
    "decimal comma": with_value(" 1,5"),
    "NaN": with_value("   NaN"),
    "infinity": with_value("   -inf"),
    "beyond a double": with_value("   1.0E+999"),
    "two signs": with_value("   --1.0"),
    "index with a point": lambda line: re.sub(r"(\d+)", r"\1.0", line, count=1),
    "index a word": lambda line: re.sub(r"(\d+)", "one", line, count=1),
    "the row twice": lambda line: f"{line}\n{line}",
    "a control character": lambda line: f"{line}\x00",
    "a block's keyword": lambda line: f"Block {line}",
}
LINE_MUTATIONS = [
    (name, i, key)
    for name, text in FILES.items()
    # Every seventh row with every mutation: different rows for each of them.
    for k, key in enumerate(ROW_MUTATIONS)
    for i in number_rows(text)[k % 7 :: 7 if name != "flavour.slha" else 61]
]

FILE_MUTATIONS = [
    ("spectrum.slha", r"Block HMIX Q= \S+", "Block", "line 10"),
    ("spectrum.slha", r"Block HMIX Q= \S+", "Block Q= 1.0", "line 10"),
    ("spectrum.slha", r"Block HMIX Q= \S+", "Block HMIX Q=", "line 10"),
    ("spectrum.slha", r"Block HMIX Q= \S+", "Block HMIX Q= NaN", "line 10"),
    ("spectrum.slha", r"Block HMIX Q= \S+", "Block HMIX 1.0", "line 10"),
    ("spectrum.slha", r"Block HMIX Q= \S+", "Bloc HMIX", "line 10"),
    ("spectrum.slha", r"Block HMIX Q= \S+", "HMIX", "line 10"),
    ("spectrum.slha", r"Block HMIX", "Block HMAX", "HMIX"),
    ("spectrum.slha", r"Block MSOFT", "Block MSFT", "MSOFT"),
    ("spectrum.slha", r"Block IMHMIX Q= \S+", "Block IMHMIX Q= 5.0", "IMHMIX"),
    ("spectrum.slha", r"Block MSL2 Q= \S+", "Block MSL2 Q= 1.0", "MSL2"),
    ("spectrum.slha", r"Block MSL2 Q= \S+", "Block MSE2 Q= 1.0", "IMMSL2 without"),
    ("spectrum.slha", r"Block MSL2", "Block GAUGE", "GAUGE"),
    ("spectrum.slha", r"Block SPINFO", "# no block", "line 3"),
    ("spectrum.slha", r"  1  by hand", "  by hand", "line 3"),
    ("spectrum.slha", r"(?s)Block HMIX.*", "", "HMIX"),
    ("spectrum.slha", r"(?s).*", "", "HMIX"),
    ("spectrum.slha", r"(?s)DECAY.*", "DECAY", "line 89"),
    ("spectrum.slha", r"DECAY  25", "DECAY", "line 89"),
    ("spectrum.slha", r"  2  5  -5", "  2  5", "line 90"),
    ("spectrum.slha", r"  2  5  -5", "  3  5  -5", "line 90"),
    ("spectrum.slha", r"  2  5  -5", "  2  5  -b", "line 90"),
    ("spectrum.slha", r"  6.0E-01  2", "  2", "line 90"),
    ("spectrum.slha", r"(?s)(DECAY.*)", r"\1\1", "line 92"),
    ("spectrum.slha", r"(?s)(Block MASS.*)DECAY.*", r"\1\1", "line 89"),
    ("spectrum.slha", r"  2  20", "  2  -20", "HMIX 2"),
    ("spectrum.slha", r"  13  0.1056\S+", "  13  -1.0", "SMINPUTS 13"),
    ("spectrum.slha", r"Block GAUGE Q= \S+\n.*", "Block GAUGE", "GAUGE"),
    ("point.slha", r"FSSMMUIN", "FSSMMUNIN", "FSSMMUNIN"),
    ("point.slha", r"Block FSSMMUIN", "Block FSSMMUIN Q= 3.0", "FSSMMUIN"),
    ("point.slha", r"Block FSSMGAUGINOIN", "Block FSSMVEVIN", "FSSMVEVIN"),
    ("point.slha", r"Block FSSMGAUGINOIN\n.*\n", "", "FSSMMUIN"),
    ("point.slha", r"Block FSSMMODSEL\n.*", "Block FSSMMODSEL\n  1 couplings please", "FSSMMODSEL"),
    ("point.slha", r"Block FSSMMODSEL\n.*", "Block FSSMMODSEL\n  1 gf", "FSSMEWIN"),
    ("point.slha", r"Block FSSMMODSEL\n.*", "Block FSSMMODSEL\n  8 gf", "FSSMMODSEL"),
    ("point.slha", r"Block FSSMMODSEL\n.*", "Block FSSMMODSEL\n  1 1.5", "FSSMMODSEL"),
    ("point.slha", r"Block IMFSSMMUIN\n *2", "Block IMFSSMMUIN\n 3", "line"),
    ("point.slha", r"Block IMFSSMMUIN\n *2", "Block IMFSSMMUIN\n 5", "line"),
    ("flavour.slha", r"Block FSSMXIN\n.*\n", "Block FSSMXIN\n", "FSSMXIN"),
    ("flavour.slha", r"Block IMFSSMXIN\n.*\n", "Block IMFSSMXIN\n", "IMFSSMXIN"),
    ("flavour.slha", r"Block IMFSSMXIN\n.*\n", "Block IMFSSMXIN\n 0 1 1.0\n", "IMFSSMXIN"),
]


def message_of(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        read_point(path)
    message = str(caught.value)
    assert message.count(str(path)) == 1
    return message


@pytest.mark.parametrize(("name", "i", "key"), LINE_MUTATIONS)
def test_a_corrupted_row_is_named(tmp_path, name, i, key):
    lines = FILES[name].splitlines()
    changed = ROW_MUTATIONS[key](lines[i])
    assert changed != lines[i]
    lines[i] = changed
    # A row that is there twice is named where it comes again.
    line = i + 2 if key == "the row twice" else i + 1
    message = message_of(tmp_path, name, "\n".join(lines))
    assert f"{name}, line {line}:" in message or f"{name}, line {line} = " in message


@pytest.mark.parametrize(("name", "pattern", "new", "words"), FILE_MUTATIONS)
def test_a_corrupted_file_is_named(tmp_path, name, pattern, new, words):
    changed, count = re.subn(pattern, new, FILES[name], count=1)
    assert count == 1
    assert words in message_of(tmp_path, name, changed)


def test_there_are_enough_of_them():
    assert len(LINE_MUTATIONS) + len(FILE_MUTATIONS) >= 150
    assert {key for _, _, key in LINE_MUTATIONS} == set(ROW_MUTATIONS)


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"Block A\n 1 \xe9\n", b"\x00", b"\x1f\x8b\x08"])
def test_bytes_that_are_no_text(tmp_path, raw):
    path = tmp_path / "raw.slha"
    path.write_bytes(raw)
    with pytest.raises(InvalidInput, match=r"raw.slha.*line \d"):
        read_point(path)


edits = st.tuples(
    st.sampled_from(["delete", "insert", "replace", "truncate", "line"]),
    st.floats(0, 1),
    st.sampled_from([*"0123456789.eE+-# \n\tQ=DNnai", "1e400", "nan", "\r", "\xe9", "Block "]),
)


def edited(text, how, where, piece):
    i = int(where * len(text))
    if how == "line":
        lines = text.split("\n")
        j = int(where * len(lines))
        return "\n".join([*lines[:j], *lines[max(j - 1, 0) :]])
    if how == "truncate":
        # Near the end most of the time, so that something is left.
        return text[: int((1 - (1 - where) ** 2) * len(text))]
    return text[:i] + (piece if how != "delete" else "") + text[i + (how != "insert") :]


@settings(max_examples=250, deadline=None)
@given(st.sampled_from([*FILES]), st.lists(edits, min_size=1, max_size=4))
def test_edited_files_are_read_or_refused(name, changes):
    # The rows of the big matrices that are output are all alike.
    text = FILES[name][: 9000 if name == "spectrum.slha" else 2500]
    for change in changes:
        text = edited(text, *change)
    try:
        document = slha.parse(text, name)
        assert slha.parse(document.dump()) == document
        point = point_of(document)
    except InvalidInput as error:
        message = str(error)
    else:
        assert isinstance(point, fssm.Point)
        return
    assert message.startswith(name)
