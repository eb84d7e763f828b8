"""SQL Server as the renderer sees it: brackets, reserved words, what Transact-SQL has and has not.

In: the driver's parameter style and the type table. Out: the RenderTarget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.sql.target import RenderTarget

from .answers import IDENTIFIER, PARAMETERS

if TYPE_CHECKING:
    from accord.sqltypes import TypeTable

RESERVED = frozenset(
    """add all alter and any as asc authorization backup begin between break browse bulk by cascade
    case check checkpoint close clustered coalesce collate column commit compute constraint contains
    containstable continue convert create cross current current_date current_time current_timestamp
    current_user cursor database dbcc deallocate declare default delete deny desc disk distinct
    distributed double drop dump else end errlvl escape except exec execute exists exit external
    fetch file fillfactor for foreign freetext freetexttable from full function goto grant group
    having holdlock identity identity_insert identitycol if in index inner insert intersect into is
    join key kill left like lineno load merge national nocheck nonclustered not null nullif of off
    offsets on open opendatasource openquery openrowset openxml option or order outer over percent
    pivot plan precision primary print proc procedure public raiserror read readtext reconfigure
    references replication restore restrict return revert revoke right rollback rowcount rowguidcol
    rule save schema securityaudit select semantickeyphrasetable semanticsimilaritydetailstable
    semanticsimilaritytable session_user set setuser shutdown some statistics system_user table
    tablesample textsize then to top tran transaction trigger truncate try_convert tsequal union
    unique unpivot update updatetext use user values varying view waitfor when where while with
    within writetext""".split()  # noqa: SIM905 (a list of words reads best as words)
)


def render_target(paramstyle: str, types: TypeTable) -> RenderTarget:
    """The answers for SQL Server 2017 and later."""
    return RenderTarget(
        dialect_name="mssql",
        paramstyle=paramstyle,
        types=types,
        max_identifier_length=IDENTIFIER,
        quote_open="[",
        quote_close="]",
        reserved_words=RESERVED,
        max_parameters=PARAMETERS,
        supports_native_boolean=False,
        supports_is_distinct_from=False,
        supports_whole_rows=False,
        supports_between_symmetric=False,
        supports_row_comparison=False,
        supports_ilike=False,
        supports_filter=False,
        percentiles_need_over=True,
        supports_frame_groups=False,
        supports_frame_exclusion=False,
        supports_nulls_ordering=False,
        integer_division_truncates=True,
        supports_distinct_on=False,
        supports_for_update=True,
        supports_names_in_group_by=False,
        supports_set_all=False,
        supports_recursive_union=False,
        supports_lateral=True,
        supports_full_join=True,
        supports_cte=True,
        supports_nested_cte=False,
        recursive_keyword=False,
        default_values="DEFAULT VALUES",
        supports_default_keyword=True,
        supports_multi_values=True,
        update_from=True,
        delete_using=True,
        dml_in_cte=False,
        supports_sequences=True,
        sequences_optional=True,
    )
