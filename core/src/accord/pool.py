"""`accord.pool`: the engine layer's connection pools under the name ported code imports them by."""

from accord.engine.policy import ResetState as PoolResetState
from accord.engine.pool import (
    AssertionPool,
    NullPool,
    Pool,
    QueuePool,
    SingletonThreadPool,
    StaticPool,
)
from accord.engine.record import (
    ConnectionRecord as ConnectionPoolEntry,
    PooledConnection as PoolProxiedConnection,
)

__all__ = [
    "AssertionPool",
    "ConnectionPoolEntry",
    "NullPool",
    "Pool",
    "PoolProxiedConnection",
    "PoolResetState",
    "QueuePool",
    "SingletonThreadPool",
    "StaticPool",
]
