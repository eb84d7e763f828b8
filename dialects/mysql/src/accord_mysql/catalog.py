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
_MAY_SEE = f"""(
    SELECT count(*) FROM information_schema.user_privileges p
    WHERE p.privilege_type = 'TRIGGER' AND p.grantee = {_USER} AND {{unrevoked}}
) + (
    SELECT count(*) FROM information_schema.schema_privileges p
    WHERE p.privilege_type = 'TRIGGER' AND p.grantee = {_USER}
    AND t.table_schema LIKE p.table_schema
) + (
    SELECT count(*) FROM information_schema.table_privileges p
    WHERE p.privilege_type = 'TRIGGER' AND p.grantee = {_USER}
    AND p.table_schema = t.table_schema AND p.table_name = t.table_name
)"""
_FACTS = """SELECT t.table_type, t.engine, t.create_options, (
    SELECT max(c.column_name) FROM information_schema.columns c
    WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name
    AND c.extra LIKE '%%auto_increment%%'
), (
    SELECT count(*) FROM information_schema.columns c
    WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name
    AND c.column_name = %s AND c.column_default IS NOT NULL
), (
    SELECT group_concat(g.trigger_name) FROM information_schema.triggers g
    WHERE g.event_object_schema = t.table_schema AND g.event_object_table = t.table_name
    AND g.event_manipulation = 'INSERT'
), {may_see}, {cluster}
FROM information_schema.tables t
WHERE t.table_schema = coalesce(%s, database()) AND t.table_name = %s"""
MYSQL_FACTS = _FACTS.format(
    may_see=_MAY_SEE.format(unrevoked="NOT @@partial_revokes"),
    cluster="lower(@@version_comment) REGEXP 'cluster|galera|wsrep|codership'",
)
"""Partial revokes may take the privilege away again, schema by schema, and are not shown."""
MARIADB_FACTS = _FACTS.format(
    may_see=_MAY_SEE.format(unrevoked="1 = 1"),
    cluster="(SELECT count(*) FROM information_schema.global_variables v "
    "WHERE v.variable_name = 'WSREP_ON' AND v.variable_value = 'ON')",
)


def facts_steps(bind: Bind, need: KeyNeed, text: str) -> Steps[TableFacts]:
    """One query about the table of `need`: engine, counter, triggers and who may see them."""
    key = None if need.key is None else str(need.key.name)
    reply = yield Execute(bind, text, (key, need.table.schema, need.table.name))
    if not reply.rows:
        return TableFacts("missing", settled=False)
    kind, engine, options, counter, defaults, triggers, visible, cluster = reply.rows[0]
    doubt = None
    if not visible:
        doubt = "without the privilege TRIGGER nobody sees whether triggers change keys"
    elif cluster:
        doubt = "a cluster changes how numbers are counted when nodes come and go"
    elif "partitioned" in str(options or ""):
        doubt = "the table is partitioned"
    return TableFacts(
        kind=str(kind),
        engine=str(engine or ""),
        counter=None if counter is None else str(counter),
        key_default=bool(defaults),
        triggers=tuple(str(triggers).split(",")) if triggers else (),
        triggers_visible=bool(visible),
        doubt=doubt,
    )
