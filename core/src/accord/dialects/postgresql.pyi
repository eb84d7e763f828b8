# What type checkers see for `accord.dialects.postgresql`: the module that the plugin names.
from accord_postgresql import *  # noqa: F403 - whatever the plugin publishes
from accord_postgresql.dialect import PostgreSQLDialect

dialect = PostgreSQLDialect
