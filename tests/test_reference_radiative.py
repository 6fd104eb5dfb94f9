"""The mpmath reference where the muon mass comes mostly, or only, from loops."""

import mpmath as mp
import numpy as np
import pytest
from radiative_points import BASE, evaluate, radiative_points

import fssm
from fssm import reference
from fssm.constants import measured
from fssm.reference import loops
from fssm.simplified.mssm import mssm_point

FLIPPED = dict(BASE, mu=-2500, mu_tilde=-2500)
CLOSE = mp.mpf(10) ** -30
# T = tan_beta tan_beta_d, sign of mu, then Y', 1 + Delta and a_mu as printed in the tables.
ORACLES = [
    (500, 1, "3.975", "0.076", "1.3611e-8"),
    (1000, 1, "0.7313", "-0.830", "-2.5576e-9"),
    (3000, 1, "0.4057", "-4.489", "-1.4195e-9"),
    (np.inf, 1, "0.33181", None, "-1.16109e-9"),
    (500, -1, "0.1585", "1.915", "-5.5497e-10"),
    (1000, -1, "0.2146", "2.830", "-7.5095e-10"),
    (3000, -1, "0.2807", "6.489", "-9.8225e-10"),
    (np.inf, -1, "0.33181", None, "-1.16109e-9"),
]


pytestmark = pytest.mark.usefixtures("many_digits")


def agrees(value, printed):
    """Whether a number rounds to a printed one."""
    mantissa, _, exponent = printed.partition("e")
    decimals = len(mantissa.partition(".")[2])
    unit = mp.mpf(10) ** (int(exponent or 0) - decimals)
    return abs(value - mp.mpf(printed)) <= unit / 2


def turned(phi, **fields):
    mu = 2500 * np.exp(1j * phi)
    return dict(BASE, mu=mu, mu_tilde=mu, **fields)


def given(fields, **exact):
    """A point with inputs of more digits than a double has."""
    point = fssm.Point(**fields, **{n: float(x) for n, x in exact.items()})
    for name, value in exact.items():
        object.__setattr__(point, name, value)
    return point


@pytest.mark.parametrize(("t", "sign", "y_prime", "one_plus_delta", "a"), ORACLES)
def test_equal_masses(t, sign, y_prime, one_plus_delta, a):
    result = evaluate(**(BASE if sign > 0 else FLIPPED), tan_beta_d=t / 50)
    assert agrees(result.y_prime_muon, y_prime)
    assert agrees(result.a_one_loop, a)
    assert agrees(1 + result.delta, one_plus_delta) if one_plus_delta else mp.isinf(result.delta)
    assert result.tan_beta_d == t / 50 or abs(result.tan_beta_d / mp.mpf(t / 50) - 1) < CLOSE
    assert abs(result.m_muon_implied / measured("m_muon").value - 1) < CLOSE


@pytest.mark.parametrize(("phi", "a"), [(1, "-1.15546e-9"), (0.3, "-2.1789e-9"), (0, "-2.5576e-9")])
def test_a_phase_of_mu_joins_both_signs_of_the_mass(phi, a):
    assert agrees(evaluate(**turned(phi, tan_beta_d=20)).a_one_loop, a)


def test_the_electric_moment_is_minus_im_c():
    # L = -(i/2) d mu-bar sigma gamma5 mu F; the other sign of all phases is the other sign of d.
    plus, minus = (evaluate(**turned(phi, tan_beta_d=10)) for phi in (1.2, -1.2))
    assert agrees(plus.y_prime_muon, "0.280168")
    assert agrees(plus.a_one_loop, "-5.002e-10")
    assert agrees(plus.edm, "7.872e-23")
    assert abs(minus.edm / plus.edm + 1) < CLOSE


def mssm(doublets, vanishing, mu, **soft):
    """MSSM with (H_u, H_d') or (H_u', H_d') as its doublets, tan_beta = 1e8 or infinite."""
    couplings = dict(scheme="alpha_mz", alpha_mz=0.007755313, m_w=80.385)
    point = mssm_point(tan_beta=1e8, mu=mu, **couplings, **soft)
    fields = {n: getattr(point, n) for n in point.given() if n.startswith(("v_", "mu"))}
    if vanishing:
        fields["v_d_prime"] = 0.0
    if doublets == "H_u'":
        fields.update(v_u=0.0, v_u_prime=fields["v_u"], mu4=0.0, mu2=mu, mu3=0.0,
                      mu1=fields["mu3"])  # fmt: skip
    return dict(fields, **couplings, **soft)


HEAVY_MU = dict(mu=30000, m1=1000, m2=-30000, m_l=1000, m_e=1000)
HEAVY_LEFT = dict(mu=1000, m1=1000, m2=1000, m_l=15000, m_e=1000)


@pytest.mark.parametrize("doublets", ["H_u", "H_u'"])
@pytest.mark.parametrize(
    ("masses", "a", "leading"),
    [(HEAVY_MU, "2.7975e-9", "2.8117e-9"), (HEAVY_LEFT, "2.62573e-9", "2.6195e-9")],
)
def test_the_mssm_without_a_tree_level_muon_mass(doublets, masses, a, leading):
    result = evaluate(**mssm(doublets, False, **masses))
    assert agrees(result.a_one_loop, a)
    if masses is HEAVY_LEFT:
        assert agrees(result.y_prime_muon, "1.35228")
    assert agrees(evaluate(**mssm(doublets, False, **masses), threshold="leading").a_one_loop,
                  leading)  # fmt: skip
    limit = evaluate(**mssm(doublets, True, **masses))
    # What is left of the tree-level mass is of relative order 1/Delta.
    assert abs(limit.a_one_loop / result.a_one_loop - 1) < 2 / abs(result.delta)
    assert mp.isinf(limit.delta)
    assert mp.isfinite(limit.slides)
    assert mp.isfinite(limit.mass_insertion)


@pytest.mark.parametrize("t", [1, 50, 500, 530, 1000, 1e6, np.inf])
@pytest.mark.parametrize("mode", ["exact", "leading"])
def test_the_solution_given_back_changes_no_digit(t, mode):
    fields = dict(turned(0.4, tan_beta_d=t / 50), threshold=mode)
    solved = evaluate(**fields)
    again = reference.evaluate(given(fields, y_prime_muon=solved.y_prime_muon), 30)
    for name in ("a_one_loop", "edm", "m_muon_implied", "slides", "mass_insertion"):
        assert abs(getattr(again, name) / getattr(solved, name) - 1) < CLOSE
    assert abs(again.m_muon_implied / measured("m_muon").value - 1) < CLOSE


@pytest.mark.parametrize(
    ("phi", "y_prime"),
    # At phi = 0 loops alone give 0.7 too large a mass, of the other sign.
    [(0.0, 1e-3), (0.0, 0.33), (0.0, 0.7), (1.0, 0.2), (1.0, 0.33), (np.pi, 0.2), (np.pi, 0.33)],
)
def test_tan_beta_d_and_y_prime_are_each_others_solution(phi, y_prime):
    first = evaluate(**turned(phi), y_prime_muon=y_prime)
    assert 0 < first.tan_beta_d < mp.inf
    assert mp.re(1 + first.delta) > 0
    assert abs(first.m_muon_implied / measured("m_muon").value - 1) < CLOSE
    point = given(turned(phi), tan_beta_d=first.tan_beta_d)
    again = reference.evaluate(point, 30, near=y_prime)
    assert abs(again.y_prime_muon / mp.mpf(y_prime) - 1) < CLOSE
    assert abs(again.a_one_loop / first.a_one_loop - 1) < CLOSE


def test_no_tan_beta_d_where_loops_alone_are_too_heavy():
    # With mu < 0 only couplings below that of v_d' = 0, 0.3318, leave room for v_d'.
    with pytest.raises(fssm.FSSMError, match="no solution"):
        evaluate(**FLIPPED, y_prime_muon=0.34)


def test_a_phase_of_the_muon_changes_nothing():
    first = evaluate(**BASE, tan_beta_d=np.inf, y_prime_muon=0.5)
    second = evaluate(**BASE, tan_beta_d=np.inf, y_prime_muon=-0.5)
    third = evaluate(**BASE, tan_beta_d=np.inf, y_prime_muon=0.5j)
    for other in (second, third):
        for name in ("a_one_loop", "m_muon_implied", "slides", "mass_insertion"):
            assert abs(getattr(other, name) / getattr(first, name) - 1) < CLOSE


def test_without_a_threshold_the_phase_is_that_at_tree_level():
    fields = dict(BASE, tan_beta_d=20, y_prime_muon=0.7313)
    exact, none = evaluate(**fields), evaluate(**fields, threshold="none")
    assert none.delta == 0
    assert abs(none.m_muon_implied * (1 + exact.delta) / -exact.m_muon_implied - 1) < CLOSE
    # The wino and bino terms change their sign with the phase, the terms in m_mu do not.
    assert none.a_one_loop > 0 > exact.a_one_loop
    assert none.mass_insertion == -exact.mass_insertion


def test_only_a_muon_without_any_mass_is_refused():
    bare = dict(BASE, tan_beta_d=np.inf)
    for fields in (dict(y_prime_muon=0.0), dict(y_prime_muon=0.3, threshold="none")):
        with pytest.raises(fssm.FSSMError, match="has no mass"):
            evaluate(**bare, **fields)
    assert evaluate(**bare, y_prime_muon=0.3).m_muon_implied > 0
    # mu_4 = mu_2 = 0: nothing joins Y' to the up-type vevs.
    angles = ("mu", "mu_tilde", "theta_u", "theta_d")
    rest = {name: x for name, x in bare.items() if name not in angles}
    with pytest.raises(fssm.FSSMError, match="has no mass"):
        evaluate(**rest, mu1=900, mu2=0, mu3=700, mu4=0)


@pytest.mark.parametrize("mode", ["leading", "given"])
def test_other_thresholds_reach_v_d_prime_of_zero_smoothly(mode):
    fields = dict(turned(0.5), threshold=mode)
    if mode == "given":
        fields["epsilon_l"] = -1.8e-3 * np.exp(0.5j)
    limit, near = (evaluate(**fields, tan_beta_d=t) for t in (np.inf, 1e9))
    assert mp.isinf(limit.delta)
    assert abs(limit.a_one_loop / near.a_one_loop - 1) < 1e-6
    if mode == "given":
        v_u = mp.sqrt(2) * limit.m_muon_implied / abs(mp.mpmathify(fields["epsilon_l"]))
        assert abs(v_u / limit.y_prime_muon / 246 - 1) < 2e-3


def crossings(fields, grid):
    """Intervals of the grid of Y' in which |m_l + dm| passes the muon mass, the nearest first."""
    found, before = [], None
    for k, y_prime in enumerate(grid):
        mass = evaluate(15, **fields, y_prime_muon=y_prime).m_muon_implied
        above = mass > measured("m_muon").value
        if before is not None and above != before:
            found.append((grid[k - 1], y_prime))
        before = above
    return sorted(found, key=lambda ends: min(map(abs, ends)))


def test_the_nearest_solution_is_found_before_a_hump_or_behind_it():
    fields = dict(BASE, tan_beta_d=10.1)
    grid = crossings(fields, np.linspace(4.1, 12.1, 24))
    # The mass rises, falls below the muon's again, and reaches it with the other sign.
    assert len(grid) == 3
    solved = evaluate(**fields)
    assert grid[0][0] < solved.y_prime_muon < grid[0][1]
    assert solved.delta > -1
    for low, high in grid:
        led = evaluate(near=(low + high) / 2, **fields)
        assert low < led.y_prime_muon < high
    other = evaluate(near=-grid[0][0], **fields)
    assert abs(other.y_prime_muon / solved.y_prime_muon + 1) < CLOSE
    # A hump that is hardly high enough lies between two steps of the search.
    top = evaluate(**{**fields, "tan_beta_d": 10.1385})
    assert 6.1 < top.y_prime_muon < 6.3
    assert top.delta > -1
    # A little further the hump is too low.
    fields["tan_beta_d"] = 10.16
    low, high = crossings(fields, np.linspace(4.1, 12.1, 24))[0]
    beyond = evaluate(**fields)
    assert low < beyond.y_prime_muon < high
    assert beyond.delta < -1


@pytest.mark.parametrize(
    "changes",
    [
        dict(y_muon=0.04), dict(y_muon=-0.04), dict(y_muon=0.01j),
        dict(y_muon=0.04, tan_beta_d=1e5), dict(y_muon=0.002, mu=-2500),
    ],
)  # fmt: skip
def test_of_both_signs_of_y_prime_the_smaller_is_found(changes):
    fields = {**BASE, "tan_beta_d": 20, **changes}
    solved = evaluate(**fields).y_prime_muon
    end = 1.04 * float(abs(solved))
    low, high = crossings(fields, np.linspace(-end, end, 30))[0]
    nearest = min(abs(low), abs(high))
    assert nearest < abs(solved) < nearest + (high - low)
    other = evaluate(near=-float(solved), **fields).y_prime_muon
    # With an imaginary Y both are equally near, and the positive one is taken.
    assert abs(other / solved) > 1 - CLOSE
    assert solved > 0 or abs(other / solved + 1) > CLOSE


@pytest.mark.parametrize("changes", [dict(t_prime_muon=4e5), dict(t_muon=-3e4)])
def test_next_to_trilinears_the_positive_root_counts(changes):
    fields = {**BASE, "tan_beta_d": 20, **changes}
    solved = evaluate(**fields).y_prime_muon
    low, high = crossings(fields, np.linspace(0, 1.04 * float(solved), 30))[0]
    assert 0 < low < solved < high
    # With the trilinears and Y' of the other sign it is the same point.
    opposite = {name: -value for name, value in changes.items()}
    other = evaluate(near=-float(solved), **{**fields, **opposite})
    assert other.y_prime_muon == pytest.approx(float(-solved))


@pytest.mark.parametrize("fields", radiative_points(8, seed=3))
def test_random_radiative_points(fields):
    coarse, fine = evaluate(20, **fields), evaluate(40, **fields)
    assert abs(coarse.a_one_loop / fine.a_one_loop - 1) < mp.mpf(10) ** -20
    assert abs(coarse.y_prime_muon / fine.y_prime_muon - 1) < mp.mpf(10) ** -20
    assert abs(fine.m_muon_implied / measured("m_muon").value - 1) < mp.mpf(10) ** -40
    assert fine.y_prime_muon > 0
    led = evaluate(40, near=float(fine.y_prime_muon), **fields)
    assert abs(led.a_one_loop / fine.a_one_loop - 1) < mp.mpf(10) ** -40


def test_the_drawn_points_are_reproducible():
    first, second = radiative_points(4, seed=1), radiative_points(8, seed=1)
    assert first == second[:4]
    assert np.isinf(second[6]["tan_beta_d"])
    assert [np.iscomplexobj(p["mu"]) for p in first] == [False, True, False, True]


@pytest.mark.parametrize("x", ["1e-9", "0.01", "0.49", "2.01", "30", "1e6"])
def test_closed_forms_take_over_from_the_series(x):
    x = mp.mpf(x)
    for f, b, c in ((loops.f1n, 2, 5), (loops.f2n, 2, 4), (loops.f1c, 3, 5), (loops.f2c, 3, 4)):
        assert abs(f(x) / mp.hyp2f1(1, b, c, 1 - x) - 1) < mp.mpf(10) ** -100
