"""Secrets Manager behind the port ``SecretStore``."""
