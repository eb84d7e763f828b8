"""Capabilities that are menus: forms of INSERT, UPDATE, DELETE, of composite keys.

A form is proven on an engine whose dialect offers that form only, and has to be seen on its way to
the driver. An undeclared form is probed with a text written by hand, as the standard spells it, or
the product that has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import Column, Integer, String, func, select
from accord.dialect import YES, Marks
from accord_conformance import check
from accord_conformance.registry import by_itself, probe, proof, question
from accord_conformance.wire import Record

if TYPE_CHECKING:
    from accord_conformance.kit import Kit
from accord_conformance.models import flush_and_compare, mapped, payloads
from accord_conformance.questions.dml import pairs, quoted, text_probe


def _forced(field: str, form: str) -> dict[str, Any]:
    from accord_conformance.declared import CHOICES

    return {"dml": {field: ((CHOICES[f"dml.{field}"](form), YES),)}}


def _insert_through(kit: Kit, form: str, count: int = 30) -> Record:
    table = kit.table(
        "forms",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("n", Integer),
    )
    record = Record()
    engine = kit.variant(record, **_forced("insert_forms", form))
    cls = mapped(table)
    with kit.session(engine) as session:
        session.add_all([cls(id=i, n=i * 3) for i in range(1, count + 1)])
        session.commit()
    with kit.connect() as connection:
        found = connection.execute(select(table.c.id, table.c.n).order_by(table.c.id))
        check.equal([tuple(row) for row in found], [(i, i * 3) for i in range(1, count + 1)])
    return record


@proof("dml.insert_forms:executemany")
def insert_executemany(kit: Kit) -> None:
    """Rows go in by executemany."""
    record = _insert_through(kit, "executemany")
    if not any(sent.kind == "executemany" for sent in record.sent):
        probe_executemany(kit)  # the dialect has a better way and keeps to it


@proof("dml.insert_forms:multi_values")
def insert_multi(kit: Kit) -> None:
    """Rows go in by one INSERT with many rows of VALUES."""
    record = _insert_through(kit, "multi_values")
    sent = record.writes("insert")
    if not (len(sent) == 1 and sent[0].text.upper().count("VALUES") == 1):
        multi_values(kit)


@proof("dml.insert_forms:unnest")
def insert_unnest(kit: Kit) -> None:
    """Rows go in by INSERT … SELECT … FROM unnest(arrays)."""
    record = _insert_through(kit, "unnest")
    texts = [sent.text.lower() for sent in record.writes("insert")]
    check.true(any("unnest" in text for text in texts), f"sent {texts}")


@proof("dml.insert_forms:native")
def insert_native(kit: Kit) -> None:
    """Rows go in by the driver's own bulk protocol, given their keys or without."""
    record = _insert_through(kit, "native", 3_000)
    if any(sent.kind == "native" for sent in record.sent):
        return
    table = kit.table(
        "native", Column("id", Integer, primary_key=True), Column("payload", String(60))
    )
    engine = kit.variant(record, **_forced("insert_forms", "native"))
    cls = mapped(table)
    flush_and_compare(kit, engine, table, [cls(payload=text) for text in payloads(3_000)])
    check.true(any(sent.kind == "native" for sent in record.sent), "no native call was sent")


@probe("dml.insert_forms:executemany")
def probe_executemany(kit: Kit) -> None:
    """The driver's executemany inserts several rows."""
    table = pairs(kit)
    raw: Any = kit.connect(kit.new_engine()).connection.dbapi_connection
    cursor = raw.cursor()
    marks = ", ".join(Marks(kit.dialect.paramstyle).take(2))
    names = f"{quoted(kit, table.name)} ({quoted(kit, 'id')}, {quoted(kit, 'n')})"
    cursor.executemany(f"INSERT INTO {names} VALUES ({marks})", [(11, 1), (12, 2)])
    cursor.close()
    raw.rollback()


text_probe("dml.insert_forms:multi_values")("INSERT INTO {t} ({id}, {n}) VALUES (11, 1), (12, 2)")
text_probe("dml.insert_forms:unnest")(
    "INSERT INTO {t} ({id}, {n}) SELECT * FROM unnest(ARRAY[11, 12], ARRAY[1, 2])"
)


@probe("dml.insert_forms:native")
def probe_native(kit: Kit) -> None:
    """A plain insert of many rows goes through a native call."""
    table = kit.table(
        "forms",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("n", Integer),
    )
    engine, record = kit.recorded()
    cls = mapped(table)
    with kit.session(engine) as session:
        session.add_all([cls(id=i, n=i) for i in range(500)])
        session.commit()
    check.true(any(sent.kind == "native" for sent in record.sent), "no native call was sent")


@question("dml.multi_values")
def multi_values(kit: Kit) -> None:
    """One INSERT carries several rows of VALUES."""
    table = pairs(kit)
    names = {"t": quoted(kit, table.name), "id": quoted(kit, "id"), "n": quoted(kit, "n")}
    connection = kit.connect()
    text = "INSERT INTO {t} ({id}, {n}) VALUES (11, 1), (12, 2)"
    connection.exec_driver_sql(text.format(**names))
    check.same(connection.execute(select(func.count()).select_from(table)).scalar(), 8)


# --- updates and deletes --------------------------------------------------------------------------

_UPDATE_WORDS = {
    "from_values": "values",
    "join_values": "join",
    "unnest": "unnest",
    "merge": "merge",
    "executemany": "",
}


def _update_through(kit: Kit, form: str) -> None:
    table = pairs(kit)
    record = Record()
    engine = kit.variant(record, **_forced("update_forms", form))
    cls = mapped(table)
    with kit.session(engine) as session:
        for obj in session.scalars(select(cls)).all():
            obj.n = obj.id * 11
            obj.note = f"note {obj.id}" if obj.id % 2 else None
        session.commit()
    with kit.connect() as connection:
        found = connection.execute(select(table.c.id, table.c.n, table.c.note).order_by(table.c.id))
        expected = [(i, i * 11, f"note {i}" if i % 2 else None) for i in range(1, 7)]
        check.equal([tuple(row) for row in found], expected)
    sent = [item for item in record.sent if table.name in item.text]
    if form == "executemany":
        seen = any(item.kind in ("executemany", "native") for item in sent)
    else:
        seen = any(_UPDATE_WORDS[form] in item.text.lower() for item in sent)
    if not seen:  # the dialect has a better way and keeps to it: the form by itself
        by_itself(kit, f"dml.update_forms:{form}")


for _form in _UPDATE_WORDS:

    def _proof(kit: Kit, form: str = _form) -> None:
        """Rows changed each to its own values, by this form and no other."""
        _update_through(kit, form)

    proof(f"dml.update_forms:{_form}")(_proof)

text_probe("dml.update_forms:from_values")(
    "UPDATE {t} SET {n} = v.b FROM (VALUES (1, 5), (2, 6)) AS v (a, b) WHERE {t}.{id} = v.a"
)
text_probe("dml.update_forms:join_values")(
    "UPDATE {t} JOIN (SELECT 1 AS a, 5 AS b UNION ALL SELECT 2, 6) AS v ON {t}.{id} = v.a "
    "SET {t}.{n} = v.b"
)
text_probe("dml.update_forms:unnest")(
    "UPDATE {t} SET {n} = v.b FROM unnest(ARRAY[1, 2], ARRAY[5, 6]) AS v (a, b) "
    "WHERE {t}.{id} = v.a"
)
text_probe("dml.update_forms:merge")(
    "MERGE INTO {t} USING (SELECT 1 AS a, 5 AS b) v ON ({t}.{id} = v.a) "
    "WHEN MATCHED THEN UPDATE SET {n} = v.b"
)


@probe("dml.update_forms:executemany")
def probe_update_executemany(kit: Kit) -> None:
    """The driver's executemany changes several rows."""
    _executemany(kit, "UPDATE {t} SET {n} = 5 WHERE {id} = {mark}", 5 * 2)


@probe("dml.delete_forms:executemany")
def probe_delete_executemany(kit: Kit) -> None:
    """The driver's executemany deletes several rows."""
    _executemany(kit, "DELETE FROM {t} WHERE {id} = {mark}", 0)


def _executemany(kit: Kit, text: str, total: int) -> None:
    table = pairs(kit)
    raw: Any = kit.connect(kit.new_engine()).connection.dbapi_connection
    cursor = raw.cursor()
    names = {name: quoted(kit, name) for name in ("id", "n")}
    mark = Marks(kit.dialect.paramstyle).next()
    cursor.executemany(text.format(t=quoted(kit, table.name), mark=mark, **names), [(1,), (2,)])
    count = f"SELECT count(*), coalesce(sum({names['n']}), 0) FROM {quoted(kit, table.name)}"
    cursor.execute(count, ())
    found = tuple(map(int, cursor.fetchall()[0]))
    cursor.close()
    raw.rollback()
    check.equal(found, (6 if total else 4, total))


def _delete_through(kit: Kit, form: str) -> None:
    table = pairs(kit)
    record = Record()
    engine = kit.variant(record, **_forced("delete_forms", form))
    cls = mapped(table)
    with kit.session(engine) as session:
        for obj in session.scalars(select(cls).where(table.c.id != 3)).all():
            session.delete(obj)
        session.commit()
    with kit.connect() as connection:
        check.equal(connection.execute(select(table.c.id)).scalars().all(), [3])
    sent = record.writes("delete")
    if form == "executemany":
        seen = any(item.kind == "executemany" for item in sent)
    else:
        word = " IN " if form == "in_list" else "ANY"
        seen = any(word in item.text.upper() for item in sent)
    if not seen:
        by_itself(kit, f"dml.delete_forms:{form}")


for _form in ("in_list", "any_array", "executemany"):

    def _delete_proof(kit: Kit, form: str = _form) -> None:
        """Rows are deleted by key in this form and no other."""
        _delete_through(kit, form)

    proof(f"dml.delete_forms:{_form}")(_delete_proof)

text_probe("dml.delete_forms:in_list")("DELETE FROM {t} WHERE {id} IN (1, 2)")
text_probe("dml.delete_forms:any_array")("DELETE FROM {t} WHERE {id} = ANY(ARRAY[1, 2])")


# --- composite keys -------------------------------------------------------------------------------


def _composite_through(kit: Kit, form: str) -> None:
    table = kit.table(
        "composite",
        Column("a", Integer, primary_key=True, autoincrement=False),
        Column("b", Integer, primary_key=True, autoincrement=False),
        Column("n", Integer),
    )
    engine = kit.variant(**_forced("row_values", form))
    cls = mapped(table)
    with kit.session(engine) as session:
        session.add_all([cls(a=i % 3, b=i, n=i) for i in range(12)])
        session.commit()
        for obj in session.scalars(select(cls).where(table.c.b >= 2)).all():
            session.delete(obj)
        session.commit()
    with kit.connect() as connection:
        check.equal(sorted(connection.execute(select(table.c.b)).scalars()), [0, 1])


for _form in ("in_rows", "in_values", "or_of_ands"):

    def _composite_proof(kit: Kit, form: str = _form) -> None:
        """Rows are found by composite keys compared in this form."""
        _composite_through(kit, form)

    proof(f"dml.row_values:{_form}")(_composite_proof)

text_probe("dml.row_values:in_rows")("DELETE FROM {t} WHERE ({id}, {n}) IN ((1, 0), (2, 0))")
text_probe("dml.row_values:in_values")(
    "DELETE FROM {t} WHERE ({id}, {n}) IN (VALUES (1, 0), (2, 0))"
)
text_probe("dml.row_values:or_of_ands")(
    "DELETE FROM {t} WHERE ({id} = 1 AND {n} = 0) OR ({id} = 2 AND {n} = 0)"
)
