"""`make run`: the whole application on one machine, with an embedded AWS."""
