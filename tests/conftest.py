import os

import mpmath as mp
import pytest
from hypothesis import HealthCheck, settings
from processes import wait_until_gone

# Fixed examples: a failure on one machine is a failure on all.
settings.register_profile(
    "fssm",
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("fssm")


def pytest_addoption(parser):
    parser.addoption(
        "--mutants", type=int, default=1000, help="damaged files of each kind (tests/fuzz)"
    )


@pytest.fixture
def many_digits():
    """mpmath computes what a test does itself with more digits than the reference returns."""
    with mp.workdps(120):
        yield


@pytest.fixture(scope="session", autouse=True)
def mark():
    """A variable in the environment by which every process that a test starts is known."""
    name, value = "FSSM_TEST_SESSION", str(os.getpid())
    os.environ[name] = value
    return f"{name}={value}"


@pytest.fixture(autouse=True)
def _nothing_is_left(mark):
    """Every process that a test has started is gone two seconds after it."""
    yield
    left = wait_until_gone(mark, seconds=2)
    for pid in left:
        os.kill(pid, 9)
    assert not left, f"processes are left: {left}"
