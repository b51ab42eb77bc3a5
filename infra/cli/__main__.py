"""`python -m infra.cli`, where the program is not installed."""

from __future__ import annotations

from infra.cli.main import main

if __name__ == "__main__":
    main()
