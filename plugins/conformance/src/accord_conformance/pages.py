"""Reports for people: Markdown and HTML of one run, the badge, and the table of many.

In: reports. Out: texts. Nothing is written by hand: `accord-conformance table` makes the page "what
works where" of the documentation from the reports beside it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from accord_conformance.declared import question_ids
from accord_conformance.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord_conformance.model import Result
    from accord_conformance.report import Report

WORDS = {
    Verdict.PROVEN: "yes",
    Verdict.BROKEN: "BROKEN",
    Verdict.ABSENT: "no",
    Verdict.UNDECLARED: "undeclared",
    Verdict.UNPROVEN: "not run",
}


def summary(report: Report) -> str:
    """One line: what was run and what came of it."""
    counts = report.counts()
    parts = [f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict]]
    return f"{report.title}, {report.server}, {report.driver}: {', '.join(parts)}"


# --- Markdown -------------------------------------------------------------------------------------


def markdown(report: Report) -> str:
    """One run."""
    lines = [f"# Conformance of {report.title}", "", summary(report), "", *_facts(report), ""]
    lines += ["## Groups", "", *_table(_group_rows(report)), ""]
    lines += ["## Capabilities", "", *_table(_capability_rows(report)), ""]
    wrong = [item for item in report.results if item.verdict in _WORTH_A_LINE]
    if wrong:
        lines += ["## Not proven", ""]
        lines += [f"- `{item.id}` {item.verdict}: {_line(item.detail)}" for item in wrong]
        lines.append("")
    return "\n".join(lines)


_WORTH_A_LINE = (Verdict.BROKEN, Verdict.UNDECLARED, Verdict.UNPROVEN)


def _facts(report: Report) -> list[str]:
    return [
        f"- distribution: {report.distribution}",
        f"- accord {report.accord}, Python {report.python}",
        f"- run on {report.date} in {report.seconds} s"
        + ("" if report.complete else ", a part of the kit only"),
    ]


def _group_rows(report: Report) -> list[list[str]]:
    rows = [["group", *(verdict.value for verdict in Verdict)]]
    for group in report.groups():
        counts = report.counts(group)
        rows.append([group, *(str(counts[verdict] or "") for verdict in Verdict)])
    return rows


def _capability_rows(report: Report) -> list[list[str]]:
    rows = [["capability", "verdict", "detail"]]
    for name, result in report.capabilities().items():
        rows.append([f"`{name}`", result.verdict.value, _line(result.detail)])
    return rows


def _line(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return lines + [f"| {' | '.join(row)} |" for row in body]


# --- HTML -----------------------------------------------------------------------------------------

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8884; padding: .25rem .6rem; text-align: left;
         vertical-align: top; }
.proven { color: #16794c; } .broken { color: #b3261e; font-weight: 600; }
.undeclared { color: #9a6700; } .unproven, .absent { opacity: .7; }
"""


def html(report: Report) -> str:
    """One run, in a file that needs no other."""
    groups = _html_table(_group_rows(report))
    names = report.capabilities().items()
    rows = "".join(_html_row(name, result) for name, result in names)
    capabilities = f"<table><tr><th>capability<th>verdict<th>detail{rows}</table>"
    wrong = [item for item in report.results if item.verdict in _WORTH_A_LINE]
    items = "".join(_html_row(item.id, item) for item in wrong)
    more = f"<h2>Not proven</h2><table>{items}</table>" if wrong else ""
    facts = "".join(f"<li>{escape(line[2:])}" for line in _facts(report))
    title = f"Conformance of {escape(report.title)}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1><p>{escape(summary(report))}</p><ul>{facts}</ul>"
        f"<h2>Groups</h2>{groups}<h2>Capabilities</h2>{capabilities}{more}</html>\n"
    )


def _html_table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    cells = "".join(f"<th>{escape(cell)}" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) for row in body)
    return f"<table><tr>{cells}{lines}</table>"


def _html_row(name: str, result: Result) -> str:
    return (
        f'<tr class="{result.verdict.value}"><td><code>{escape(name)}</code>'
        f"<td>{result.verdict.value}<td>{escape(result.detail)}"
    )


# --- the badge ------------------------------------------------------------------------------------


def badge(report: Report) -> str:
    """An SVG with how many of the tests that apply are proven."""
    counts = report.counts()
    proven, broken = counts[Verdict.PROVEN], counts[Verdict.BROKEN]
    label = f"accord {report.title}"
    value = f"{proven} proven" if not broken else f"{broken} broken"
    colour = "#b3261e" if broken else "#9a6700" if counts[Verdict.UNPROVEN] else "#16794c"
    left, right = 12 + 7 * len(label), 12 + 7 * len(value)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{escape(label)}: {escape(value)}">'
        f'<rect width="{left}" height="20" fill="#444"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/>'
        '<g fill="#fff" font-family="Verdana,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2}" y="14">{escape(label)}</text>'
        f'<text x="{left + right / 2}" y="14">{escape(value)}</text></g></svg>\n'
    )


# --- what works where -----------------------------------------------------------------------------

_HEAD = """# What works where

Made by `accord-conformance table` from the reports in [reports](reports); do not edit it. Every
"yes" is a behaviour that the kit has seen on a server of the version named below; "no" is what the
dialect says itself and the kit could not refute; "not run" names in the report what it needs.
"""


def what_works_where(reports: Sequence[Report]) -> str:
    """The page: what was run, group by group, and every capability on every database."""
    ordered = sorted(reports, key=lambda report: (report.double, report.title))
    lines = [_HEAD, "## What was run", ""]
    rows = [["database", "server", "driver", "distribution", "proven", "broken", "not run", "date"]]
    for report in ordered:
        counts = report.counts()
        numbers = [counts[Verdict.PROVEN], counts[Verdict.BROKEN], counts[Verdict.UNPROVEN]]
        facts = [report.title, report.server, report.driver, report.distribution]
        rows.append([*facts, *map(str, numbers), report.date])
    lines += [*_table(rows), "", "## Tests by group", "", *_table(_by_group(ordered)), ""]
    lines += ["## Capabilities", "", *_table(_by_capability(ordered)), ""]
    return "\n".join(lines)


def _by_group(reports: Sequence[Report]) -> list[list[str]]:
    groups = list(dict.fromkeys(group for report in reports for group in report.groups()))
    rows = [["group", *(report.title for report in reports)]]
    for group in groups:
        row = [group]
        for report in reports:
            counts = report.counts(group)
            shown = f"{counts[Verdict.PROVEN]}"
            if counts[Verdict.BROKEN]:
                shown += f", {counts[Verdict.BROKEN]} broken"
            if not counts[Verdict.PROVEN] and counts[Verdict.UNPROVEN]:
                shown = "not run"
            row.append(shown)
        rows.append(row)
    return rows


def _by_capability(reports: Sequence[Report]) -> list[list[str]]:
    rows = [["capability", *(report.title for report in reports)]]
    for name in question_ids():
        row = [f"`{name}`"]
        for report in reports:
            result = report.capabilities().get(name)
            row.append("" if result is None else _cell(name, result))
        rows.append(row)
    return rows


def _cell(name: str, result: Result) -> str:
    if result.verdict is Verdict.PROVEN and result.detail:
        return _line(result.detail.partition(";")[0])  # a value
    return WORDS[result.verdict]
