"""Every public function with arguments that work, for one of them at a time to be replaced."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fit_files import TREE

import fssm
from fssm import constants, inverse, plotting, reference, simplified
from fssm.comparison import compare_result
from fssm.constraints import perturbativity, running, tridents
from fssm.fits import Fit, emcee_sampler, minuit, nautilus_sampler
from fssm.io import slha, slha_read, slha_write, wcxf
from fssm.model.schema import FIELDS
from fssm.simplified.leptoquark import quark_masses

HERE = dict(
    tan_beta=50.0, tan_beta_u=50.0, tan_beta_d=7.4, mu=2500.0, mu_tilde=2500.0, theta_u=0.78,
    theta_d=0.78, m1=2500.0, m2=2500.0, m_l=2500.0, m_e=2500.0,
)  # fmt: skip
POINT = fssm.Point(**HERE)
RESULT = fssm.evaluate(POINT)
QUICK = fssm.evaluate(POINT, detail="a_muon")
COUPLINGS = running.standard_model(1000.0)
FIT = Fit.from_mapping(TREE)
DIPOLES = simplified.l_mu_l_tau(5e-4, 0.02)
MASSES = simplified.flavourful_masses([5e-4, 0.1, 1.7], np.ones((3, 3)), 10.0)
BAND = inverse.z_prime_coupling(0.02)
EXAMPLES = Path(__file__).parents[1] / "examples"
SPECTRUM = slha.parse("Block HMIX Q= 1.0\n  1  2.0\n")


class Call(NamedTuple):
    """A function, arguments by name with which it works, and those that may be left out."""

    name: str
    function: Any
    arguments: dict[str, Any]
    positional: bool = False

    def __call__(self, **changed: Any) -> Any:
        arguments = {**self.arguments, **changed}
        if self.positional:
            return self.function(*arguments.values())
        return self.function(**arguments)


def _with(path: str, value: Any) -> Any:
    """A point from sections of which one, or one entry of one, is replaced."""
    section, _, name = path.partition(".")
    return fssm.Point.from_mapping({section: {name: value} if name else value})


def _calls() -> list[Call]:
    susy = dict(tan_beta=50.0, m_susy=1000.0)
    eps = dict(eps_b=0.0, eps_tau=0.0, eps_l=0.0)
    mssm = dict(tan_beta=40.0, mu=300.0, m1=500.0, m2=500.0, m_l=500.0, m_e=500.0)
    tangents = dict(tan_beta=50.0, tan_beta_u=50.0, theta_u=0.78, theta_d=0.78)
    confidence = dict(data="ccfr-1991", confidence="one_sided", deviations=None)
    beam = dict(beam=tridents.CCFR)
    wanted = dict(wanted="amu-2021")
    lepton = dict(lepton="muon")
    return [
        Call("Point", fssm.Point, {**dict.fromkeys(FIELDS), **HERE}),
        Call("Point.from_mapping", fssm.Point.from_mapping, {"sections": {}}),
        Call("Point.from_toml", fssm.Point.from_toml, {"path": EXAMPLES / "multi-tev.toml"}),
        Call("evaluate", fssm.evaluate, dict(point=POINT, detail="a_muon", backend="numpy",
             qed_log=True, threads=1)),
        Call("compare", fssm.compare, {"point": POINT}),
        Call("read_point", fssm.read_point, dict(path=EXAMPLES / "multi-tev.toml", scale=None,
             generations=None)),
        Call("angles_from_mu", fssm.angles_from_mu, dict(mu1=1.0, mu2=2.0, mu3=3.0, mu4=4.0)),
        Call("mu_from_angles", fssm.mu_from_angles, dict(mu=1.0, mu_tilde=2.0, theta_u=0.3,
             theta_d=0.4)),
        Call("Result.to_dict", RESULT.to_dict, dict(data_set="amu-2021")),
        Call("Result.reason", RESULT.reason, dict(flag="threshold_pole")),
        Call("AMuonResult.reason", QUICK.reason, dict(flag="threshold_pole")),
        Call("limit", constants.limit, dict(observable="mu_e_gamma")),
        Call("measured", constants.measured, dict(name="m_w")),
        Call("a_muon_set", constants.a_muon_set, dict(name="amu-2021")),
        Call("trident_set", constants.trident_set, dict(name="ccfr-1991")),
        Call("lepton_moment_sets", constants.lepton_moment_sets, dict(lepton="electron")),
        Call("run", running.run, dict(couplings=COUPLINGS, scale=2000.0)),
        *(Call(f"Couplings.{name}", lambda value, name=name: running.run(
             COUPLINGS._replace(**{name: value}), 2e3), dict(value=1.0))
          for name in COUPLINGS._fields),
        Call("quark_masses", quark_masses, dict(m_quark=None)),
        Call("compare_result", compare_result, dict(result=RESULT)),
        Call("landau_pole", running.landau_pole, dict(couplings=COUPLINGS, scale_max=2e3,
             largest=3.0, target=1.5e3)),
        Call("tan_beta_limit", running.tan_beta_limit, dict(m_susy=1000.0, pole_above=1e16, **eps)),
        Call("largest_y_prime", running.largest_y_prime, dict(tan_beta_u=50.0, pole_above=1e16,
             eps_s=0.0, largest=100.0, **susy, **eps)),
        Call("standard_model", running.standard_model, dict(scale=1000.0)),
        Call("mssm_couplings", running.mssm_couplings, dict(eps_s=0.0, **susy, **eps)),
        Call("fssm_couplings", running.fssm_couplings, dict(tan_beta_u=50.0, eps_s=0.0,
             tan_beta_d=7.0, y_prime_muon=None, **susy, **eps)),
        Call("landau_bound", perturbativity.landau_bound, dict(result=RESULT, m_susy=2500.0,
             pole_above=2e3)),
        Call("trident_ratio", tridents.trident_ratio, dict(g_prime=1e-3, m_z_prime=5.0,
             sin_sq_theta_w=None, v=None, **beam)),
        Call("trident_limit", tridents.trident_limit, dict(m_z_prime=5.0, weakened_by=1.0, **beam,
             **confidence)),
        Call("largest_ratio", tridents.largest_ratio, confidence),
        Call("flat_prior_ratio", tridents.flat_prior_ratio,
             dict(measurement=constants.trident_set("ccfr-1991"))),
        Call("limits_by_confidence", tridents.limits_by_confidence, dict(data="ccfr-1991", **beam)),
        Call("survival", tridents.survival, dict(m_z_prime=[5.0], g_prime=[1e-3],
             data_set="amu-2021", weakened_by=1.0, **beam, **confidence)),
        Call("dark_photon_epsilon", inverse.dark_photon_epsilon, dict(m_dark_photon=0.1, **wanted)),
        Call("z_prime_coupling", inverse.z_prime_coupling, dict(m_z_prime=0.1, **wanted)),
        Call("leptoquark_coupling", inverse.leptoquark_coupling, dict(m_leptoquark=1e3,
             quark="top", right_over_left=1.0, **wanted)),
        Call("alp_decay_constant", inverse.alp_decay_constant, dict(c_muon=1.0, c_photon=0.0,
             m_a=0.0, **wanted)),
        Call("fssm_m_susy", inverse.fssm_m_susy, dict(y_prime=0.7, qed_log=True, **tangents,
             **wanted)),
        Call("fssm_y_prime", inverse.fssm_y_prime, dict(m_susy=3e3, qed_log=True, **tangents,
             **wanted)),
        Call("universal_point", inverse.universal_point, dict(m_susy=3e3, y_prime=0.7, **tangents)),
        Call("Band.scaled", BAND.scaled, dict(factor=2.0, unit="TeV")),
        Call("alp", simplified.alp, dict(f=1e3, m_a=0.1, c_electron=0.0, c_muon=1.0, c_tau=0.0,
             c_photon=0.0, cutoff=None, scheme_constant=0.0)),
        Call("alp_log", simplified.alp_log, dict(f=1e3, c_lepton=1.0, c_photon=1.0, cutoff=None,
             **lepton)),
        Call("loop_coefficient", simplified.loop_coefficient, dict(yukawa=None, **lepton)),
        Call("operator_dipoles", simplified.operator_dipoles, dict(coefficient=np.eye(3),
             scale=1e4)),
        Call("operator_estimate", simplified.operator_estimate, dict(coefficient=1.0, scale=1e4,
             v=None, **lepton)),
        Call("operator_scale", simplified.operator_scale, dict(a=2e-9, coefficient=1.0, v=None,
             **lepton)),
        Call("coupling_matrix", simplified.coupling_matrix, dict(top_muon=0.1, up_tau=0.2)),
        Call("s1_leptoquark", simplified.s1_leptoquark, dict(lam_left=np.eye(3),
             lam_right=np.eye(3), m_leptoquark=2e3, m_quark=None)),
        Call("s1_leptoquark_log", simplified.s1_leptoquark_log, dict(lam_left=0.1, lam_right=0.1,
             m_leptoquark=2e3, quark="top", m_quark=None, **lepton)),
        *(Call(f"m_quark[{quark}]", lambda mass, quark=quark: simplified.s1_leptoquark(
             np.eye(3), np.eye(3), 2e3, m_quark={quark: mass}), dict(mass=1.0))
          for quark in ("up", "top")),
        Call("mssm", simplified.mssm, mssm),
        Call("mssm_point", simplified.mssm_point, dict(threshold=None, scheme=None,
             t_prime_muon=None, **mssm)),
        Call("flavourful_masses", simplified.flavourful_masses, dict(masses=[1e-3, 0.1, 1.7],
             x=np.ones((3, 3)), tan_beta=10.0, v=None)),
        Call("flavourful_dipoles", simplified.flavourful_dipoles, dict(a_muon=2e-9,
             masses=MASSES)),
        Call("residual_symmetry", simplified.residual_symmetry, dict(up=(), down=(),
             lepton=[np.eye(3)], tolerance=1e-9)),
        Call("dark_photon", simplified.dark_photon, dict(epsilon=1e-3, m_dark_photon=0.1)),
        Call("dark_photon_light", simplified.dark_photon_light, dict(epsilon=1e-3)),
        Call("dark_photon_heavy", simplified.dark_photon_heavy, dict(epsilon=1e-3,
             m_dark_photon=10.0, **lepton)),
        Call("l_mu_l_tau", simplified.l_mu_l_tau, dict(g_prime=1e-3, m_z_prime=0.1)),
        Call("l_mu_l_tau_heavy", simplified.l_mu_l_tau_heavy, dict(g_prime=1e-3, m_z_prime=10.0,
             **lepton)),
        Call("LeptonDipoles.pull", DIPOLES.pull, dict(data_set="amu-2021")),
        Call("Fit.from_toml", Fit.from_toml, dict(path=EXAMPLES / "fit.toml")),
        *(Call(f"from_mapping[{path}]", lambda value, path=path: _with(path, value),
               dict(value={})) for path in ("vevs", "vevs.tan_beta", "vevs.v_u", "flavour",
               "flavour.y_prime_lepton", "yukawa.threshold")),
        Call("Fit.prior_transform", FIT.prior_transform, dict(u=[0.5, 0.5])),
        *(Call(f"Fit.{name}", getattr(FIT, name), dict(theta=[2500.0, 0.7]))
          for name in ("log_prior", "log_likelihood", "log_posterior", "rejections")),
        Call("minuit", minuit, dict(fit=FIT, start=[2500.0, 0.7])),
        Call("emcee_sampler", emcee_sampler, dict(fit=FIT, walkers=4, seed=0)),
        Call("nautilus_sampler", nautilus_sampler, dict(fit=FIT, live=20, seed=0)),
        Call("slha.read", slha.read, dict(path=EXAMPLES / "missing.slha")),
        Call("slha.parse", slha.parse, dict(text="Block A\n", name="text")),
        Call("slha.join", slha.join, dict(real=1.0, imaginary=2.0)),
        Call("Document.blocks", SPECTRUM.blocks, dict(name="HMIX")),
        Call("Document.block", SPECTRUM.block, dict(name="HMIX", q=1.0)),
        Call("Document.find_block", SPECTRUM.find_block, dict(name="HMIX", q=1.0)),
        Call("Document.matrix", SPECTRUM.matrix, dict(name="HMIX", q=1.0, size=3)),
        Call("point_of", slha_read.point_of, dict(document=SPECTRUM, scale=1.0, generations=1)),
        Call("slha_write.text", slha_write.text, dict(result=RESULT)),
        Call("slha_write.input_blocks", slha_write.input_blocks, dict(point=POINT)),
        Call("wcxf.low", wcxf.low, dict(result=RESULT)),
        Call("wcxf.high", wcxf.high, dict(result=RESULT)),
        Call("reference.evaluate", reference.evaluate, dict(point=POINT, digits=15, near=None)),
        *(Call(f"reference.{name}", getattr(reference, name), dict(x=0.5), positional=True)
          for name in ("f1n", "f2n", "f1c", "f2c")),
        *(Call(f"reference.{name}", getattr(reference, name), dict(x=0.5, y=0.3), positional=True)
          for name in ("f_n", "f_c")),
        *(Call(f"reference.{name}", getattr(reference, name), {**dict.fromkeys(ends, 0.5)},
               positional=True)
          for name, ends in (("i_loop", ("a_sq", "b_sq", "c_sq")),
                             ("b0", ("a_sq", "b_sq", "scale_sq")))),
    ]  # fmt: skip


def writing(folder: Path) -> list[Call]:
    """Functions that write files, into ``folder``."""
    return [
        Call("slha_write.save", slha_write.save, dict(result=RESULT, path=folder / "a.slha")),
        Call("Document.write", SPECTRUM.write, dict(path=folder / "b.slha")),
        Call("wcxf.save", wcxf.save, dict(result=RESULT, folder=folder, mode="low")),
        Call("plotting.save", plotting.save, dict(name="no figure", folder=folder,
             formats=("pdf",))),
    ]  # fmt: skip


def figures() -> list[Call]:
    """Figures with their own defaults and few nodes."""
    calls = []
    for name, entry in plotting.FIGURES.items():
        parameters = inspect.signature(entry.function).parameters.items()
        own = {key: parameter.default for key, parameter in parameters}
        calls.append(Call(name, entry.function, {**own, "n": 3}))
    return calls


CALLS = _calls()
