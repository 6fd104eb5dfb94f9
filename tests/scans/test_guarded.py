"""Nothing in the folder of a scan is believed that is not what was written."""

import io
import json
import os
import shutil
import struct
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from click.testing import CliRunner
from scan_files import bytes_of, part_files, scan_tree

import fssm
from fssm import InvalidInput
from fssm.cli import main
from fssm.scans import Unfinished
from fssm.scans.folder import MANIFEST
from fssm.scans.parts import Summary, encoded, read_columns

FORMATS = ["npz", "parquet"]
COLUMNS = {
    "point": np.arange(5),
    "mu": np.array([1.5, -2.25, np.nan, np.inf, 0.1]),
    "flag_x": np.array([True, False, True, True, False]),
}
SUMMARY = Summary("0123456789abcdef", 6, 5, 3)


@pytest.fixture(params=FORMATS)
def part(tmp_path, request):
    path = tmp_path / f"part.{request.param}"
    path.write_bytes(encoded(COLUMNS, SUMMARY, request.param))
    return path


@pytest.fixture(params=FORMATS)
def table(tmp_path, request):
    return fssm.scan(scan_tree(format=request.param), tmp_path / "out")


def verified(folder):
    return CliRunner().invoke(main, ["scan", "--verify", str(folder)])


def test_what_is_written_is_what_is_read(part):
    assert read_columns(part, [], SUMMARY) == {}
    for names in (None, ["mu"], ["flag_x", "point"]):
        found = read_columns(part, names, SUMMARY)
        assert list(found) == list(names or COLUMNS)
        for name, column in found.items():
            assert column.dtype == COLUMNS[name].dtype
            assert column.tobytes() == COLUMNS[name].tobytes()


def test_a_part_that_says_other_things_is_refused(part):
    for other in (
        SUMMARY._replace(id="0"),
        SUMMARY._replace(rows=4),
        SUMMARY._replace(failed=0),
        SUMMARY._replace(computed=5),
    ):
        with pytest.raises(InvalidInput, match=r"it holds part 0123456789abcdef; delete it"):
            read_columns(part, None, other)
    with pytest.raises(InvalidInput, match="it has no column m_l"):
        read_columns(part, ["m_l"])


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_changed_bit_of_a_column_is_noticed(tmp_path, file_format):
    path = tmp_path / f"part.{file_format}"
    whole = encoded(COLUMNS, SUMMARY, file_format)
    data = COLUMNS["mu"].tobytes()
    begin = whole.index(data)
    for place in range(begin, begin + len(data)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            path.write_bytes(changed)
            with pytest.raises(InvalidInput, match=path.name):
                read_columns(path)


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_changed_byte_of_a_file_is_noticed_by_verify(tmp_path, file_format):
    table = fssm.scan(scan_tree(points=2, chunk=2, format=file_format), tmp_path / "out")
    (path,) = part_files(tmp_path / "out")
    whole = path.read_bytes()
    assert list(table.verify()) == [None, None]
    for place in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[place] ^= 0x10
        path.write_bytes(changed)
        manifest, found = table.verify()
        assert manifest is None
        assert isinstance(found, InvalidInput), place
        assert path.name in str(found)


def test_names_types_and_columns_are_part_of_the_digest(tmp_path):
    # Written by numpy with another seal, or with the seal of another part.
    path = tmp_path / "part.npz"
    path.write_bytes(encoded(COLUMNS, SUMMARY, "npz"))
    with np.load(path) as file:
        seal = file["fssm"]
    for change in (
        {"mu": COLUMNS["mu"].view(np.int64)},
        {"mu": COLUMNS["mu"][:4]},
        {"mu": COLUMNS["mu"][::-1].copy()},
        {"mu": COLUMNS["mu"].reshape(5, 1)},
        {"point": COLUMNS["point"].astype(np.int32)},
        {"flag_x": COLUMNS["flag_x"].astype(float)},
    ):
        np.savez(path, fssm=seal, **{**COLUMNS, **change})
        with pytest.raises(InvalidInput, match=r"part.npz: cannot be read as a part of a scan"):
            read_columns(path)
    digest, text = seal.item()[:64], json.loads(seal.item()[64:])
    for key, value in (("rows", 4), ("id", "x"), ("columns", {}), ("more", "0")):
        np.savez(path, fssm=np.array(digest + json.dumps({**text, key: value})), **COLUMNS)
        with pytest.raises(InvalidInput, match="its seal is broken"):
            read_columns(path, [])


def test_hostile_archives_are_not_unpacked(tmp_path):
    path = tmp_path / "part.npz"
    whole = encoded(COLUMNS, SUMMARY, "npz")
    path.write_bytes(whole)
    with ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    # A few hundred bytes that would be a gigabyte.
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data + bytes(10**7))
    with pytest.raises(InvalidInput, match="not stored as a part stores it"):
        read_columns(path)
    # An array that claims to be larger than all memory, or to be something else.
    for shape, dtype in (((10**14,), "<f8"), ((5, 10**9), "<f8"), ((5,), "|O"), ((5,), "<U9")):
        claimed = io.BytesIO()
        about = {"descr": dtype, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(claimed, about)
        claimed.write(COLUMNS["mu"].tobytes())
        with ZipFile(path, "w") as archive:
            for name, data in {**members, "mu.npy": claimed.getvalue()}.items():
                archive.writestr(name, data)
        with pytest.raises(InvalidInput, match="cannot be read as a part"):
            read_columns(path)
    path.write_bytes(whole)
    read_columns(path)


def test_hostile_parquet_files_are_refused(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "part.parquet"
    path.write_bytes(encoded(COLUMNS, SUMMARY, "parquet"))
    seal = parquet.read_schema(path).metadata
    good = {name: pa.array(column) for name, column in COLUMNS.items()}
    for change in (
        {"mu": pa.array([1.5, None, 1.0, 2.0, 3.0])},
        {"mu": pa.array(["a"] * 5)},
        {"mu": pa.array([[1.0]] * 5)},
        {"mu": pa.array(COLUMNS["mu"][::-1])},
    ):
        parquet.write_table(pa.table({**good, **change}).replace_schema_metadata(seal), path)
        with pytest.raises(InvalidInput, match=r"part.parquet: cannot be read as a part"):
            read_columns(path)
    # The end of the file, which says where everything else is.
    whole = encoded(COLUMNS, SUMMARY, "parquet")
    for length in (0, 2**31 - 1, 2**32 - 1, len(whole)):
        path.write_bytes(whole[:-8] + struct.pack("<I", length) + whole[-4:])
        with pytest.raises(InvalidInput, match="cannot be read as a part"):
            read_columns(path)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"PAR1PAR1", b"\0" * 10**6])
def test_foreign_content_is_named(table, content):
    path = part_files(table.folder.path)[3]
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=rf"{path.name}: cannot be read as a part of a scan"):
        _ = table["mu"]
    done = verified(table.folder.path)
    assert done.exit_code == 2
    assert done.stdout == f"{table.folder.path}: 6 of 7 parts are what was written, to the bit\n"
    assert done.stderr.count("\n") == 1
    assert path.name in done.stderr


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_no_part_is_a_link_or_a_fifo(table, tmp_path, kind):
    path = part_files(table.folder.path)[3]
    whole = path.read_bytes()
    path.unlink()
    if kind == "link":
        (tmp_path / "elsewhere").write_bytes(whole)
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(InvalidInput, match=rf"(?i){path.name}: .*is (a sym|no reg|a directory)"):
        _ = table["mu"]


def test_a_part_that_goes_away_is_named(table):
    assert len(table) == 100
    path = part_files(table.folder.path)[3]
    path.unlink()
    with pytest.raises(InvalidInput, match=rf"{path.name}: is gone; the scan it belongs to"):
        _ = table["mu"]


def test_a_deleted_damaged_part_is_computed_again(table, tmp_path):
    folder = table.folder.path
    before = bytes_of(folder)
    path = part_files(folder)[3]
    path.write_bytes(path.read_bytes()[:-1])
    assert verified(folder).exit_code == 2
    path.unlink()
    assert "1 are missing" in verified(folder).stdout
    fssm.scan(scan_tree(format=table.config.format), folder)
    assert verified(folder).exit_code == 0
    assert bytes_of(folder) == before
    tree = json.loads(CliRunner().invoke(main, ["scan", "--verify", str(folder), "--json"]).stdout)
    assert tree == {"folder": str(folder), "parts": 7, "of_parts": 7, "good": 7, "damaged": []}


def test_a_name_that_says_other_numbers_is_no_part(table):
    path = part_files(table.folder.path)[3]
    number, rows, failed, own = path.name.split("-")[1:]
    for name in (
        f"part-{number}-{int(rows) - 1}-{failed}-{own}",
        f"part-{number}-{rows}-{int(failed) + 1}-{own}",
        f"part-000005-{rows}-{failed}-{own}",
        f"part-{number}-0{rows}-{failed}-{own}",
        f"part-{number}-{rows}-{failed}-{own}x",
    ):
        shutil.copy(path, path.with_name(name))
    assert fssm.read_scan(table.folder.path).status == table.status


@pytest.mark.parametrize("key", ["layout", "fssm", "digest", "scan", "results"])
def test_every_entry_of_the_manifest_is_under_its_digest(tmp_path, key):
    fssm.scan(scan_tree(), tmp_path, shard=(1, 7))
    good = json.loads((tmp_path / MANIFEST).read_text())
    other = {"layout": 3, "fssm": "9", "digest": "0", "results": good["results"][1:]}
    other["scan"] = {**good["scan"], "cuts": {"keep": "mu > 1"}}
    for tree in ({**good, key: other[key]}, {k: v for k, v in good.items() if k != key}):
        (tmp_path / MANIFEST).write_text(json.dumps(tree))
        with pytest.raises(InvalidInput, match=MANIFEST):
            fssm.read_scan(tmp_path)
    (tmp_path / MANIFEST).write_text(json.dumps({**good, "more": 1}))
    with pytest.raises(InvalidInput, match="is damaged: it has other entries"):
        fssm.scan(scan_tree(), tmp_path)


def test_a_manifest_deleted_meanwhile_is_noticed_at_the_end(tmp_path):
    def delete(step):
        if step.parts == 3:
            (tmp_path / MANIFEST).unlink()

    with pytest.raises(Unfinished, match=r"scan.json was deleted or changed meanwhile; 7 of 7"):
        fssm.scan(scan_tree(), tmp_path, progress=delete)
    assert fssm.scan(scan_tree(), tmp_path).status.complete


def test_a_manifest_changed_meanwhile_is_noticed_by_the_workers(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    other = fssm.scan(scan_tree(seed=6), tmp_path / "other", shard=(1, 7)).folder.path

    def change(step):
        if step.parts == 0:
            shutil.copy(other / MANIFEST, tmp_path / "out" / MANIFEST)

    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(InvalidInput, match="holds another scan by now"),
    ):
        fssm.scan(scan_tree(), tmp_path / "out", executor=executor, progress=change)


def test_a_manifest_without_end_is_refused(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / MANIFEST)
    with pytest.raises(InvalidInput, match=r"scan.json: cannot be read: is no regular file"):
        fssm.read_scan(tmp_path)
    (tmp_path / MANIFEST).unlink()
    monkeypatch.setattr("fssm.scans.folder.LONGEST_TEXT", 100)
    (tmp_path / MANIFEST).write_text(" " * 101)
    with pytest.raises(InvalidInput, match="is longer than any manifest"):
        fssm.read_scan(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n ", "\n  ", 1),
        lambda text: text.replace('"layout": 2', '"layout": 2.0'),
        lambda text: text.replace('"layout": 2', '"results": ["z"],\n "layout": 2'),
        lambda text: text.replace(',\n   "qed_log": true', ""),
        lambda text: text[:-1],
    ],
)
def test_verify_compares_every_byte_of_the_manifest(table, change):
    path = table.folder.path / MANIFEST
    good = path.read_text()
    assert change(good) != good
    path.write_text(change(good))
    # What it says is right all the same.
    assert len(fssm.read_scan(table.folder.path)["mu"]) == 100
    done = verified(table.folder.path)
    assert done.exit_code == 2
    assert done.stdout == f"{table.folder.path}: 7 of 7 parts are what was written, to the bit\n"
    assert done.stderr == (
        f"fssm: {path}: its bytes are not what its content is written as; delete it and the same "
        "scan writes it again\n"
    )
    path.unlink()
    fssm.scan(scan_tree(format=table.config.format), table.folder.path)
    assert path.read_text() == good


def test_one_part_under_two_names_is_refused(table):
    path = part_files(table.folder.path)[3]
    _, rows, failed = (int(text) for text in path.name.split("-")[1:4])
    other = table.folder.summary(3, rows, failed + 1)
    shutil.copy(path, path.with_name(table.folder.name_of(3, other)))
    tree = scan_tree(format=table.config.format)
    for use in (
        lambda: fssm.scan(tree, table.folder.path),
        lambda: fssm.read_scan(path.parent)["mu"],
    ):
        with pytest.raises(InvalidInput, match="part 3 is there under two names; delete both"):
            use()


def test_a_second_name_that_comes_meanwhile_is_not_blamed_on_the_manifest(tmp_path):
    def copy(step):
        if step.parts == 7:
            path = part_files(tmp_path)[3]
            _, rows, failed = (int(text) for text in path.name.split("-")[1:4])
            folder = fssm.read_scan(tmp_path).folder
            other = folder.name_of(3, folder.summary(3, rows, failed + 1))
            shutil.copy(path, tmp_path / other)

    with pytest.raises(InvalidInput, match="part 3 is there under two names"):
        fssm.scan(scan_tree(), tmp_path, progress=copy)


def test_what_stands_in_the_place_of_a_part_is_named(table):
    path = part_files(table.folder.path)[3]
    path.unlink()
    path.mkdir()
    tree = scan_tree(format=table.config.format)
    for use in (
        lambda: fssm.scan(tree, table.folder.path),
        lambda: fssm.read_scan(path.parent)["mu"],
    ):
        with pytest.raises(InvalidInput, match=rf"{path.name}: is no regular file; delete it and"):
            use()


@pytest.mark.parametrize(
    "names", [3, 3.5, True, slice(0, 3), object(), [3], [None], [["mu"]], np.array([1.0]), b"mu"]
)
def test_columns_are_asked_for_by_their_names(table, names):
    for read in (table.arrays, table.array, lambda n: list(table.iter_parts(n)), table.__getitem__):
        with pytest.raises(InvalidInput, match="column"):
            read(names)
