"""`accord.pool`: the engine layer's connection pools under the name ported code imports them by."""

from accord.engine.pool import NullPool, Pool, QueuePool, SingletonThreadPool, StaticPool

__all__ = ["NullPool", "Pool", "QueuePool", "SingletonThreadPool", "StaticPool"]
