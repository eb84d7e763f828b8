"""Oracle as the renderer sees it: quoting, reserved words, what its SQL has and has not.

Names follow the convention SQLAlchemy's users know: a lower-case name is written without quotes
and means whatever Oracle folds it to; any other name is quoted and means exactly itself. In: a
parameter style. Out: a RenderTarget; `folded` and `unfolded` translate names of the catalog.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from accord.sql.target import RenderTarget

if TYPE_CHECKING:
    from accord.sqltypes import TypeTable

IDENTIFIER_BYTES = 128
PARAMETERS = 65_535
IN_LIST = 1_000
"""Values one IN list may have (ORA-01795)."""

RESERVED = frozenset(
    """access add all alter and any as asc audit between by char check cluster column column_value
    comment compress connect create current date decimal default delete desc distinct drop else
    exclusive exists file float for from grant group having identified immediate in increment
    index initial insert integer intersect into is level like lock long maxextents minus mlslabel
    mode modify nested_table_id noaudit nocompress not nowait null number of offline on online
    option or order pctfree prior public raw rename resource revoke row rowid rownum rows select
    session set share size smallint start successful synonym sysdate table then to trigger uid
    union unique update user validate values varchar varchar2 view whenever where
    with""".split()  # noqa: SIM905 (a list of words reads best as words)
)
"""The reserved words of Oracle's SQL reference; none of them can be a name without quotes, or the
name of a bind variable."""

_PLAIN = re.compile(r"[a-z][a-z0-9_$#]*\Z")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_$#]*\Z")


def is_plain(name: str) -> bool:
    """Whether a name stands in statements without quotes."""
    return _PLAIN.match(name) is not None and name not in RESERVED


def folded(name: str) -> str:
    """A name as the catalog keeps it: what is written without quotes is upper case there."""
    quote = getattr(name, "quote", None)
    plain = is_plain(name) if quote is None else not quote
    return name.upper() if plain else str(name)


def unfolded(name: str) -> str:
    """A name of the catalog as programs write it."""
    return name.lower() if name.isupper() and is_plain(name.lower()) else name


def bind_name(name: str) -> str:
    """A name that can stand after a colon: no reserved word, a letter first, not too long."""
    if _WORD.match(name) and name.lower() not in RESERVED and len(name) <= IDENTIFIER_BYTES:
        return name
    return f"p_{name.encode('ascii', 'replace').decode().replace('?', '_')}"[:100]


def render_target(paramstyle: str, types: TypeTable) -> RenderTarget:
    """The answers for Oracle 19 and later."""
    return RenderTarget(
        dialect_name="oracle",
        paramstyle=paramstyle,
        types=types,
        max_identifier_length=IDENTIFIER_BYTES,
        identifier_length_in_bytes=True,
        reserved_words=RESERVED,
        plain_name=_PLAIN,
        refused_in_names=re.compile('"'),
        max_parameters=PARAMETERS,
        supports_native_boolean=False,
        supports_is_distinct_from=False,
        supports_whole_rows=False,
        supports_between_symmetric=False,
        supports_row_comparison=False,
        supports_ilike=False,
        supports_filter=False,
        supports_frame_groups=False,
        supports_frame_exclusion=False,
        supports_nulls_ordering=True,
        integer_division_truncates=False,
        tuple_in_values=False,
        max_in_list=IN_LIST,
        supports_distinct_on=False,
        supports_for_update=True,
        supports_names_in_group_by=False,
        supports_set_all=False,
        supports_recursive_union=False,
        supports_lateral=True,
        supports_full_join=True,
        recursive_keyword=False,
        cte_column_list=True,
        compound_parentheses=False,
        alias_keyword=False,
        dual=" FROM dual",
        supports_default_keyword=True,
        supports_multi_values=False,
        insert_returning=True,
        upsert_returning=False,
        update_returning=True,
        delete_returning=True,
        update_from=False,
        delete_using=False,
        dml_in_cte=False,
        supports_sequences=True,
    )
