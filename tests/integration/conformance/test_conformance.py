"""The conformance kit against the backend under test, every test by name."""

from collections.abc import Iterator

import pytest
from requirements import BACKEND
from servers.databases import Database

from accord_conformance import Run, test_ids


@pytest.fixture(scope="module")
def run(module_database: Database) -> Iterator[Run]:
    # Some tests look for a statement on the wire: without TLS, which these servers would offer.
    plain = "?ssl_disabled=true" if BACKEND.name in ("mysql", "mariadb") else ""
    with Run(module_database.url + plain, strict=True, i_know=True) as run:
        yield run


@pytest.mark.parametrize("name", test_ids())
def test_conformance(run: Run, name: str) -> None:
    run.check(name)
