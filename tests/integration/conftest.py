"""Fixtures of the integration tests: an engine on a file of its own, and a view of its traffic."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

for _folder in (Path(__file__).parent, Path(__file__).parent / "orm"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from orm_api import create_engine, transactional  # noqa: E402
from statements import Statements, record  # noqa: E402


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file of the test's database."""
    return tmp_path / "test.sqlite"


@pytest.fixture
def engine(database: Path) -> Iterator[Any]:
    engine = transactional(create_engine(f"sqlite:///{database}"))
    yield engine
    engine.dispose()


@pytest.fixture
def statements(engine: Any) -> Statements:
    """What `engine` sends; `statements.clear()` starts anew."""
    return record(engine)


@pytest.fixture
def rows(database: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Committed content as another connection sees it: `rows("SELECT * FROM t")`."""

    def read(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(database) as connection:
            result = connection.execute(sql, parameters).fetchall()
        connection.close()
        return result

    return read


@pytest.fixture
def make_engine(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Further engines by name, each on a file of its own."""
    made = []

    def make(name: str, **options: Any) -> Any:
        engine = transactional(create_engine(f"sqlite:///{tmp_path / name}.sqlite", **options))
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.dispose()
