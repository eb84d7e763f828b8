"""Runs the kit on every backend and writes the reports and the page made of them:

    python tests/integration/conformance/reports.py              # all of them
    python tests/integration/conformance/reports.py mariadb      # one; the page is made of all

Servers come from where the tests take them; Oracle and SQL Server are the doubles. In: nothing.
Out: docs/dialects/reports/*.json, docs/dialects/what-works-where.md.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parents[2]
sys.path.insert(0, str(TESTS))

from servers.databases import Databases  # noqa: E402
from servers.provide import Provider, Unavailable  # noqa: E402
from servers.table import wanted  # noqa: E402

from accord_conformance import Run, load  # noqa: E402
from accord_conformance.pages import summary, what_works_where  # noqa: E402

DOCS = TESTS.parent / "docs" / "dialects"
REPORTS = DOCS / "reports"
SERVERS = ("sqlite", "postgresql", "mariadb", "mysql")
DOUBLES = ("oracle", "mssql")


@contextmanager
def double(name: str) -> Iterator[str]:
    """The URL of a double, while it stands in for the driver."""
    if name == "oracle":
        from doubles import oracle

        with oracle.installed():
            yield oracle.URL
        return
    from doubles.mssql import Double

    server = Double()
    server.install()
    try:
        yield server.url
    finally:
        server.uninstall()
        server.close()


def report(url: str, name: str, *, on_double: bool = False) -> None:
    with Run(url, double=on_double, i_know=True) as run:
        run.all()
        found = run.report()
        run.save(REPORTS / f"{name}.json")
    print(summary(found), f"({found.seconds} s)")
    for result in found.failed():
        print("  ", result.id, result.detail)


def write_page() -> None:
    files = sorted(REPORTS.glob("*.json"))
    text = what_works_where([load(path) for path in files])
    (DOCS / "what-works-where.md").write_text(text, "utf-8")


def main(names: list[str]) -> None:
    REPORTS.mkdir(exist_ok=True)
    provider = Provider()
    try:
        for name in names or [*SERVERS, *DOUBLES]:
            if name in DOUBLES:
                with double(name) as url:
                    report(url, f"{name}-double", on_double=True)
                continue
            databases = Databases(wanted(name), provider)
            with tempfile.TemporaryDirectory() as folder:
                report(databases.take("kit", Path(folder)).url, name)
            databases.close()
    except Unavailable as reason:
        sys.exit(str(reason))
    finally:
        provider.close()
    write_page()


if __name__ == "__main__":
    main(sys.argv[1:])
