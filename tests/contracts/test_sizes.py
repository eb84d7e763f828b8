"""Modules and functions stay readable; every `type: ignore` has its code and reason."""

from __future__ import annotations

import re

import pytest
from workspace import functions, modules, named

MODULE_LINES = 450
FUNCTION_LINES = 60
IGNORE = re.compile(r"#\s*type:\s*ignore(?P<code>\[[\w\-, ]+\])?(?P<rest>.*)")


def test_no_module_is_longer_than_one_thing_needs():
    long = {
        named(path): lines
        for path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > MODULE_LINES
    }
    assert not long


def test_functions_fit_a_screen():
    """Counted from the first statement: a public signature is as long as its users know it."""
    long = {
        f"{named(path)}:{function.lineno} {function.name}": lines
        for path in modules()
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.body[0].lineno + 1) > FUNCTION_LINES
    }
    assert not long


def test_every_ignored_type_error_has_a_code_and_a_reason(capsys: pytest.CaptureFixture[str]):
    bare, count = [], 0
    for path in modules():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            found = IGNORE.search(line)
            if found is None:
                continue
            count += 1
            if found["code"] is None or "#" not in found["rest"]:
                bare.append(f"{named(path)}:{number}")
    with capsys.disabled():
        print(f"\n`type: ignore` in shipped code: {count}")
    assert not bare
