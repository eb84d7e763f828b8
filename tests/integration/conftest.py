"""Fixtures of the integration tests: an engine on a database of its own, whatever the backend, and
a view of its traffic. ACCORD_TEST_BACKEND says which backend; SQLite where it says nothing.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from servers.databases import Database

for _folder in (
    Path(__file__).parent,
    *(Path(__file__).parent / name for name in ("orm", "schema")),
):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from orm_api import IS_ACCORD, create_engine, transactional  # noqa: E402
from requirements import BACKEND, missing  # noqa: E402
from statements import Statements, record  # noqa: E402

# Tests about one database are in its folder; only its own run collects them.
_ABOUT = {
    "sqlite": ("sqlite",),
    "postgresql": ("postgresql",),
    "mysql": ("mysql", "mariadb"),
    "mariadb": ("mariadb",),
    "oracle": ("oracle", "sqlite"),  # on a double where there is no server
    "mssql": ("mssql", "sqlite"),
}
collect_ignore = [folder for folder, backends in _ABOUT.items() if BACKEND.name not in backends]


@pytest.fixture(autouse=True)
def _requirements(request: pytest.FixtureRequest) -> None:
    """Skips a test whose `needs` marks name what this server cannot do."""
    marks = [mark for mark in request.node.iter_markers("needs") if IS_ACCORD]
    if marks:
        engine = request.getfixturevalue("engine")
        reasons = [reason for mark in marks if (reason := missing(engine, mark.args))]
        if reasons:
            pytest.skip("; ".join(reasons))


@pytest.fixture
def database(take_database: Callable[[str], Database]) -> Database:
    """The test's database."""
    return take_database("test")


@pytest.fixture
def engine(database: Database) -> Iterator[Any]:
    engine = transactional(create_engine(database.url))
    yield engine
    engine.dispose()


@pytest.fixture
def statements(engine: Any) -> Statements:
    """What `engine` sends; `statements.clear()` starts anew."""
    return record(engine)


@pytest.fixture
def rows(database: Database) -> Callable[..., list[tuple[Any, ...]]]:
    """What is committed, past the engine: `rows("SELECT a FROM t WHERE id = ?", 1)`."""
    return database.read


class Engines:
    """Engines by name, each on a database of its own: `make_engine("one")`. `query` goes behind the
    URL, `on` takes another database.
    """

    def __init__(self, take_database: Callable[[str], Database]) -> None:
        self._take = take_database
        self.databases: dict[str, Database] = {}
        self.made: list[Any] = []

    def __call__(
        self, name: str, *, on: Database | None = None, query: str = "", **options: Any
    ) -> Any:
        self.databases[name] = on or self._take(name)
        url = self.databases[name].url + query
        self.made.append(transactional(create_engine(url, **options)))
        return self.made[-1]


@pytest.fixture
def make_engine(take_database: Callable[[str], Database]) -> Iterator[Engines]:
    """Further engines by name."""
    engines = Engines(take_database)
    yield engines
    for engine in engines.made:
        engine.dispose()
