"""The renderer's machinery: dispatch, parameters, names, and the way from text to a `Compiled`.

Visit methods return strings. A parameter is written as a mark ``NUL number NUL``, which no name,
text or literal can contain (all refuse NUL); at the end the text is cut at the marks, so parameters
are in the order of the text whatever the order of rendering, and nothing in the text is ever
searched or replaced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.exc import CompileError, UnsupportedCompilationError
from accord.sql.aliases import CTE, AliasedFrom
from accord.sql.compiled import (
    Compiled,
    Expanding,
    Loose,
    ResultColumn,
    Slot,
    inline_text,
    literal_text,
)
from accord.sql.identifiers import clipped, generated_name, name_length, quote_identifier
from accord.sql.nodes import (
    BindParameter,
    ClauseElement,
    EntityColumn,
    Executable,
    Missing,
    walk,
)
from accord.sql.selectable import ColumnClause, FromClause, TableClause
from accord.sql.text import reads
from accord.sqltypes.entry import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from accord.sql.labels import NamedColumn
    from accord.sql.target import RenderTarget
    from accord.sqltypes.base import TypeEngine
    from accord.sqltypes.entry import TypeEntry

_NOT_A_WORD = re.compile(r"\W")
_ROOM = 6  # for the number behind a name that was shortened


def _is_text(column: ClauseElement) -> bool:
    """Whether a column is text that nobody has read: ``text("count(*) AS n")``, ``*``."""
    if column.visit_name == "text":
        return True
    return isinstance(column, ColumnClause) and column.is_literal and str(column.name)[-1:] == "*"


class RendererBase:
    """State of one rendering. One renderer compiles one statement at a time."""

    def __init__(self, target: RenderTarget) -> None:
        self.target = target
        self._begin(None, (), False)

    def _begin(
        self, root: ClauseElement | None, binds: Sequence[BindParameter[Any]], literal: bool
    ) -> None:
        self.root = root
        self.literal_binds = literal
        self.slots: list[Slot] = []
        self.keywords: Mapping[str, Any] = {}  # for constructs of users
        self.column_keys: Sequence[str] | None = None
        self.result_columns: tuple[ResultColumn, ...] = ()
        self.prefetched: list[tuple[int, Any]] = []  # (mark number, column)
        self.table: FromClause | None = None
        self.writes = False  # a statement that changes data is part of this one
        self.positions: dict[int, int] = {}
        for position, bind in enumerate(binds):
            self.positions.setdefault(id(bind), position)
        self.shared_marks: dict[int, str] = {}
        self.parameter_names: dict[str, Any] = {}
        self.numbered: dict[str, int] = {}  # stem → the number its last parameter got
        for bind in binds:
            if bind.name is not None:
                self.parameter_names.setdefault(bind.name, bind)
        self.alias_names: dict[Any, str] = {}
        # tables that would be confused with one of another schema, and what they are called instead
        self.renamed_tables: dict[Hashable, str] = {}
        self.short_names: dict[str, str] = {}
        self.taken_names: set[str] | None = None
        # what enclosing queries offer for correlation, and what the query being rendered adds to it
        self.outer: tuple[FromClause, ...] = ()
        self.visible: tuple[FromClause, ...] = ()
        self.near: tuple[FromClause, ...] = ()  # what a set operation may leave to its query
        self.from_hints: Mapping[Hashable, Sequence[str]] = {}  # of the FROM being rendered
        self.qualify_columns = True
        self.sensitive = False
        # whether the select list being rendered is what the driver fetches, and the ids of SELECTs
        # whose list is because they are parts of the UNION that is executed
        self.fetching = False
        self.fetched_parts: frozenset[int] = frozenset()
        self.in_joint = ""  # between two lists of the IN being rendered
        # select list and FROM that keys of the ORDER BY being rendered may name
        self.sorting: tuple[Sequence[NamedColumn], Sequence[FromClause], bool] | None = None

    # --- entry ------------------------------------------------------------------------------------

    def compile(
        self,
        statement: Any,
        column_keys: Sequence[str] | None = None,
        *,
        literal_binds: bool = False,
        schema_translate_map: Mapping[str | None, str | None] | None = None,
        keywords: Mapping[str, Any] | None = None,
    ) -> Compiled:
        """`statement` as text; `column_keys` are the names of values an INSERT or UPDATE gets at
        execution, `keywords` are for constructs of users."""
        if schema_translate_map:
            self.target = self.target.with_schemas(schema_translate_map)
        self._begin(statement, statement.binds, literal_binds)
        self.keywords = keywords or {}
        self.column_keys = column_keys
        text = self.statement_text(statement)
        parts = text.split("\0")
        numbers = [int(number) for number in parts[1::2]]
        slots = [self.slots[number] for number in numbers]
        prefetch = [(numbers.index(number), column) for number, column in self.prefetched]
        loose = self._loose(statement)
        return Compiled(
            self.target,
            parts[0::2],
            slots,
            self.result_columns if loose is None else (),
            is_write=self._is_write(statement, text),
            returns_rows=bool(getattr(statement, "returns_rows", self.result_columns)),
            prefetch=tuple(prefetch),
            table=self.table,
            loose=loose,
        )

    def _loose(self, statement: Any) -> Loose | None:
        """The result columns, where the user's text is among them."""
        parts: Any = getattr(statement, "parts", None)
        if statement.visit_name == "textual_select":
            every = frozenset(range(len(self.result_columns)) if parts.positional else ())
            return Loose(self.result_columns, every, parts.positional, {})
        while hasattr(parts, "select_list"):  # a UNION's columns are those of its first SELECT
            parts = getattr(parts.select_list[0], "parts", None)
        columns = getattr(parts, "named_columns", ())
        textual = frozenset(
            [place for place, column in enumerate(columns) if _is_text(column.element)]
        )
        return Loose(self.result_columns, textual, True, {}) if textual else None

    def _is_write(self, statement: Any, text: str) -> bool:
        """Whether the statement changes data; of what users render, only the text can tell."""
        if self.writes or getattr(statement, "is_write", False):
            return True
        is_theirs = type(statement).custom_render is not None
        return is_theirs and isinstance(statement, Executable) and not reads(text)

    def statement_text(self, statement: ClauseElement) -> str:
        """The text of a whole statement, its WITH clause included."""
        text = self.process(statement)
        return self.with_clause() + text

    def process(self, node: ClauseElement) -> str:
        """The text of `node`."""
        custom = type(node).custom_render
        return self.plainly(node) if custom is None else custom(node, self)

    def plainly(self, node: ClauseElement) -> str:
        """The text of `node` as this renderer writes it, whatever `@compiles` says."""
        visit = getattr(self, f"visit_{node.visit_name}", None)
        if visit is None:
            raise UnsupportedCompilationError(
                f"{self.target.dialect_name} has no rendering for {type(node).__name__}; give the "
                "class a function with @compiles (accord.ext.compiler)"
            )
        text: str = visit(node)
        return text

    def with_clause(self) -> str:
        raise NotImplementedError

    # --- result columns ---------------------------------------------------------------------------

    def entry(self, type_: TypeEngine) -> TypeEntry:
        return self.target.types.entry(type_)

    def set_result_columns(self, columns: Sequence[NamedColumn]) -> None:
        self.result_columns = tuple([self._result_column(column) for column in columns])

    def _result_column(self, column: NamedColumn) -> ResultColumn:
        element = column.element
        name = column.name
        if isinstance(element, EntityColumn) and name == element.name:
            name = element.attribute_key
        entry = self.entry(element.type)
        also = None if column.key == name else column.key
        return ResultColumn(name, element.type, entry.result, element.cache_key, also)

    # --- parameters -------------------------------------------------------------------------------

    def parameter_as(self, bind: BindParameter[Any], literal: Callable[[Any], str]) -> str:
        """A parameter that is written into the text, where only `literal` says how."""
        entry = replace(self.entry(bind.type), literal=literal)
        if self.literal_binds:
            return literal_text(entry, bind.effective_value)
        return self.parameter(bind, entry=entry)

    def parameter(
        self,
        bind: BindParameter[Any],
        negated: bool = False,
        name: str | None = None,
        entry: TypeEntry | None = None,
    ) -> str:
        """The mark of a parameter; the same object gets the same one again. `name` is tried for its
        name; `entry` says how the value travels, if not as its type does."""
        mark = self.shared_marks.get(id(bind))
        if mark is not None:
            return mark
        source: int | BindParameter[Any] | None = self.positions.get(id(bind))
        if source is None:
            source = bind  # belongs to the schema (a column default), not to the statement
        expanding = self.expanding(bind.type, negated) if bind.expanding else None
        taken = name is None or bind.name is not None
        slot = Slot(
            source,
            self._parameter_name(bind) if taken else self._free_parameter(str(name)),
            entry or self.entry(bind.type),
            bind.hint,
            expanding,
            sensitive=self.sensitive,
            inline=bind.literal_execute,
        )
        mark = self.shared_marks[id(bind)] = self._mark(slot)
        return mark

    def given_parameter(
        self, name: str, type_: TypeEngine, label: str, sensitive: bool = False
    ) -> str:
        """The mark of a value that is given at execution under `name`."""
        entry = self.entry(type_)
        return self._mark(Slot(name, self._free_parameter(name), entry, label, sensitive=sensitive))

    def _free_parameter(self, name: str) -> str:
        """`name` itself as a parameter name, or with a number if it is taken."""
        stem = _NOT_A_WORD.sub("_", name)
        shown = stem if stem not in self.parameter_names else self._numbered(stem)
        self.parameter_names[shown] = name
        return shown

    def _numbered(self, stem: str) -> str:
        """The next name ``stem_1``, ``stem_2`` … that is free."""
        names = self.parameter_names
        number = self.numbered.get(stem, 0) + 1
        while f"{stem}_{number}" in names:
            number += 1
        self.numbered[stem] = number
        return f"{stem}_{number}"

    def _mark(self, slot: Slot) -> str:
        self.slots.append(slot)
        return f"\0{len(self.slots) - 1}\0"

    def _parameter_name(self, bind: BindParameter[Any]) -> str:
        names = self.parameter_names
        if bind.name is not None:
            name = _NOT_A_WORD.sub("_", bind.name)
            present = names.get(bind.name)
            if name == bind.name and (present is None or _same_parameter(present, bind)):
                names[name] = bind
                return name
        else:
            name = _NOT_A_WORD.sub("_", bind.hint) or "param"
        shown = self._numbered(name)
        names[shown] = bind
        return shown

    def expanding(self, type_: TypeEngine, negated: bool) -> Expanding:
        """How an IN list of `type_` is written; an empty one makes IN false and NOT IN true."""
        types: Sequence[TypeEngine] = getattr(type_, "types", ())
        rows = bool(types)
        entries = tuple([self.entry(part) for part in (types or (type_,))])
        nothing = f"({', '.join(['NULL'] * len(entries))})" if rows else "NULL"
        prefix = "VALUES " if rows and self.target.tuple_in_values else ""
        empty = f"{prefix}{nothing}) OR (1 = 1" if negated else f"{prefix}{nothing}) AND (1 != 1"
        joint, self.in_joint = self.in_joint, ""
        around: tuple[tuple[str, str], ...] = ()
        if any(entry.bind_expression for entry in entries):
            around = tuple([self.sent_around(part) for part in (types or (type_,))])
        return Expanding(entries, empty, rows, prefix, self.target.max_in_list or 0, joint, around)

    def sent_around(self, type_: TypeEngine) -> tuple[str, str]:
        raise NotImplementedError

    def literal_bind(self, bind: BindParameter[Any], negated: bool = False) -> str:
        """The value of a parameter as SQL text."""
        value = bind.effective_value
        if isinstance(value, Missing):
            raise CompileError(
                f"parameter {bind.name or bind.hint!r} has no value to be written as a literal"
            )
        expanding = self.expanding(bind.type, negated) if bind.expanding else None
        return inline_text(Slot(bind, "", self.entry(bind.type), "", expanding), value)

    def literal(self, value: Any, type_: TypeEngine) -> str:
        """`value` as SQL text, negative numbers in parentheses."""
        return literal_text(self.entry(type_), value)

    # --- names ------------------------------------------------------------------------------------

    def quote(self, name: str) -> str:
        """A name as an identifier; one that accord made up is shortened if it has to be."""
        if type(name) is generated_name:
            name = self._shortened(name)
        return quote_identifier(name, self.target)

    def _shortened(self, name: str) -> str:
        target = self.target
        limit = target.label_length or target.max_identifier_length
        if name_length(name, target) <= limit and limit >= _ROOM:
            return name
        short = self.short_names.get(name)
        if short is None:
            number = f"_{len(self.short_names) + 1:x}"
            short = clipped(name, max(0, limit - _ROOM), target) + number
            self.short_names[name] = short
        return short

    def table_name(self, table: Any) -> str:
        """A table's full name."""
        schema = self.target.schema_of(table.schema)
        name = self.quote(table.name)
        return name if schema is None else f"{self.quote(schema)}.{name}"

    def alias_name(self, alias: AliasedFrom) -> str:
        """The name of an alias, chosen now if it has none; unquoted."""
        if alias.name is not None:
            return alias.name
        key = alias.token
        if isinstance(alias, CTE):
            while alias.restates is not None:
                alias = alias.restates
            key = alias.token
        name = self.alias_names.get(key)
        if name is None:
            name = self.alias_names[key] = self._free_name(alias.name_hint)
        return name

    def _free_name(self, hint: str) -> str:
        if self.taken_names is None:
            self.taken_names = _names_in(self.root)
        limit = self.target.label_length or self.target.max_identifier_length
        stem = clipped(hint, max(1, limit - _ROOM), self.target)
        number = 1
        while f"{stem}_{number}" in self.taken_names:
            number += 1
        self.taken_names.add(f"{stem}_{number}")
        return f"{stem}_{number}"

    def qualifier(self, table: FromClause) -> str:
        """What stands before the dot in ``table.column``."""
        if isinstance(table, AliasedFrom):
            return self.quote(self.alias_name(table))
        if self.renamed_tables and table.cache_key in self.renamed_tables:
            return self.quote(self.renamed_tables[table.cache_key])
        return self.table_name(table)

    def tell_apart(self, froms: Sequence[FromClause]) -> None:
        """Rename tables of no schema that stand beside a table of a schema and the same name."""
        parts = [part for element in froms for part in element.hidden]
        tables = [part for part in parts if isinstance(part, TableClause)]
        taken = {table.name for table in tables if self.target.schema_of(table.schema) is not None}
        for table in tables:
            bare = taken and table.name in taken and self.target.schema_of(table.schema) is None
            if bare and table.cache_key not in self.renamed_tables:
                self.renamed_tables[table.cache_key] = self._free_name(table.name)


def _same_parameter(present: Any, bind: BindParameter[Any]) -> bool:
    return isinstance(present, BindParameter) and (
        present is bind
        or (present.type.key == bind.type.key and present.expanding == bind.expanding)
    )


def _names_in(root: ClauseElement | None) -> set[str]:
    """The names a statement already uses for tables and aliases."""
    names: set[str] = set()
    if root is None:
        return names
    seen: set[int] = set()
    for node in walk(root):
        owner = node.table if isinstance(node, ColumnClause) else node
        while isinstance(owner, FromClause) and id(owner) not in seen:
            seen.add(id(owner))
            name = getattr(owner, "name", None)
            if isinstance(name, str):
                names.add(name)
            inner = getattr(owner, "element", None)
            if inner is None or inner is owner:
                break
            if isinstance(inner, FromClause):
                owner = inner
            else:
                names |= _names_in(inner)
                break
    return names
