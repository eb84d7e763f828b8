"""Fixtures of the Oracle tests: engines on the double, and on a server where there is one.

Tests that only use `oracle_engine` run twice: on the double, and unchanged on a real server (a URL
in ACCORD_TEST_ORACLE_URL, or a container of gvenzl/oracle-free). Tests that look into the double
run on the double.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from doubles import oracle
from servers.databases import Database, Databases
from servers.provide import Provider, Unavailable, Undelivered
from servers.table import wanted

from accord import create_engine

WAYS = ("double", "server")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "oracle_engine" in metafunc.fixturenames:
        ways = WAYS[:1] if "oracle_double" in metafunc.fixturenames else WAYS
        metafunc.parametrize("oracle_engine", ways, indirect=True)


@pytest.fixture(scope="session")
def oracle_servers() -> Iterator[Databases | str]:
    """Databases of a real Oracle, or why there are none."""
    provider = Provider()
    asked = wanted("oracle")
    try:
        provider.server(asked)
    except (Unavailable, Undelivered) as reason:
        yield str(reason)
    else:
        databases = Databases(asked, provider)
        yield databases
        databases.close()
    provider.close()


@pytest.fixture
def oracle_double() -> Iterator[oracle.Server]:
    """A server of the double; `oracledb.connect` goes to it while the test runs."""
    with oracle.installed() as server:
        yield server


@pytest.fixture
def oracle_engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "double":
        server = request.getfixturevalue("oracle_double")
        engine = create_engine(oracle.URL)
        yield engine
        engine.dispose()
        assert not server.locks, "rows are still locked"
        return
    databases = request.getfixturevalue("oracle_servers")
    if isinstance(databases, str):
        pytest.skip(databases)
    database: Database = databases.take("oracle", None)
    engine = create_engine(database.url)
    yield engine
    engine.dispose()
    databases.give_back(database)
