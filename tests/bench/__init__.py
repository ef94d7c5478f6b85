"""Benchmarks: what the suite costs, beside a peer and against its budget."""
