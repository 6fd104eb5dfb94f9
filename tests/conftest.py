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


@pytest.fixture
def many_digits():
    """mpmath computes what a test does itself with more digits than the reference returns."""
    with mp.workdps(120):
        yield
