"""`accord.ext.declarative`: declarative names under the path that older programs import them by."""

from accord.orm import declarative_base, declared_attr

__all__ = ["declarative_base", "declared_attr"]
