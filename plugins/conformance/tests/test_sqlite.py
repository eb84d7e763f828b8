"""The kit on SQLite, test by test, as a plugin of somebody else's would run it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accord_conformance import Run, test_ids


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    file = tmp_path_factory.mktemp("kit") / "conformance.db"
    with Run(f"sqlite:///{file}?synchronous=off", strict=True) as run:
        yield run


@pytest.mark.parametrize("name", test_ids())
def test_conformance(run: Any, name: str) -> None:
    run.check(name)
