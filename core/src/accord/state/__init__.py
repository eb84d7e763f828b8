"""What accord knows about one object, and about all objects of one session.

Place in the pipeline: below `mapping` (which generates the classes' code on top of it) and below
the unit of work (which reads the changes recorded here). No I/O, no SQL. `lease` holds the two
kinds of state an object can carry, `instance` the questions and transitions on one object,
`identity` the identity map.
"""

from .identity import IdentityMap
from .instance import (
    attach_pending,
    attach_persistent,
    changes_of,
    detach,
    expire,
    is_expired,
    key_of,
    lease_of,
    mark_clean,
    mark_deleted,
    owner_of,
    status_of,
    track,
)
from .lease import (
    DETACHED,
    NOT_LOADED,
    STATE_KEY,
    UNTRACKED,
    Change,
    Identity,
    Lease,
    Owner,
    PendingLease,
    Status,
)

__all__ = [
    "DETACHED",
    "NOT_LOADED",
    "STATE_KEY",
    "UNTRACKED",
    "Change",
    "Identity",
    "IdentityMap",
    "Lease",
    "Owner",
    "PendingLease",
    "Status",
    "attach_pending",
    "attach_persistent",
    "changes_of",
    "detach",
    "expire",
    "is_expired",
    "key_of",
    "lease_of",
    "mark_clean",
    "mark_deleted",
    "owner_of",
    "status_of",
    "track",
]
