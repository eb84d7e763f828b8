"""SQLite's answers to the questions of `accord.dialect.Capabilities`."""

from __future__ import annotations

from accord.dialect import (
    DML,
    YES,
    Capabilities,
    DefaultRow,
    DeleteForm,
    InsertForm,
    Keys,
    LastInserted,
    Limits,
    Never,
    RowValues,
    Schema,
    Since,
    Transactions,
    UpdateForm,
    Upsert,
    Values,
)

ROWS = 250
"""Rows of one multi-row statement: more gains nothing (measured), and fewer texts fit the caches
better."""

CAPABILITIES = Capabilities(
    minimum_version="3.24",
    dml=DML(
        returning_insert=Since("3.35"),
        returning_update=Since("3.35"),
        returning_delete=Since("3.35"),
        returning_final=Never("RETURNING shows values as they were before AFTER triggers ran"),
        insert_forms=((InsertForm.EXECUTEMANY, YES), (InsertForm.MULTI_VALUES, YES)),
        multi_values=YES,
        update_forms=((UpdateForm.FROM_VALUES, Since("3.33")), (UpdateForm.EXECUTEMANY, YES)),
        delete_forms=((DeleteForm.IN_LIST, YES), (DeleteForm.EXECUTEMANY, YES)),
        row_values=(
            (RowValues.IN_VALUES, YES),
            (RowValues.IN_ROWS, Since("3.40")),  # older ones were not tried
            (RowValues.OR_OF_ANDS, YES),
        ),
        default_row=DefaultRow.DEFAULT_VALUES,
        upsert=((Upsert.ON_CONFLICT, YES),),
        rowcount_matched=YES,
        rowcount_executemany=YES,
    ),
    keys=Keys(
        lastrowid=YES,
        lastrowid_many=LastInserted.LAST,
        key_echo=Since("3.35"),
        sequences=Never("SQLite has no sequences"),
        identity=Never("SQLite has no identity columns; INTEGER PRIMARY KEY counts by itself"),
        autoincrement=YES,
        autoincrement_explicit=YES,
    ),
    transactions=Transactions(
        savepoints=YES,
        release_savepoint=YES,
        two_phase=Never("SQLite has no prepared transactions"),
        transactional_ddl=YES,
        isolation_levels=("SERIALIZABLE", "READ UNCOMMITTED", "AUTOCOMMIT"),
        default_isolation_level="SERIALIZABLE",
        for_update=Never("SQLite locks the whole database, never rows"),
        skip_locked=Never("SQLite locks the whole database, never rows"),
        server_side_cursors=YES,
    ),
    schema=Schema(
        schemas=YES,
        deferrable_foreign_keys=YES,
        deferrable_unique=Never("SQLite checks unique values row by row"),
        alter_add_constraint=Never("SQLite cannot add a constraint to a table that exists"),
        foreign_keys_enforced=Never(
            "only with PRAGMA foreign_keys = ON; write ?foreign_keys=1 in the URL"
        ),
        check_constraints=YES,
        computed_columns=Since("3.31"),
        comments=Never("SQLite keeps no comments on tables and columns"),
        partial_indexes=YES,
        temporary_tables=YES,
    ),
    values=Values(
        decimal_exact=Never("decimals are stored as binary floating point beyond 15 digits"),
        timezone=Never("SQLite has no timestamps; accord stores UTC and returns it aware"),
        nan=Never("SQLite stores NaN as NULL; accord refuses it"),
        text_nul=YES,
        empty_string=YES,
        arrays=Never("SQLite has no arrays"),
        json=Since("3.38"),
        uuid=Never("SQLite has no UUID type; accord stores 32 hex characters"),
    ),
    limits=Limits(parameters=999, rows=ROWS, in_list=999, identifier=9_999),
    limits_since=(
        (
            "3.32",
            Limits(
                parameters=32_766,
                rows=ROWS,
                in_list=ROWS,
                identifier=9_999,
            ),
        ),
    ),
)

__all__ = ["CAPABILITIES", "ROWS"]
