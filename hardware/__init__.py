"""Readers and scanners: one folder per device, each with its driver and its simulator."""
