"""Comments on tables and columns: extended properties named MS_Description.

In: the comment elements of accord.schema. Out: a batch that adds, changes or drops the property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.schema import DDLRenderer, Table

from .types import national

if TYPE_CHECKING:
    from accord.schema import (
        DropColumnComment,
        DropTableComment,
        SetColumnComment,
        SetTableComment,
    )

PROPERTY = "MS_Description"


class CommentDDL(DDLRenderer):
    """COMMENT ON, as SQL Server has it."""

    def visit_set_table_comment(self, comment: SetTableComment) -> str:
        return self._set(comment.element, None, comment.element.comment or "")

    def visit_drop_table_comment(self, comment: DropTableComment) -> str:
        return self._drop(comment.element, None)

    def visit_set_column_comment(self, comment: SetColumnComment) -> str:
        column = comment.element
        return self._set(column.table, str(column.name), column.comment or "")

    def visit_drop_column_comment(self, comment: DropColumnComment) -> str:
        column = comment.element
        return self._drop(column.table, str(column.name))

    def _set(self, table: object, column: str | None, text: str) -> str:
        value = "N'" + text.replace("'", "''") + "'"  # an argument of EXEC is one literal
        where = self._place(table, column)
        found = self._found(table, column)
        return (
            f"{self._schema(table)} IF {found} "
            f"EXEC sys.sp_updateextendedproperty @name = N'{PROPERTY}', @value = {value}, {where} "
            f"ELSE EXEC sys.sp_addextendedproperty @name = N'{PROPERTY}', @value = {value}, {where}"
        )

    def _drop(self, table: object, column: str | None) -> str:
        place = self._place(table, column)
        return (
            f"{self._schema(table)} IF {self._found(table, column)} "
            f"EXEC sys.sp_dropextendedproperty @name = N'{PROPERTY}', {place}"
        )

    def _schema(self, table: object) -> str:
        assert isinstance(table, Table)
        schema = self.target.schema_of(table.schema)
        shown = "SCHEMA_NAME()" if schema is None else _name(schema)
        return f"DECLARE @accord_schema sysname = {shown};"

    def _place(self, table: object, column: str | None) -> str:
        assert isinstance(table, Table)
        text = (
            "@level0type = N'SCHEMA', @level0name = @accord_schema, "
            f"@level1type = N'TABLE', @level1name = {_name(table.name)}"
        )
        if column is None:
            return text
        return f"{text}, @level2type = N'COLUMN', @level2name = {_name(column)}"

    def _found(self, table: object, column: str | None) -> str:
        assert isinstance(table, Table)
        full = national(self.table_name(table))
        minor = "0"
        if column is not None:
            minor = f"COLUMNPROPERTY(OBJECT_ID({full}), {_name(column)}, 'ColumnId')"
        return (
            "EXISTS (SELECT 1 FROM sys.extended_properties WHERE class = 1 "
            f"AND name = N'{PROPERTY}' AND major_id = OBJECT_ID({full}) AND minor_id = {minor})"
        )


def _name(name: str) -> str:
    return "N'" + name.replace("'", "''") + "'"
