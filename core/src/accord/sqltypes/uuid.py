"""UUIDs: Uuid and UUID."""

from __future__ import annotations

import uuid
from typing import Any

from accord.sqltypes.base import TypeEngine, generic, literal_type


class Uuid(TypeEngine[Any]):
    """A UUID: `uuid.UUID` in Python, or its string with ``as_uuid=False``.

    ``native_uuid=False`` asks for CHAR(32) also where the backend has a type of its own.
    """

    affinity = "uuid"
    key_fields = ("as_uuid", "native_uuid")
    own_types = frozenset({uuid.UUID, str})
    as_uuid: bool = True
    native_uuid: bool = True

    def __init__(self, as_uuid: bool = True, native_uuid: bool = True) -> None:
        self.as_uuid = as_uuid
        self.native_uuid = native_uuid

    @property
    def python_type(self) -> type:
        return uuid.UUID if self.as_uuid else str


class UUID(Uuid):
    """The UUID type of backends that have one."""

    sql_name = "UUID"

    def __init__(self, as_uuid: bool = True) -> None:
        super().__init__(as_uuid, native_uuid=True)


literal_type(uuid.UUID, Uuid())
generic(Uuid)
