"""Benchmarks: each prints a ratio against a bare baseline or a peer measured in the same run."""
