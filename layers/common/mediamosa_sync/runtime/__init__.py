"""What makes functions of the use cases: configuration, the composition root, logging."""
