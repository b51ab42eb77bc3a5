"""Decisions as functions of values: standard library only, no I/O, no clock, no randomness."""
