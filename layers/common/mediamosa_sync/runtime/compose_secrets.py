"""Secrets Manager behind its port; one store for a function's whole life, so its cache serves."""

from __future__ import annotations

from functools import cache

from mediamosa_sync.adapters.secrets.store import SecretsManagerSecretStore, secrets_client
from mediamosa_sync.ports import SecretStore
from mediamosa_sync.runtime.clock import SystemClock


@cache
def secret_store() -> SecretStore:
    """The secrets."""
    return SecretsManagerSecretStore(secrets_client(), SystemClock())
