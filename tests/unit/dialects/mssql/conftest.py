"""Engines on SQL Server: on the double always, on a real server where there is one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "sql"))


@pytest.fixture(scope="session")
def real_server(provider: Any) -> Any:
    """Databases of a real SQL Server, or why there is none."""
    from servers.databases import Databases
    from servers.provide import Unavailable, Undelivered
    from servers.table import wanted

    databases = Databases(wanted("mssql"), provider)
    try:
        provider.server(databases.wanted)
    except (Unavailable, Undelivered) as reason:
        return str(reason)
    return databases


@pytest.fixture(params=["double", "server"])
def url_and_options(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """The URL of an empty database, and what `create_engine` needs besides."""
    if request.param == "double":
        double = request.getfixturevalue("mssql_double")
        yield double.url, {"dialect": double.dialect}
        return
    databases = request.getfixturevalue("real_server")
    if isinstance(databases, str):
        pytest.skip(databases)
    database = databases.take("mssql", tmp_path)
    yield database.url, {}
    databases.give_back(database)


@pytest.fixture
def engine(url_and_options: Any) -> Iterator[Any]:
    """An engine on an empty database."""
    from accord import create_engine

    url, options = url_and_options
    engine = create_engine(url, **options)
    yield engine
    engine.dispose()
