"""MySQL's and MariaDB's answers to the questions of `accord.dialect.Capabilities`."""

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

ROWS = 1_000
"""Rows of one multi-row statement: more gains nothing (measured)."""
_NO_RETURNING = Never("MySQL has no RETURNING")
_NO_DEFERRING = Never("InnoDB checks every row as it is written")

MYSQL = Capabilities(
    minimum_version="8.0.30",
    dml=DML(
        returning_insert=_NO_RETURNING,
        returning_update=_NO_RETURNING,
        returning_delete=_NO_RETURNING,
        insert_forms=((InsertForm.MULTI_VALUES, YES), (InsertForm.EXECUTEMANY, YES)),
        multi_values=YES,
        update_forms=((UpdateForm.JOIN_VALUES, YES), (UpdateForm.EXECUTEMANY, YES)),
        delete_forms=((DeleteForm.IN_LIST, YES), (DeleteForm.EXECUTEMANY, YES)),
        row_values=((RowValues.IN_ROWS, YES), (RowValues.OR_OF_ANDS, YES)),
        default_row=DefaultRow.EMPTY_VALUES,
        upsert=((Upsert.ON_DUPLICATE_KEY, YES),),
        rowcount_matched=YES,
        rowcount_executemany=YES,
    ),
    keys=Keys(
        lastrowid=YES,
        lastrowid_many=LastInserted.FIRST,
        key_echo=Never("MySQL has no RETURNING"),
        sequences=Never("MySQL has no sequences; AUTO_INCREMENT counts"),
        identity=Never("MySQL has no identity columns; AUTO_INCREMENT counts"),
        autoincrement=YES,
        autoincrement_explicit=YES,
    ),
    transactions=Transactions(
        savepoints=YES,
        release_savepoint=YES,
        two_phase=YES,
        transactional_ddl=Never("DDL commits the open transaction"),
        isolation_levels=(
            "SERIALIZABLE",
            "READ UNCOMMITTED",
            "READ COMMITTED",
            "REPEATABLE READ",
            "AUTOCOMMIT",
        ),
        default_isolation_level="REPEATABLE READ",
        for_update=YES,
        skip_locked=YES,
        server_side_cursors=YES,
        statements_beside_stream=Never(
            "an unbuffered result occupies the connection until it has been read"
        ),
    ),
    schema=Schema(
        schemas=YES,
        deferrable_foreign_keys=_NO_DEFERRING,
        deferrable_unique=_NO_DEFERRING,
        alter_add_constraint=YES,
        foreign_keys_enforced=YES,
        foreign_keys_at_statement_end=Never("InnoDB checks every row as it is written"),
        check_constraints=YES,
        computed_columns=YES,
        comments=YES,
        partial_indexes=Never("an index covers all rows"),
        temporary_tables=YES,
    ),
    values=Values(
        decimal_exact=YES,
        timezone=Never("there is no type with a zone; accord stores UTC and returns it aware"),
        nan=Never("there is no NaN and no infinity; accord refuses them"),
        text_nul=YES,
        empty_string=YES,
        arrays=Never("there are no arrays"),
        json=YES,
        uuid=Never("there is no UUID type; accord stores 32 hex characters"),
    ),
    limits=Limits(parameters=65_535, rows=ROWS, in_list=ROWS, identifier=64),
)

MARIADB = MYSQL.replace(
    dml={
        "returning_insert": YES,
        "returning_update": Never("MariaDB has no UPDATE … RETURNING"),
        "returning_delete": YES,
        "row_values": (
            (RowValues.IN_ROWS, YES),
            (RowValues.IN_VALUES, YES),
            (RowValues.OR_OF_ANDS, YES),
        ),
    },
    keys={"key_echo": YES, "sequences": YES},
    transactions={"skip_locked": Since("10.6")},
    values={"uuid": Since("10.7")},
)
MARIADB = Capabilities(
    minimum_version="10.5",
    dml=MARIADB.dml,
    keys=MARIADB.keys,
    transactions=MARIADB.transactions,
    schema=MARIADB.schema,
    values=MARIADB.values,
    limits=MARIADB.limits,
)

__all__ = ["MARIADB", "MYSQL", "ROWS"]
