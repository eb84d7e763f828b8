"""What a test sees of the traffic to the database: statements an engine sent, and its echo log."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from orm_api import PEER, event

_NAME = r'(?:"([^"]+)"|`([^`]+)`|\[([^\]]+)\]|([\w.]+))'
_VERBS = (
    ("INSERT", re.compile(rf"\bCOPY\s+{_NAME}", re.I)),
    ("INSERT", re.compile(rf"\b(?:INSERT|MERGE)\s+(?:OR\s+\w+\s+)?INTO\s+{_NAME}", re.I)),
    ("DELETE", re.compile(rf"\bDELETE\s+FROM\s+{_NAME}", re.I)),
    ("UPDATE", re.compile(rf"\bUPDATE\s+(?:OR\s+\w+\s+)?{_NAME}", re.I)),
    ("SELECT", re.compile(rf"\bSELECT\b.*?\bFROM\s+{_NAME}", re.I | re.S)),
)
# What a library asks about keys and the catalogue is its own affair.
_PRIVATE = re.compile(
    r"sqlite_(master|schema|sequence)|\bpg_catalog\.|^\s*PRAGMA|last_insert_rowid\(\)|SAVEPOINT|^\s*BEGIN|max\(_?rowid"
    r"|\binformation_schema\.|@@SESSION\.auto_increment_increment"
    r"|\bsys\.|^SET IDENTITY_INSERT|^SAVE TRANSACTION|^ROLLBACK TRANSACTION",
    re.I,
)


def flatten(parameters: Any) -> tuple[Any, ...]:
    """All parameter values of a statement, whatever the style and however many rows."""
    if isinstance(parameters, dict):
        return tuple(value for part in parameters.values() for value in flatten(part))
    if isinstance(parameters, (list, tuple)):
        return tuple(value for part in parameters for value in flatten(part))
    return (parameters,)


@dataclass(frozen=True)
class Sent:
    text: str
    parameters: Any
    executemany: bool = False

    @property
    def verb(self) -> str:
        return self.kind[0]

    @property
    def table(self) -> str:
        return self.kind[1]

    @property
    def values(self) -> tuple[Any, ...]:
        return flatten(self.parameters)

    @property
    def kind(self) -> tuple[str, str]:
        text = self.text.lstrip()
        if not re.match(r"(COPY|WITH|SELECT|INSERT|MERGE|UPDATE|DELETE)\b", text, re.I):
            return text.split(None, 1)[0].upper(), ""
        order = (
            _VERBS
            if text[:4].upper() == "WITH"
            else sorted(_VERBS, key=lambda item: not text.upper().startswith(item[0]))
        )
        for verb, pattern in order:
            found = pattern.search(text)
            if found:
                return verb, next(group for group in found.groups() if group)
        return text.split(None, 1)[0].upper(), ""


@dataclass
class Statements:
    """Statements since the last `clear()`; `raw` also has those about keys and catalogue."""

    raw: list[Sent] = field(default_factory=list)

    @property
    def all(self) -> list[Sent]:
        return [sent for sent in self.raw if not _PRIVATE.search(sent.text)]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [sent.kind for sent in self.all]

    def of(self, verb: str, table: str | None = None) -> list[Sent]:
        return [s for s in self.all if s.verb == verb and table in (None, s.table)]

    def writes(self) -> list[tuple[str, str]]:
        return [kind for kind in self.kinds if kind[0] != "SELECT"]

    def order(self) -> list[tuple[str, str]]:
        """Kinds with repetitions in a row folded: two INSERTs and one of two rows read the same."""
        folded: list[tuple[str, str]] = []
        for kind in self.kinds:
            if not folded or folded[-1] != kind:
                folded.append(kind)
        return folded

    def clear(self) -> None:
        self.raw.clear()

    def __len__(self) -> int:
        return len(self.all)


def record(engine: Any) -> Statements:
    """Starts recording what `engine` sends, through its `before_cursor_execute` event."""
    statements = Statements()

    def on_execute(
        conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
    ) -> None:
        statements.raw.append(Sent(statement, parameters, bool(executemany)))

    event.listen(engine, "before_cursor_execute", on_execute)
    return statements


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def echoed() -> Iterator[list[str]]:
    """The lines an engine made with `echo=True` logs meanwhile."""
    logger = logging.getLogger(f"{PEER}.engine.Engine")
    handler = _Lines()
    logger.addHandler(handler)
    try:
        yield handler.lines
    finally:
        logger.removeHandler(handler)
