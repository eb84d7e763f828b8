"""DOMAIN: a type of the user's, made of another one with a default and a check.

In: DOMAIN("email", String(200), check="VALUE LIKE '%@%'"). Out: a type that converts as the other
one does and is made by ``create_all()`` before the first table that uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.schema import DDLElement
from accord.sqltypes import TypeDecorator, TypeEngine
from accord.sqltypes.base import to_instance

from .types import NamedType

if TYPE_CHECKING:
    from accord.sql.clauses import ClauseElement


class DOMAIN(TypeDecorator[Any], NamedType):
    """A domain: ``DOMAIN("amount", Numeric(8, 2), check="VALUE >= 0")``.

    ``create_type=False``: the domain exists, or is made elsewhere.
    """

    cache_ok = True

    def __init__(
        self,
        name: str,
        data_type: TypeEngine[Any] | type[TypeEngine[Any]],
        *,
        collation: str | None = None,
        default: str | ClauseElement | None = None,
        constraint_name: str | None = None,
        not_null: bool | None = None,
        check: str | ClauseElement | None = None,
        create_type: bool = True,
        schema: str | None = None,
    ) -> None:
        if not name:
            raise ArgumentError("a DOMAIN has a name: DOMAIN('email', String(200))")
        self.impl = to_instance(data_type)
        self.affinity = self.impl.affinity
        self.name = name
        self.schema = schema
        self.create_type = create_type
        self.collation = collation
        self.default = default
        self.constraint_name = constraint_name
        self.not_null = not_null
        self.check = check

    def _structural_key(self) -> tuple[Any, ...]:
        return (type(self), self.schema, self.name, self.impl_instance.key)

    @property
    def data_type(self) -> TypeEngine[Any]:
        """The type it is made of."""
        return self.impl_instance

    def create(self, bind: Any, checkfirst: bool = True) -> None:
        """CREATE DOMAIN; nothing if it is there and `checkfirst`."""
        from .ddl_types import execute

        execute(CreateDomainType(self, if_not_exists=checkfirst), bind)

    def drop(self, bind: Any, checkfirst: bool = True) -> None:
        """DROP DOMAIN."""
        from .ddl_types import execute

        execute(DropDomainType(self, if_exists=checkfirst), bind)

    def __repr__(self) -> str:
        return f"DOMAIN({self.name!r}, {self.data_type!r})"


class CreateDomainType(DDLElement):
    """CREATE DOMAIN."""

    visit_name = "create_domain_type"
    element: DOMAIN

    def __init__(self, element: DOMAIN, *, if_not_exists: bool = True) -> None:
        super().__init__(element)
        self.if_not_exists = if_not_exists


class DropDomainType(DDLElement):
    """DROP DOMAIN."""

    visit_name = "drop_domain_type"
    element: DOMAIN

    def __init__(self, element: DOMAIN, *, if_exists: bool = True) -> None:
        super().__init__(element)
        self.if_exists = if_exists
