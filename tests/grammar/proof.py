"""That an exception is one: a database runs the example, and sqlglot still does not read it.

In: a fragment, an engine on an empty database. Out: AssertionError, saying what is out of date.
"""

from __future__ import annotations

from typing import Any

import pytest

from accord import event
from grammar.exceptions import FRAGMENTS, Fragment
from grammar.marks import plain
from grammar.reading import objection
from grammar.recorder import Seen


def of(dialect: str) -> Any:
    """Parametrizes a test with the fragments of a dialect."""
    own = [pytest.param(f, id=f.example.__name__) for f in FRAGMENTS if dialect in f.dialects]
    return pytest.mark.parametrize("fragment", own)


def prove(fragment: Fragment, engine: Any) -> None:
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *about: sent.append(about[2]))
    fragment.example(engine)
    target = engine.dialect.target
    texts = [plain(text, target.dialect_name, target.paramstyle) for text in sent]
    holding = [text for text in texts if fragment.pattern.search(text)]
    assert holding, "accord does not write this any more: take the entry off the list"
    for text in holding:
        seen = Seen(target.dialect_name, text, "")
        assert objection(seen, without=fragment), "sqlglot reads it now: take it off the list"
        assert objection(seen) is None
