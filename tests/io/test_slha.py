"""SLHA documents: syntax as it is met, exact round trips, and no error but InvalidInput."""

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fssm.base import InvalidInput
from fssm.io import slha
from fssm.io.slha import Block, Decay, Document
from fssm.io.slha_blocks import RANKS, holds_text
from fssm.io.slha_lines import Channel, Note, Row

TEXT = """\
# made by hand
#
BLOCK spinfo   # Program
  1   SOFTSUSY 4.1   # generator
  2   3
  3   first warning
  3   second warning
  4   # an error that is a comment
Block MODSEL
  1  1  # sugra
  6  flavour mixing
Block gauge Q= 1.00000000e+03  # running
  1   3.6D-01   # g'
  2   6.4d-1
Block GAUGE q=91.1876
  2   0.65
Block ALPHA
  -1.1E-01  # alpha
Block NMIX
# the neutralinos
  1  1  9.9E-01   # N_11
  1  2  -1.0-100
Block IMNMIX
  2  1  +.5
Block FOBS
  521  1  3.1E-04  0  2  3  22   # BR(b -> s gamma)
  521  1  3.2E-04  0  2  3  11
Block HiggsBounds
  1.0  3  25  24  24
  0.9  3  25  23  23
Block QNUMBERS 9000006  # one
  1  0
Block QNUMBERS 9000007
  1  2
DECAY  25  4.0E-03   # h
#  BR  NDA  ID1  ID2
  6.0E-01  2  5  -5   # b bbar
  1.0E-01  3  24  -24  22
decay1l 25  4.1E-03
"""


def parsed(text=TEXT):
    return slha.parse(text, "test.slha")


def bits(document):
    """The bits of every double that stands alone in a row."""
    return [
        struct.pack("<d", row.value)
        for block in document.blocks()
        for row in block.rows
        if isinstance(row.value, float)
    ]


def test_what_stands_in_a_file_is_found_in_any_case():
    document = parsed()
    info = document.block("SPINFO")
    assert info.name == "spinfo"
    assert info.comment == " Program"
    assert [(r.indices, r.value) for r in info.rows] == [
        ((1,), "SOFTSUSY 4.1"),
        ((2,), "3"),
        ((3,), "first warning"),
        ((3,), "second warning"),
        ((4,), ""),
    ]
    assert info.rows[-1].comment == " an error that is a comment"
    assert [r.value for r in document.block("modsel").rows] == [1, "flavour mixing"]
    assert [b.q for b in document.blocks("Gauge")] == [1000.0, 91.1876]
    assert [r.value for r in document.block("GAUGE", q=1000).rows] == [0.36, 0.64]
    assert document.block("GAUGE", 91.1876).row(2).value == 0.65
    alpha = document.block("ALPHA").row()
    assert (alpha.indices, alpha.value, alpha.line) == ((), -0.11, 18)
    assert document.block("fobs").rows[0].indices == (521, 1)
    assert document.block("fobs").rows[0].value == (3.1e-4, 0.0, 2.0, 3.0, 22.0)
    assert document.block("higgsbounds").rows[0].value == (1.0, 3.0, 25.0, 24.0, 24.0)
    assert document.block("qnumbers 9000007").row(1).value == 2
    assert document.head == (Note(" made by hand"), Note(""))


def test_decays():
    tree, loop = parsed().decays
    assert (tree.pdg, tree.width, tree.keyword, tree.comment) == (25, 4.0e-3, "DECAY", " h")
    assert [c.daughters for c in tree.channels] == [(5, -5), (24, -24, 22)]
    assert [c.ratio for c in tree.channels] == [0.6, 0.1]
    assert tree.body[0] == Note("  BR  NDA  ID1  ID2")
    assert (loop.keyword, loop.width, loop.channels) == ("DECAY1L", 4.1e-3, ())


def test_matrices_are_complex_iff_there_is_an_im_block():
    document = parsed()
    matrix = document.matrix("nmix")
    np.testing.assert_array_equal(matrix, [[0.99, -1e-100], [0.5j, 0]])
    real = parsed(TEXT.replace("IMNMIX", "IMOTHER")).matrix("NMIX", size=3)
    assert real.dtype == float
    assert real.shape == (3, 3)
    with pytest.raises(InvalidInput, match=r"test.slha, line 22 .*from 1 to 1"):
        document.matrix("NMIX", size=1)
    with pytest.raises(InvalidInput, match=r"line 1: A is too large"):
        parsed("Block A\n 1 1000000 0.5\n").matrix("A")
    with pytest.raises(InvalidInput, match=r"line 2.*A needs two positive indices"):
        parsed("Block A\n 0 1 0.5\n").matrix("A")
    with pytest.raises(InvalidInput, match=r"line 2.*A needs a number here"):
        parsed("Block A\n 1 1 word\n").matrix("A")
    zeros = "Block NMIX\n 1 1 0\nBlock IMNMIX\n 1 1 -0.0\n"
    assert math.copysign(1, parsed(zeros).matrix("NMIX")[0, 0].imag) == -1


def test_imaginary_parts_belong_to_the_block_of_their_scale():
    text = "Block TE Q=1\n 1 1 1.0\nBlock TE Q=2\n 1 1 2.0\nBlock IMTE Q=2\n 1 1 3.0\n"
    np.testing.assert_array_equal(parsed(text).matrix("TE", 2.0), [[2 + 3j]])
    with pytest.raises(InvalidInput, match=r"line 5: block IMTE belongs to no block TE"):
        parsed(text).matrix("TE", 1.0)


def test_several_scales_must_be_told_apart():
    document = parsed()
    with pytest.raises(InvalidInput, match=r"line 12, 15: block GAUGE .* Q = 1000, 91.1876 GeV"):
        document.block("GAUGE")
    with pytest.raises(InvalidInput, match=r"test.slha.* = 500.* GeV: .*Q = 1000, 91.1876 GeV"):
        document.block("gauge", 500.0)
    assert document.block("gauge", 1000.0001).q == 1000.0
    with pytest.raises(InvalidInput, match="the scale asked for"):
        document.block("gauge", 1000.1)
    assert document.block("NMIX", 500.0).q is None
    assert document.find_block("UMIX") is None
    with pytest.raises(InvalidInput, match=r"test.slha: has no block UMIX"):
        document.block("UMIX")
    with pytest.raises(InvalidInput, match=r"line 19: block NMIX has no entry 6 6"):
        document.block("NMIX").row(6, 6)


def test_round_trip_of_the_example():
    document = parsed()
    again = slha.parse(document.dump(), "again")
    assert again == document
    assert again.dump() == document.dump()
    assert bits(again) == bits(document)
    assert "Block gauge Q= 1.0000000000000000E+03   # running\n" in document.dump()


def test_columns_are_aligned():
    text = "Block MASS\n 25 125.0 # h\n 1000022 -3.5 # chi\n 6 1 # t\n"
    assert parsed(text).dump().splitlines() == [
        "Block MASS",
        "       25    1.2500000000000000E+02   # h",
        "  1000022   -3.5000000000000000E+00   # chi",
        "        6   1                         # t",
    ]


def test_files_are_written_and_read(tmp_path):
    path = tmp_path / "a.slha"
    parsed().write(path)
    assert slha.read(path) == parsed()
    assert slha.read(path).name == str(path)
    with pytest.raises(InvalidInput, match="cannot be written"):
        parsed().write(tmp_path / "no" / "folder.slha")
    with pytest.raises(InvalidInput, match="cannot be written"):
        parsed().write(tmp_path / "a\0b")
    path.write_bytes(b"Block MASS\n 25 1.0 # \xff\n")
    with pytest.raises(InvalidInput, match=r"a.slha: .*line 2"):
        slha.read(path)
    path.write_bytes(b"\xef\xbb\xbfBlock MASS\r\n 25 1.0\r\n\r\n 6\t173.\r")
    assert [row.value for row in slha.read(path).block("MASS").rows] == [1.0, 173.0]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("1 2.0\n", 1, "before any block"),
        ("Block\n", 1, "without a name"),
        ("Block Q= 3\n", 1, "must be"),
        ("Block HMIX Q=\n", 1, "must be"),
        ("Block HMIX Q= x\n", 1, "not a number"),
        ("Block HMIX Q= 1 2\n", 1, "must be"),
        ("Block HMIX 5\n", 1, "nothing but a Q"),
        ("Block HMIX # fine\n  1 1.0.0\n", 2, "not a number"),
        ("Block HMIX\n  1 nan\n", 2, "not a number"),
        ("Block HMIX\n  1 -Infinity\n", 2, "not a number"),
        ("Block OTHER\n  1 NaN\n", 2, "not a number"),
        ("Block OTHER\n  1 inf\n", 2, "not a number"),
        ("Block OTHER\n  1 1.0 GeV\n", 2, "not a number"),
        ("Block OTHER\n  text\n", 2, "without an index"),
        ("Block HMIX\n  1 1e999\n", 2, "double precision"),
        ("Block HMIX\n  1 1_000\n", 2, "not a number"),
        ("Block HMIX\n  1 0x10\n", 2, "not a number"),
        ("Block HMIX\n  1 \u0661.5\n", 2, "not a number"),
        ("Block HMIX\n\n  1\n", 3, "one index and a value"),
        ("Block NMIX\n  1 0.5\n", 2, "two indices"),
        ("Block NMIX\n  1.0 1 0.5\n", 2, "two indices"),
        ("Block ALPHA\n  1 0.5\n", 2, "single value"),
        ("Block HMIX\n  1 0.5 0.5\n", 2, "one index and a value"),
        ("Block SPINFO\n  SOFTSUSY\n", 2, "must start with an index"),
        ("Block HMIX\n  1 0.5\n  1 0.5\n", 3, "entry 1 of HMIX is there already, in line 2"),
        ("Block ALPHA\n  0.5\n  0.5\n", 3, "line 2"),
        ("Block A\n  1 2\nblock a\n  2 2\n", 3, "block a without a Q is there already, in line 1"),
        ("Block A Q=1\nBlock a Q=1.0\n", 2, "line 1"),
        ("DECAY 25\n", 1, "a PDG code and a width"),
        ("DECAY h 1.0\n", 1, "not a number"),
        ("DECAY 2.5 1.0\n", 1, "must be an integer"),
        ("DECAY 25 wide\n", 1, "not a number"),
        ("DECAY 25 1\n 0.5 2 5\n", 2, "1 daughters where there must be 2"),
        ("DECAY 25 1\n 0.5 0\n", 2, "0 daughters"),
        ("DECAY 25 1\n 0.5\n", 2, "number of daughters"),
        ("DECAY 25 1\n x 2 5 -5\n", 2, "not a number"),
        ("DECAY 25 1\n 0.5 2 5 b\n", 2, "number of daughters"),
        ("DECAY 25 1\nDECAY 25 1\n", 2, "line 1"),
        ("XSECTION 1.3E+04 2212 2212 2 1 1\n", 1, "XSECTION"),
        ("Block HMIX\n 1 1.0 # \x00\n", 2, "no text"),
        ("Block HMIX\n 1 1.0 \x0b 2 3.0\n", 2, "no text"),
    ],
)
def test_what_is_no_slha_is_named_with_its_line(text, line, words):
    with pytest.raises(InvalidInput) as caught:
        parsed(text)
    assert f"test.slha, line {line}" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "block",
    [
        Block("A", None, (Row((1,), math.nan),)),
        Block("A", None, (Row((1,), math.inf),)),
        Block("A", math.nan),
        Block("A B"),
        Block("A", None, (Row((1,), "two\nlines"),)),
        Block("A", None, (Row((1,), "7"),)),
        Block("A", None, (Row((1,), "word", "trailing "),)),
        Block("A", None, (Row((1,), "word # no comment"),)),
    ],
)
def test_nothing_is_written_that_would_not_be_read_back(block):
    with pytest.raises(InvalidInput):
        Document((block,)).dump()


# ---- random documents

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,9}", fullmatch=True).filter(
    lambda name: name.upper() not in RANKS and not holds_text(name.upper())
)
comments = st.text(
    st.characters(exclude_categories=("Cc", "Cs")), max_size=12
).map(str.rstrip)  # fmt: skip
doubles = st.floats(allow_nan=False, allow_infinity=False)
integers = st.integers(-(10**9), 10**9)
words = st.from_regex(r"[b-hj-mo-zB-HJ-MO-Z][a-z0-9.+-]*( [a-z0-9.]+){0,2}", fullmatch=True)
values = doubles | integers | words | st.tuples(doubles, doubles, doubles)
keys = st.lists(integers, min_size=1, max_size=3).map(tuple)
notes = st.builds(Note, comments)
rows = st.lists(st.builds(Row, keys, values, comments), max_size=6, unique_by=lambda r: r.indices)
scales = st.none() | doubles
blocks = st.builds(Block, names, scales, rows.map(tuple), comments)
channels = st.builds(Channel, doubles, st.lists(integers, min_size=1, max_size=3).map(tuple))
decays = st.builds(
    Decay, integers, doubles, st.lists(channels | notes, max_size=3).map(tuple), comments
)


def key_of(section):
    return section.pdg if isinstance(section, Decay) else (section.key, section.q)


documents = st.builds(
    Document,
    st.lists(blocks | decays, max_size=5, unique_by=key_of).map(tuple),
    st.lists(notes, max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(documents)
def test_random_documents_come_back_to_the_bit(document):
    again = slha.parse(document.dump())
    assert again == document
    assert bits(again) == bits(document)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(TEXT.split()), max_size=40).map(" ".join))
def test_any_text_is_read_or_refused(text):
    try:
        document = slha.parse(text)
    except InvalidInput:
        return
    assert slha.parse(document.dump()) == document
