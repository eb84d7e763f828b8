"""Group render: the text of statements, without a database. What holds for every dialect's text:
values are parameters, names are quoted, nothing of the user's gets into the text unescaped.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accord import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Float,
    ForeignKey,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    Uuid,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from accord.exc import AccordError, CompileError
from accord.schema import CreateTable
from accord_conformance import check
from accord_conformance.registry import group

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord_conformance.kit import Kit

test = group("render")

CANARY = 73_519_204
_MARKS = {
    "qmark": r"\?",
    "format": r"%s",
    "pyformat": r"%(\(\w+\))?s",
    "named": r":\w+",
    "numeric": r":\d+",
    "numeric_dollar": r"\$\d+",
}


def _tables() -> tuple[Table, Table]:
    metadata = MetaData()
    parent = Table(
        "parent",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(50)),
        Column("select", Integer),
    )
    child = Table(
        "child",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("parent_id", ForeignKey("parent.id")),
        Column("n", Integer),
    )
    return parent, child


PARENT, CHILD = _tables()


def text_of(kit: Kit, statement: Any, *, literal_binds: bool = False) -> str:
    """The statement in the dialect's words."""
    options = {"literal_binds": True} if literal_binds else {}
    return str(statement.compile(dialect=kit.dialect, compile_kwargs=options))


STATEMENTS: dict[str, Callable[[], Any]] = {
    "select": lambda: select(PARENT).where(PARENT.c.id == CANARY),
    "join": lambda: select(PARENT, CHILD).join(CHILD).where(CHILD.c.n > CANARY),
    "outer-join": lambda: select(PARENT.c.name).outerjoin(CHILD).where(CHILD.c.n == CANARY),
    "group": lambda: (
        select(CHILD.c.parent_id, func.count())
        .group_by(CHILD.c.parent_id)
        .having(func.count() > CANARY)
    ),
    "in": lambda: select(PARENT).where(PARENT.c.id.in_([CANARY, CANARY + 1])),
    "between": lambda: select(PARENT).where(PARENT.c.id.between(CANARY, CANARY)),
    "case": lambda: select(case((PARENT.c.id == CANARY, "x"), else_="y")),
    "or": lambda: select(PARENT).where(or_(PARENT.c.id == CANARY, not_(PARENT.c.name == "x"))),
    "exists": lambda: select(PARENT).where(exists().where(CHILD.c.n == CANARY)),
    "scalar-subquery": lambda: select(
        select(func.max(CHILD.c.n)).where(CHILD.c.n < CANARY).scalar_subquery()
    ),
    "union": lambda: union_all(
        select(PARENT.c.id).where(PARENT.c.id == CANARY), select(CHILD.c.id)
    ),
    "limit": lambda: select(PARENT).order_by(PARENT.c.id).limit(CANARY).offset(3),
    "insert": lambda: insert(PARENT).values(id=CANARY, name="x"),
    "insert-many": lambda: insert(PARENT).values([{"id": CANARY}, {"id": 2}]),
    "insert-select": lambda: insert(PARENT).from_select(
        ["id"], select(CHILD.c.id).where(CHILD.c.n == CANARY)
    ),
    "update": lambda: update(PARENT).values(name="x").where(PARENT.c.id == CANARY),
    "delete": lambda: delete(PARENT).where(PARENT.c.id == CANARY),
    "cte": lambda: select(
        select(CHILD.c.id).where(CHILD.c.n == CANARY).cte("picked").c.id
    ),
}  # fmt: skip


@test.each([(f"parameters/{name}", name) for name in STATEMENTS])
def parameters(kit: Kit, case_: str) -> None:
    """Values are parameters, marked in the driver's style; none is in the text."""
    try:
        text = text_of(kit, STATEMENTS[case_]())
    except CompileError as error:
        check.true(case_ == "insert-many", f"not rendered: {error}")
        return
    check.true(str(CANARY) not in text, f"the value is in the text: {text}")
    mark = _MARKS[kit.dialect.target.paramstyle]
    check.true(re.search(mark, text), f"no mark of the style in: {text}")


@test.each([(f"stable/{name}", name) for name in STATEMENTS])
def stable(kit: Kit, case_: str) -> None:
    """The same statement built twice gives the same text."""
    try:
        first = text_of(kit, STATEMENTS[case_]())
    except CompileError:
        return
    check.same(text_of(kit, STATEMENTS[case_]()), first)


@test("reserved-quoted")
def reserved_quoted(kit: Kit) -> None:
    """A column called like a reserved word is quoted."""
    target = kit.dialect.target
    text = text_of(kit, select(PARENT.c.select))
    check.true(f"{target.quote_open}select{target.quote_close}" in text, text)


@test("quotes-doubled")
def quotes_doubled(kit: Kit) -> None:
    """The closing quote inside a name is doubled."""
    target = kit.dialect.target
    if target.refused_in_names and target.refused_in_names.search(target.quote_close):
        return
    name = f"a{target.quote_close}b"
    table = Table("t", MetaData(), Column(name, Integer, primary_key=True))
    text = text_of(kit, select(table.c[name]))
    doubled = f"{target.quote_open}a{target.quote_close * 2}b{target.quote_close}"
    check.true(doubled in text, text)


@test("literal-quotes-doubled")
def literal_quotes(kit: Kit) -> None:
    """A quote inside a literal cannot end it."""
    text = text_of(kit, select(literal("it's", String(10))), literal_binds=True)
    check.true("it''s" in text or "it\\'s" in text, text)


@test("negative-literal")
def negative_literal(kit: Kit) -> None:
    """A negative literal after a minus makes no comment."""
    expression = PARENT.c.id - literal(-1, Integer())
    text = text_of(kit, select(expression), literal_binds=True)
    check.true("--" not in text.replace(" ", "").replace("(-", "("), text)
    check.true("--" not in text, text)


@test("limit-takes-numbers")
def limit_numbers(kit: Kit) -> None:
    """LIMIT and OFFSET take whole numbers and nothing else."""
    for value in ("1; DROP TABLE x", 1.5, None.__class__):
        with check.raises((AccordError, TypeError, ValueError)):
            text_of(kit, select(PARENT).limit(value))


@test("empty-in")
def empty_in(kit: Kit) -> None:
    """IN of an empty list is rendered, not refused."""
    check.true("IN" in text_of(kit, select(PARENT).where(PARENT.c.id.in_([]))).upper(), "no IN")


@test("percent-in-text")
def percent_in_text(kit: Kit) -> None:
    """Where marks contain a percent sign, others in the text are as the driver wants them."""
    target = kit.dialect.target
    if "format" not in target.paramstyle:
        return
    text = text_of(kit, select(literal("50%", String(10))), literal_binds=True)
    check.true(target.escaped("50%") in text, text)


@test("name-with-nul")
def name_with_nul(kit: Kit) -> None:
    """A name with U+0000 is refused."""
    table = Table("t", MetaData(), Column("a", Integer, primary_key=True))
    with check.raises(AccordError):
        text_of(kit, select(table.c.a.label("x\x00y")))


@test("long-label")
def long_label(kit: Kit) -> None:
    """A label longer than the database allows is refused or shortened, never sent as it is."""
    length = kit.capabilities.limits.identifier
    if length > 2000:
        return
    try:
        text = text_of(kit, select(PARENT.c.id.label("x" * (length + 5))))
    except AccordError:
        return
    check.true("x" * (length + 1) not in text, "the label is in the text at full length")


TYPES: dict[str, Any] = {
    "integer": Integer(),
    "smallinteger": SmallInteger(),
    "biginteger": BigInteger(),
    "string": String(10),
    "text": Text(),
    "boolean": Boolean(),
    "date": Date(),
    "datetime": DateTime(),
    "datetime-aware": DateTime(timezone=True),
    "time": Time(),
    "interval": Interval(),
    "numeric": Numeric(10, 2),
    "float": Float(),
    "double": Double(),
    "largebinary": LargeBinary(),
    "uuid": Uuid(),
}


@test.each([(f"ddl/{name}", name) for name in TYPES])
def ddl_of_types(kit: Kit, case_: str) -> None:
    """The type has a name in CREATE TABLE, of words and numbers only."""
    table = Table(
        "t", MetaData(), Column("id", Integer, primary_key=True), Column("x", TYPES[case_])
    )
    text = str(CreateTable(table).compile(dialect=kit.dialect))
    check.true("CREATE TABLE" in text.upper(), text)
    word = kit.dialect.types.ddl(TYPES[case_])
    check.true(re.fullmatch(r"[A-Za-z0-9_(), ]+", word), f"type {word!r}")
    check.true(word in text, text)


CASTS: dict[str, Any] = {
    "integer": Integer(),
    "string": String(20),
    "numeric": Numeric(10, 2),
    "date": Date(),
}


@test.each([(f"cast/{name}", name) for name in CASTS])
def casts(kit: Kit, case_: str) -> None:
    """CAST to a common type is rendered and names its subject."""
    text = text_of(kit, select(cast(PARENT.c.name, CASTS[case_])))
    check.true("name" in text, text)


@test("savepoint-texts")
def savepoint_texts(kit: Kit) -> None:
    """Savepoint statements name the savepoint; where there is no RELEASE, the text is None."""
    dialect = kit.dialect
    check.true("sp_1" in dialect.savepoint("sp_1"), dialect.savepoint("sp_1"))
    check.true("sp_1" in dialect.rollback_to_savepoint("sp_1"), "rollback does not name it")
    release = dialect.release_savepoint("sp_1")
    declared = bool(kit.capabilities.transactions.release_savepoint)
    check.same(release is not None, declared, "release_savepoint declared")


@test("isolation-levels")
def isolation_levels(kit: Kit) -> None:
    """Every declared level but AUTOCOMMIT has statements; an unknown one is refused by name."""
    transactions = kit.capabilities.transactions
    check.true(
        transactions.default_isolation_level in transactions.isolation_levels,
        "the default is not on the list",
    )
    for level in transactions.isolation_levels:
        check.same(kit.dialect.isolation_level(level.lower().replace(" ", "_")), level)
        if level != "AUTOCOMMIT":
            check.true(
                all(type(text) is str for text in kit.dialect.isolation_statements(level)), level
            )
    with check.raises(AccordError, "NO SUCH LEVEL|no such level"):
        kit.dialect.isolation_level("no such level")


@test("insert-text")
def insert_text(kit: Kit) -> None:
    """`insert_text` puts the parts together: table, columns, values, what comes back."""
    text = kit.dialect.insert_text(PARENT, "parent", ["id", "name"], "VALUES (1, 2)", [])
    check.true(re.search(r"insert\s+into\s+parent\b", text, re.I), text)
    check.true("VALUES (1, 2)" in text and "name" in text, text)


@test("insert-text-of-defaults")
def insert_text_defaults(kit: Kit) -> None:
    """A row of defaults only has a text."""
    text = kit.dialect.insert_text(PARENT, "parent", [], None, [])
    check.true("INSERT" in text.upper() and "parent" in text, text)


@test("literal-decimal")
def literal_decimal(kit: Kit) -> None:
    """A decimal literal is written digit for digit."""
    text = text_of(kit, select(literal(Decimal("12.34"), Numeric(10, 2))), literal_binds=True)
    check.true("12.34" in text, text)


@test("tuple-comparison")
def tuple_comparison(kit: Kit) -> None:
    """A comparison of several columns with several rows is rendered with parameters."""
    condition = tuple_(CHILD.c.id, CHILD.c.n).in_([(1, CANARY), (2, 3)])
    try:
        text = text_of(kit, select(CHILD.c.id).where(and_(condition)))
    except CompileError as error:
        check.true(str(error), "no reason")
        return
    check.true(str(CANARY) not in text, text)
