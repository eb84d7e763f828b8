"""Stands for the kit where pytest collects files: ``pytest --accord-url URL --pyargs
accord_conformance``. See `accord_conformance.pytest_plugin`.
"""
