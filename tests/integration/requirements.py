"""What a test needs of a database, in the words of `accord.dialect.Capabilities` and no others."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pytest
from servers.table import wanted

BACKEND = wanted()


def needs(*capabilities: str) -> Any:
    """Only where the server has these capabilities: ``needs("returning_insert")``."""
    return pytest.mark.needs(*capabilities)


def only(*names_and_why: str) -> Any:
    """A test about some backends: ``only("sqlite", "a file is the database")``."""
    *names, why = names_and_why
    return pytest.mark.skipif(
        BACKEND.name not in names, reason=f"about {' and '.join(names)}: {why}"
    )


def not_on(*names_and_why: str) -> Any:
    """A test that says nothing on some backends: ``not_on("mysql", "DDL commits")``."""
    *names, why = names_and_why
    return pytest.mark.skipif(BACKEND.name in names, reason=f"not on {BACKEND.name}: {why}")


def missing(engine: Any, names: Sequence[str]) -> str | None:
    """Why the server of `engine` cannot do all of these; None if it can."""
    with engine.connect():
        capabilities = engine.capabilities
    for name in names:
        found = [
            getattr(group, name)
            for item in fields(capabilities)
            if hasattr(group := getattr(capabilities, item.name), name)
        ]
        if not found:
            raise LookupError(f"needs({name!r}): Capabilities have no such question")
        if not _supported(found[0]):
            reason = getattr(found[0], "reason", "nothing on its menu")
            return f"needs {name}, which {BACKEND} has not: {reason}"
    return None


def _supported(answer: Any) -> bool:
    """A menu is supported when one of its choices is."""
    if isinstance(answer, tuple):
        return any(support for _, support in answer)
    return bool(answer)
