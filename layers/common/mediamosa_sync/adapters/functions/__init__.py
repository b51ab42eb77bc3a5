"""Our own functions behind the port ``Planner``."""
