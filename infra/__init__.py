"""What is around the functions: definitions, and the programs that people start."""
