"""What the mapping tests have in common."""

from typing import Any

from accord.mapping import DeclarativeBase


def make_base(**attributes: Any) -> Any:
    """A declarative base of its own, so that tests do not see each other's classes."""
    return type(DeclarativeBase)("Base", (DeclarativeBase,), {"__module__": __name__, **attributes})
