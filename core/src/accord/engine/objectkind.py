"""What the questions of an Inspector about many tables are about: kinds, and where they live."""

from __future__ import annotations

from enum import Flag, auto


class ObjectKind(Flag):
    """Tables, views, materialized views, or several: ``ObjectKind.TABLE | ObjectKind.VIEW``."""

    TABLE = auto()
    VIEW = auto()
    MATERIALIZED_VIEW = auto()
    ANY_VIEW = VIEW | MATERIALIZED_VIEW
    ANY = TABLE | VIEW | MATERIALIZED_VIEW


class ObjectScope(Flag):
    """What stays in the database, what is this connection's own, or both."""

    DEFAULT = auto()
    TEMPORARY = auto()
    ANY = DEFAULT | TEMPORARY
