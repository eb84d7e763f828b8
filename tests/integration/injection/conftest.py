"""Puts the hostile texts on the path of the injection tests."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accord import Column, Integer, MetaData, String, Table

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def victim(engine: Any) -> Iterator[Any]:
    """A table with two rows that nothing below may read or change by accident."""
    metadata = MetaData()
    table = Table(
        "victim",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("name", String(200)),
        Column("secret", String(200)),
    )
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            table.insert(),
            [{"id": 1, "name": "ann", "secret": "s1"}, {"id": 2, "name": "bob", "secret": "s2"}],
        )
    yield table
    metadata.drop_all(engine)
