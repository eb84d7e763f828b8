"""Reflection: what a database's catalog says about its tables, as frozen values.

A dialect names its `Reflection` in `Dialect.reflection`; every question is steps. The Inspector of
`accord.inspect(engine)`, `Table(autoload_with=…)` and `MetaData.reflect` are built on the answers.
In: names. Out: lists of names, and one `ReflectedTable` with everything about a table, so that a
dialect may ask its catalog in as few statements as it likes.
"""

from __future__ import annotations

import re
import warnings
from abc import ABC, abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from accord.dialect import equivalence
from accord.exc import AccordWarning
from accord.records import dataclass, field
from accord.sql.text import TextClause
from accord.sqltypes.base import NullType, TypeEngine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accord.dialect.capabilities import ServerInfo
    from accord.dialect.sqlwords import Habits
    from accord.dialect.steps import Bind, Steps

_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")

_TEXTS = ("CHAR", "VARCHAR", "TEXT", "NCHAR", "NVARCHAR", "CLOB", "NCLOB", "TINYTEXT", "MEDIUMTEXT",
          "LONGTEXT", "ENUM", "VARCHAR2", "NVARCHAR2", "CHARACTER")  # fmt: skip

TableKind = Literal["table", "view", "materialized_view"]

NO_OPTIONS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedComputed:
    """GENERATED ALWAYS AS (`sqltext`). `persisted` is None where the database does not tell."""

    sqltext: str
    persisted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedIdentity:
    """GENERATED … AS IDENTITY; None: the database does not know the option."""

    always: bool = False
    on_null: bool | None = None
    start: int | None = None
    increment: int | None = None
    minvalue: int | None = None
    maxvalue: int | None = None
    cycle: bool | None = None
    cache: int | None = None
    order: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedColumn:  # type: ignore[explicit-any]  # a column's type may be any
    """One column. `default` is the text after DEFAULT, None without one (also for identity and
    computed columns). `autoincrement`: the database counts it.
    """

    name: str
    type: TypeEngine  # type: ignore[explicit-any]  # of whatever values
    nullable: bool = True
    default: str | None = None
    autoincrement: bool = False
    identity: ReflectedIdentity | None = None
    computed: ReflectedComputed | None = None
    comment: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: NO_OPTIONS)
    """Options of the dialect, by the names `Column` takes: ``{"mysql_on_update": …}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedPrimaryKey:
    """The primary key, its columns in key order; `name` is None where it has none."""

    columns: tuple[str, ...]
    name: str | None = None
    comment: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: NO_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedForeignKey:
    """One foreign key. `referred_schema` is None when it is the one that was asked about (and,
    where none was named, for the default one); then the Inspector says the schema that was named,
    as SQLAlchemy does.

    `ondelete` and `onupdate` are upper-case, None for NO ACTION. `deferrable` and `initially` are
    None where the constraint does not say.
    """

    columns: tuple[str, ...]
    referred_table: str
    referred_columns: tuple[str, ...]
    referred_schema: str | None = None
    name: str | None = None
    ondelete: str | None = None
    onupdate: str | None = None
    deferrable: bool | None = None
    initially: str | None = None
    match: str | None = None
    comment: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: NO_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedUnique:
    """One UNIQUE constraint. `duplicates_index` names the index where the database keeps both under
    one name and cannot tell them apart.
    """

    columns: tuple[str, ...]
    name: str | None = None
    comment: str | None = None
    duplicates_index: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: NO_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedIndex:
    """One index, without those of primary keys.

    `columns` has None in the place of an expression; then `expressions` holds a text for every
    place (a column's name, or the expression). `sorting` says, for columns that are not plain
    ascending, which of "desc", "nulls_first", "nulls_last" hold. `duplicates_constraint`: the index
    belongs to the UNIQUE constraint of that name.
    """

    name: str | None
    columns: tuple[str | None, ...]
    unique: bool = False
    expressions: tuple[str, ...] | None = None
    include: tuple[str, ...] = ()
    sorting: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    duplicates_constraint: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: NO_OPTIONS)
    """Options of the dialect, by the names `Index` takes: ``{"postgresql_where": "x > 0"}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedCheck:
    """One CHECK constraint; `sqltext` without the parentheses around it."""

    sqltext: str
    name: str | None = None
    comment: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: NO_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedExclude:
    """One EXCLUDE constraint: everything from EXCLUDE on, as the database writes it."""

    sqltext: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedEnum:
    """One named type whose values are `labels`; `visible` without naming its schema."""

    name: str
    schema: str
    labels: tuple[str, ...]
    visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectedTable:
    """Everything about one table or view. Names come as the program writes them: where the database
    folds to upper case, lower case.

    Foreign keys, uniques, indexes and checks are sorted by name, those without a name last, so that
    two reflections of a table are equal.
    """

    name: str
    schema: str | None = None
    kind: TableKind = "table"
    columns: tuple[ReflectedColumn, ...] = ()
    primary_key: ReflectedPrimaryKey | None = None
    foreign_keys: tuple[ReflectedForeignKey, ...] = ()
    uniques: tuple[ReflectedUnique, ...] = ()
    indexes: tuple[ReflectedIndex, ...] = ()
    checks: tuple[ReflectedCheck, ...] = ()
    excludes: tuple[ReflectedExclude, ...] = ()
    part_of: str | None = None
    """The table it is a partition of."""
    triggers: tuple[str, ...] = ()
    """What makes its triggers anew, where a table is rebuilt to change it."""
    comment: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: NO_OPTIONS)
    """Options of the dialect, by the names `Table` takes: ``{"mysql_engine": "InnoDB"}``."""


class Reflection(ABC):
    """The catalog of one kind of database, asked by steps.

    Stateless; `schema` None means where an unqualified name is looked up. To write one: answer the
    abstract questions; override the others where the database has such things, and `tables_steps`
    where it can tell about many tables at once.
    """

    __slots__ = ()

    column_has_primary_key: ClassVar[bool] = False
    """Do `Inspector.get_columns` dictionaries carry "primary_key", the place in the key (0: not in
    it)? SQLAlchemy's do on SQLite."""

    constraint_comments: ClassVar[bool] = False
    """Can constraints have comments, so that their dictionaries always carry "comment"?"""

    habits: ClassVar[Habits] = equivalence.PLAIN
    """What the catalog does to expressions: words it replaces, casts it adds."""

    restricts: ClassVar[bool] = False
    """Is RESTRICT something else than NO ACTION, and does the catalog tell?"""

    constraints_are_indexes: ClassVar[bool] = False
    """Does the database keep UNIQUE constraints as indexes, and make one for each foreign key?"""

    # --- what means the same: for comparing a catalog with models ---------------------------------

    def canonical_type(self, text: str) -> str:
        """A type's DDL in the form that all its spellings share."""
        return " ".join(text.upper().replace(", ", ",").split())

    def canonical_sql(self, text: str) -> str:
        """A condition or expression in the form that the catalog's and the program's share."""
        return equivalence.condition(text, self.habits)

    def same_type(self, declared: str, found: str) -> bool:
        """Whether a column of the type `found` is what `declared` asks for."""
        return self.canonical_type(declared) == self.canonical_type(found)

    def same_sql(self, declared: str, found: str) -> bool:
        """Whether two conditions or expressions are the same."""
        return self.canonical_sql(declared) == self.canonical_sql(found)

    def same_default(self, declared: str | None, found: str | None, type_text: str) -> bool:
        """Whether two texts of DEFAULT are the same, for a column of that type."""
        one, other = self.bare_default(declared), self.bare_default(found)
        upper = type_text.upper()
        if self.is_boolean(upper):
            form = equivalence.truth_of
            return form(one, self.habits) == form(other, self.habits)
        numbers = not upper.startswith(_TEXTS)
        return equivalence.value_of(one, self.habits, numbers=numbers) == (
            equivalence.value_of(other, self.habits, numbers=numbers)
        )

    def is_boolean(self, type_text: str) -> bool:
        """Whether a type, in upper case, holds true and false."""
        return "BOOL" in type_text

    def bare_default(self, text: str | None) -> str | None:
        """A text of DEFAULT without what the catalog adds to it."""
        return text

    def keeps_directions(self, server: ServerInfo | None) -> bool:
        """Whether an index of this server knows DESC; MariaDB before 10.8 reads over it."""
        return True

    @abstractmethod
    def default_schema_steps(self, bind: Bind) -> Steps[str | None]:
        """The schema an unqualified name means; None where there are none."""

    @abstractmethod
    def schema_names_steps(self, bind: Bind) -> Steps[list[str]]:
        """All schemas the user may look into."""

    @abstractmethod
    def table_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """The tables of a schema, views and temporary tables not among them."""

    @abstractmethod
    def view_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """The views of a schema, materialized ones not among them."""

    @abstractmethod
    def sequence_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """The sequences of a schema; those that serve an identity column are not among them."""

    def enums_steps(self, bind: Bind, schema: str | None) -> Steps[list[ReflectedEnum]]:
        """The named enumerations of a schema, those that need no schema without one, all of them
        for ``*``. A database without such types has none.
        """
        return []
        yield  # the body of a generator

    @abstractmethod
    def table_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[ReflectedTable | None]:
        """Everything about a table or view (temporary ones too); None when there is none."""

    def tables_steps(
        self, bind: Bind, names: Sequence[str], schema: str | None
    ) -> Steps[list[ReflectedTable]]:
        """Those of `names` that exist, in that order."""
        found: list[ReflectedTable] = []
        for name in names:
            table = yield from self.table_steps(bind, name, schema)
            if table is not None:
                found.append(table)
        return found

    def materialized_view_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """The materialized views of a schema."""
        return []
        yield  # an empty generator: there are none

    def temp_table_names_steps(self, bind: Bind) -> Steps[list[str]]:
        """The temporary tables of this connection."""
        return []
        yield  # an empty generator: there are none, or the catalog does not list them

    def temp_view_names_steps(self, bind: Bind) -> Steps[list[str]]:
        """The temporary views of this connection."""
        return []
        yield  # an empty generator: there are none, or the catalog does not list them

    def same_query_steps(
        self, bind: Bind, declared: str, found: str, create: str
    ) -> Steps[bool | None]:
        """Whether a view whose definition is `found` is made of the query `declared` (`create` is
        the whole statement); None if the database cannot tell. Called in a savepoint; an error of
        the database means that the query does not suit what is there.
        """
        same = equivalence.words(declared, self.habits) == equivalence.words(found, self.habits)
        return True if same else None
        yield  # an empty generator: the texts say it

    def same_constant_steps(
        self, bind: Bind, declared: str, found: str, type_text: str
    ) -> Steps[bool]:
        """Whether two constants, which are written differently, are one value of a type. Called in
        a savepoint.
        """
        return False
        yield  # an empty generator: the texts have said it

    def view_definition_steps(self, bind: Bind, name: str, schema: str | None) -> Steps[str | None]:
        """The definition of a view as the database keeps it; None when there is no such view."""
        return None
        yield  # an empty generator: the database does not tell


def sql_text(sql: str) -> TextClause:
    """A piece of SQL from the catalog as `text()`, in which nothing is a parameter: for options
    such as ``postgresql_where``.
    """
    return TextClause(_PARAMETER.sub(r"\\:", sql))


def unknown_type(text: str, column: str) -> NullType:
    """For a catalog type the dialect has no class for: NullType, and a warning that names both."""
    warnings.warn(
        f"The type {text!r} of column {column!r} is not known; the column is reflected without one",
        AccordWarning,
        stacklevel=2,
    )
    return NullType()
