"""How long to fuzz, and with what; see `test_fuzz.py`."""

import time

import pytest
from child import Child


def pytest_addoption(parser):
    parser.addoption(
        "--fuzz-seconds",
        type=float,
        default=0,
        help="Time for all of tests/fuzz together; without it each kind is tried a few times",
    )
    parser.addoption("--fuzz-seed", type=int, default=0, help="Another number, other cases")


def pytest_collection_modifyitems(config, items):
    """Part the time evenly among the tests of this folder that were asked for."""
    config.fuzz_tests = max(1, sum("budget" in item.fixturenames for item in items))


class Budget:
    """Until when a test may go on; without seconds, one round of a few cases."""

    def __init__(self, config):
        self.seconds = config.getoption("--fuzz-seconds", default=0) / config.fuzz_tests
        self.seed = config.getoption("--fuzz-seed", default=0)
        self.end = time.monotonic() + self.seconds
        self.cases = 100 if self.seconds else 4

    def rounds(self):
        """Yield a seed for each round."""
        yield self.seed * 1_000_003
        while time.monotonic() < self.end:
            self.seed += 1
            yield self.seed * 1_000_003


@pytest.fixture
def budget(request):
    return Budget(request.config)


@pytest.fixture(scope="module")
def child(request):
    child = Child()
    yield child
    child.stop()
    request.config.fuzz_cases = child.cases


def pytest_terminal_summary(terminalreporter, config):
    if hasattr(config, "fuzz_cases"):
        terminalreporter.write_line(f"fuzz: {config.fuzz_cases} cases")
