"""A database that is compatible with PostgreSQL takes few lines; a lie about prepare is found."""

import inspect
import sys
from pathlib import Path

import pytest
from servers.databases import Database
from servers.table import wanted

sys.path.insert(0, str(Path(__file__).parent))

from accord_conformance import Run, Verdict  # noqa: E402

pytestmark = pytest.mark.skipif(
    wanted().name != "postgresql", reason="is about PostgreSQL: set ACCORD_TEST_BACKEND"
)


def test_a_compatible_dialect_of_few_lines_passes_the_kit(module_database: Database) -> None:
    import variants

    assert len(inspect.getsource(variants.CompatibleDialect).splitlines()) <= 150
    with Run(module_database.url, dialect=variants.CompatibleDialect, i_know=True) as run:
        run.all()
        report = run.report()
    broken = [(item.id, item.detail) for item in report.failed()]
    assert [item for item in broken if not item[0].startswith("hygiene/")] == []
    assert report.counts()[Verdict.PROVEN] > 700
    assert report.capabilities()["transactions.two_phase"].verdict is Verdict.ABSENT


def test_yes_to_a_failed_prepare_is_found_in_twophase_and_nowhere_else(
    module_database: Database,
) -> None:
    import variants

    with Run(module_database.url, dialect=variants.yes_to_everything(), i_know=True) as run:
        found = [item for item in run.all() if item.verdict is Verdict.BROKEN]
    assert {item.group for item in found} == {"twophase"}, [(x.id, x.detail) for x in found]
