"""The statements of a test run: what engines sent and what renderers wrote for our dialects.

In: `accord`, whose two places that see every statement are wrapped while the tests run. Out: one
`Seen` per dialect and shape, with the test that was the first to make it.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grammar.marks import plain, shape

DIALECTS = ("sqlite", "postgresql", "mysql", "mariadb", "oracle", "mssql", "duckdb")
_VERB = re.compile(
    r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(?:WITH|SELECT|INSERT|REPLACE|UPDATE|DELETE|MERGE)\b",
    re.I | re.S,
)


#: Characters of the statements of one test function that are read: random programs write
#: thousands of the same few kinds.
PER_TEST = 100_000


@dataclass(frozen=True)
class Seen:
    """A statement, the dialect it is written in, and a test that made it."""

    dialect: str
    text: str
    test: str


class Recorder:
    """Statements by dialect and shape, each from the first test that made it."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], Seen] = {}
        self._texts: set[tuple[str, str]] = set()
        self._read: Counter[str] = Counter()
        self.left_out = 0

    def __len__(self) -> int:
        return len(self._seen)

    def __iter__(self) -> Iterator[Seen]:
        return iter(list(self._seen.values()))

    def note(self, dialect: str, text: str, paramstyle: str) -> None:
        """Remember `text`, if it is a statement on rows of a dialect of ours."""
        if dialect not in DIALECTS or (dialect, text) in self._texts or not _VERB.match(text):
            return
        self._texts.add((dialect, text))
        written = plain(text, dialect, paramstyle)
        key = dialect, shape(written)
        if key in self._seen:
            return
        test = os.environ.get("PYTEST_CURRENT_TEST", "outside of tests ").rpartition(" ")[0]
        function = test.partition("[")[0]
        if self._read[function] > PER_TEST:
            self.left_out += 1
            return
        self._read[function] += len(written)
        self._seen[key] = Seen(dialect, written, test)


def watch(recorder: Recorder, patch: Any) -> None:
    """Have `recorder` note whatever accord sends or renders from now on."""
    from accord.engine.link import Link
    from accord.sql.compiled import Compiled

    def sent(link: Any, request: Any) -> None:
        dialect = link.engine.dialect
        recorder.note(dialect.name, request.text, dialect.target.paramstyle)

    def watching(name: str) -> None:
        send = getattr(Link, name)

        def watched(link: Any, request: Any) -> Any:
            reply = send(link, request)
            sent(link, request)  # what the database refused says nothing about accord
            return reply

        patch.setattr(Link, name, watched)

    for name in ("perform", "open_cursor", "perform_outside"):
        watching(name)
    join = Compiled.joined

    def joined(compiled: Any, *sizes: Any) -> str:
        text = join(compiled, *sizes)
        recorder.note(compiled.target.dialect_name, text, compiled.target.paramstyle)
        return text

    patch.setattr(Compiled, "joined", joined)
