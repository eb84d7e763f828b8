# What type checkers see for `accord.dialects.mssql`; at run time the plugin's own module.
from accord_mssql import *  # noqa: F403 - whatever the plugin publishes
