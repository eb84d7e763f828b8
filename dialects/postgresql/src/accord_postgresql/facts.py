"""What PostgreSQL's catalog says about a table and its key, in one query.

The query also gives a fingerprint of everything the answer depends on (the table's definition, its
triggers, the key's default, the privileges of whoever asks); the key block sends it along when it
draws keys, so that a plan made earlier is never used on a table that has changed. In: a table and
its key column. Out: TableFacts, statement text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accord.dialect import Bind, Execute, KeyFacts, Steps, schema_name
from accord.sql.identifiers import quote_identifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accord.dialect import AnyColumn
    from accord.schema import Sequence, Table

_PRINT = """
  SELECT concat_ws(' ', c.oid, c.xmin, a.xmin, d.oid, d.xmin, pg_catalog.row_security_active(c.oid),
    pg_catalog.has_column_privilege(c.oid, a.attnum, 'INSERT'),
    (SELECT pg_catalog.string_agg(concat_ws('/', t.oid, t.xmin), ' ' ORDER BY t.oid)
     FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal),
    (SELECT concat_ws('/', s.oid, pg_catalog.has_sequence_privilege(s.oid, 'USAGE'))
     FROM pg_catalog.pg_class s WHERE s.oid = {sequence}))
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attname = {column} AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.oid = pg_catalog.to_regclass({table})"""

_FACTS = (
    """
WITH found AS (
  SELECT c.oid, c.relkind, c.relhasrules, a.attnum, a.attidentity, a.attgenerated,
    pg_catalog.row_security_active(c.oid) AS secured,
    pg_catalog.has_column_privilege(c.oid, a.attnum, 'INSERT') AS may_insert,
    d.oid AS default_oid, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default_text,
    COALESCE(
      (SELECT s.objid FROM pg_catalog.pg_depend s
       WHERE s.classid = 'pg_catalog.pg_class'::regclass AND s.deptype = 'i'
         AND s.refclassid = 'pg_catalog.pg_class'::regclass
         AND s.refobjid = c.oid AND s.refobjsubid = a.attnum AND a.attidentity <> ''),
      (SELECT s.refobjid FROM pg_catalog.pg_depend s
       JOIN pg_catalog.pg_class q ON q.oid = s.refobjid AND q.relkind = 'S'
       WHERE s.classid = 'pg_catalog.pg_attrdef'::regclass AND s.objid = d.oid
         AND s.refclassid = 'pg_catalog.pg_class'::regclass LIMIT 1)) AS sequence
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attname = %s AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.oid = pg_catalog.to_regclass(%s))
SELECT f.relkind::text, f.relhasrules, f.secured, f.may_insert, f.attidentity::text,
  f.sequence::bigint,
  COALESCE(f.default_text = pg_catalog.format('nextval(%%L::regclass)',
    f.sequence::regclass::text), false),
  COALESCE(pg_catalog.has_sequence_privilege(f.sequence, 'USAGE'), false),
  f.default_text,
  ARRAY(SELECT t.tgname::text FROM pg_catalog.pg_trigger t WHERE t.tgrelid = f.oid
    AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 7 = 7 ORDER BY 1),
  ARRAY(SELECT t.tgname::text FROM pg_catalog.pg_trigger t WHERE t.tgrelid = f.oid
    AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 6 = 4 ORDER BY 1),
  ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = f.oid
    AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
  ARRAY(SELECT CASE WHEN y.typtype = 'e' THEN 0 ELSE y.oid::bigint END
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
    WHERE a.attrelid = f.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
  ("""
    + _PRINT.format(sequence="f.sequence", column="%s", table="%s")
    + ") FROM found f"
)

PRINT = _PRINT.format(sequence="%s::bigint::oid", column="%s", table="%s")
"""The fingerprint as of now; parameters are sequence, column, table."""

ENUM_TYPE = 0
"""What stands for the type of an enum column."""


@dataclass(frozen=True, slots=True)
class TableFacts(KeyFacts):
    """A table as PostgreSQL has it.

    `kind` is pg_class.relkind, "" when there is no such table or column. `sequence` is the OID of
    the sequence behind the key; `exact`: the key's default is that sequence's nextval and nothing
    else; `identity` is pg_attribute.attidentity. `types` are the OIDs of the columns' types.
    """

    kind: str
    rules: bool = False
    secured: bool = False
    may_insert: bool = False
    identity: str = ""
    sequence: int | None = None
    exact: bool = False
    usage: bool = False
    default: str | None = None
    before_triggers: tuple[str, ...] = ()
    after_triggers: tuple[str, ...] = ()
    types: Mapping[str, int] = field(default_factory=dict)
    fingerprint: str = ""
    settled: bool = True


def facts_steps(bind: Bind, table: Table, key: AnyColumn, *, write: bool) -> Steps[TableFacts]:
    """The catalog's answer: one query."""
    name, column = regclass_text(bind, table), str(key.name)
    parameters = (column, name, column, name)
    reply = yield Execute(bind, _FACTS, parameters, write=write)
    if not reply.rows:
        return TableFacts("", settled=False)
    row: tuple[object, ...] = reply.rows[0]
    names, types = row[11], row[12]
    assert isinstance(names, list) and isinstance(types, list)
    return TableFacts(
        kind=str(row[0]),
        rules=bool(row[1]),
        secured=bool(row[2]),
        may_insert=bool(row[3]),
        identity=str(row[4]),
        sequence=row[5] if isinstance(row[5], int) else None,
        exact=bool(row[6]),
        usage=bool(row[7]),
        default=None if row[8] is None else str(row[8]),
        before_triggers=_names(row[9]),
        after_triggers=_names(row[10]),
        types=dict(zip(names, types, strict=True)),
        fingerprint=str(row[13]),
    )


def _names(given: object) -> tuple[str, ...]:
    assert isinstance(given, list)
    return tuple(given)


def regclass_text(bind: Bind, item: Table | Sequence) -> str:
    """The name of a table or sequence as a value for to_regclass()."""
    target = bind.dialect.target
    name, schema = quote_identifier(item.name, target), schema_name(bind, item)
    return name if schema is None else f"{quote_identifier(schema, target)}.{name}"
