"""Options and profiles of the whole test run."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=_SLOW, print_blob=True)
settings.register_profile("ci", settings.get_profile("dev"), max_examples=10, derandomize=True)
settings.register_profile("full", settings.get_profile("dev"))  # and all that `tests.effort` leaves out
settings.register_profile("deep", settings.get_profile("dev"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))  # --hypothesis-profile comes after and wins


for _number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a run in the background is started to ignore some
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler if _number is signal.SIGINT else signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    help_text = "where torch runs: cpu, cuda on a machine that has it, or meta, which computes shapes and counts only"
    parser.addoption("--device", default="cpu", choices=("cpu", "cuda", "meta"), help=help_text)
    parser.addoption("--update-golden", action="store_true", help="write golden files anew instead of comparing them")


@pytest.fixture(scope="session")
def device(request: pytest.FixtureRequest) -> str:
    chosen: str = request.config.getoption("--device")
    return chosen
