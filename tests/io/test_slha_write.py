"""Results as SLHA files: every block against the result, codes, flags, and reading them again."""

import flavours
import numpy as np
import points
import pytest

import fssm
from fssm.base import InvalidInput
from fssm.io import particles, slha, slha_write
from fssm.io.points import read_point

ROOT = flavours.FOLDER.parent.parent
EXAMPLES = ("multi-tev", "mssm-like", "complex-phases", "flavour", "unphysical")
RESULTS = {n: fssm.evaluate(fssm.Point.from_toml(ROOT / f"examples/{n}.toml")) for n in EXAMPLES}
RESULTS["random"] = fssm.evaluate(flavours.point(flavours.parameters(3)))
RESULTS["real"] = fssm.evaluate(flavours.point(flavours.parameters(1, complex_phases=False)))
RESULTS["muon"] = fssm.evaluate(points.point(points.parameters(5)))


def written(name):
    return slha.parse(slha_write.text(RESULTS[name]), name)


def entries(document, name):
    return {row.indices: row.value for row in document.block(name).rows}


@pytest.mark.parametrize("name", RESULTS)
def test_a_written_file_is_the_same_point_with_the_same_numbers(name, tmp_path):
    path = tmp_path / "point.slha"
    slha_write.save(RESULTS[name], path)
    assert path.read_text() == slha_write.text(RESULTS[name])
    point = read_point(path)
    assert repr(point) == repr(RESULTS[name].point)
    again = fssm.evaluate(point)
    assert slha_write.text(again) == path.read_text()
    assert "nan" not in path.read_text().lower()


@pytest.mark.parametrize("name", ["flavour", "random", "real"])
def test_blocks_of_three_generations(name):
    result, document = RESULTS[name], written(name)
    lag, inos, scalars = result.lagrangian, result.spectrum.inos, result.spectrum.scalars
    matrices = {
        "FSSMMH": lag.m_higgsino,
        "FSSMYE": lag.yukawa[0],
        "FSSMYEP": lag.yukawa[1],
        "FSSMTE": lag.trilinear[0],
        "FSSMTEP": lag.trilinear[1],
        "MSL2": lag.m_l_sq,
        "MSE2": lag.m_e_sq,
        "NMIX": inos.n,
        "UMIX": inos.u,
        "VMIX": inos.v,
        "SELMIX": scalars.x,
        "SNUMIX": scalars.z,
        "FSSMDIPOLE": result.dipole.total(),
    }
    for block, own in matrices.items():
        got = document.matrix(block)
        assert got.dtype == own.dtype, block
        np.testing.assert_array_equal(got, own, err_msg=block)
    vevs = entries(document, "FSSMVEV")
    assert [vevs[i,] for i in range(1, 5)] == [*lag.v_u.real, *lag.v_d.real]
    assert entries(document, "GAUGE") == {(1,): lag.g_prime, (2,): lag.g}
    assert entries(document, "MSOFT") == {(1,): lag.m1.real, (2,): lag.m2.real}
    if np.iscomplexobj(lag.m1):
        assert entries(document, "IMMSOFT")[1,] == lag.m1.imag
    masses = entries(document, "MASS")
    spectrum = result.spectrum
    expected = [*inos.m_neutralino, *inos.m_chargino, *spectrum.m_slepton, *spectrum.m_sneutrino]
    codes = [1000022, 1000023, 1000025, 1000035, 1000045, 1000055, 1000024, 1000037, 1000047]
    codes += [1000011, 1000013, 1000015, 2000011, 2000013, 2000015, 1000012, 1000014, 1000016]
    assert masses == {(code,): mass for code, mass in zip(codes, expected, strict=True)}


def test_observables_of_three_generations():
    flavour, document = RESULTS["random"].flavour, written("random")
    low = entries(document, "SPhenoLowEnergy")
    ratios = flavour.branching_ratios
    assert low == {
        (20,): flavour.a_electron.total,
        (21,): flavour.a_muon.total,
        (22,): flavour.a_tau.total,
        (23,): flavour.edm["electron"].total,
        (24,): flavour.edm["muon"].total,
        (25,): flavour.edm["tau"].total,
        (26,): ratios["mu_e_gamma"].total,
        (27,): ratios["tau_e_gamma"].total,
        (28,): ratios["tau_mu_gamma"].total,
    }
    assert len(set(low.values())) == 9
    assert entries(document, "GM2CalcOutput") == {(0,): flavour.a_muon.total}
    labels = [row.comment for row in document.block("SPhenoLowEnergy").rows]
    assert labels[3:] == [
        " electric dipole moment of the electron, e cm",
        " electric dipole moment of the muon, e cm",
        " electric dipole moment of the tau, e cm",
        " BR(mu -> e gamma)",
        " BR(tau -> e gamma)",
        " BR(tau -> mu gamma)",
    ]


@pytest.mark.parametrize("name", ["multi-tev", "muon"])
def test_blocks_of_the_muon_alone(name):
    result, document = RESULTS[name], written(name)
    lag, spectrum = result.lagrangian, result.spectrum
    for block, own in {
        "FSSMYE": lag.yukawa[0, 0, 0],
        "FSSMYEP": lag.yukawa[1, 0, 0],
        "FSSMTEP": lag.trilinear[1, 0, 0],
        "MSL2": lag.m_l_sq[0, 0],
        "MSE2": lag.m_e_sq[0, 0],
        "FSSMDIPOLE": result.dipole.total()[0, 0],
    }.items():
        assert entries(document, block) == {(2, 2): own.real}, block
        assert bool(document.blocks(f"IM{block}")) == np.iscomplexobj(own)
    np.testing.assert_array_equal(document.matrix("SMUMIX"), spectrum.scalars.x)
    masses = entries(document, "MASS")
    assert [masses[c,] for c in (1000013, 2000013)] == [*spectrum.m_slepton]
    assert masses[1000014,] == spectrum.m_sneutrino[0]
    assert len(masses) == 12
    assert entries(document, "SPhenoLowEnergy") == {(21,): result.a_muon.total}
    assert not document.blocks("SELMIX")
    assert entries(document, "SMINPUTS")[13,] == lag.m_lepton[0]


def test_real_points_have_signed_masses_and_real_mixing():
    document = written("real")
    signs = np.sign([document.block("MASS").row(c.code).value for c in particles.NEUTRALINOS])
    assert set(signs) == {-1.0, 1.0}
    assert document.matrix("NMIX").dtype == float
    assert not [block for block in document.blocks() if block.key.startswith("IM")]


def test_standard_model_inputs():
    document = written("flavour")
    lag = RESULTS["flavour"].lagrangian
    got = entries(document, "SMINPUTS")
    assert [got[i,] for i in (11, 13, 7)] == [*lag.m_lepton]
    assert (got[2,], got[4,], got[9,]) == (1.1663788e-5, 91.1876, 80.3692)
    assert set(entries(written("muon"), "SMINPUTS")) == {(13,)}
    alpha = fssm.Point(**{**fields("multi-tev"), "scheme": "alpha_mz"})
    alone = slha.parse(slha_write.text(fssm.evaluate(alpha)))
    assert set(entries(alone, "SMINPUTS")) == {(4,), (9,), (13,)}


def fields(name):
    point = RESULTS[name].point
    return {key: getattr(point, key) for key in point.given()}


def test_flags_are_said_and_nan_left_out():
    document = written("unphysical")
    program = [(row.indices[0], row.value) for row in document.block("SPINFO").rows]
    assert program == [
        (1, "fssm"),
        (2, fssm.__version__),
        (4, "tachyonic_slepton: a smuon has m^2 <= 0"),
    ]
    assert (1000013,) not in entries(document, "MASS")
    assert (1000014,) in entries(document, "MASS")
    assert not document.blocks("SPhenoLowEnergy")
    assert not document.blocks("GM2CalcOutput")


def test_warnings_leave_the_numbers():
    point = fssm.Point(
        tan_beta=50, tan_beta_u=50, tan_beta_d=50, mu=-2500, mu_tilde=-2500, theta_u=0.785,
        theta_d=0.785, m1=2500, m2=-2500, m_l=2500, m_e=2500, y_prime_muon=-0.7,
    )  # fmt: skip
    result = fssm.evaluate(point)
    assert result.flag_names() == ["radiative_mass", "muon_mass_mismatch"]
    document = slha.parse(slha_write.text(result))
    program = [(row.indices[0], str(row.value)) for row in document.block("SPINFO").rows[2:]]
    assert program == [(3, f"{n}: {result.reason(n)}") for n in result.flag_names()]
    assert entries(document, "SPhenoLowEnergy") == {(21,): result.a_muon.total}


def test_many_points_do_not_fit():
    point = fssm.Point(**{**fields("multi-tev"), "m1": [100.0, 200.0]})
    with pytest.raises(InvalidInput, match=r"result = \(2,\): one SLHA file holds one point"):
        slha_write.text(fssm.evaluate(point))


@pytest.mark.parametrize(("name", "generations"), [("multi-tev", 1), ("flavour", 3)])
def test_the_codes_are_in_every_file(name, generations):
    head = [note.text.strip() for note in written(name).head]
    codes = [f"{p.code}  {p.name}" for p in particles.particles(generations)]
    assert head[2:] == codes
    assert {row.indices[0] for row in written(name).block("MASS").rows} == {
        p.code for p in particles.particles(generations)
    }


def test_the_documentation_has_the_same_codes():
    page = (ROOT / "docs" / "slha.md").read_text()
    rows = [
        line.split("|")[1:-1] for line in page.splitlines() if line.startswith(("| 1000", "| 2000"))
    ]
    got = [(int(code), three.strip(), one.strip()) for code, three, one in rows]
    alone = {p.code: p.name for p in particles.particles(1)}
    assert got == [(p.code, p.name, alone.get(p.code, "")) for p in particles.particles(3)]


def test_the_documentation_has_every_block():
    page = (ROOT / "docs" / "slha.md").read_text()
    for name in RESULTS:
        for block in written(name).blocks():
            assert f"`{block.name.removeprefix('IM')}`" in page, block.name
