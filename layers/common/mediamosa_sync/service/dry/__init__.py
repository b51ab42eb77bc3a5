"""What the next run would do: the real step over ports that read, and write into memory alone."""
