"""What the catalog says about a table's key, in one query.

In: KeyNeed. Out: KeyFacts. Whether anything but the INSERT itself decides about keys: engine of the
table, triggers (visible only with the privilege TRIGGER), the increment mode, Galera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accord.dialect import Execute, KeyFacts, schema_name

if TYPE_CHECKING:
    from accord.dialect import Bind, KeyNeed, Row, Steps


def has_table_steps(bind: Bind, name: str, schema: str | None) -> Steps[bool]:
    """Whether a table or view is there; temporary ones are in no catalog of either server, so they
    are asked for by name.
    """
    return (yield from _has_steps(bind, name, schema, "table_type <> 'SEQUENCE'"))


def has_sequence_steps(bind: Bind, name: str, schema: str | None) -> Steps[bool]:
    """Whether a sequence is there (MariaDB)."""
    return (yield from _has_steps(bind, name, schema, "table_type = 'SEQUENCE'"))


def _has_steps(bind: Bind, name: str, schema: str | None, kind: str) -> Steps[bool]:
    text = (
        f"SELECT 1 FROM information_schema.tables WHERE table_schema = {schema_text(schema)} "
        f"AND table_name = %s AND {kind}"
    )
    reply = yield Execute(bind, text, (name,) if schema is None else (schema, name))
    return bool(reply.rows)


def schema_text(schema: str | None) -> str:
    """A schema in a condition: one the server can look up directly."""
    return "database()" if schema is None else "%s"


@dataclass(frozen=True, slots=True)
class TableFacts(KeyFacts):
    """A table as the server has it.

    `kind` is BASE TABLE, VIEW, SEQUENCE, SYSTEM VERSIONED or missing (temporary tables are in no
    catalog); `counter` the AUTO_INCREMENT column; `key_default`: the key has another default;
    `triggers` those that run on INSERT; `doubt` why keys that were counted have to be compared.
    """

    kind: str
    engine: str = ""
    counter: str | None = None
    key_default: bool = False
    triggers: tuple[str, ...] = ()
    triggers_visible: bool = True
    doubt: str | None = None
    settled: bool = True

    @property
    def counter_missing(self) -> bool:
        """Whether nothing in the database makes a key."""
        return self.kind == "BASE TABLE" and self.counter is None and not self.key_default


_USER = "concat('''', replace(current_user(), '@', '''@'''), '''')"
_MAY_SEE = f"privilege_type = 'TRIGGER' AND grantee = {_USER}"
_FACTS = f"""SELECT 'table', table_type, engine, create_options FROM information_schema.tables
WHERE table_schema = {{schema}} AND table_name = %s
UNION ALL SELECT 'column', column_name, extra, column_default FROM information_schema.columns
WHERE table_schema = {{schema}} AND table_name = %s
UNION ALL SELECT 'trigger', trigger_name, NULL, NULL FROM information_schema.triggers
WHERE event_object_schema = {{schema}} AND event_object_table = %s
AND event_manipulation = 'INSERT'
UNION ALL SELECT 'visible', NULL, NULL, NULL FROM information_schema.user_privileges
WHERE {_MAY_SEE} AND {{unrevoked}}
UNION ALL SELECT 'visible', NULL, NULL, NULL FROM information_schema.schema_privileges
WHERE {_MAY_SEE} AND {{schema}} LIKE table_schema
UNION ALL SELECT 'visible', NULL, NULL, NULL FROM information_schema.table_privileges
WHERE {_MAY_SEE} AND table_schema = {{schema}} AND table_name = %s
UNION ALL SELECT 'cluster', NULL, NULL, NULL FROM {{cluster}}"""
"""Separate SELECTs: correlated subqueries over information_schema have crashed MariaDB 10.11."""


class Catalog:
    """How one of the two servers is asked."""

    def __init__(self, *, unrevoked: str, cluster: str) -> None:
        self.unrevoked = unrevoked
        self.cluster = cluster

    def facts(self, schema: str | None, table: str) -> tuple[str, Row]:
        """The query about a table, and its parameters."""
        if schema is None:
            text = _FACTS.format(
                schema="database()", unrevoked=self.unrevoked, cluster=self.cluster
            )
            return text, (table,) * 4
        text = _FACTS.format(schema="%s", unrevoked=self.unrevoked, cluster=self.cluster)
        pair = (schema, table)
        return text, (*pair, *pair, *pair, schema, *pair)


MYSQL_CATALOG = Catalog(
    # Partial revokes may take a privilege away again, schema by schema, and are not shown.
    unrevoked="NOT @@partial_revokes",
    cluster="(SELECT 1) c WHERE lower(@@version_comment) REGEXP 'cluster|galera|wsrep|codership'",
)
MARIADB_CATALOG = Catalog(
    unrevoked="1 = 1",
    cluster="information_schema.global_variables "
    "WHERE variable_name = 'WSREP_ON' AND variable_value = 'ON'",
)


def facts_steps(bind: Bind, need: KeyNeed, catalog: Catalog) -> Steps[TableFacts]:
    """One query about the table of `need`: engine, counter, triggers and who may see them."""
    text, parameters = catalog.facts(schema_name(bind, need.table), need.table.name)
    reply = yield Execute(bind, text, parameters)
    by_kind: dict[object, list[Row]] = {}
    for row in reply.rows:
        by_kind.setdefault(row[0], []).append(row[1:])
    found = by_kind.get("table")
    if not found:
        return TableFacts("missing", settled=False)
    kind, engine, options = found[0]
    counter, key_default = None, False
    for name, extra, default in by_kind.get("column", ()):
        if "auto_increment" in str(extra).lower():
            counter = str(name)
        if need.key is not None and str(name).lower() == str(need.key.name).lower():
            key_default = default is not None
    visible = "visible" in by_kind
    doubt = None
    if not visible:
        doubt = "without the privilege TRIGGER nobody sees whether triggers change keys"
    elif "cluster" in by_kind:
        doubt = "a cluster changes how numbers are counted when nodes come and go"
    elif "partitioned" in str(options or ""):
        doubt = "the table is partitioned"
    return TableFacts(
        kind=str(kind),
        engine=str(engine or ""),
        counter=counter,
        key_default=key_default,
        triggers=tuple([str(row[0]) for row in by_kind.get("trigger", ())]),
        triggers_visible=visible,
        doubt=doubt,
    )
