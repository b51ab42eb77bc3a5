"""The outside world behind the ports. Adapters never see each other."""
