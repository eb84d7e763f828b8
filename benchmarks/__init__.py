"""Benchmarks against the raw driver: `python -m benchmarks run`; method in benchmarks/README.md."""
