"""Rows that were kept, as objects of a session: `merge_frozen_result`.

In: what `Result.freeze()` kept, perhaps in a cache and for another session. Out: the same rows with
their objects merged into this session; calling it gives a Result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import merging

if TYPE_CHECKING:
    from accord.engine import FrozenResult

    from .session import Session


def merge_frozen_result(
    session: Session, statement: Any, frozen_result: FrozenResult[Any], load: bool = True
) -> FrozenResult[Any]:
    """Return the frozen result with its objects merged into `session`; call it for a Result.

    With ``load=False`` the objects are taken as they are, and nothing is read from the database.
    """
    places = frozen_result.entities
    kept = [row[place] for row in frozen_result.data for place in places if row[place] is not None]
    merged = merging.merge_all(session, kept, load=load)
    own = dict(zip(map(id, kept), merged, strict=True))
    return frozen_result.with_new_rows(
        [
            tuple(
                [
                    own.get(id(value), value) if place in places else value
                    for place, value in enumerate(row)
                ]
            )
            for row in frozen_result.data
        ]
    )


__all__ = ["merge_frozen_result"]
