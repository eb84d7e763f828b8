"""PostgreSQL as the renderer sees it: quoting, reserved words, what its SQL has and has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.sql.target import RenderTarget

if TYPE_CHECKING:
    from accord.sqltypes import TypeTable

RESERVED = frozenset(
    """all analyse analyze and any array as asc asymmetric authorization binary both case cast
    check collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user default
    deferrable desc distinct do else end except false fetch for foreign freeze from full grant
    group having ilike in initially inner intersect into is isnull join lateral leading left like
    limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps
    placing primary references returning right select session_user similar some symmetric
    system_user table tablesample then to trailing true union unique user using variadic verbose
    when where window with
    between bigint bit boolean char character coalesce dec decimal exists extract float greatest
    grouping inout int integer interval json json_array json_arrayagg json_exists json_object
    json_objectagg json_query json_scalar json_serialize json_table json_value least
    merge_action national nchar none normalize nullif numeric out overlay position precision real
    row setof smallint substring time timestamp treat trim values varchar xmlattributes xmlconcat
    xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize
    xmltable""".split()  # noqa: SIM905 (a list of words reads best as words)
)
"""Reserved, and those that cannot name a function or type: quoting a word too many harms nobody."""


def render_target(name: str, paramstyle: str, types: TypeTable) -> RenderTarget:
    """The answers for every PostgreSQL from 13 on."""
    return RenderTarget(
        dialect_name=name,
        paramstyle=paramstyle,
        types=types,
        max_identifier_length=63,
        identifier_length_in_bytes=True,
        reserved_words=RESERVED,
        max_parameters=65_535,
        supports_native_boolean=True,
        supports_is_distinct_from=True,
        supports_ilike=True,
        supports_filter=True,
        supports_nulls_ordering=True,
        integer_division_truncates=True,
        tuple_in_values=False,
        supports_distinct_on=True,
        supports_for_update=True,
        supports_lateral=True,
        supports_full_join=True,
        compound_parentheses=True,
        default_values="DEFAULT VALUES",
        supports_default_keyword=True,
        supports_multi_values=True,
        update_from=True,
        delete_using=True,
        supports_sequences=True,
    )
