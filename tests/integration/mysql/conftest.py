"""Helpers of the tests about MySQL and MariaDB: a second user, a second raw connection, a wait."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from requirements import BACKEND
from servers.databases import Database

from accord import create_engine
from accord.engine import make_url

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests are about the two servers, whichever of them the run is for."""
    if BACKEND.name in ("mysql", "mariadb"):
        return
    mark = pytest.mark.skip(
        reason="about MySQL and MariaDB: set ACCORD_TEST_BACKEND to mysql or mariadb"
    )
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(mark)


@pytest.fixture
def is_mariadb() -> bool:
    """Whether the server is MariaDB."""
    return BACKEND.name == "mariadb"


@pytest.fixture
def poor_engine(database: Database) -> Iterator[Any]:
    """An engine of a user who may read and write rows, and nothing else: not even see triggers."""
    url = make_url(database.url)
    user = f"poor_{database.name[-8:]}"[:30]
    database.write(f"DROP USER IF EXISTS '{user}'@'%'")
    database.write(f"CREATE USER '{user}'@'%' IDENTIFIED BY 'poor'")
    grant = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP"
    database.write(f"GRANT {grant} ON `{url.database}`.* TO '{user}'@'%'")
    engine = create_engine(url.set(username=user, password="poor"))
    yield engine
    engine.dispose()
    database.write(f"DROP USER '{user}'@'%'")
