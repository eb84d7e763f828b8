# What type checkers see for `accord.dialects.oracle`: the module that the plugin names.
from accord_oracle import *  # noqa: F403 - whatever the plugin publishes
from accord_oracle.dialect import OracleDialect

dialect = OracleDialect
