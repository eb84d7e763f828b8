# What type checkers see for `accord.dialects.postgresql`; at run time the plugin's own module.
from accord_postgresql import *  # noqa: F403 - whatever the plugin publishes
