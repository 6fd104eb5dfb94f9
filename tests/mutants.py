"""Files that went wrong: random changes of bytes, and some that know zip, Parquet or text."""

import random
import re
import struct
import zlib

NAMED_INTEGERS = (0, 1, 2, 7, 8, 16, 127, 128, 255, 256, 32767, 65535, 2**31 - 1, 2**31, 2**32 - 1,
                  2**63 - 1, 2**63, 2**64 - 1)  # fmt: skip
TOKENS = (
    b"0", b"-1", b"1e999", b"nan", b"inf", b"-0.0", b"1e-320", b"99999999999999999999", b'""',
    b"[]", b"{}", b"true", b"null", b"None", b"[[", b"]]", b"=", b"\n", b"#", b'"', b"'", b"\0",
    b"\r", b"\xff", b"\xc3\xa9", b"\\u0000", b",", b".", b"_", b"1979-05-27", b"Q=", b"Block ",
    b"DECAY ", b"0x7f", b"1_000", b"e+", b"**", b"(", b")",
)  # fmt: skip
# The fields of the headers of a zip archive: offset behind the signature, and size.
ZIP_FIELDS = {
    b"PK\x03\x04": [(4, 2), (6, 2), (8, 2), (10, 4), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)],
    b"PK\x01\x02": [(4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 4), (24, 4), (28, 2),
                    (30, 2), (32, 2), (34, 2), (36, 2), (38, 4), (42, 4)],
    b"PK\x05\x06": [(4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)],
}  # fmt: skip


def _span(data, rng, most=4096):
    """Somewhere in the data, more often short than long."""
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + int(most ** rng.random()))


def bits(data, others, rng):
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def some_bytes(data, others, rng):
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        changed[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(changed)


def truncated(data, others, rng):
    # As often by a few bytes as by most.
    length = rng.randrange(len(data)) if rng.random() < 0.5 else len(data) - rng.randint(1, 64)
    return data[: max(0, length)]


def inserted(data, others, rng):
    start = rng.randrange(len(data) + 1)
    return data[:start] + rng.randbytes(int(64 ** rng.random())) + data[start:]


def deleted(data, others, rng):
    start, stop = _span(data, rng)
    return data[:start] + data[stop:]


def repeated(data, others, rng):
    start, stop = _span(data, rng)
    return data[:stop] + data[start:stop] * rng.choice((1, 1, 2, 5)) + data[stop:]


def zeroed(data, others, rng):
    start, stop = _span(data, rng)
    return data[:start] + bytes(stop - start) + data[stop:]


def exchanged(data, others, rng):
    """Two pieces of the same length change places."""
    (a, b), c = sorted(_span(data, rng)), rng.randrange(len(data))
    d = c + b - a
    if not (b <= c or d <= a) or d > len(data):
        return bits(data, others, rng)
    changed = bytearray(data)
    changed[a:b], changed[c:d] = data[c:d], data[a:b]
    return bytes(changed)


def spliced(data, others, rng):
    """The beginning of one file and the end of another."""
    other = rng.choice(others)
    start = rng.randrange(len(data) + 1)
    return data[:start] + other[rng.choice((start, rng.randrange(len(other) + 1))) :]


def patched(data, others, rng):
    """A piece of another file in its place, as after a torn write."""
    other = rng.choice(others)
    start, stop = _span(data, rng)
    return data[:start] + other[start:stop] + data[stop:]


def replaced(data, others, rng):
    return rng.choice([*others, b"", rng.randbytes(len(data)), b"\0" * len(data)])


def integers(data, others, rng):
    """A number that programs stumble over, at a random place."""
    size, order = rng.choice((1, 2, 4, 8)), rng.choice(("little", "big"))
    number = rng.choice(NAMED_INTEGERS) % 256**size
    start = rng.randrange(max(1, len(data) - size + 1))
    return data[:start] + number.to_bytes(size, order) + data[start + size :]


def _number(old, size, rng):
    shifted = old + rng.choice((-8, -1, 1, 8, 2**16))
    return rng.choice((shifted, shifted, *NAMED_INTEGERS)) % 256**size


def zip_fields(data, others, rng):
    """A length, a checksum, a position or a flag in a header of the archive."""
    signature = rng.choice([*ZIP_FIELDS])
    starts = [match.start() for match in re.finditer(re.escape(signature), data)]
    if not starts:
        return bits(data, others, rng)
    offset, size = rng.choice(ZIP_FIELDS[signature])
    start = rng.choice(starts) + offset
    old = int.from_bytes(data[start : start + size], "little")
    return data[:start] + _number(old, size, rng).to_bytes(size, "little") + data[start + size :]


def zip_members(data, others, rng):
    """Numbers or a header in a member, with checksums that fit."""
    changed = bytearray(data)
    starts = [match.start() for match in re.finditer(b"PK\x03\x04", data[:-50])]
    if not starts:
        return bits(data, others, rng)
    at = rng.choice(starts)
    _, length, name, extra = struct.unpack_from("<IIHH", data, at + 18)
    begin = at + 30 + name + extra
    length = min(length, 1 << 20, len(data) - begin)
    # The lengths stand in a further field where they need not fit into 32 bits.
    if extra >= 20 and data[at + 30 + name : at + 32 + name] == b"\x01\0":
        length = min(*struct.unpack_from("<Q", data, at + 34 + name), len(data) - begin)
    if length <= 0:
        return bits(data, others, rng)
    where = begin + rng.randrange(length)
    changed[where] ^= 1 << rng.randrange(8)
    old = data[at + 14 : at + 18]
    new = struct.pack("<I", zlib.crc32(changed[begin : begin + length]))
    changed[at + 14 : at + 18] = new
    # The directory at the end has it once more.
    for match in re.finditer(b"PK\x01\x02", data):
        if data[match.start() + 16 : match.start() + 20] == old:
            changed[match.start() + 16 : match.start() + 20] = new
    return bytes(changed)


def npy_headers(data, others, rng):
    """Another type, order or shape of a column."""
    swaps = [(b"<f8", b">f8"), (b"<f8", b"<i8"), (b"<f8", b"<c8"), (b"<f8", b"|O8"),
             (b"|b1", b"|i1"), (b"|b1", b"|u1"), (b"<i8", b"<u8"), (b"<i8", b"<f8"),
             (b"False", b"True "), (b"(", b"["), (b",), ", b",1),"), (b"<U", b">U"),
             (b"NUMPY\x01", b"NUMPY\x02"), (b"NUMPY\x01", b"NUMPY\x03")]  # fmt: skip
    old, new = rng.choice(swaps)
    starts = [match.start() for match in re.finditer(re.escape(old), data)]
    if not starts:
        return bits(data, others, rng)
    start = rng.choice(starts)
    return data[:start] + new + data[start + len(old) :]


def parquet_footer(data, others, rng):
    """The length of the footer, or bits, bytes and numbers within it."""
    length = int.from_bytes(data[-8:-4], "little")
    begin = len(data) - 8 - length
    if rng.random() < 0.1 or not 0 < begin < len(data) - 8:
        return data[:-8] + _number(length, 4, rng).to_bytes(4, "little") + data[-4:]
    how = rng.choice((bits, some_bytes, integers, integers, exchanged, deleted, inserted))
    footer = how(data[begin:-8], others, rng)
    # The length fits again, so that the reader gets further.
    return data[:begin] + footer + len(footer).to_bytes(4, "little") + data[-4:]


def parquet_varints(data, others, rng):
    """A number of one byte in the footer or in the header of a page becomes a long one."""
    start = rng.randrange(4, len(data) - 8)
    number, encoded = rng.choice(NAMED_INTEGERS), bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    return data[:start] + bytes([*encoded, number]) + data[start + 1 :]


def tokens(data, others, rng):
    """A word in place of another, or between two."""
    words = [*re.finditer(rb"[^\s=,\[\]{}:]+", data)]
    word = rng.choice(words)
    new = rng.choice((rng.choice(TOKENS), rng.choice(words)[0]))
    return data[: word.start()] + new + data[rng.choice((word.start(), word.end())) :]


def lines(data, others, rng):
    """A line twice, away, somewhere else, or one of another file."""
    every = data.split(b"\n")
    line = every[rng.randrange(len(every))]
    source = rng.choice(others).split(b"\n")
    how = rng.randrange(3)
    if how == 0:
        every.remove(line)
    else:
        new = line if how == 1 else rng.choice(source)
        every.insert(rng.randrange(len(every) + 1), new)
    return b"\n".join(every)


def nested(data, others, rng):
    """Far too many brackets."""
    piece = rng.choice(
        (b"[", b"{", b"(", b"[1,", b'{"a":', b"{a=", b"a.", b"-", b"1e", b"9", b"[[")
    )
    start = rng.randrange(len(data) + 1)
    return data[:start] + piece * int(10 ** rng.uniform(0.5, 4.3)) + data[start:]


ANY = (bits, bits, some_bytes, truncated, inserted, deleted, repeated, zeroed, exchanged, spliced,
       patched, replaced, integers)  # fmt: skip
MUTATIONS = {
    "npz": (*ANY, zip_fields, zip_fields, zip_members, zip_members, npy_headers),
    "parquet": (*ANY, parquet_footer, parquet_footer, parquet_footer, parquet_varints),
    "text": (*ANY, tokens, tokens, tokens, tokens, lines, lines, nested),
}


def mutant(data, others, rng: random.Random, kind):
    """Names of one to three changes, and what has become of the data."""
    names, changed = [], data
    for _ in range(rng.choice((1, 1, 1, 1, 2, 3))):
        change = rng.choice(MUTATIONS[kind])
        if len(changed) > 64:
            names.append(change.__name__)
            changed = change(changed, others, rng)
    return "+".join(names), changed
