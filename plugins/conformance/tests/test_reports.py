"""Reports: what they hold, how they are read back, and the texts made from them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from accord.exc import ArgumentError
from accord_conformance import Report, Result, Run, Verdict, load, save
from accord_conformance.pages import badge, html, markdown, summary, what_works_where
from accord_conformance.report import differences


def result(name: str, verdict: Verdict, detail: str = "") -> Result:
    return Result(name, verdict, 0.0, detail)


def made(*results: Result, dialect: str = "mydb", double: bool = False) -> Report:
    return Report(
        dialect=dialect,
        distribution="accord-mydb 1.0",
        driver="drv 2.0",
        server="MyDB <3>",
        accord="0.1.0",
        python="3.12.0",
        date="2026-01-02",
        double=double,
        complete=False,
        seconds=1.5,
        results=results,
    )


RESULTS = (
    result("connect/select-one", Verdict.PROVEN),
    result("types/nan", Verdict.BROKEN, "found <None>"),
    result("keys/sequence", Verdict.ABSENT, "there are none"),
    result("capabilities/limits.rows", Verdict.PROVEN, "250; the database would take more"),
    result("capabilities/keys.sequences", Verdict.ABSENT, "there are none"),
    result("capabilities/transactions.two_phase", Verdict.UNPROVEN, "needs a setting"),
)


def test_a_report_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    report = made(*RESULTS)
    save(report, tmp_path / "r.json")
    again = load(tmp_path / "r.json")
    assert again.as_json() == report.as_json()
    assert again.counts() == report.counts()


def test_a_report_names_its_schema_and_everything_one_asks_for(tmp_path: Path) -> None:
    content = made(*RESULTS).as_json()
    assert content["schema"] == 1
    assert content["counts"]["types"] == {"broken": 1}
    assert content["capabilities"]["keys.sequences"] == {
        "verdict": "absent",
        "detail": "there are none",
    }


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 99}', "no json"])
def test_what_is_no_report_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(ArgumentError, match=r"r\.json"):
        load(tmp_path / "r.json")


def test_broken_fails_and_undeclared_fails_when_strict() -> None:
    report = made(result("connect/a", Verdict.UNDECLARED), result("connect/b", Verdict.ABSENT))
    assert report.failed() == []
    assert [item.id for item in report.failed(strict=True)] == ["connect/a"]


def test_markdown_names_what_is_not_proven() -> None:
    text = markdown(made(*RESULTS))
    assert "`types/nan` broken: found <None>" in text
    assert "a part of the kit only" in text


def test_html_escapes_what_servers_say() -> None:
    text = html(made(*RESULTS))
    assert "found &lt;None&gt;" in text and "<None>" not in text
    assert "MyDB &lt;3&gt;" in text


def test_the_badge_is_svg_and_says_how_many() -> None:
    broken = ElementTree.fromstring(badge(made(*RESULTS)))
    assert "1 broken" in "".join(broken.itertext())
    good = ElementTree.fromstring(badge(made(RESULTS[0])))
    assert "1 proven" in "".join(good.itertext())


def test_the_table_has_a_column_for_each_database() -> None:
    other = made(RESULTS[0], dialect="other", double=True)
    page = what_works_where([other, made(*RESULTS)])
    assert "| capability | mydb | other (double) |" in page
    assert "| `limits.rows` | 250 |  |" in page
    assert "| `keys.sequences` | no |  |" in page
    assert "| `transactions.two_phase` | not run |  |" in page


def test_a_summary_counts() -> None:
    assert "2 proven, 1 broken, 2 absent, 1 unproven" in summary(made(*RESULTS))


def test_differences_name_what_changed() -> None:
    again = [result("connect/select-one", Verdict.BROKEN), result("types/new", Verdict.PROVEN)]
    assert differences(made(*RESULTS), again) == [
        "connect/select-one: broken, the report says proven",
        "types/new: proven, and not in the report",
    ]


def test_a_real_run_has_no_path_and_no_secret_in_its_report(tmp_path: Path) -> None:
    with Run(f"sqlite:///{tmp_path}/test.db") as run:
        run.all(["connect", "render"])
        run.save(tmp_path / "r.json")
    text = (tmp_path / "r.json").read_text("utf-8")
    assert str(tmp_path) not in text
    assert json.loads(text)["complete"] is False
