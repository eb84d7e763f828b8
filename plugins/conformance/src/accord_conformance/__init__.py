"""The kit that proves an accord dialect: one command, and a pytest plugin."""
