"""Oracle's answers to the questions of `accord.dialect.Capabilities`."""

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

from .target import IDENTIFIER_BYTES, IN_LIST, PARAMETERS

ROWS = 20_000
"""Rows of one array statement: bounds the memory of out binds."""

CAPABILITIES = Capabilities(
    minimum_version="19",
    dml=DML(
        returning_insert=YES,
        returning_update=YES,
        returning_delete=YES,
        returning_final=Never("AFTER triggers and INSTEAD OF triggers run behind RETURNING INTO"),
        insert_forms=((InsertForm.EXECUTEMANY, YES),),
        multi_values=Since("23"),
        update_forms=((UpdateForm.EXECUTEMANY, YES),),
        delete_forms=((DeleteForm.EXECUTEMANY, YES), (DeleteForm.IN_LIST, YES)),
        row_values=((RowValues.IN_ROWS, YES), (RowValues.OR_OF_ANDS, YES)),
        default_row=DefaultRow.DEFAULT_KEYWORD,
        upsert=((Upsert.MERGE, YES),),
        rowcount_matched=YES,
        rowcount_executemany=YES,
    ),
    keys=Keys(
        lastrowid=Never("cursor.lastrowid is Oracle's ROWID, not the key"),
        lastrowid_many=LastInserted.UNDEFINED,
        key_echo=YES,
        sequences=YES,
        identity=YES,
        autoincrement=YES,
        autoincrement_explicit=YES,
    ),
    transactions=Transactions(
        savepoints=YES,
        release_savepoint=Never("Oracle has no RELEASE SAVEPOINT; they end with the transaction"),
        two_phase=YES,
        transactional_ddl=Never("Oracle commits before and after every DDL statement"),
        isolation_levels=("READ COMMITTED", "SERIALIZABLE", "AUTOCOMMIT"),
        default_isolation_level="READ COMMITTED",
        for_update=YES,
        skip_locked=YES,
        server_side_cursors=YES,
    ),
    schema=Schema(
        schemas=YES,
        deferrable_foreign_keys=YES,
        deferrable_unique=YES,
        alter_add_constraint=YES,
        foreign_keys_enforced=YES,
        check_constraints=YES,
        computed_columns=YES,
        comments=YES,
        partial_indexes=Never("Oracle has no index on a condition; index an expression instead"),
        temporary_tables=Never(
            "a global temporary table is there for everybody; its rows are for one session only"
        ),
    ),
    values=Values(
        decimal_exact=YES,
        timezone=Never(
            "python-oracledb drops the zone of a datetime; accord stores UTC and returns it aware"
        ),
        nan=YES,
        text_nul=YES,
        empty_string=Never("Oracle stores '' as NULL"),
        arrays=Never("Oracle has no array columns without a type made for them"),
        json=YES,
        uuid=Never("Oracle has no UUID type; accord stores 32 hex characters"),
    ),
    limits=Limits(
        parameters=PARAMETERS,
        rows=ROWS,
        in_list=IN_LIST,
        identifier=IDENTIFIER_BYTES,
    ),
)

__all__ = ["CAPABILITIES", "ROWS"]
