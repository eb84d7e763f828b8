"""accord-conformance: the kit that proves an accord dialect.

``accord-conformance run URL`` needs nothing around it; ``pytest --accord-url URL --pyargs
accord_conformance`` runs the same tests; a plugin's own tests use `Run`. Names are imported at
first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accord_conformance.kit import Kit, Refused
    from accord_conformance.model import Absent, Question, Result, Test, Unproven, Verdict
    from accord_conformance.registry import all_tests, select_tests
    from accord_conformance.report import Report, load, make_report, save
    from accord_conformance.run import Run, test_ids
    from accord_conformance.runner import run_test, run_tests
    from accord_conformance.wire import Record, Shuffle, Wire, through

_HOME = {
    "accord_conformance.kit": "Kit Refused",
    "accord_conformance.model": "Absent Question Result Test Unproven Verdict",
    "accord_conformance.registry": "all_tests select_tests",
    "accord_conformance.report": "Report load make_report save",
    "accord_conformance.run": "Run test_ids",
    "accord_conformance.runner": "run_test run_tests",
    "accord_conformance.wire": "Record Shuffle Wire through",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = [
    "Absent", "Kit", "Question", "Record", "Refused", "Report", "Result", "Run", "Shuffle", "Test",
    "Unproven", "Verdict", "Wire", "all_tests", "load", "make_report", "run_test", "run_tests",
    "save", "select_tests", "test_ids", "through",
]  # fmt: skip


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(module), name)
    return value


def __dir__() -> list[str]:
    return list(__all__)
