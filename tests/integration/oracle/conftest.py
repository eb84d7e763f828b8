"""Fixtures of the Oracle tests: the double as a server, and an engine on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from doubles import oracle

from accord import create_engine


@pytest.fixture
def oracle_double() -> Iterator[oracle.Server]:
    """A server of the double; `oracledb.connect` goes to it while the test runs."""
    with oracle.installed() as server:
        yield server


@pytest.fixture
def oracle_engine(oracle_double: oracle.Server) -> Iterator[Any]:
    engine = create_engine(oracle.URL)
    yield engine
    engine.dispose()
    assert not oracle_double.locks, "rows are still locked"
