"""`doctor`: one connection checked end to end. It reads, and writes nothing to MediaMosa.

The only part of the command line that speaks to MediaMosa, through the adapter of the sync itself.
"""
