"""Running, resuming, sharing out and reading scans."""

import json
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from scan_files import bytes_of, changed, grid_tree, part_files, same_rows, scan_tree, toml_of

import fssm
from fssm import InvalidInput
from fssm.scans import tasks
from fssm.scans.config import ScanConfig
from fssm.scans.folder import MANIFEST, missing_parts, open_folder, prepare_folder
from fssm.scans.parts import read_columns
from fssm.scans.rows import result_names, rows_of
from fssm.scans.tasks import compute

FORMATS = ["npz", "parquet"]


def whole(tree):
    config = ScanConfig.from_mapping(tree)
    return rows_of(config, slice(0, config.points), result_names(config)).columns


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_is_read_is_what_was_computed(tmp_path, file_format):
    tree = scan_tree(format=file_format)
    tree["columns"] = {"ratio": "a_muon / a_muon_one_loop"}
    tree["cuts"] = {"keep": "mu > 1000"}
    table = fssm.scan(tree, tmp_path / "out")
    columns = whole(tree)
    assert table.columns == tuple(columns)
    assert len(table) == len(columns["point"])
    array = table.array()
    for name, column in columns.items():
        np.testing.assert_array_equal(table[name], column)
        np.testing.assert_array_equal(array[name], column)
        assert array[name].dtype == column.dtype
    assert [len(piece["mu"]) for piece in table.iter_parts(["mu"])] == [
        int((np.floor_divide(columns["point"], 16) == part).sum()) for part in range(7)
    ]
    status = table.status
    assert (status.parts, status.of_parts, status.points, status.complete) == (7, 7, 100, True)
    assert status.rows == len(columns["point"])
    assert status.size == sum(path.stat().st_size for path in (tmp_path / "out").glob("part-*"))
    assert repr(table).startswith("ScanTable('")
    for frame in (table.arrow(["mu", "a_muon"]).to_pandas(), table.pandas(["mu", "a_muon"])):
        np.testing.assert_array_equal(frame["a_muon"].to_numpy(), columns["a_muon"])
    with pytest.raises(
        InvalidInput, match="column = 'a_mu': no such column; did you mean 'a_muon'"
    ):
        table["a_mu"]


@pytest.mark.parametrize("file_format", FORMATS)
def test_however_it_is_computed_the_bytes_are_the_same(tmp_path, file_format):
    tree = scan_tree(format=file_format)
    first = tmp_path / "serial"
    fssm.scan(tree, first)
    fssm.scan(tree, tmp_path / "processes", workers=2)
    with ThreadPoolExecutor(3) as executor:
        fssm.scan(tree, tmp_path / "threads", executor=executor)
    for share in (3, 1, 2):
        table = fssm.scan(tree, tmp_path / "shares", shard=(share, 3))
        assert table.status.complete == (share == 2)
    (tmp_path / "scan.toml").write_text(toml_of(tree))
    fssm.scan(tmp_path / "scan.toml", tmp_path / "file")
    for name in ("processes", "threads", "shares", "file"):
        assert bytes_of(tmp_path / name) == bytes_of(first), name


def test_only_what_is_missing_is_computed(tmp_path):
    tree, folder = scan_tree(), tmp_path / "out"
    fssm.scan(tree, folder)
    complete = bytes_of(folder)
    times = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    for name in list(complete)[2:4]:
        (folder / name).unlink()
    steps = []
    fssm.scan(tree, folder, progress=steps.append)
    assert bytes_of(folder) == complete
    again = [path.name for path in folder.iterdir() if path.stat().st_mtime_ns != times[path.name]]
    assert sorted(again) == list(complete)[2:4]
    assert [(step.parts, step.points) for step in steps] == [(5, 68), (6, 84), (7, 100)]
    assert {(step.of_parts, step.of_points) for step in steps} == {(7, 100)}


@pytest.mark.parametrize(
    "tree",
    [
        scan_tree(),
        scan_tree(sampling="sobol", detail="masses"),
        grid_tree(),
        changed("slepton", "m_l", {"values": [900, 1000.5, 1e3]}, source=grid_tree()),
    ],
    ids=["random", "sobol", "grid", "values"],
)
def test_every_sampling_resumes_and_is_read_back(tmp_path, tree):
    fssm.scan(tree, tmp_path / "once")
    for share in (2, 1, 3):
        fssm.scan(tree, tmp_path / "shares", shard=(share, 3))
    assert bytes_of(tmp_path / "shares") == bytes_of(tmp_path / "once")
    part_files(tmp_path / "shares")[2].unlink()
    assert fssm.scan(tree, tmp_path / "shares").status.complete
    assert bytes_of(tmp_path / "shares") == bytes_of(tmp_path / "once")
    table, whole_scan = fssm.read_scan(tmp_path / "shares"), whole(tree)
    assert table.config.points == len(table) == len(whole_scan["point"])
    for name in table.columns:
        np.testing.assert_array_equal(table[name], whole_scan[name])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"points": 101}, r"\[scan\] points 100 -> 101"),
        ({"seed": 6, "qed_log": False}, r"\[scan\] seed 5 -> 6; \[scan\] qed_log true -> false"),
        ({"format": "parquet"}, r"\[scan\] format \"npz\" -> \"parquet\""),
    ],
)
def test_a_folder_with_another_scan_is_refused(tmp_path, change, message):
    fssm.scan(scan_tree(), tmp_path, shard=(1, 7))
    before = bytes_of(tmp_path)
    with pytest.raises(InvalidInput, match=rf"holds another scan: {message}.*Take another folder"):
        fssm.scan(scan_tree(**change), tmp_path)
    assert bytes_of(tmp_path) == before


def test_a_folder_with_another_physics_point_or_order_is_refused(tmp_path):
    fssm.scan(scan_tree(), tmp_path, shard=(1, 7))
    tree = scan_tree()
    tree["gaugino"]["m1"]["to"] = 2999
    tree["slepton"] = {"m_l": "2 * mu", "m_e": 700.0}
    with pytest.raises(
        InvalidInput,
        match=r"\[gaugino\] m1.to 3000 -> 2999; \[slepton\] m_l.*\[slepton\] m_e \"m_l\" -> 700.0",
    ):
        fssm.scan(tree, tmp_path)
    tree = scan_tree()
    turned = {"scan": tree.pop("scan"), **dict(reversed(tree.items()))}
    with pytest.raises(InvalidInput, match="holds another scan: order of the axes"):
        fssm.scan(turned, tmp_path)


def test_a_folder_with_another_grid_is_refused(tmp_path):
    fssm.scan(grid_tree(), tmp_path, shard=(1, 6))
    with pytest.raises(InvalidInput, match=r"another scan: \[vevs\] tan_beta_d.points 3 -> 4; "):
        fssm.scan(grid_tree(4), tmp_path)
    with pytest.raises(
        InvalidInput, match=r"\"grid\" -> \"sobol\"; \[scan\] points \(none\) -> 100; "
    ):
        fssm.scan(scan_tree(sampling="sobol"), tmp_path)


def test_a_folder_of_another_version_is_refused(tmp_path, monkeypatch):
    fssm.scan(scan_tree(), tmp_path, shard=(1, 7))
    monkeypatch.setattr("fssm.scans.folder.__version__", "9.9.9")
    with pytest.raises(InvalidInput, match=r"holds a scan of fssm .*; this is 9.9.9"):
        fssm.scan(scan_tree(), tmp_path)


def test_automatic_choices_are_those_of_the_folder(tmp_path):
    fssm.scan(scan_tree(), tmp_path, shard=(1, 7))
    table = fssm.scan(scan_tree(format="auto", backend="auto"), tmp_path)
    assert table.status.complete
    assert (table.config.format, table.config.backend) == ("npz", "numpy")
    fresh = prepare_folder(
        ScanConfig.from_mapping(scan_tree(points=20000, format="auto", backend="auto")),
        tmp_path / "fresh",
    )
    assert (fresh.config.format, fresh.config.backend) == ("parquet", "numba")


def test_ids_depend_on_configuration_version_and_number(tmp_path):
    folder = prepare_folder(ScanConfig.from_mapping(scan_tree()), tmp_path / "a")
    other = prepare_folder(ScanConfig.from_mapping(scan_tree(seed=6)), tmp_path / "b")
    ids = {place.summary(part, 16, 0).id for place in (folder, other) for part in (0, 1)}
    assert len(ids) == 4
    summary = compute(folder, 1)
    assert summary == folder.summary(1, 16, summary.failed)
    (path,) = part_files(tmp_path / "a")
    assert path.name == folder.name_of(1, summary)
    assert read_columns(path, [], summary) == {}
    index = folder.look()[0]
    assert folder.part(index, 0) == (path, summary)
    assert missing_parts(folder.config, index, (1, 1)).tolist() == [0, 2, 3, 4, 5, 6]
    assert missing_parts(folder.config, index, (2, 3)).tolist() == [4]


def test_drafts_of_this_scan_are_swept_when_it_is_complete_and_no_others(tmp_path):
    folder = prepare_folder(ScanConfig.from_mapping(scan_tree()), tmp_path)
    name = folder.name_of(3, folder.summary(3, 16, 2))
    own = [f".{stem}.{'0' * 16}.tmp" for stem in (name, MANIFEST)]
    foreign = [
        ".thesis.tmp",
        f".{name}.tmp",
        f".{name}.host-1.tmp",
        f".{name.replace('000003', '000004')}.{'0' * 16}.tmp",
        f".{name.replace('000003', '000009')}.{'0' * 16}.tmp",
        f".thesis.{'0' * 16}.tmp",
        f"{name}.{'0' * 16}.tmp",
    ]
    for each in own + foreign:
        (tmp_path / each).write_bytes(b"half")
    fssm.scan(scan_tree(), tmp_path, shard=(1, 2))
    assert all((tmp_path / each).exists() for each in own + foreign)
    fssm.scan(scan_tree(), tmp_path)
    assert not any((tmp_path / each).exists() for each in own)
    assert all((tmp_path / each).read_bytes() == b"half" for each in foreign)


def test_another_writer_of_the_same_part_does_no_harm(tmp_path, monkeypatch):
    folder = prepare_folder(ScanConfig.from_mapping(scan_tree()), tmp_path)
    expected = compute(folder, 0)
    (path,) = part_files(tmp_path)
    content = path.read_bytes()

    def lost(*_):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("fssm.scans.tasks.write_whole", lost)
    assert compute(folder, 0) == expected
    assert path.read_bytes() == content
    with pytest.raises(fssm.scans.Unfinished, match="cannot be written: No such file"):
        fssm.scan(scan_tree(), tmp_path)


@pytest.mark.parametrize("file_format", FORMATS)
def test_damaged_files_are_named(tmp_path, file_format):
    fssm.scan(scan_tree(format=file_format), tmp_path)
    path = part_files(tmp_path)[2]
    path.write_bytes(path.read_bytes()[:200])
    for names in (None, []):
        with pytest.raises(InvalidInput, match=rf"{path.name}: cannot be read as a part of a scan"):
            read_columns(path, names)
    with pytest.raises(InvalidInput, match="cannot be read as a part"):
        fssm.read_scan(tmp_path)["mu"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ('{"layout": 2}', "is damaged"),
        ('{"layout": 1}', "layout 1 of another version"),
        (
            '{"layout": 2, "fssm": "1", "digest": "", "results": [], "scan": {}}',
            r"\[scan\]: missing",
        ),
        ('{"layout": 2, "fssm": "1", "digest": "", "results": [1], "scan": {}}', "is damaged"),
        ('{"layout": 2, "fssm": "1", "digest": "", "results": [], "x": 1}', "is damaged"),
    ],
)
def test_damaged_manifests_are_named(tmp_path, content, message):
    (tmp_path / MANIFEST).write_text(content)
    for use in (open_folder, fssm.read_scan, lambda path: fssm.scan(scan_tree(), path)):
        with pytest.raises(InvalidInput, match=rf"{MANIFEST}.*{message}"):
            use(tmp_path)


def test_no_scan_is_no_scan(tmp_path):
    with pytest.raises(InvalidInput, match=r"holds no scan: there is no scan.json"):
        fssm.read_scan(tmp_path / "nowhere")
    with pytest.raises(InvalidInput, match="cannot be read"):
        fssm.scan(tmp_path / "no.toml", tmp_path / "out")
    for shard in ((0, 3), (4, 3)):
        with pytest.raises(InvalidInput, match="must be i/n"):
            fssm.scan(scan_tree(), tmp_path / "out", shard=shard)
    assert not (tmp_path / "out").exists()


def test_an_empty_share_reads_as_no_rows(tmp_path):
    table = fssm.scan(scan_tree(), tmp_path, shard=(8, 8))
    assert len(table) == 0
    assert table.array(["mu"]).shape == (0,)


def test_the_manifest_says_what_was_scanned(tmp_path):
    table = fssm.scan(scan_tree(), tmp_path)
    tree = json.loads((tmp_path / MANIFEST).read_text())
    assert tree["fssm"] == fssm.__version__
    assert tree["digest"] == table.folder.digest
    assert tree["scan"]["scan"]["seed"] == 5
    assert ScanConfig.from_mapping(tree["scan"]).digest("x") == table.config.digest("x")


def test_a_worker_that_dies_stops_the_scan_with_what_is_finished(tmp_path):
    with (
        ProcessPoolExecutor(1, initializer=_fatal) as executor,
        pytest.raises(fssm.scans.Unfinished, match=r"a worker died.*0 of 7 parts are finished"),
    ):
        fssm.scan(scan_tree(), tmp_path, executor=executor)
    assert fssm.scan(scan_tree(), tmp_path).status.complete


def _fatal():
    import os

    os._exit(9)


def test_results_that_do_not_arrive_are_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr("fssm.scans.tasks.write_whole", lambda *_: None)
    monkeypatch.setattr("fssm.scans.tasks._PATIENCE", 0.3)
    problem = "not to be seen here: give a shared folder"
    with ThreadPoolExecutor(1) as executor, pytest.raises(InvalidInput, match=problem):
        fssm.scan(scan_tree(), tmp_path, executor=executor)


def test_workers_elsewhere_get_the_whole_path(tmp_path, monkeypatch):
    seen = []
    monkeypatch.chdir(tmp_path)
    real = tasks.write_whole
    monkeypatch.setattr(
        tasks, "write_whole", lambda path, data: (seen.append(path.is_absolute()), real(path, data))
    )
    with ThreadPoolExecutor(1) as executor:
        fssm.scan(scan_tree(), "out", executor=executor)
    assert seen == [True] * 7
    assert fssm.read_scan("out").status.complete


def test_an_error_in_one_part_is_not_hidden(tmp_path, monkeypatch):
    def wrong(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr("fssm.scans.tasks.rows_of", wrong)
    with ThreadPoolExecutor(1) as executor, pytest.raises(RuntimeError, match="a bug"):
        fssm.scan(scan_tree(), tmp_path, executor=executor)


def test_rows_of_two_scans_compare_to_the_bit(tmp_path):
    first, second = (fssm.scan(scan_tree(seed=s), tmp_path / str(s)).array() for s in (1, 2))
    assert same_rows(first, first)
    assert not same_rows(first, second)


def test_a_grid_may_end_at_an_infinite_tan_beta_d(tmp_path):
    tree = grid_tree()
    tree["vevs"]["tan_beta_d"] = {"values": [3, np.inf]}
    fssm.scan(tree, tmp_path / "out")
    table = fssm.scan(tree, tmp_path / "out")
    infinite = np.isinf(table["tan_beta_d"])
    assert infinite.sum() == len(infinite) / 2
    physical = np.isfinite(table["a_muon"])
    assert (table["flag_radiative_mass"] == infinite)[physical].all()
    tree["gaugino"]["m1"] = {"values": [300, np.inf]}
    with pytest.raises(fssm.InvalidInput, match="finite"):
        fssm.scan(tree, tmp_path / "other")
