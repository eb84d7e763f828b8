# What type checkers see for `accord.dialects.oracle`; at run time a view of the module the plugin names.
from accord_oracle import *  # noqa: F403 - whatever the plugin publishes
from accord_oracle.dialect import OracleDialect

dialect = OracleDialect
