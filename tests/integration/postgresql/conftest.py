"""Fixtures of the tests that speak about PostgreSQL alone: they run on a PostgreSQL whatever
backend is under test, of the version ACCORD_TEST_BACKEND asks for where it asks for one.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers.databases import Database, Databases
from servers.provide import LocalServer, Provider
from servers.table import VARIABLE, wanted

from accord import create_engine

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def databases(provider: Provider) -> Iterator[Databases]:
    """Databases on a PostgreSQL server."""
    asked = os.environ.get(VARIABLE) or "postgresql"
    databases = Databases(
        wanted(asked if asked.startswith("postgresql") else "postgresql"), provider
    )
    yield databases
    databases.close()


@pytest.fixture
def url(database: Database) -> str:
    return database.url


@pytest.fixture
def engine(url: str) -> Iterator[Any]:
    engine = create_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def sql(database: Database) -> Any:
    """``sql("CREATE …")`` past the engine, committed; ``sql("SELECT …")`` answers with rows."""

    def run(text: str, *parameters: Any) -> Any:
        if text.lstrip().upper().startswith(("SELECT", "WITH", "SHOW")):
            return database.read(text, *parameters)
        return database.write(text, *parameters)

    return run


@pytest.fixture
def as_role(url: str, sql: Any) -> Iterator[Any]:
    """``as_role("name", "GRANT …", …)`` is an engine of a role with these rights only."""
    made: list[tuple[str, Any]] = []

    def make(name: str, *grants: str) -> Any:
        role = f"{name}_{os.getpid()}_{len(made)}"
        sql(f"CREATE ROLE {role} LOGIN PASSWORD 'test'")
        for grant in grants:
            sql(grant.format(role=role))
        engine = create_engine(_with_login(url, role))
        made.append((role, engine))
        return engine

    yield make
    for role, engine in made:
        engine.dispose()
        sql(f"DROP OWNED BY {role}")
        sql(f"DROP ROLE {role}")


def _with_login(url: str, role: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return parts._replace(netloc=f"{role}:test@{parts.hostname}:{parts.port}").geturl()


@pytest.fixture
def own_server() -> Iterator[Any]:
    """A server that a test may crash, or start with other settings."""
    asked = os.environ.get("ACCORD_TEST_BACKEND") or "postgresql"
    kind = wanted(asked if asked.startswith("postgresql") else "postgresql")
    made = []

    def make(*options: str) -> Any:
        folder = Path(tempfile.mkdtemp(prefix="pg", dir=tempfile.gettempdir()))
        folder.chmod(0o755)
        try:
            server = LocalServer(kind, folder / "s", options)
            made.append(server)
            return server, server.start()
        except Exception as reason:
            pytest.skip(f"no server of its own for this test: {reason}")

    yield make
    for server in made:
        server.destroy()
