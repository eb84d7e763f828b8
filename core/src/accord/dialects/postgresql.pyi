# What type checkers see for `accord.dialects.postgresql`; at run time a view of the module the plugin names.
from accord_postgresql import *  # noqa: F403 - whatever the plugin publishes
from accord_postgresql.dialect import PostgreSQLDialect

dialect = PostgreSQLDialect
