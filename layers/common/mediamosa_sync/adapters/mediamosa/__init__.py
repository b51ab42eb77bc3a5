"""MediaMosa's REST interface: the only place for requests, urllib3 and lxml."""
