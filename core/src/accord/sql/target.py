"""RenderTarget: what the renderer has to know about a database and its driver.

A dialect makes one per driver. Everything here is a plain answer to a question the renderer asks;
where a database differs in more than an answer, its Renderer overrides a method.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from accord.exc import ArgumentError
from accord.records import dataclass, replace
from accord.sqltypes.table import STANDARD, TypeTable

from .identifiers import PLAIN_NAME, STANDARD_RESERVED

if TYPE_CHECKING:
    import re
    from typing import TypeAlias

PARAMSTYLES: Final = ("qmark", "format", "pyformat", "named", "numeric", "numeric_dollar")


#: (schema in the metadata, schema in the database); None is a name without schema.
SchemaMap: TypeAlias = "tuple[tuple[str | None, str | None], ...]"


def schema_map_of(given: object) -> SchemaMap:
    """The execution option schema_translate_map as a hashable value."""
    if not given:
        return ()
    if not isinstance(given, Mapping) or not all(
        isinstance(name, str | None) for pair in given.items() for name in pair
    ):
        raise ArgumentError(
            "schema_translate_map is a dict from schema names to schema names, with None for no "
            f"schema: {{None: 'tenant_1'}}; got {type(given).__name__}"
            + (" with other things in it" if isinstance(given, Mapping) else "")
        )
    return tuple(sorted(given.items(), key=lambda pair: (pair[0] is not None, pair[0])))


@dataclass(frozen=True)
class RenderTarget:
    """One database as the renderer sees it."""

    dialect_name: str = "default"
    paramstyle: str = "named"
    types: TypeTable = STANDARD

    # names
    max_identifier_length: int = 255
    identifier_length_in_bytes: bool = False
    label_length: int | None = None  # of names that accord makes up; None is the limit of any name
    quote_open: str = '"'
    quote_close: str = '"'
    reserved_words: frozenset[str] = STANDARD_RESERVED
    plain_name: re.Pattern[str] = PLAIN_NAME  # names that need no quotes
    refused_in_names: re.Pattern[str] | None = None  # what no name can have in it, quoted or not

    schema_map: SchemaMap = ()  # schemas that stand in statements under another name

    # limits
    max_parameters: int | None = (
        None  # per statement; expanding parameters are not padded beyond it
    )

    # expressions
    supports_native_boolean: bool = (
        True  # else true and false are 1 and 0, and conditions need "= 1"
    )
    supports_is_distinct_from: bool = True
    supports_between_symmetric: bool = True  # else BETWEEN once each way
    supports_quantifiers: bool = True  # ANY (SELECT …), ALL (SELECT …)
    supports_whole_rows: bool = True  # a table's name as a value: its row
    supports_row_comparison: bool = True  # (a, b) < (x, y); else column by column
    supports_ilike: bool = False
    supports_filter: bool = True  # aggregate FILTER (WHERE …); else CASE inside the aggregate
    supports_within_group: bool = True  # aggregate WITHIN GROUP (ORDER BY …)
    percentiles_need_over: bool = False  # percentile_cont(…) WITHIN GROUP (…) in windows only
    supports_grouping_sets: bool = True  # ROLLUP, CUBE and GROUPING SETS in GROUP BY
    supports_frame_groups: bool = True  # windows that count GROUPS of equal rows
    supports_frame_exclusion: bool = True  # EXCLUDE CURRENT ROW and the like
    supports_nulls_ordering: bool = True  # NULLS FIRST / LAST; else an extra sort key
    integer_division_truncates: bool = True  # 7 / 2 is 3
    tuple_in_values: bool = False  # (a, b) IN (VALUES (?, ?))
    max_in_list: int | None = None  # values of one IN list; longer ones become several

    # SELECT
    supports_distinct_on: bool = False
    supports_for_update: bool = True
    supports_lateral: bool = True
    supports_fetch: bool = True  # FETCH FIRST; else LIMIT, without WITH TIES and PERCENT
    supports_names_in_group_by: bool = True  # GROUP BY label; else the expression again
    supports_full_join: bool = True
    supports_tablesample: bool = True
    supports_cte: bool = True
    supports_recursive_union: bool = True  # UNION in a recursive CTE; else UNION ALL only
    supports_nested_cte: bool = True  # WITH inside a subquery; else all are in the first one
    recursive_keyword: bool = True  # WITH RECURSIVE; else plain WITH
    cte_column_list: bool = True  # recursive CTEs name their columns
    compound_parentheses: bool = True  # (SELECT …) UNION (SELECT …); else SELECT * FROM (…)
    supports_set_all: bool = True  # INTERSECT ALL, EXCEPT ALL
    alias_keyword: bool = True  # FROM t AS x; else FROM t x
    offset_without_limit: str = ""  # what stands before OFFSET then: "LIMIT -1"
    dual: str = ""  # " FROM dual" where a SELECT cannot go without FROM

    # INSERT, UPDATE, DELETE
    default_values: str = "DEFAULT VALUES"  # an INSERT without columns; "VALUES ()" elsewhere
    supports_default_keyword: bool = True  # DEFAULT as a value
    supports_multi_values: bool = True
    insert_returning: bool = True
    update_returning: bool = True
    delete_returning: bool = True
    returning_qualified: bool = True  # RETURNING t.id; else RETURNING id
    update_from: bool = True  # UPDATE … SET … FROM
    dml_in_cte: bool = True  # WITH x AS (DELETE … RETURNING …)
    upsert_returning: bool = True  # an INSERT with a rule for conflicts can return rows
    update_several: bool = False  # SET may name columns of several tables
    delete_using: bool = True  # DELETE FROM … USING
    supports_sequences: bool = True
    sequences_optional: bool = False  # Sequence(optional=True) is ignored: there are better ways

    def schema_of(self, schema: str | None) -> str | None:
        """The schema that `schema` of a table, sequence or type is addressed with."""
        for known, other in self.schema_map:
            if known == schema:
                return other
        return schema

    def with_schemas(self, given: Mapping[str | None, str | None]) -> RenderTarget:
        """The same database with other schemas (the execution option schema_translate_map)."""
        return replace(self, schema_map=schema_map_of(given))

    def escaped(self, text: str) -> str:
        """Text beside parameter marks, as the driver has to get it."""
        return text.replace("%", "%%") if self.paramstyle in ("format", "pyformat") else text

    def uses_sequence(self, sequence: Any) -> bool:
        """Whether a column with this sequence as default takes its numbers from it."""
        return self.supports_sequences and not (sequence.optional and self.sequences_optional)

    def __post_init__(self) -> None:
        if self.paramstyle not in PARAMSTYLES:
            known = ", ".join(PARAMSTYLES)
            raise ValueError(f"unknown paramstyle {self.paramstyle!r}; a driver has one of {known}")


DEFAULT_TARGET: Final = RenderTarget(supports_distinct_on=True)
READABLE_TARGET: Final = RenderTarget(supports_distinct_on=True, max_identifier_length=1 << 20)
