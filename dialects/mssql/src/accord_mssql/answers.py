"""SQL Server's answers to the questions of `accord.dialect.Capabilities`.

In: nothing. Out: frozen data. What depends on a table (triggers, identity) is not here but in
catalog.py.
"""

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
    Transactions,
    UpdateForm,
    Upsert,
    Values,
)

IDENTIFIER = 128
PARAMETERS = 2_098
"""2100 for a statement, two of which sp_executesql takes itself, for drivers that go that way."""
ROWS = 1_000
"""Rows of one VALUES list."""

_LEVELS = (
    "READ COMMITTED",
    "READ UNCOMMITTED",
    "REPEATABLE READ",
    "SERIALIZABLE",
    "SNAPSHOT",
    "AUTOCOMMIT",
)

CAPABILITIES = Capabilities(
    minimum_version="14",
    dml=DML(
        returning_insert=YES,
        returning_update=YES,
        returning_delete=YES,
        returning_final=Never("OUTPUT shows rows as they were before triggers ran"),
        insert_forms=((InsertForm.MULTI_VALUES, YES), (InsertForm.EXECUTEMANY, YES)),
        multi_values=YES,
        update_forms=((UpdateForm.FROM_VALUES, YES), (UpdateForm.EXECUTEMANY, YES)),
        delete_forms=((DeleteForm.IN_LIST, YES), (DeleteForm.EXECUTEMANY, YES)),
        row_values=((RowValues.OR_OF_ANDS, YES),),
        default_row=DefaultRow.DEFAULT_VALUES,
        upsert=((Upsert.MERGE, YES),),
        rowcount_matched=YES,
        rowcount_executemany=YES,
    ),
    keys=Keys(
        lastrowid=Never("SCOPE_IDENTITY() is a statement of its own; OUTPUT tells the key"),
        lastrowid_many=LastInserted.UNDEFINED,
        key_echo=YES,
        sequences=YES,
        identity=YES,
        autoincrement=YES,
        autoincrement_explicit=Never(
            "only between SET IDENTITY_INSERT ON and OFF, which accord writes"
        ),
    ),
    transactions=Transactions(
        savepoints=YES,
        release_savepoint=Never(
            "SAVE TRANSACTION has no release; savepoints end with the transaction"
        ),
        two_phase=Never("distributed transactions need MSDTC, which Python drivers do not reach"),
        transactional_ddl=YES,
        isolation_levels=_LEVELS,
        default_isolation_level="READ COMMITTED",
        for_update=YES,
        skip_locked=YES,
        server_side_cursors=YES,
        statements_beside_stream=YES,  # driver.py keeps the rest, which pymssql would throw away
    ),
    schema=Schema(
        schemas=YES,
        deferrable_foreign_keys=Never("SQL Server checks constraints with every statement"),
        deferrable_unique=Never("SQL Server checks constraints with every statement"),
        alter_add_constraint=YES,
        foreign_keys_enforced=YES,
        check_constraints=YES,
        computed_columns=YES,
        comments=YES,
        partial_indexes=YES,
        temporary_tables=Never(
            "there is no CREATE TEMPORARY TABLE: the name of a temporary table begins with #"
        ),
    ),
    values=Values(
        decimal_exact=YES,
        timezone=YES,
        nan=Never("FLOAT has no NaN and no infinity; accord refuses them"),
        text_nul=Never("the driver's statement text ends at U+0000; accord refuses it"),
        empty_string=YES,
        arrays=Never("SQL Server has no arrays"),
        json=YES,
        uuid=YES,
    ),
    limits=Limits(parameters=PARAMETERS, rows=ROWS, in_list=1_000, identifier=IDENTIFIER),
)

__all__ = ["CAPABILITIES", "IDENTIFIER", "PARAMETERS", "ROWS"]
