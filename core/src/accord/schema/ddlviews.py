"""Views and tables made of queries in DDL: what a database has not is refused with the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from accord.exc import CompileError
from accord.schema.ddlbase import DDLBase

if TYPE_CHECKING:
    from accord.schema import views


class ViewDDL(DDLBase):
    """Writes CREATE VIEW, DROP VIEW, CREATE TABLE … AS."""

    views_hold: ClassVar[bool] = False
    """Does the database refuse to change a column that a view reads?"""

    def visit_create_view(self, create: views.CreateView) -> str:
        words = self._view_words(create)
        name = self.table_name(create.table)
        return f"CREATE {words}VIEW {name} AS {self.query(create.selectable)}"

    def _view_words(self, create: views.CreateView) -> str:
        name, dialect = create.table.fullname, self.target.dialect_name
        words = ""
        if create.or_replace:
            if self.replaces_views is None or create.materialized:
                kind = "MATERIALIZED VIEW" if create.materialized else "VIEW"
                raise CompileError(
                    f"{dialect} has no CREATE OR REPLACE {kind} (view {name!r}); "
                    "execute DropView(table, if_exists=True) before"
                )
            words += f"{self.replaces_views} "
        if create.temporary:
            if not self.temporary_views:
                raise CompileError(f"{dialect} has no temporary views (view {name!r})")
            words += "TEMPORARY "
        if create.materialized:
            if not self.materialized_views:
                raise CompileError(f"{dialect} has no materialized views (view {name!r})")
            words += "MATERIALIZED "
        return words

    def visit_drop_view(self, drop: views.DropView) -> str:
        words = "MATERIALIZED VIEW" if drop.materialized else "VIEW"
        exists = " IF EXISTS" if drop.if_exists else ""
        return f"DROP {words}{exists} {self.table_name(drop.element)}"

    def visit_create_table_as(self, create: views.CreateTableAs) -> str:
        if create.if_not_exists and not self.table_as_if_not_exists:
            raise CompileError(
                f"{self.target.dialect_name} has no CREATE TABLE IF NOT EXISTS … AS; ask "
                f"inspect(engine).has_table({create.table.name!r}) before"
            )
        temporary = "TEMPORARY " if create.temporary else ""
        exists = "IF NOT EXISTS " if create.if_not_exists else ""
        name = self.table_name(create.table)
        return f"CREATE {temporary}TABLE {exists}{name} AS {self.query(create.selectable)}"
