# What type checkers see for `accord.dialects.mysql`; at run time the plugin's own module.
from accord_mysql import *  # noqa: F403 - whatever the plugin publishes
