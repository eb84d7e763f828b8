"""The random programs find each of the ten seeded faults within a few dozen programs."""

from collections.abc import Iterator
from typing import Any

import pytest
from faults import FAULTS, switched_on
from orm_api import accord_only, create_engine, enforcing, exc, transactional
from program_model import Base
from servers.databases import Database
from session_world import Divergence, start
from test_session_programs import random_program

PROGRAMS = 150


@pytest.fixture(scope="module")
def database(module_database: Database) -> Iterator[tuple[Any, Database]]:
    engine = enforcing(transactional(create_engine(module_database.url)))
    Base.metadata.create_all(engine)
    yield engine, module_database
    engine.dispose()


def programs_until_found(database: tuple[Any, Database]) -> int | None:
    """How many programs it takes until one diverges or is refused; None if none of them does."""
    for seed in range(PROGRAMS):
        world = start(*database, expire_on_commit=bool(seed % 2))
        try:
            world.run(random_program(seed))
        except (Divergence, exc.SQLAlchemyError) as error:
            print(f"program {seed}: {type(error).__name__}: {error}")
            return seed + 1
        finally:
            world.session.rollback()
            world.session.close()
    return None


def test_there_are_ten_faults() -> None:
    assert len(FAULTS) == 10


@accord_only
@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found(name: str, database: tuple[Any, Database]) -> None:
    with switched_on(name):
        found = programs_until_found(database)
    assert found is not None, f"{PROGRAMS} programs do not find: {name}"


@accord_only
def test_without_a_fault_nothing_is_found(database: tuple[Any, Database]) -> None:
    assert programs_until_found(database) is None
