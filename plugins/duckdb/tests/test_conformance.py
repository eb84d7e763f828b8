"""DuckDB passes the kit: every test, on a file, strictly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from accord_conformance import Run, test_ids


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder: Path = tmp_path_factory.mktemp("kit")
    with Run(f"duckdb:///{folder}/conformance.duckdb", strict=True) as run:
        yield run


@pytest.mark.parametrize("name", test_ids())
def test_conformance(run: Run, name: str) -> None:
    run.check(name)
