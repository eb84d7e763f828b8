"""The page "what works where" is made from the reports beside it, and the reports are good."""

from pathlib import Path

import pytest

from accord_conformance import Verdict, all_tests, load
from accord_conformance.pages import what_works_where

DIALECTS = Path(__file__).parents[2] / "docs" / "dialects"
REPORTS = sorted((DIALECTS / "reports").glob("*.json"))


def test_there_is_a_report_of_every_backend() -> None:
    assert {path.stem for path in REPORTS} == {
        "sqlite", "postgresql", "mariadb", "mysql", "oracle-double", "mssql-double",
    }  # fmt: skip


def test_the_page_is_what_the_reports_give() -> None:
    """After a new run: python tests/integration/conformance/reports.py"""
    page = (DIALECTS / "what-works-where.md").read_text("utf-8")
    assert page == what_works_where([load(path) for path in REPORTS])


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_nothing_is_broken_and_nothing_is_left_out(path: Path) -> None:
    report = load(path)
    assert report.complete
    assert report.double == path.stem.endswith("-double")
    assert [result.id for result in report.failed(strict=True)] == []
    known = {test.id for test in all_tests()}
    assert {result.id for result in report.results} == known, "run the kit again"
    for result in report.results:
        if result.verdict in (Verdict.ABSENT, Verdict.UNPROVEN):
            assert result.detail, result.id
