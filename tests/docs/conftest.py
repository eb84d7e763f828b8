"""Notes which tests passed in this run, for `test_behaviours.py`, which is put last."""

from typing import Any

import pytest


class Outcomes:
    """Node ids, parameters cut off, of the tests that passed in this session."""

    def __init__(self) -> None:
        self.passed: set[str] = set()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid.split("[")[0])

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        last = [item for item in items if "test_behaviours.py" in item.nodeid]
        items[:] = [item for item in items if item not in last] + last


_outcomes = Outcomes()


def pytest_configure(config: Any) -> None:
    config.pluginmanager.register(_outcomes, "accord-behaviour-outcomes")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    if not config.pluginmanager.has_plugin("accord-behaviour-outcomes"):
        config.pluginmanager.register(_outcomes, "accord-behaviour-outcomes")
    _outcomes.pytest_collection_modifyitems(items)


@pytest.fixture
def passed() -> set[str]:
    return _outcomes.passed
