"""SELECT and its set operations as text, clause by clause.

Each clause has a method of its own, so that a dialect changes only the one that differs. Queries
inside queries know what surrounds them through `outer` and `visible` (see froms.py of the layer
above for what correlation does with it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.elements import Exists, Label, ScalarSelect
from accord.sql.froms import displayed
from accord.sql.joins import Join
from accord.sql.labels import NamedColumn
from accord.sql.nodes import ClauseElement, ColumnElement, Entity
from accord.sql.select import CompoundSelect, Select
from accord.sql.selectable import ColumnClause, FromClause
from accord.sql.text import TextClause, TextualSelect
from accord.sql.values import Values

from .sorting import SortRenderer

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from accord.sql.aliases import CTE
    from accord.sql.parts import Fetch, ForUpdate, OrderedParts, SelectParts
    from accord.sql.selectbase import SelectBase

Expr = ColumnElement[Any]
_PLAIN_SETS = {"INTERSECT": "intersect()", "EXCEPT": "except_()"}


class SelectRenderer(SortRenderer):
    """Queries."""

    # --- where a query stands ---------------------------------------------------------------------

    def visit_select(self, node: Select[Any]) -> str:
        """The statement itself, or a part of a UNION that is."""
        if node is self.root:
            return self.select_text(node, (), labelled=False, top=True)
        return self.select_text(node, self.outer, labelled=False)

    def visit_scalar_select(self, node: ScalarSelect[Any]) -> str:
        return f"({self.query_in_expression(node.element)})"

    def visit_exists(self, node: Exists) -> str:
        return f"{node.operator.symbol}({self.query_in_expression(node.element)})"

    def query_in_expression(self, query: SelectBase) -> str:
        """A query as a value: FROM elements around it need not be repeated."""
        near = self.visible[len(self.outer) :]
        with self.nested_with() as scope:
            if isinstance(query, Select):
                text = self.select_text(query, self.visible, labelled=False, near=near)
            else:
                text = self._within(self.visible, query, near)
        return self.with_clause(scope) + text

    def query_in_from(self, query: ClauseElement, *, lateral: bool = False) -> str:
        outer = self.visible if lateral else self.outer
        near = outer[len(self.outer) :]
        if isinstance(query, Values):
            return self.values_rows(query)
        with self.nested_with() as scope:
            if isinstance(query, Select):
                text = self.select_text(query, outer, labelled=True, near=near)
            else:
                text = self._within(outer, query, near, labelled=True)
        return self.with_clause(scope) + text

    def _within(
        self,
        outer: tuple[FromClause, ...],
        query: ClauseElement,
        near: tuple[FromClause, ...],
        labelled: bool = False,
    ) -> str:
        saved = (self.outer, self.visible, self.near)
        self.outer, self.visible, self.near = outer, outer, near
        try:
            if isinstance(query, CompoundSelect):
                return self.compound_text(query, labelled=labelled)
            return self.process(query)
        finally:
            self.outer, self.visible, self.near = saved

    def cte_body(self, cte: CTE) -> str:
        qualified, self.qualify_columns = self.qualify_columns, True
        saved, self.outer, self.visible = (self.outer, self.visible), (), ()
        try:
            return self.query_in_from(cte.element)
        finally:
            self.outer, self.visible = saved
            self.qualify_columns = qualified

    # --- one SELECT -------------------------------------------------------------------------------

    def select_text(
        self,
        node: Select[Any],
        outer: tuple[FromClause, ...],
        *,
        labelled: bool,
        near: tuple[FromClause, ...] = (),
        top: bool = False,
    ) -> str:
        """A SELECT inside `outer`, of which it stands in `near`; `labelled` gives every column an
        AS."""
        parts = node.parts
        self.register_ctes_of(parts)
        if top:
            self.set_result_columns(parts.named_columns)
        if parts.statement is not None:
            return self.process_as_root(parts.statement)
        froms = displayed(parts, outer, near)
        renamed = self.renamed_tables
        if len(froms) > 1 or (froms and isinstance(froms[0], Join)):
            self.renamed_tables = dict(renamed)
            self.tell_apart(froms)
        saved = (
            self.outer, self.visible, self.qualify_columns, self.sorting, self.names, self.fetching
        )  # fmt: skip
        self.outer, self.visible, self.qualify_columns = outer, (*outer, *froms), True
        self.sorting, self.names = None, (parts.named_columns, froms)
        self.fetching = top or id(node) in self.fetched_parts
        try:
            return self.select_body(parts, froms, labelled)
        finally:
            (
                self.outer, self.visible, self.qualify_columns, self.sorting, self.names,
                self.fetching,
            ) = saved  # fmt: skip
            self.renamed_tables = renamed

    def process_as_root(self, statement: ClauseElement) -> str:
        """The statement given to from_statement(): it is the one executed."""
        self.root = statement
        columns = self.result_columns
        text = self.process(statement)
        self.result_columns = self.result_columns or columns
        return text

    def select_body(self, parts: SelectParts, froms: Sequence[FromClause], labelled: bool) -> str:
        """The clauses of a SELECT put together."""
        columns = ", ".join([self.selected(column, labelled) for column in parts.named_columns])
        where = "" if parts.whereclause is None else f" \nWHERE {self.condition(parts.whereclause)}"
        having = (
            "" if parts.havingclause is None else f" \nHAVING {self.condition(parts.havingclause)}"
        )
        return (
            f"SELECT {self.select_prefix(parts)}{columns}"
            f"{self.from_clause(parts, froms)}{where}"
            f"{self.group_by_clause(parts, parts.named_columns, froms)}{having}"
            f"{self.order_by_clause(parts, parts.named_columns, froms)}"
            f"{self.limit_clause(parts)}{self.for_update_clause(parts)}{self.suffixes(parts)}"
        )

    def select_prefix(self, parts: SelectParts) -> str:
        """What stands between SELECT and the columns: prefixes, DISTINCT."""
        text = "".join(
            [f"{self.process(prefix)} " for prefix in self.for_this_dialect(parts.prefixes)]
        )
        return text + self.distinct_clause(parts)

    def suffixes(self, parts: SelectParts) -> str:
        """What stands behind everything else: suffixes, hints for the statement."""
        texts = [self.process(suffix) for suffix in self.for_this_dialect(parts.suffixes)]
        texts += [hint for selectable, hint, dialect in parts.hints
                  if selectable is None and dialect in ("*", self.target.dialect_name)]  # fmt: skip
        return "".join([f" {text}" for text in texts])

    def distinct_clause(self, parts: SelectParts) -> str:
        if not parts.is_distinct:
            return ""
        if not parts.distinct_on:
            return "DISTINCT "
        if not self.target.supports_distinct_on:
            raise CompileError(
                f"{self.target.dialect_name} has no DISTINCT ON; select what is wanted with "
                "row_number()"
            )
        return f"DISTINCT ON ({', '.join([self.process(key) for key in parts.distinct_on])}) "

    def selected(self, column: NamedColumn, labelled: bool) -> str:
        """One column of the select list, with AS where its name does not show by itself."""
        element = column.element
        inner = element.element if isinstance(element, Label) else element
        converted = self.fetched(inner)
        if converted is not None:
            return f"{self.process(converted)} AS {self.quote(column.name)}"
        text = self.process(inner)
        if isinstance(element, TextClause) or (
            isinstance(element, ColumnClause) and element.is_literal
        ):
            return text
        if column.needs_label or labelled:
            return f"{text} AS {self.quote(column.name)}"
        return text

    def from_clause(self, parts: SelectParts, froms: Sequence[FromClause]) -> str:
        if not froms:
            return self.target.dual
        saved, self.from_hints = self.from_hints, self.hints_of(parts)
        try:
            return " \nFROM " + self.joined_froms(froms)
        finally:
            self.from_hints = saved

    def joined_froms(self, froms: Sequence[FromClause]) -> str:
        """The FROM elements with what stands between them."""
        return ", ".join([self.hinted(element) for element in froms])

    def hints_of(self, parts: SelectParts) -> dict[Hashable, list[str]]:
        """The hints of this dialect for FROM elements, by the element's structural key."""
        found: dict[Hashable, list[str]] = {}
        for selectable, hint, dialect in parts.hints:
            if selectable is not None and dialect in ("*", self.target.dialect_name):
                text = hint.replace("%(name)s", self.qualifier(selectable))
                found.setdefault(selectable.cache_key, []).append(text)
        return found

    # --- LIMIT, FOR UPDATE ------------------------------------------------------------------------

    def limit_clause(self, parts: OrderedParts) -> str:
        """LIMIT and OFFSET, or FETCH."""
        if parts.fetch_clause is not None:
            return self.fetch_clause(parts)
        text = ""
        if parts.limit_clause is not None:
            text += f"\n LIMIT {self.process(parts.limit_clause)}"
        if parts.offset_clause is not None:
            if not text:
                before = self.target.offset_without_limit
                text = f"\n {before}" if before else "\n"
            text += f" OFFSET {self.process(parts.offset_clause)}"
        return text

    def fetch_clause(self, parts: OrderedParts) -> str:
        """The standard's ``OFFSET n ROWS FETCH FIRST m ROWS ONLY``."""
        fetch = parts.fetch_clause
        assert fetch is not None
        if not self.target.supports_fetch:
            return self.fetch_as_limit(parts, fetch)
        text = ""
        if parts.offset_clause is not None:
            text += f"\n OFFSET {self.process(parts.offset_clause)} ROWS"
        percent = " PERCENT" if fetch.percent else ""
        ties = "WITH TIES" if fetch.with_ties else "ONLY"
        return f"{text}\n FETCH FIRST {self.process(fetch.number)}{percent} ROWS {ties}"

    def fetch_as_limit(self, parts: OrderedParts, fetch: Fetch) -> str:
        if fetch.percent or fetch.with_ties:
            raise CompileError(
                f"{self.target.dialect_name} has no FETCH … PERCENT or WITH TIES; use limit(), or "
                "rank() in a subquery"
            )
        text = f"\n LIMIT {self.process(fetch.number)}"
        if parts.offset_clause is not None:
            text += f" OFFSET {self.process(parts.offset_clause)}"
        return text

    def for_update_clause(self, parts: OrderedParts) -> str:
        lock = parts.for_update_clause
        if lock is None or not self.target.supports_for_update:
            return ""
        return self.for_update_text(lock)

    def for_update_text(self, lock: ForUpdate) -> str:
        if lock.read:
            text = " FOR KEY SHARE" if lock.key_share else " FOR SHARE"
        else:
            text = " FOR NO KEY UPDATE" if lock.key_share else " FOR UPDATE"
        if lock.of:
            text += f" OF {', '.join([self.locked_name(target) for target in lock.of])}"
        if lock.nowait:
            text += " NOWAIT"
        return text + (" SKIP LOCKED" if lock.skip_locked else "")

    def locked_name(self, target: ClauseElement) -> str:
        """What FOR UPDATE OF names: a table."""
        if isinstance(target, Entity):
            target = target.from_clause
        if isinstance(target, FromClause):
            return self.qualifier(target)
        owner = getattr(target, "table", None)
        if isinstance(owner, FromClause):
            return self.qualifier(owner)
        raise CompileError("with_for_update(of=…) takes tables, classes or their columns")

    # --- set operations ---------------------------------------------------------------------------

    def visit_compound_select(self, node: CompoundSelect[Any]) -> str:
        if node is self.root:
            self.set_result_columns(_named(node))
            self.fetched_parts = _leaves(node)
        return self.compound_text(node)

    def compound_text(self, node: CompoundSelect[Any], *, labelled: bool = False) -> str:
        """``SELECT … UNION SELECT … ORDER BY … LIMIT …``."""
        parts = node.parts
        self.register_ctes_of(parts)
        texts = [
            self.compound_part(select, parts.keyword, labelled, first=position == 0)
            for position, select in enumerate(parts.select_list)
        ]
        text = f" {self.set_operator(parts.keyword)} ".join(texts)
        named = _named(node)
        return (
            ""
            f"{text}{self.group_by_clause(parts, named, ())}"
            f"{self.order_by_clause(parts, named, ())}"
            f"{self.limit_clause(parts)}{self.for_update_clause(parts)}"
        )

    def set_operator(self, keyword: str) -> str:
        """UNION, EXCEPT ALL … as the database calls it."""
        plain, _, repeated = keyword.partition(" ")
        if repeated and plain != "UNION" and not self.target.supports_set_all:
            raise CompileError(
                f"{self.target.dialect_name} has no {keyword}; use {_PLAIN_SETS[plain]}, which "
                "leaves repetitions out, or count them with group_by()"
            )
        return keyword

    def compound_part(
        self, select: SelectBase, keyword: str, labelled: bool, *, first: bool
    ) -> str:
        """One operand; wrapped where its own clauses would run into the set operation."""
        if not _must_wrap(select, keyword, first):
            return self._part_text(select, labelled)
        with self.nested_with() as scope:
            text = self._part_text(select, labelled)
        text = self.with_clause(scope) + text
        if self.target.compound_parentheses:
            return f"({text})"
        return f"SELECT * FROM ({text})"

    def _part_text(self, select: SelectBase, labelled: bool) -> str:
        if isinstance(select, Select):
            return self.select_text(select, self.outer, labelled=labelled, near=self.near)
        if isinstance(select, CompoundSelect):
            return self.compound_text(select, labelled=labelled)
        return self.process(select)

    # --- text -------------------------------------------------------------------------------------

    def visit_textual_select(self, node: TextualSelect) -> str:
        self.register_ctes_of(node.parts)
        if node is self.root:
            self.set_result_columns(_named(node))
        return self.process(node.element)


def _named(node: SelectBase) -> list[NamedColumn]:
    if isinstance(node, Select):
        return list(node.parts.named_columns)
    if isinstance(node, CompoundSelect):
        return _named(node.selects[0])
    return [NamedColumn(name, key, column, True) for name, key, column in node.result_columns()]


def _leaves(node: CompoundSelect[Any]) -> frozenset[int]:
    """The ids of the SELECTs a set operation is made of."""
    found: set[int] = set()
    for part in node.parts.select_list:
        found |= _leaves(part) if isinstance(part, CompoundSelect) else {id(part)}
    return frozenset(found)


def _must_wrap(select: SelectBase, keyword: str, first: bool) -> bool:
    if isinstance(select, (Select, CompoundSelect)):
        parts = select.parts
        own = (
            parts.order_by_clauses
            or parts.limit_clause is not None
            or parts.offset_clause is not None
        )
        if own or parts.fetch_clause is not None or parts.for_update_clause is not None:
            return True
    if isinstance(select, CompoundSelect):
        return not (first and select.parts.keyword == keyword)
    return False
