"""Random programs of 20 to 60 session operations never diverge from the in-memory model.

`ACCORD_PROGRAMS` sets how many (default 1,000).
"""

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from orm_api import create_engine, enforcing, transactional
from program_model import Base
from servers.databases import Database
from session_world import KINDS, World, start

PROGRAMS = int(os.environ.get("ACCORD_PROGRAMS", "1000"))

operations = st.tuples(st.sampled_from(KINDS), st.integers(0, 99), st.integers(0, 99))
programs = st.lists(operations, min_size=20, max_size=60)


@pytest.fixture(scope="module")
def database(module_database: Database) -> Iterator[tuple[Any, Database]]:
    engine = enforcing(transactional(create_engine(module_database.url)))
    Base.metadata.create_all(engine)
    yield engine, module_database
    engine.dispose()


def run(database: tuple[Any, Database], program: list[tuple[str, int, int]], expire: bool) -> World:
    world = start(*database, expire_on_commit=expire)
    try:
        world.run(program)
    finally:
        world.session.close()
    return world


@given(program=programs, expire=st.booleans())
@settings(
    max_examples=PROGRAMS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
def test_session_agrees_with_the_model(
    database: tuple[Any, Database], program: list[tuple[str, int, int]], expire: bool
) -> None:
    run(database, program, expire)


def random_program(seed: int) -> list[tuple[str, int, int]]:
    chance = random.Random(seed)
    return [
        (chance.choice(KINDS), chance.randrange(100), chance.randrange(100))
        for _ in range(chance.randrange(20, 61))
    ]


def test_every_ordered_pair_of_operations_occurs() -> None:
    seen = set()
    for seed in range(500):
        kinds = [kind for kind, _, _ in random_program(seed)]
        seen |= set(zip(kinds, kinds[1:], strict=False))
    assert seen == {(one, two) for one in KINDS for two in KINDS}


@pytest.mark.parametrize("seed", range(40))
def test_fixed_programs(database: tuple[Any, Database], seed: int) -> None:
    run(database, random_program(seed), bool(seed % 2))
