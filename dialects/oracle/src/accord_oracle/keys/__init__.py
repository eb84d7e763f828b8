"""Oracle's key strategies, one file each; `array` is the one way they send rows.

In: KeyNeed, batches. Out: Steps.
"""

from accord_oracle.keys.allocated import AllocatedKeys, sequence_values
from accord_oracle.keys.client import OracleClientKey
from accord_oracle.keys.returning_into import ReturningInto

__all__ = ["AllocatedKeys", "OracleClientKey", "ReturningInto", "sequence_values"]
