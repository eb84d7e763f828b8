"""DDL as statements: CreateTable, DropTable, CreateIndex …, and DDL("…") for anything else.

A connection executes them like other statements; their text comes from the dialect's DDLRenderer
(ddl.py), or, as `str(CreateTable(table))`, in standard SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from accord.exc import ArgumentError
from accord.schema.conditions import DDLCondition
from accord.sql.nodes import ClauseElement, Executable, next_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from accord.schema.column import Column
    from accord.schema.constraints import Constraint
    from accord.schema.foreignkey import ForeignKeyConstraint
    from accord.schema.index import Index
    from accord.schema.sequence import Sequence as SchemaSequence
    from accord.schema.table import Table
    from accord.sql.nodes import BindParameter


class CompiledDDL:
    """What compiling DDL answers: text, and never a parameter."""

    __slots__ = ("dialect", "statement", "string")

    params: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, statement: DDLElement, string: str, dialect: Any = None) -> None:
        self.statement = statement
        self.string = string
        self.dialect = dialect

    def construct_params(self, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """DDL takes no parameters."""
        return {}

    def __str__(self) -> str:
        return self.string


class DDLElement(ClauseElement, Executable):
    """A statement that changes the schema. `element` is what it is about.

    It is a listener, too: ``event.listen(table, "after_create", DDL("…"))``.
    """

    visit_name = "ddl_element"
    has_identity = True
    is_ddl = True
    is_write = True
    has_anon: bool = False
    binds: tuple[BindParameter[Any], ...] = ()

    condition: DDLCondition | None = None
    target: Any = None

    def __init__(self, element: Any) -> None:
        self.element = element
        self.cache_key: Hashable = ("ddl", next_uid())

    def compile(
        self,
        bind: Any = None,
        dialect: Any = None,
        *,
        column_keys: Sequence[str] | None = None,
        schema_translate_map: Mapping[str | None, str | None] | None = None,
        compile_kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """The text for `dialect` (an instance or a class) or that of an engine or connection, or in
        standard SQL. `schema_translate_map` replaces schema names.
        """
        from accord.schema.ddl import DDLRenderer
        from accord.sql.compilation import dialect_for
        from accord.sql.target import DEFAULT_TARGET

        keywords = dict(compile_kwargs or {})
        given = keywords.pop("schema_translate_map", schema_translate_map)
        chosen = dialect_for(bind, dialect, given)
        target = DEFAULT_TARGET if chosen is None else chosen.target
        if chosen is None:
            target = target.with_schemas(given or {})
            renderer = DDLRenderer(target)
        else:
            renderer = chosen.ddl_renderer(target, sql_renderer=chosen.renderer, dialect=chosen)
        renderer.keywords = keywords
        return CompiledDDL(self, renderer.render(self), chosen)

    def __str__(self) -> str:
        try:
            return str(self.compile())
        except Exception as error:  # a debugger that shows this must not be stopped by it
            from accord.sql.render.readable import shown

            return shown(self, error)

    # --- as a listener ---------------------------------------------------------------------------

    def against(self, target: Any) -> Self:
        """A copy about `target`."""
        return self._changed(target=target)

    def execute_if(
        self,
        dialect: str | Sequence[str] | None = None,
        callable_: Callable[..., bool] | None = None,
        state: Any = None,
    ) -> Self:
        """A copy that, as a listener, runs on these dialects only, or if `callable_` says so."""
        return self._changed(condition=DDLCondition.of(dialect, callable_, state))

    def _changed(self, **changes: Any) -> Self:
        new: Self = object.__new__(type(self))
        vars(new).update(vars(self))
        vars(new).update(changes)
        new.cache_key = ("ddl", next_uid())
        return new

    def __call__(self, target: Any, bind: Any, **keywords: Any) -> None:
        if self.should_execute(target, bind, **keywords):
            bind.execute(self.against(target))

    def should_execute(self, target: Any, bind: Any, **keywords: Any) -> bool:
        """Whether the conditions of `execute_if` hold."""
        dialect = bind.dialect
        return self.condition is None or self.condition.holds(
            self, target, bind, dialect.name, dialect=dialect, **keywords
        )

    def applies(self, bind: Any) -> bool:
        """Whether its constraint or index is for this database, as its `ddl_if` says."""
        condition: DDLCondition | None = getattr(self.element, "ddl_condition", None)
        dialect = bind.dialect
        return condition is None or condition.holds(
            self, self.element, bind, dialect.name, dialect=dialect
        )


BaseDDLElement = DDLElement
ExecutableDDLElement = DDLElement


def execute_on(bind: Any, element: DDLElement, verb: str | None = None) -> None:
    """Execute on a connection, or on an engine in a transaction of its own; those who listen to
    ``before_<verb>`` and ``after_<verb>`` of the element's item are told.
    """
    if not hasattr(bind, "execute"):
        with bind.begin() as connection:
            execute_on(connection, element, verb)
        return
    item: Any = getattr(element, "element", None)
    if verb is not None:
        item.notify(f"before_{verb}", bind, checkfirst=False)
    bind.execute(element)
    if verb is not None:
        item.notify(f"after_{verb}", bind, checkfirst=False)


class DDL(DDLElement):
    """DDL of your own: ``DDL("ALTER TABLE %(table)s …")``.

    As in SQLAlchemy the text is a %-template: %(table)s, %(schema)s and %(fullname)s (quoted) of
    the table it is executed for, what `context` adds, and ``%%`` for a percent sign.
    """

    visit_name = "ddl"

    def __init__(self, statement: str, context: Mapping[str, Any] | None = None) -> None:
        if not isinstance(statement, str):
            raise ArgumentError(f"DDL takes a string of SQL, not {type(statement).__name__}")
        super().__init__(None)
        self.statement = statement
        self.context = dict(context or {})


class CreateTable(DDLElement):
    """CREATE TABLE. `include_foreign_key_constraints`: only these foreign keys (default: all
    that are not use_alter).
    """

    visit_name = "create_table"
    element: Table

    def __init__(
        self,
        element: Table,
        include_foreign_key_constraints: Sequence[ForeignKeyConstraint] | None = None,
        if_not_exists: bool = False,
    ) -> None:
        super().__init__(element)
        self.if_not_exists = if_not_exists
        self.include_foreign_key_constraints = include_foreign_key_constraints


class CreateColumn(DDLElement):
    """A column as it stands in CREATE TABLE: name, type, default, NOT NULL. Not a statement; for
    its text, and for @compiles functions that change it.
    """

    visit_name = "create_column"
    element: Column[Any]


class DropTable(DDLElement):
    """DROP TABLE."""

    visit_name = "drop_table"
    element: Table

    def __init__(self, element: Table, if_exists: bool = False) -> None:
        super().__init__(element)
        self.if_exists = if_exists


class CreateIndex(DDLElement):
    """CREATE INDEX."""

    visit_name = "create_index"
    element: Index

    def __init__(self, element: Index, if_not_exists: bool = False) -> None:
        super().__init__(element)
        self.if_not_exists = if_not_exists


class DropIndex(DDLElement):
    """DROP INDEX."""

    visit_name = "drop_index"
    element: Index

    def __init__(self, element: Index, if_exists: bool = False) -> None:
        super().__init__(element)
        self.if_exists = if_exists


class AddConstraint(DDLElement):
    """ALTER TABLE … ADD constraint.

    The constraint is left out of CREATE TABLE from now on, unless `isolate_from_table` is false.
    """

    visit_name = "add_constraint"
    element: Constraint

    def __init__(self, element: Constraint, *, isolate_from_table: bool = True) -> None:
        super().__init__(element)
        if isolate_from_table:
            element.isolated = True


class DropConstraint(DDLElement):
    """ALTER TABLE … DROP CONSTRAINT name; `isolate_from_table` as for AddConstraint."""

    visit_name = "drop_constraint"
    element: Constraint

    def __init__(
        self,
        element: Constraint,
        *,
        cascade: bool = False,
        if_exists: bool = False,
        isolate_from_table: bool = True,
    ) -> None:
        super().__init__(element)
        if isolate_from_table:
            element.isolated = True
        self.cascade = cascade
        self.if_exists = if_exists


class CreateSequence(DDLElement):
    """CREATE SEQUENCE."""

    visit_name = "create_sequence"
    element: SchemaSequence

    def __init__(self, element: SchemaSequence, if_not_exists: bool = False) -> None:
        super().__init__(element)
        self.if_not_exists = if_not_exists


class DropSequence(DDLElement):
    """DROP SEQUENCE."""

    visit_name = "drop_sequence"
    element: SchemaSequence

    def __init__(self, element: SchemaSequence, if_exists: bool = False) -> None:
        super().__init__(element)
        self.if_exists = if_exists


class CreateSchema(DDLElement):
    """CREATE SCHEMA name."""

    visit_name = "create_schema"
    element: str

    def __init__(self, name: str, if_not_exists: bool = False) -> None:
        super().__init__(name)
        self.if_not_exists = if_not_exists


class DropSchema(DDLElement):
    """DROP SCHEMA name."""

    visit_name = "drop_schema"
    element: str

    def __init__(self, name: str, cascade: bool = False, if_exists: bool = False) -> None:
        super().__init__(name)
        self.cascade = cascade
        self.if_exists = if_exists


class SetTableComment(DDLElement):
    """COMMENT ON TABLE."""

    visit_name = "set_table_comment"
    element: Table


class DropTableComment(DDLElement):
    """COMMENT ON TABLE … IS NULL."""

    visit_name = "drop_table_comment"
    element: Table


class SetColumnComment(DDLElement):
    """COMMENT ON COLUMN."""

    visit_name = "set_column_comment"


class DropColumnComment(DDLElement):
    """COMMENT ON COLUMN … IS NULL."""

    visit_name = "drop_column_comment"


class SetConstraintComment(DDLElement):
    """COMMENT ON CONSTRAINT."""

    visit_name = "set_constraint_comment"
    element: Constraint


class DropConstraintComment(DDLElement):
    """COMMENT ON CONSTRAINT … IS NULL."""

    visit_name = "drop_constraint_comment"
    element: Constraint
