"""MySQL and MariaDB as the renderer sees them: quoting, reserved words, what their SQL has and has
not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from accord.sql.target import RenderTarget

if TYPE_CHECKING:
    from accord.sqltypes import TypeTable

_WORDS = """accessible add all alter analyze and as asc asensitive before between bigint
binary blob both by call cascade case change char character check collate column condition
constraint continue convert create cross cube cume_dist current_date current_role current_time
current_timestamp current_user cursor database databases day_hour day_microsecond day_minute
day_second dec decimal declare default delayed delete delete_domain_id dense_rank desc
describe deterministic distinct distinctrow div do_domain_ids double drop dual each else
elseif empty enclosed escaped except exists exit explain false fetch first_value float float4
float8 for force foreign from fulltext function general generated get grant group grouping
groups having high_priority hour_microsecond hour_minute hour_second if ignore
ignore_domain_ids ignore_server_ids in index infile inner inout insensitive insert int int1
int2 int3 int4 int8 integer intersect interval into io_after_gtids io_before_gtids is iterate
join json_table key keys kill lag last_value lateral lead leading leave left library like
limit linear lines load localtime localtimestamp lock long longblob longtext loop low_priority
manual master_bind master_heartbeat_period master_ssl_verify_server_cert match maxvalue
mediumblob mediumint mediumtext middleint minute_microsecond minute_second mod modifies
natural no_write_to_binlog not nth_value ntile null numeric of offset on optimize
optimizer_costs option optionally or order out outer outfile over page_checksum parallel
parse_vcol_expr partition percent_rank position precision primary procedure purge qualify
range rank read read_write reads real recursive ref_system_id references regexp release rename
repeat replace require resignal restrict return returning revoke right rlike row row_number
rows schema schemas second_microsecond select sensitive separator set show signal slow
smallint spatial specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception
sqlstate sqlwarning ssl starting stats_auto_recalc stats_persistent stats_sample_pages stored
straight_join system table tablesample terminated then tinyblob tinyint tinytext to trailing
trigger true undo union unique unlock unsigned update usage use using utc_date utc_time
utc_timestamp value values vector varbinary varchar varcharacter varying virtual when where
while window with write xor year_month zerofill"""
RESERVED = frozenset(_WORDS.split())
"""Words reserved by MySQL 8.0 to 9.7 or MariaDB 10.5 to 11.8."""


def mysql_target(paramstyle: str, types: TypeTable, name: str = "mysql") -> RenderTarget:
    """The answers of MySQL 8.0.30 and later."""
    return RenderTarget(
        dialect_name=name,
        paramstyle=paramstyle,
        types=types,
        max_identifier_length=64,
        quote_open="`",
        quote_close="`",
        # The catalog is in utf8mb3: MySQL keeps such a name as "?", MariaDB refuses it.
        refused_in_names=re.compile("[\U00010000-\U0010ffff]| \\Z"),
        reserved_words=RESERVED,
        max_parameters=65_535,
        supports_native_boolean=False,
        supports_is_distinct_from=False,
        supports_whole_rows=False,
        supports_between_symmetric=False,
        supports_ilike=False,
        supports_filter=False,
        supports_within_group=False,
        supports_grouping_sets=False,
        supports_frame_groups=False,
        supports_frame_exclusion=False,
        supports_nulls_ordering=False,
        integer_division_truncates=False,
        tuple_in_values=False,
        supports_distinct_on=False,
        supports_for_update=True,
        supports_fetch=False,
        supports_lateral=True,
        supports_tablesample=False,
        supports_full_join=False,
        supports_cte=True,
        compound_parentheses=True,
        offset_without_limit="LIMIT 18446744073709551615",
        default_values="VALUES ()",
        supports_default_keyword=True,
        supports_multi_values=True,
        insert_returning=False,
        update_returning=False,
        delete_returning=False,
        update_from=False,
        update_several=True,
        delete_using=False,
        dml_in_cte=False,
        supports_sequences=False,
    )


def mariadb_target(paramstyle: str, types: TypeTable, name: str = "mariadb") -> RenderTarget:
    """The answers of MariaDB 10.5 and later."""
    from dataclasses import replace

    return replace(
        mysql_target(paramstyle, types, name),
        supports_lateral=False,
        supports_within_group=True,
        percentiles_need_over=True,
        insert_returning=True,
        delete_returning=True,
        returning_qualified=False,
        supports_sequences=True,
    )
