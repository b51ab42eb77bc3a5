"""How much is tried: a fast slice, or as much as is asked for.

``EXAMPLES=20000`` is the number of examples of each property that Hypothesis drives, instead of
100; with ``--hypothesis-seed=1`` two such runs are the same.
"""

from __future__ import annotations

import os

from hypothesis import settings

EXAMPLES = int(os.environ.get("EXAMPLES", "0"))

# The usual slice tries the same examples everywhere and keeps none: whoever breaks a law sees it at
# once, and nobody else's work is stopped by an example that came up by chance.
settings.register_profile(
    "fast", max_examples=EXAMPLES or 100, deadline=None, derandomize=True, database=None
)
settings.register_profile("thorough", max_examples=EXAMPLES or 100, deadline=None, database=None)
settings.load_profile("thorough" if EXAMPLES > 100 else "fast")
