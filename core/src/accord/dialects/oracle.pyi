# What type checkers see for `accord.dialects.oracle`; at run time the plugin's own module.
from accord_oracle import *  # noqa: F403 - whatever the plugin publishes
