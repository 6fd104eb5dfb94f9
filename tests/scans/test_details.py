"""Details of scans that larger tests would not notice."""

from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

import numpy as np
import pytest
from scan_files import changed, grid_tree, part_files, scan_tree
from threadpoolctl import threadpool_info

import fssm
from fssm import InvalidInput
from fssm.scans.config import ScanConfig
from fssm.scans.executors import size_of, why_lost
from fssm.scans.folder import prepare_folder
from fssm.scans.processes import worker_processes
from fssm.scans.rows import result_names, rows_of
from fssm.scans.sampling import axis_values


def config_of(tree):
    return ScanConfig.from_mapping(tree)


@pytest.mark.parametrize("extra", [1, 2, 3])
def test_parts_of_any_dimension(extra):
    tree = scan_tree(points=50, chunk=7)
    tree["parameters"] = {f"x{i}": {"from": 0, "to": 1} for i in range(extra)}
    config = config_of(tree)
    whole = axis_values(config, slice(0, 50))
    pieces = [axis_values(config, config.slice_of(i)) for i in range(config.parts)]
    for name, column in whole.items():
        assert np.concatenate([p[name] for p in pieces]).tolist() == column.tolist()


def test_grid_steps():
    config = config_of(grid_tree())
    every, fifth = (axis_values(config, slice(0, 81, s)) for s in (1, 5))
    for name in every:
        assert fifth[name].tolist() == every[name][::5].tolist()


def test_names_of_a_grid_come_from_all_over_it():
    tree = grid_tree()
    tree["slepton"] = {"m_l": 2000, "m_e": 2000}
    tree["vevs"]["tan_beta_d"] = {"from": -5000, "to": 50, "points": 1000}
    assert "a_muon" in result_names(config_of(tree))


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (changed("gaugino", "m1", {"from": 2, "to": 2}), r"m1.to = 2.0 GeV: must be above"),
        (
            changed("gaugino", "m1", {"values": [1, 2], "from": 1}, sampling="grid", points=None),
            "given beside values",
        ),
        (
            changed("gaugino", "m1", {"values": []}, sampling="grid", points=None),
            "at least one number",
        ),
        (scan_tree(sampling="sobol", points=2**30 + 1), "to 1073741824"),
        (scan_tree(seed=2**32), "from 0 to 4294967295"),
        (
            grid_tree() | {"scan": {"sampling": "grid", "points": 81}},
            "a grid has as many points as its axes",
        ),
    ],
)
def test_more_bad(tree, message):
    for section, name in (("vevs", "tan_beta_d"), ("higgsino", "mu"), ("slepton", "m_l")):
        if tree["scan"]["sampling"] == "grid":
            tree[section][name]["points"] = 3
    with pytest.raises(InvalidInput, match=message):
        config_of(tree)


def test_a_million_may_be_written_1e6():
    points = config_of(scan_tree(points=1e6)).points
    assert points == 10**6
    assert isinstance(points, int)


@pytest.mark.parametrize(("detail", "chunk"), [("masses", 32768), ("full", 4096)])
def test_largest(detail, chunk):
    assert config_of(scan_tree(points=10**7, chunk=None, detail=detail)).chunk == chunk


def test_file_names(tmp_path):
    folder = prepare_folder(config_of(scan_tree()), tmp_path)
    summary = folder.summary(1, 16, 3)
    assert folder.name_of(1, summary) == f"part-000001-16-3-{summary.id}.npz"
    assert summary[1:] == (16, 16, 3)
    assert folder.summary(6, 4, 0).computed == 4
    others = {
        folder.summary(*three).id for three in ((1, 16, 3), (2, 16, 3), (1, 15, 3), (1, 16, 2))
    }
    assert len(others) == 4


def test_progress_of_a_share(tmp_path):
    steps = []
    fssm.scan(scan_tree(), tmp_path, shard=(3, 4), progress=steps.append)
    assert [(s.parts, s.of_parts, s.points, s.of_points) for s in steps] == [
        (0, 2, 0, 20),
        (1, 2, 16, 20),
        (2, 2, 20, 20),
    ]
    fssm.scan(scan_tree(), tmp_path, shard=(1, 4), progress=steps.append)
    assert steps[-1][:4] == (2, 2, 32, 32)


def test_backend_of_the_folder(tmp_path):
    tree = scan_tree(points=20000, chunk=20000, backend="numpy")
    first = prepare_folder(config_of(tree), tmp_path)
    tree["scan"]["backend"] = "auto"
    assert prepare_folder(config_of(tree), tmp_path).digest == first.digest


def test_qed_and_backend_reach_evaluate(monkeypatch):
    seen = []
    real = fssm.scans.rows.evaluate
    monkeypatch.setattr("fssm.scans.rows.evaluate", lambda p, **o: seen.append(o) or real(p, **o))
    for detail in ("a_muon", "full"):
        config = config_of(scan_tree(points=4, qed_log=False, detail=detail, backend="numba"))
        columns = rows_of(config, slice(0, 4), result_names(config)).columns
        np.testing.assert_array_equal(columns["a_muon"], columns["a_muon_one_loop"])
    assert seen[0]["backend"] == "numba"
    assert all(o["qed_log"] is False for o in seen)


def test_lost_workers():
    assert why_lost(type("KilledWorker", (Exception,), {})()) == "a worker died: KilledWorker"
    assert why_lost(CancelledError()).startswith("the scheduler is gone")
    assert not why_lost(RuntimeError())


def test_worker_processes():
    with worker_processes(1) as pool:
        assert pool._mp_context.get_start_method() == "spawn"
        # A function of a library: a worker finds no module of the tests.
        libraries = pool.submit(threadpool_info).result()
    assert {each["num_threads"] for each in libraries if each["user_api"] == "blas"} == {1}


def test_few_parts_wait(tmp_path):
    class Counting(ThreadPoolExecutor):
        most = alive = 0

        def submit(self, *a):
            self.alive += 1
            self.most = max(self.most, self.alive)
            future = super().submit(*a)
            future.add_done_callback(lambda _: setattr(self, "alive", self.alive - 1))
            return future

    with Counting(2) as pool:
        fssm.scan(scan_tree(points=2000, chunk=20), tmp_path, executor=pool)
    assert pool.most <= 4


def test_no_more_processes_than_parts(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "fssm.scans.run.worker_processes", lambda n: asked.append(n) or ThreadPoolExecutor(n)
    )
    fssm.scan(scan_tree(), tmp_path, workers=50)
    assert asked == [7]


def test_electron_columns():
    tree = scan_tree(detail="full", points=3)
    tree["flavour"] = {"x_texture": [[0, 0, 0.1], [0, 0, 0.02], [0.1, 0.01, 0]]}
    config = config_of(tree)
    columns = rows_of(config, slice(0, 3), result_names(config)).columns
    from fssm.scans.rows import point_of

    flavour = fssm.evaluate(point_of(config, {n: columns[n] for n in config.names})).flavour
    for lepton in ("electron", "tau"):
        np.testing.assert_array_equal(columns[f"a_{lepton}"], getattr(flavour, f"a_{lepton}").total)


def test_interrupts_drop_what_has_not_begun(tmp_path):
    class Lazy:
        _max_workers = 2

        def __init__(self):
            self.futures = []

        def submit(self, function, *arguments):
            self.futures.append(Future())
            if len(self.futures) == 1:
                self.futures[0].set_result(function(*arguments))
            return self.futures[-1]

    def stop(step):
        if step.parts:
            raise KeyboardInterrupt

    lazy = Lazy()
    with pytest.raises(KeyboardInterrupt):
        fssm.scan(scan_tree(), tmp_path, executor=lazy, progress=stop)
    assert len(lazy.futures) == 4
    assert all(future.cancelled() for future in lazy.futures[1:])


@pytest.mark.parametrize("file_format", ["npz", "parquet"])
def test_columns_of_a_file(tmp_path, file_format):
    from fssm.scans.parts import read_columns

    table = fssm.scan(scan_tree(format=file_format), tmp_path)
    path = part_files(tmp_path)[0]
    assert tuple(read_columns(path)) == table.columns
    assert list(read_columns(path, ["mu"])) == ["mu"]
    if file_format == "npz":
        np.savez(path, mu=np.array([print], dtype=object))
        with pytest.raises(InvalidInput, match="cannot be read as a part"):
            read_columns(path)


def test_size_of():
    with ThreadPoolExecutor(3) as pool:
        assert size_of(pool) == 3


def test_stopped_counts_the_whole_folder(tmp_path, monkeypatch):
    fssm.scan(scan_tree(), tmp_path, shard=(1, 2))
    monkeypatch.setattr(
        "fssm.atomic_files.os.fsync", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(fssm.scans.Unfinished, match="4 of 7 parts are finished"):
        fssm.scan(scan_tree(), tmp_path, shard=(2, 2))


def test_sigterm_is_given_back(tmp_path, monkeypatch):
    import signal

    from click.testing import CliRunner
    from scan_files import toml_of

    from fssm.cli import main

    monkeypatch.chdir(tmp_path)
    tree = scan_tree()
    tree["cuts"] = {"keep": "mu > 1000"}
    (tmp_path / "s.toml").write_text(toml_of(tree))
    before = signal.getsignal(signal.SIGTERM)
    CliRunner().invoke(main, ["scan", "s.toml", "-o", "out"])
    assert signal.getsignal(signal.SIGTERM) is before
    text = CliRunner().invoke(main, ["scan", "--status", "out"]).stdout
    rows = len(fssm.read_scan("out"))
    assert rows < 100
    assert f"rows kept {rows} " in " ".join(text.split()) + " "


def test_every_operator_and_function():
    from fssm.scans.expressions import FUNCTIONS, Expression

    x = {"x": np.array([0.5, 1.0, 2.0])}
    for text, value in {
        "x <= 1": [True, True, False],
        "x < 1": [True, False, False],
        "x >= 1": [False, True, True],
        "x > 1": [False, False, True],
        "x != 1": [True, False, True],
        "+x": [0.5, 1, 2],
    }.items():
        assert Expression.parse(text, "f")(x).tolist() == value
    for name in FUNCTIONS:
        if name not in ("minimum", "maximum", "where"):
            plain = {"log10": "log10", "abs": "abs"}.get(name, name)
            assert (
                Expression.parse(f"{name}(x)", "f")(x).tolist()
                == getattr(np, plain)(x["x"]).tolist()
            )
    with pytest.raises(InvalidInput, match="must be written"):
        Expression.parse("1 < x < 2", "f")


def test_text_files(tmp_path):
    from fssm.files import read_text

    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfx")
    (tmp_path / "b").write_bytes(b"x\ny\xff")
    assert read_text(tmp_path / "a") == "x"
    with pytest.raises(InvalidInput, match="line 2"):
        read_text(tmp_path / "b")
