"""What the function ``authorize`` is made of, beside the secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping

from mediamosa_sync.runtime.configuration import required


def token_arns() -> Mapping[str, str]:
    """Role -> ARN of the secret with its token. Raises :class:`InvalidConfiguration`."""
    return {
        "operator": required(os.environ, "OPERATOR_TOKEN_ARN"),
        "viewer": required(os.environ, "VIEWER_TOKEN_ARN"),
    }
