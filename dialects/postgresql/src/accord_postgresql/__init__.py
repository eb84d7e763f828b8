"""PostgreSQL for accord: the dialect, and what PostgreSQL has beyond other databases.

`insert` makes an INSERT with `on_conflict_do_nothing()` and `on_conflict_do_update()`; the types
are those SQLAlchemy's users know. Names are imported at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accord.dialect.on_conflict import OnConflictInsert as Insert
    from accord.sqltypes import (
        BIGINT,
        BOOLEAN,
        CHAR,
        DATE,
        FLOAT,
        INTEGER,
        NUMERIC,
        REAL,
        SMALLINT,
        TEXT,
        VARCHAR,
    )

    from .bits import BitString
    from .constraints import ExcludeConstraint
    from .constructs import All, Any, aggregate_order_by, array, array_agg, hstore
    from .ddl_types import CreateEnumType, DropEnumType
    from .dialect import PostgreSQLDialect
    from .domains import DOMAIN, CreateDomainType, DropDomainType
    from .ranges import (
        DATEMULTIRANGE,
        DATERANGE,
        INT4MULTIRANGE,
        INT4RANGE,
        INT8MULTIRANGE,
        INT8RANGE,
        NUMMULTIRANGE,
        NUMRANGE,
        TSMULTIRANGE,
        TSRANGE,
        TSTZMULTIRANGE,
        TSTZRANGE,
        AbstractMultiRange,
        AbstractRange,
        AbstractSingleRange,
        MultiRange,
        Range,
    )
    from .textsearch import (
        distinct_on,
        phraseto_tsquery,
        plainto_tsquery,
        to_tsquery,
        to_tsvector,
        ts_headline,
        websearch_to_tsquery,
    )
    from .types import (
        ARRAY,
        BIT,
        BYTEA,
        CIDR,
        CITEXT,
        DOUBLE_PRECISION,
        ENUM,
        HSTORE,
        INET,
        INTERVAL,
        JSON,
        JSONB,
        JSONPATH,
        MACADDR,
        MACADDR8,
        MONEY,
        OID,
        REGCLASS,
        REGCONFIG,
        TIME,
        TIMESTAMP,
        TSQUERY,
        TSVECTOR,
        UUID,
        NamedType,
    )
    from .upsert import insert

_HOME = {
    "accord.sqltypes": (
        "BIGINT BOOLEAN CHAR DATE FLOAT INTEGER NUMERIC REAL SMALLINT TEXT VARCHAR"
    ),
    "accord_postgresql.constraints": "ExcludeConstraint",
    "accord_postgresql.constructs": "All Any aggregate_order_by array array_agg hstore",
    "accord_postgresql.bits": "BitString",
    "accord_postgresql.ddl_types": "CreateEnumType DropEnumType",
    "accord_postgresql.dialect": "PostgreSQLDialect",
    "accord_postgresql.domains": "CreateDomainType DOMAIN DropDomainType",
    "accord_postgresql.ranges": (
        "AbstractMultiRange AbstractRange AbstractSingleRange "
        "DATEMULTIRANGE DATERANGE INT4MULTIRANGE INT4RANGE INT8MULTIRANGE INT8RANGE MultiRange "
        "NUMMULTIRANGE NUMRANGE Range TSMULTIRANGE TSRANGE TSTZMULTIRANGE TSTZRANGE"
    ),
    "accord_postgresql.textsearch": (
        "distinct_on phraseto_tsquery plainto_tsquery to_tsquery to_tsvector ts_headline "
        "websearch_to_tsquery"
    ),
    "accord_postgresql.types": (
        "ARRAY BIT BYTEA CIDR CITEXT DOUBLE_PRECISION ENUM HSTORE INET INTERVAL JSON JSONB "
        "NamedType "
        "JSONPATH MACADDR MACADDR8 MONEY OID REGCLASS REGCONFIG TIME TIMESTAMP TSQUERY TSVECTOR "
        "UUID"
    ),
    "accord_postgresql.upsert": "insert",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = [
    "ARRAY", "AbstractMultiRange", "AbstractRange", "AbstractSingleRange", "All", "Any",
    "BIGINT", "BIT", "BOOLEAN", "BYTEA", "BitString", "CHAR", "CIDR", "CITEXT",
    "CreateDomainType", "CreateEnumType", "DATE", "DATEMULTIRANGE", "DATERANGE", "DOMAIN",
    "DOUBLE_PRECISION", "DropDomainType", "DropEnumType", "ENUM", "ExcludeConstraint", "FLOAT",
    "HSTORE", "INET", "INT4MULTIRANGE", "INT4RANGE", "INT8MULTIRANGE", "INT8RANGE", "INTEGER",
    "INTERVAL", "Insert", "JSON", "JSONB", "JSONPATH", "MACADDR", "MACADDR8", "MONEY",
    "MultiRange", "NamedType", "NUMERIC", "NUMMULTIRANGE", "NUMRANGE", "OID",
    "PostgreSQLDialect", "REAL", "REGCLASS", "REGCONFIG", "Range", "SMALLINT", "TEXT", "TIME",
    "TIMESTAMP", "TSMULTIRANGE", "TSQUERY", "TSRANGE", "TSTZMULTIRANGE", "TSTZRANGE",
    "TSVECTOR", "UUID", "VARCHAR", "aggregate_order_by", "array", "array_agg", "distinct_on",
    "hstore", "insert", "phraseto_tsquery", "plainto_tsquery", "to_tsquery", "to_tsvector",
    "ts_headline", "websearch_to_tsquery",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name == "Insert":
        from accord.dialect.on_conflict import OnConflictInsert

        return OnConflictInsert
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
