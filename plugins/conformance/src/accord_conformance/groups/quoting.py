"""Group quoting: names of every shape, hostile strings, LIKE, and what is refused as a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import Column, Index, Integer, MetaData, String, Table, literal, select
from accord.exc import AccordError, IdentifierError
from accord_conformance import check
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("quoting")

NAMES = {
    "reserved-select": "select",
    "reserved-order": "order",
    "reserved-user": "user",
    "reserved-table": "table",
    "upper": "UPPER",
    "mixed": "mixedCase",
    "blank": "two words",
    "leading-digit": "1st",
    "dash": "with-dash",
    "dot": "a.b",
    "double-quote": 'a"b',
    "single-quote": "it's",
    "backtick": "a`b",
    "bracket": "a]b[c",
    "percent": "100%",
    "percent-s": "%s",
    "percent-name": "%(x)s",
    "colon": ":name",
    "question": "what?",
    "semicolon": "a;b",
    "comment": "a--b",
    "block-comment": "a/*b*/",
    "backslash": "a\\b",
    "accents": "šířka",
    "dollar": "a$1",
    "braces": "{0}",
}
STRINGS = {
    "injection": "'; DROP TABLE x; --",
    "injection-parenthesis": "Robert'); --",
    "or-true": "' OR '1'='1",
    "backslash": "\\",
    "backslash-quote": "\\'",
    "quote-backslash": "'\\",
    "double-quote": '"',
    "percent-s": "%s %d %(x)s %%",
    "colon": ":x :1 ::text",
    "question": "? ?? $1",
    "braces": "{} {0} {x}",
    "comment": "-- /* */ #",
    "substitute": "a\x1ab",
    "newlines": "a\r\nb\n\r",
    "dollar-quote": "$$x$$",
    "unicode-quotes": "ʼ＇‘’",
    "entity": "N'x' E'\\x41' X'41' q'[x]'",
}


def _refused(kit: Kit, name: str) -> bool:
    """Whether the database has no such names; then nothing is sent with one."""
    refused = kit.dialect.target.refused_in_names
    if refused is None or refused.search(name) is None:
        return False
    with check.raises(IdentifierError):
        Table(name, MetaData(), Column("id", Integer, primary_key=True)).create(kit.engine)
    return True


@test.each([(f"column/{name}", name) for name in NAMES])
def columns(kit: Kit, case: str) -> None:
    """A column of this name is created, written, read, compared, ordered by and updated; or the
    database has no such names, and it is refused.
    """
    name = NAMES[case]
    if _refused(kit, name):
        return
    table = kit.table(
        "quoted", Column("id", Integer, primary_key=True), Column(name, String(20), key="odd")
    )
    with kit.engine.begin() as connection:
        connection.execute(table.insert(), [{"id": 1, "odd": "a"}, {"id": 2, "odd": "b"}])
        connection.execute(table.update().where(table.c.odd == "a").values(odd="c"))
        ordered = select(table.c.odd).order_by(table.c.odd)
        check.equal(connection.execute(ordered).scalars().all(), ["b", "c"])
        row = connection.execute(select(table).where(table.c.id == 1)).one()
        check.equal(tuple(row), (1, "c"))
        labelled = connection.execute(select(table.c.odd.label(name)).where(table.c.id == 2))
        check.equal(list(labelled.keys()), [name])


@test.each([(f"table/{name}", name) for name in NAMES])
def tables(kit: Kit, case: str) -> None:
    """A table with such a name, and an alias of it, can be used like any other; or is refused."""
    if _refused(kit, NAMES[case]):
        return
    metadata = kit.metadata()
    table = Table(
        f"{kit.prefix}{NAMES[case]}",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("n", Integer),
    )
    kit.create(metadata)
    with kit.engine.begin() as connection:
        connection.execute(table.insert(), {"n": 7})
        other = table.alias(NAMES[case])
        check.same(connection.execute(select(other.c.n)).scalar(), 7)
        joined = select(table.c.n).join(other, other.c.id == table.c.id)
        check.same(connection.execute(joined).scalar(), 7)
        check.same(connection.execute(table.delete().where(table.c.n == 7)).rowcount, 1)
    check.true(kit.engine.has_table(table.name), "has_table() does not find it")


@test("case-of-names")
def case_of_names(kit: Kit) -> None:
    """Two columns that differ in case only are refused or are two columns."""
    metadata = MetaData()
    table = Table(
        kit.name("cases"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("Value", Integer),
    )
    kit.create(metadata)
    with kit.engine.begin() as connection:
        connection.execute(table.insert(), {"Value": 3})
        result = connection.execute(select(table))
        check.equal(list(result.keys()), ["id", "Value"])
        check.same(result.scalars("Value").one(), 3)


@test("index-name")
def index_name(kit: Kit) -> None:
    """An index may carry a name that has to be quoted."""
    metadata = kit.metadata()
    table = Table(
        kit.name("indexed"), metadata, Column("id", Integer, primary_key=True), Column("n", Integer)
    )
    Index(f"{kit.prefix}odd index", table.c.n)
    kit.create(metadata)


@test.each(
    [
        ("nul", "a\x00b"),
        ("newline", "a\nb"),
        ("escape", "a\x1bb"),
        ("empty", ""),
    ]
)
def refused_names(kit: Kit, name: str) -> None:
    """Such a name is refused before anything is sent."""
    engine, record = kit.recorded()
    with check.raises((IdentifierError, AccordError)):
        table = Table(name, MetaData(), Column("id", Integer, primary_key=True))
        table.create(engine)
    check.true(not [sent for sent in record.sent if "CREATE" in sent.text], "it was sent")


@test("refused-too-long")
def refused_too_long(kit: Kit) -> None:
    """A name longer than the database takes is refused, never cut."""
    name = "x" * (kit.capabilities.limits.identifier + 1)
    with check.raises((IdentifierError, AccordError)):
        Table(name, MetaData(), Column("id", Integer, primary_key=True)).create(kit.engine)


@test("length-in-bytes")
def length_in_bytes(kit: Kit) -> None:
    """A name with more bytes than the limit, and not more characters, is refused or kept whole."""
    length = kit.capabilities.limits.identifier
    length = min(length, 1000)
    name = (kit.name("b") + "é" * length)[:length]
    metadata = MetaData()
    table = Table(name, metadata, Column("id", Integer, primary_key=True))
    try:
        table.create(kit.engine)
    except AccordError:
        return
    kit.at_end(lambda: table.drop(kit.engine))
    longer = Table(name[:-1] + "z", MetaData(), Column("id", Integer, primary_key=True))
    check.true(kit.engine.has_table(name), "it was created under another name")
    check.true(not kit.engine.has_table(longer.name), "names are cut: another one finds it, too")


# --- strings --------------------------------------------------------------------------------------


def _texts(kit: Kit) -> Table:
    name = kit.name("texts")

    def build(metadata: MetaData) -> tuple[Table, ...]:
        text = Column("text", String(100))
        return (Table(name, metadata, Column("id", Integer, primary_key=True), text),)

    return kit.shared("quoting texts", build)[0]


@test.each([(f"string/{name}", name) for name in STRINGS])
def strings(kit: Kit, case: str) -> None:
    """A hostile string is a value: as a parameter, in a condition, in an UPDATE."""
    value = STRINGS[case]
    table = _texts(kit)
    with kit.engine.begin() as connection:
        connection.execute(table.insert(), [{"id": 1, "text": value}, {"id": 2, "text": "x"}])
        found = select(table.c.id).where(table.c.text == value)
        check.equal(connection.execute(found).scalars().all(), [1])
        connection.execute(table.update().values(text=value))
        check.same(connection.execute(select(table.c.text)).scalars().all(), [value, value])


@test.each([(f"literal/{name}", name) for name in STRINGS])
def string_literals(kit: Kit, case: str) -> None:
    """A hostile string written as a literal is the same string."""
    value = STRINGS[case]
    table = _texts(kit)
    with kit.engine.begin() as connection:
        connection.execute(table.insert(), {"id": 1, "text": value})
        statement = select(table.c.id).where(table.c.text == literal(value, String(100)))
        text = statement.compile(dialect=kit.dialect, compile_kwargs={"literal_binds": True})
        rows = connection.exec_driver_sql(str(text)).all()
        check.equal([tuple(row) for row in rows], [(1,)])


LIKES: dict[str, tuple[Any, list[int]]] = {
    "contains-percent": (lambda c: c.contains("%", autoescape=True), [1, 4]),
    "contains-underscore": (lambda c: c.contains("_", autoescape=True), [2, 4]),
    "startswith-percent": (lambda c: c.startswith("%", autoescape=True), [4]),
    "endswith-underscore": (lambda c: c.endswith("_", autoescape=True), [4]),
    "contains-backslash": (lambda c: c.contains("\\", autoescape=True), [3]),
    "contains-plain": (lambda c: c.contains("o%"), [1, 2]),
    "like-escape": (lambda c: c.like("%/%%", escape="/"), [1, 4]),
    "not-like": (lambda c: c.not_like("%o%"), [3, 4]),
    "icontains": (lambda c: c.icontains("FIFTY"), [1]),
    "istartswith": (lambda c: c.istartswith("NO_", autoescape=True), [2]),
}


@test.each([(f"like/{name}", case) for name, case in LIKES.items()])
def likes(kit: Kit, case: tuple[Any, list[int]]) -> None:
    """LIKE's own characters are plain ones when they were escaped."""
    condition, expected = case
    table = _texts(kit)
    rows = ["fifty % of", "no_one", "back\\slash", "%_"]
    with kit.engine.begin() as connection:
        connection.execute(
            table.insert(), [{"id": i, "text": text} for i, text in enumerate(rows, 1)]
        )
        found = select(table.c.id).where(condition(table.c.text)).order_by(table.c.id)
        check.equal(connection.execute(found).scalars().all(), expected)
