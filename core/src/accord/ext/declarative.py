"""`accord.ext.declarative`: declarative names under the path that older programs import them by."""

from __future__ import annotations

import warnings
from typing import Any

from accord import exc, orm
from accord.orm import declared_attr


def declarative_base(**options: Any) -> Any:
    """`accord.orm.declarative_base`, which is where it is now."""
    warnings.warn(
        "declarative_base() has moved; write: from accord.orm import declarative_base",
        exc.MovedIn20Warning,
        stacklevel=2,
    )
    return orm.declarative_base(**options)


__all__ = ["declarative_base", "declared_attr"]
