"""DynamoDB behind the ports ``RecordStore`` and ``SyncStore``."""
