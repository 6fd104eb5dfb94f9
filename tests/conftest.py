import mpmath as mp
import pytest
from hypothesis import HealthCheck, settings

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
