"""Random schemas as plain values: tables of every kind of column, changed at random, made into a
MetaData, and filled with rows that no change may break.

In: a `random.Random`. Out: specifications (dictionaries of frozen values), a MetaData of one, rows.
"""

from __future__ import annotations

import copy
import datetime as dt
import uuid
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from requirements import BACKEND

from accord import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    Enum,
    Float,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    Unicode,
    UniqueConstraint,
    Uuid,
    func,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

MYSQLS = ("mysql", "mariadb")
NAMES = ("order", "Item", "two words", "per%cent", 'qu"ote', "a'b", "plain", "user", "group",
         "ünder", "x:y", "semi;colon", "back`tick")  # fmt: skip
COLUMNS = ("a", "select", "Mixed", "with space", "c%d", "e:f", "it's", "g", "h", "key", "größe",
           "from", "back`", 'do"uble')  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A type of column: how it is made, its defaults, the value of row `i`, what it can be part of.
    `family`: to which other kinds its rows convert, in ascending order of `width`.
    """

    make: Callable[[], Any]
    value: Callable[[int], Any]
    defaults: tuple[Any, ...] = ()
    indexed: bool = True
    distinct: bool = True
    family: str = ""
    width: int = 0
    backends: tuple[str, ...] = ()


def _postgresql(name: str, *arguments: Any, **options: Any) -> Callable[[], Any]:
    def make() -> Any:
        from accord.dialects import postgresql

        return getattr(postgresql, name)(*arguments, **options)

    return make


def _mysql(name: str, *arguments: Any, **options: Any) -> Callable[[], Any]:
    def make() -> Any:
        from accord.dialects import mysql

        return getattr(mysql, name)(*arguments, **options)

    return make


def _array() -> Any:
    from accord.dialects.postgresql import ARRAY

    return ARRAY(Integer)


NOW = func.now()
KINDS: dict[str, Kind] = {
    "smallint": Kind(SmallInteger, lambda i: i, ("-1", text("7"), "0"), family="int", width=1),
    "integer": Kind(Integer, lambda i: i, ("-1", text("0"), text("-20")), family="int",
                    width=2),
    "bigint": Kind(BigInteger, lambda i: i * 100, ("5", text("12345678901")), family="int",
                   width=3),
    "numeric": Kind(lambda: Numeric(8, 2), lambda i: Decimal(i) / 4, ("1.5", text("-2.25"), "0"),
                    family="dec", width=1),
    "numeric12": Kind(lambda: Numeric(12, 4), lambda i: Decimal(i) / 8, ("1.5", "0.0001"),
                      family="dec", width=2),
    "plain numeric": Kind(Numeric, lambda i: Decimal(i), ("3",)),
    "float": Kind(Float, lambda i: i / 2, ("1.5", text("-0.25"))),
    "double": Kind(Double, lambda i: i / 2, ("1.5", "0")),
    "boolean": Kind(Boolean, lambda i: bool(i % 2), (text("true"), text("false")), distinct=False),
    "checked boolean": Kind(lambda: Boolean(create_constraint=True), lambda i: True,
                            (text("true"),), distinct=False),
    "string8": Kind(lambda: String(8), lambda i: f"s{i}", ("", "it's", "a%b", "NULL", "5", "null",
                    "a\\b", "now()"), family="text", width=1),
    "string40": Kind(lambda: String(40), lambda i: f"t{i}", ("a:b", "x'y\"z`", "ünï", "('x')",
                     "1.50", "{}", "true", "  pad  ", "a\nb"), family="text", width=2),
    "unicode": Kind(lambda: Unicode(30), lambda i: f"ü{i}", ("ß", "日本", "😀?", "?")),
    "text": Kind(Text, lambda i: f"long {i}", ("words",), indexed=False, distinct=False,
                 family="text", width=3),
    "binary": Kind(LargeBinary, lambda i: bytes([i, 0, 255]), indexed=False, distinct=False),
    "date": Kind(Date, lambda i: dt.date(2024, 1, i + 1), ("2024-02-29",)),
    "time": Kind(Time, lambda i: dt.time(1, 2, i), ("01:02:03",)),
    "datetime": Kind(DateTime, lambda i: dt.datetime(2024, 1, 1, 1, 1, i),
                     (NOW, text("CURRENT_TIMESTAMP"), "2024-01-01 01:02:03")),
    "zoned": Kind(lambda: DateTime(timezone=True),
                  lambda i: dt.datetime(2024, 1, 1, 1, 1, i, tzinfo=dt.UTC), (NOW,),
                  backends=("postgresql",)),
    "interval": Kind(Interval, lambda i: dt.timedelta(days=i), indexed=False, distinct=False),
    "json": Kind(JSON, lambda i: {"a": [i]}, indexed=False, distinct=False),
    "uuid": Kind(Uuid, lambda i: uuid.UUID(int=i)),
    "enum": Kind(lambda: Enum("a", "b's", "C d", name="mood"), lambda i: ("a", "b's")[i % 2],
                 ("a", "b's"), distinct=False),
    "checked enum": Kind(lambda: Enum("up", "it's", name=None if BACKEND.name == "mysql" else "dir",
                                      native_enum=False,
                                      create_constraint=True), lambda i: "up",
                         ("up", "it's"), distinct=False),
    "collated": Kind(
        lambda: String(20, collation={"postgresql": "C", "sqlite": "NOCASE"}.get(BACKEND.name,
                                                                                "utf8mb4_bin")),
        lambda i: f"k{i}", ("Q",)),
    # one database only
    "jsonb": Kind(_postgresql("JSONB"), lambda i: {"a": i}, ("{}", '{"a": 1}'), indexed=False,
                  distinct=False, backends=("postgresql",)),
    "array": Kind(_array, lambda i: [i, 2], ("{1,2}", text("ARRAY[1,2]")), indexed=False,
                  distinct=False, backends=("postgresql",)),
    "inet": Kind(_postgresql("INET"), lambda i: f"10.0.0.{i}", ("10.0.0.9",), indexed=False,
                 distinct=False, backends=("postgresql",)),
    "pg interval": Kind(_postgresql("INTERVAL"), lambda i: dt.timedelta(hours=i), ("1 day",),
                        backends=("postgresql",)),
    "timestamp3": Kind(_postgresql("TIMESTAMP", precision=3),
                       lambda i: dt.datetime(2024, 1, 1, 1, 1, i), (NOW,),
                       backends=("postgresql",)),
    "bit": Kind(_postgresql("BIT", 3), lambda i: "101", ("101",), indexed=False, distinct=False,
                backends=("postgresql",)),
    "int range": Kind(_postgresql("INT4RANGE"), lambda i: None, ("[1,5)",), indexed=False,
                      distinct=False, backends=("postgresql",)),
    "tinyint": Kind(_mysql("TINYINT"), lambda i: i, ("3",), backends=MYSQLS),
    "unsigned": Kind(_mysql("INTEGER", unsigned=True), lambda i: i, ("3",), backends=MYSQLS),
    "mediumtext": Kind(_mysql("MEDIUMTEXT"), lambda i: f"m{i}", ("x",), indexed=False,
                       distinct=False, backends=MYSQLS),
    "year": Kind(_mysql("YEAR"), lambda i: 2000 + i, ("2024",), backends=MYSQLS),
    "set": Kind(_mysql("SET", "x", "y'z"), lambda i: {"x"}, ("x",), indexed=False, distinct=False,
                backends=MYSQLS),
    "datetime6": Kind(_mysql("DATETIME", fsp=6), lambda i: dt.datetime(2024, 1, 1, 1, 1, i),
                      (text("CURRENT_TIMESTAMP(6)"),), backends=MYSQLS),
    "stamp": Kind(_mysql("TIMESTAMP"), lambda i: dt.datetime(2024, 1, 1, 1, 1, i),
                  (text("CURRENT_TIMESTAMP"),
                   text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP")), backends=MYSQLS),
}  # fmt: skip
NUMBER_CHECKS = (
    "{} >= -1", "{} > -100 AND {} < 100000", "{} IN (-1, 1, 2) OR {} > -7", "NOT ({} < -5)",
    "{} BETWEEN -5 AND 99999", "{} * 2 + 1 > -900", "({} + 5) * 3 > -9", "abs({}) < 1000000",
    "{} IS NULL OR {} <> -77", "{} NOT IN (-55, -66)", "coalesce({}, 0) > -9",
    "CASE WHEN {} > 1 THEN 1 ELSE 2 END > 0", "{} NOT BETWEEN -50 AND -40",
    "NOT ({} = -3 OR {} = -4)", "-{} - (3 - {}) < 9 OR {} > 0", "{} > -9 AND ({} > 0 OR {} < 9)",
)  # fmt: skip
WORD_CHECKS = (
    "{} <> 'it''s'", "length({}) > -1", "{} LIKE '%%' OR {} = 'x'", "lower({}) <> 'Q\"x'",
    "{} NOT LIKE 'zz%%'", "{} IN ('a', 'b') OR {} <> 'c'", "{} <> 'a;b -- c'",
    "{} <> '😀' AND {} <> '?'", "trim({}) <> 'u'", "{} BETWEEN 'A' AND 'zz' OR {} <> ''",
    "concat({}, 'x') <> 'y'" if BACKEND.name in MYSQLS else "{} || 'x' <> 'y'",
    "length({}) BETWEEN 0 AND 10 + 90",
)  # fmt: skip
USABLE = [name for name, kind in KINDS.items()
          if not kind.backends or BACKEND.name in kind.backends]  # fmt: skip
ROWS = (1, 2, 3)


@dataclass(frozen=True)
class ColumnSpec:
    kind: str
    nullable: bool = True
    default: int | None = None
    comment: str | None = None
    computed: str | None = None


@dataclass(frozen=True)
class Part:
    """A constraint or index: what it is, of which columns, and what else it says."""

    what: str
    columns: tuple[str, ...]
    named: bool = True
    more: Any = None


@dataclass
class TableSpec:
    name: str
    columns: dict[str, ColumnSpec]
    parts: dict[str, Part] = field(default_factory=dict)
    comment: str | None = None
    schema: str | None = None
    key: tuple[str, ...] = ("id",)
    counted: str = "auto"
    fresh: set[str] = field(default_factory=set)
    """Columns that were added by a change: all rows have the same in them."""
    gone: set[str] = field(default_factory=set)
    """Columns that a change took: one of the name would take over their values."""
    empty: bool = False


Specs = dict[str, TableSpec]


# --- a random schema -----------------------------------------------------------------------------


def random_specs(chance: Random) -> Specs:
    """One to three tables."""
    specs: Specs = {}
    for name in chance.sample(NAMES, chance.randint(1, 3)):
        specs[name] = _random_table(name, chance, specs)
    return specs


def _random_table(name: str, chance: Random, others: Specs) -> TableSpec:
    table = TableSpec(name, {}, comment=chance.choice((None, None, "what's 100%?", "ünter")))
    table.counted = chance.choice(("auto", "auto", "plain", "identity"))
    for column in chance.sample(COLUMNS, chance.randint(1, 6)):
        made = _random_column(chance)
        if not _checked_twice(table, made):
            table.columns[column] = made
    if chance.random() < 0.2:
        table.key = ("id", "id2")
    for _ in range(chance.randint(0, 4)):
        add_part(table, chance, {**others, name: table})
    if chance.random() < 0.3:
        add_computed(table, chance)
    return table


def _random_column(chance: Random, *, kind: str | None = None) -> ColumnSpec:
    name = kind or chance.choice(USABLE)
    defaults = KINDS[name].defaults
    default = chance.randrange(len(defaults)) if defaults and chance.random() < 0.5 else None
    if KINDS[name].value(1) is None:
        nullable = True
    else:
        nullable = chance.random() < 0.6
    return ColumnSpec(name, nullable, default, chance.choice((None, None, None, "it's 5% \\ x")))


def _plain(table: TableSpec, test: Callable[[Kind], bool]) -> list[str]:
    return [name for name, column in table.columns.items()
            if column.computed is None and name not in table.fresh
            and test(KINDS[column.kind])]  # fmt: skip


def add_part(table: TableSpec, chance: Random, specs: Specs) -> None:
    what = chance.choice(("unique", "index", "index", "check", "check", "key"))
    made = globals()[f"_{what}"](table, chance, specs)
    if made is None:
        return
    same = [one for one in table.parts.values()
            if one.what in ("unique", "index") and made.what in ("unique", "index")
            and one.columns == made.columns and one.more in (None, "unique")
            and made.more in (None, "unique")]  # fmt: skip
    if same:
        return
    free = f"{chance.choice(('p', 'Part', 'a part', 'per%'))}_{chance.randint(0, 10**6)}"
    table.parts[free] = replace(made, named=chance.random() < 0.8 or made.what == "index")


def _unique(table: TableSpec, chance: Random, specs: Specs) -> Part | None:
    found = _plain(table, lambda kind: kind.indexed and kind.distinct)
    if not found:
        return None
    return Part("unique", tuple(chance.sample(found, chance.randint(1, min(2, len(found))))))


def _index(table: TableSpec, chance: Random, specs: Specs) -> Part | None:
    found = _plain(table, lambda kind: kind.indexed)
    if not found:
        return None
    columns = tuple(chance.sample(found, chance.randint(1, min(3, len(found)))))
    more = chance.choice((None, None, "desc", "where", "lower"))
    if more is None and all(KINDS[table.columns[c].kind].distinct for c in columns):
        more = chance.choice((None, "unique"))
    return Part("index", columns, more=more)


def _check(table: TableSpec, chance: Random, specs: Specs) -> Part | None:
    numbers = _plain(table, lambda kind: kind.family in ("int", "dec"))
    if BACKEND.name in MYSQLS:
        keys = {c for part in table.parts.values() if part.what == "key" for c in part.columns}
        numbers = [name for name in numbers if name not in keys]
    words = _plain(table, lambda kind: kind.family == "text")
    if numbers and (not words or chance.random() < 0.5):
        return Part("check", (chance.choice(numbers),), more=chance.choice(NUMBER_CHECKS))
    if words:
        return Part("check", (chance.choice(words),), more=chance.choice(WORD_CHECKS))
    return None


def _key(table: TableSpec, chance: Random, specs: Specs) -> Part | None:
    targets = [name for name, one in specs.items()
               if one.key == ("id",) and (table.empty or not one.empty)]  # fmt: skip
    found = [name for name in _plain(table, lambda kind: kind.family == "int")
             if table.columns[name].kind == "integer"]  # fmt: skip
    taken = {part.columns for part in table.parts.values() if part.what in _HOLDING}
    found = [
        name for name in found
        if (name,) not in taken and quoted(name) not in str(_computation_of(table))
    ]  # fmt: skip
    if not targets or not found:
        return None
    column = chance.choice(found)
    rules = ("CASCADE", None, "RESTRICT", "NO ACTION")
    spec = table.columns[column]
    table.columns[column] = replace(spec, default=None)
    if spec.nullable:
        rules = (*rules, "SET NULL")
    update = chance.choice((None, "CASCADE", "NO ACTION"))
    later = chance.choice((None, None, "DEFERRED")) if BACKEND.name not in MYSQLS else None
    return Part(
        "key", (column,), more=(chance.choice(targets), chance.choice(rules), update, later)
    )


_HOLDING = ("key", "check") if BACKEND.name in MYSQLS else ("key",)
"""What a column with a foreign key may not be in: MySQL and MariaDB refuse a check of a column that
an action changes."""


def _computation_of(table: TableSpec) -> str | None:
    return table.columns["computed"].computed if "computed" in table.columns else None


def add_computed(table: TableSpec, chance: Random) -> None:
    numbers = _plain(table, lambda kind: kind.family == "int")
    held = {c for part in table.parts.values() if part.what == "key" for c in part.columns}
    numbers = [name for name in numbers if name not in held]
    if numbers:
        formula = chance.choice(("{} * 2 + 1", "{} + 5", "coalesce({}, 0) - 3",
                                 "CASE WHEN {} > 1 THEN {} ELSE 0 END"))  # fmt: skip
        formula = formula.replace("{}", quoted(chance.choice(numbers)))
        table.columns["computed"] = ColumnSpec("bigint", computed=formula)


def quoted(name: str) -> str:
    mark = "`" if BACKEND.name in MYSQLS else '"'
    return mark + name.replace(mark, mark * 2) + mark


# --- a random change -----------------------------------------------------------------------------


def changed(specs: Specs, chance: Random) -> Specs:
    """Some random changes that the rows of `values` survive."""
    specs = copy.deepcopy(specs)
    for _ in range(chance.randint(1, 5)):
        chance.choice(CHANGES)(specs, chance)
    return specs


def _any(specs: Specs, chance: Random) -> TableSpec:
    return specs[chance.choice(sorted(specs))]


def _new_column(specs: Specs, chance: Random) -> None:
    table = _any(specs, chance)
    free = [name for name in COLUMNS if name not in table.columns and name not in table.gone]
    column = _random_column(chance)
    if free and not _checked_twice(table, column):
        name = chance.choice(free)
        table.columns[name] = replace(column, nullable=column.nullable or column.default is None)
        table.fresh.add(name)


def _checked_twice(table: TableSpec, column: ColumnSpec) -> bool:
    """The check of an enum has a name, which a table can have once."""
    kinds = [one.kind for one in table.columns.values()]
    return column.kind == "checked enum" and column.kind in kinds


def _gone_column(specs: Specs, chance: Random) -> None:
    table = _any(specs, chance)
    mentioned = " ".join(str(c.computed) for c in table.columns.values() if c.computed)
    gone = [name for name in table.columns if quoted(name) not in mentioned]
    if len(table.columns) > 1 and gone:
        name = chance.choice(gone)
        del table.columns[name]
        table.gone.add(name)
        table.parts = {k: p for k, p in table.parts.items() if name not in p.columns}


def _other_column(specs: Specs, chance: Random) -> None:
    table = _any(specs, chance)
    plain = _plain(table, lambda kind: True)
    held = {c for t in specs.values() for p in t.parts.values() if p.what == "key"
            for c in p.columns}  # fmt: skip
    mentioned = " ".join(str(c.computed) for c in table.columns.values() if c.computed)
    if not plain:
        return
    name = chance.choice(plain)
    column = table.columns[name]
    kind = KINDS[column.kind]
    match chance.choice(("type", "default", "null", "comment")):
        case "type":
            wider = [k for k in USABLE if kind.family and KINDS[k].family == kind.family
                     and KINDS[k].width > kind.width]  # fmt: skip
            part = {c for p in table.parts.values() if p.what in ("index", "unique")
                    for c in p.columns}  # fmt: skip
            wider = [k for k in wider if KINDS[k].indexed or name not in part]
            if wider and name not in held and quoted(name) not in mentioned:
                new = chance.choice(wider)
                table.columns[name] = replace(column, kind=new, default=None)
        case "default":
            choices = [None, *range(len(kind.defaults))]
            if name not in held:
                table.columns[name] = replace(column, default=chance.choice(choices))
        case "null":
            if name not in held:
                table.columns[name] = replace(column, nullable=not column.nullable
                                              or kind.value(1) is None)  # fmt: skip
        case "comment":
            table.columns[name] = replace(column, comment=chance.choice((None, "new'", "%s")))


def _new_part(specs: Specs, chance: Random) -> None:
    add_part(_any(specs, chance), chance, specs)


def _gone_part(specs: Specs, chance: Random) -> None:
    table = _any(specs, chance)
    if table.parts:
        del table.parts[chance.choice(sorted(table.parts))]


def _new_table(specs: Specs, chance: Random) -> None:
    free = [name for name in NAMES if name not in specs]
    name = chance.choice(free)
    specs[name] = _random_table(name, chance, specs)
    specs[name].empty = True


def _gone_table(specs: Specs, chance: Random) -> None:
    if len(specs) > 1:
        name = chance.choice(sorted(specs))
        del specs[name]
        for table in specs.values():
            table.parts = {k: p for k, p in table.parts.items()
                           if p.what != "key" or p.more[0] != name}  # fmt: skip


def _table_comment(specs: Specs, chance: Random) -> None:
    _any(specs, chance).comment = chance.choice((None, "other '", "what's 100%?"))


def _computation(specs: Specs, chance: Random) -> None:
    table = _any(specs, chance)
    if "computed" in table.columns:
        del table.columns["computed"]
    if chance.random() < 0.6:
        add_computed(table, chance)


def _renumbered(specs: Specs, chance: Random) -> None:
    table = _any(specs, chance)
    table.counted = chance.choice(("auto", "plain", "identity"))


CHANGES: tuple[Callable[[Specs, Random], None], ...] = (
    _new_column, _new_column, _gone_column, _other_column, _other_column, _other_column, _new_part,
    _new_part, _gone_part, _gone_part, _new_table, _gone_table, _table_comment, _computation,
    _renumbered,
)  # fmt: skip


# --- into a MetaData, into rows ------------------------------------------------------------------


def metadata_of(specs: Specs) -> MetaData:
    """The models that the specifications say."""
    metadata = MetaData()
    for spec in specs.values():
        identity = [Identity(start=50)] if spec.counted == "identity" and len(spec.key) == 1 else []
        counts: Any = "auto" if spec.counted != "plain" else False
        key = [Column("id", Integer, *identity, autoincrement=counts)]
        if len(spec.key) == 2:
            key = [Column("id", Integer, autoincrement=False), Column("id2", Integer)]
        Table(spec.name, metadata, *key, *[_column(n, c) for n, c in spec.columns.items()],
                      PrimaryKeyConstraint(*spec.key), comment=spec.comment,
                      schema=spec.schema)  # fmt: skip
    for spec in specs.values():
        for name, part in spec.parts.items():
            _add(metadata.tables[_full_name(spec)], name if part.named else None, part)
    return metadata


def _full_name(spec: TableSpec) -> str:
    return spec.name if spec.schema is None else f"{spec.schema}.{spec.name}"


def _column(name: str, spec: ColumnSpec) -> Column[Any]:
    kind = KINDS[spec.kind]
    more: list[Any] = [] if spec.computed is None else [Computed(text_of(spec.computed),
                                                                persisted=True)]  # fmt: skip
    default = None if spec.default is None else kind.defaults[spec.default]
    return Column(name, kind.make(), *more, nullable=spec.nullable, server_default=default,
                  comment=spec.comment)  # fmt: skip


def text_of(sql: str) -> Any:
    return text(sql.replace(":", "\\:"))


def _add(table: Table, name: str | None, part: Part) -> None:
    columns = [table.c[column] for column in part.columns]
    match part.what:
        case "unique":
            table.append_constraint(UniqueConstraint(*columns, name=name))
        case "check":
            sql = part.more.replace("%%", "%").replace("{}", quoted(part.columns[0]))
            table.append_constraint(CheckConstraint(text_of(sql), name=name))
        case "key":
            target, delete, update, later = part.more
            table.append_constraint(ForeignKeyConstraint(
                list(part.columns), [table.metadata.tables[target].c.id], name=name,
                ondelete=delete, onupdate=update, initially=later,
                deferrable=True if later else None,
            ))  # fmt: skip
        case _:
            _add_index(name, part, columns)


def _add_index(name: str | None, part: Part, columns: list[Any]) -> None:
    first, *rest = columns
    options: dict[str, Any] = {}
    keys: list[Any] = columns
    if part.more == "desc":
        keys = [first.desc(), *rest]
    elif part.more == "where" and BACKEND.name not in MYSQLS:
        options = {f"{BACKEND.name}_where": first.is_not(None)}
    elif part.more == "lower" and BACKEND.name != "mariadb" and isinstance(first.type, String):
        if not isinstance(first.type, Enum):
            keys = [func.lower(first), *rest]
    Index(name, *keys, unique=part.more == "unique", **options)


def values(specs: Specs) -> dict[str, list[dict[str, Any]]]:
    """Three rows a table; no two values of a column are equal if they can be different."""
    found: dict[str, list[dict[str, Any]]] = {}
    for spec in specs.values():
        pointing = {part.columns[0] for part in spec.parts.values() if part.what == "key"}
        rows = []
        for number in ROWS:
            row: dict[str, Any] = dict.fromkeys(spec.key, number)
            for name, column in spec.columns.items():
                if column.computed is None:
                    row[name] = number if name in pointing else KINDS[column.kind].value(number)
            rows.append(row)
        found[spec.name] = rows
    return found
