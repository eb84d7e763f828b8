# What type checkers see for `accord.dialects.sqlite`; at run time the plugin's own module.
from accord_sqlite import *  # noqa: F403 - whatever the plugin publishes
