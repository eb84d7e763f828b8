"""Runs tests one after the other, each in its own scope, and says what came of them.

In: a kit and tests. Out: results, one per test, never fewer: what cannot run is UNPROVEN with what
it needs. A test that takes too long is ended where the platform allows it (Unix, main thread).
"""

from __future__ import annotations

import signal
import threading
import time
import traceback
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from accord.dialect import Unimplemented
from accord_conformance.declared import answer, declared, has_value
from accord_conformance.model import (
    ON_DOUBLES,
    Absent,
    Question,
    Result,
    Test,
    Unproven,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from accord_conformance.kit import Kit

TIMEOUT = 60
"""Seconds for one test."""

NEEDS_SERVER = "needs a server: the driver is a double"


class TookTooLong(Exception):
    """A test did not end in time."""


def run_tests(
    kit: Kit,
    tests: Iterable[Test],
    *,
    each: Callable[[Test, Result], object] = lambda test, result: None,
    timeout: int = TIMEOUT,
) -> list[Result]:
    """Run them in order; `each` hears of every result."""
    results = []
    for test in tests:
        result = run_test(kit, test, timeout=timeout)
        results.append(result)
        each(test, result)
    return results


def run_test(kit: Kit, test: Test, *, timeout: int = TIMEOUT) -> Result:
    """Run one test."""
    started = time.perf_counter()
    verdict, detail, trace = _verdict(kit, test, timeout)
    return Result(test.id, verdict, round(time.perf_counter() - started, 4), detail, trace)


def _verdict(kit: Kit, test: Test, timeout: int) -> tuple[Verdict, str, str]:
    if kit.double and not (test.on_doubles and test.group in ON_DOUBLES):
        return Verdict.UNPROVEN, NEEDS_SERVER, ""
    if test.question is not None:
        return _ask(kit, test.question, timeout)
    for need in test.needs:
        support = declared(kit.capabilities, need)
        if not support:
            return Verdict.ABSENT, f"{need}: {support.reason}", ""
    return _run(kit, test.body, timeout)


def _run(kit: Kit, body: Callable[[Kit], object], timeout: int) -> tuple[Verdict, str, str]:
    try:
        with _alarm(timeout), warnings.catch_warnings(), kit.scope():
            warnings.simplefilter("ignore")  # a test raises what it minds
            body(kit)
    except Unproven as reason:
        return Verdict.UNPROVEN, f"needs {reason}", ""
    except Absent as reason:
        return Verdict.ABSENT, str(reason), ""
    except Exception as error:
        return Verdict.BROKEN, _line(error), _trace(error)
    return Verdict.PROVEN, "", ""


def _ask(kit: Kit, question: Question, timeout: int) -> tuple[Verdict, str, str]:
    support = question.declared(kit.capabilities)
    if support:
        found = _run(kit, question.proof, timeout)
        if found[0] is Verdict.PROVEN and has_value(question.id):
            return _note(kit, question, timeout)
        return found
    verdict, detail, _ = _run(kit, question.probe, timeout)
    if verdict is Verdict.PROVEN:
        if isinstance(support, Unimplemented):
            return Verdict.ABSENT, support.reason, ""
        return Verdict.UNDECLARED, f"works, but the dialect says: {support.reason}", ""
    if verdict is Verdict.UNPROVEN:
        return verdict, detail, ""
    return Verdict.ABSENT, support.reason, ""


def _note(kit: Kit, question: Question, timeout: int) -> tuple[Verdict, str, str]:
    """A value was proven; what its probe finds beyond it is worth a note, and no verdict."""
    value = answer(kit.capabilities, question.id)
    verdict, _, _ = _run(kit, question.probe, timeout)
    beyond = "; the database would take more" if verdict is Verdict.PROVEN else ""
    return Verdict.PROVEN, f"{value}{beyond}", ""


@contextmanager
def _alarm(seconds: int) -> Iterator[None]:
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise TookTooLong(f"the test did not end within {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _line(error: Exception) -> str:
    text = str(error).strip().split("\n")[0] or "no message"
    return f"{type(error).__name__}: {text}"


def _trace(error: Exception) -> str:
    return "".join(traceback.format_exception(error))
