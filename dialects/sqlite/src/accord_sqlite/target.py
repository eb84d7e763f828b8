"""SQLite as the renderer sees it: quoting, reserved words, what its SQL has and has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.sql.target import RenderTarget

if TYPE_CHECKING:
    from accord.sqltypes import TypeTable

RESERVED = frozenset(
    """add all alter and as autoincrement between case check collate commit constraint create cross
    current_date current_time current_timestamp default deferrable delete distinct drop else
    escape except exists foreign from full glob group having if in index indexed inner insert
    intersect into is isnull join left like limit match natural not nothing notnull null
    offset on or order outer primary raise references regexp returning right rollback row
    select set table temp then to transaction trigger union unique update using values view
    virtual when where window with without""".split()  # noqa: SIM905 (a list of words reads best as words)
)


def render_target(paramstyle: str, types: TypeTable) -> RenderTarget:
    """The answers for every SQLite from 3.24 on; statements that need a later one fail there by
    themselves."""
    return RenderTarget(
        dialect_name="sqlite",
        paramstyle=paramstyle,
        types=types,
        max_identifier_length=9_999,
        reserved_words=RESERVED,
        max_parameters=32_766,
        supports_native_boolean=False,
        supports_is_distinct_from=False,
        supports_whole_rows=False,
        supports_between_symmetric=False,
        supports_quantifiers=False,
        supports_ilike=False,
        supports_filter=True,
        supports_within_group=False,
        supports_grouping_sets=False,
        supports_nulls_ordering=True,
        integer_division_truncates=True,
        tuple_in_values=True,
        supports_distinct_on=False,
        supports_for_update=False,
        supports_fetch=False,
        supports_set_all=False,
        supports_lateral=False,
        supports_tablesample=False,
        supports_full_join=True,
        compound_parentheses=False,
        offset_without_limit="LIMIT -1",
        default_values="DEFAULT VALUES",
        supports_default_keyword=False,
        supports_multi_values=True,
        returning_qualified=False,  # a schema would be part of it
        update_from=True,
        delete_using=False,
        dml_in_cte=False,
        supports_sequences=False,
    )
