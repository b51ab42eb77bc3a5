"""EventBridge Scheduler behind the port ``Schedule``."""
