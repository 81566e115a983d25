"""What a page of the Data Docs may do: look as it looks, and nothing else."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Final

TEMPLATES: Final = Path(__file__).parent / "templates"

STYLE: Final = "\n".join(
    line.strip() for line in (TEMPLATES / "style.css").read_text(encoding="utf-8").splitlines() if line
)
"""Stands in every page, just so: the policy knows it by its hash."""

POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy of every page: who serves them may send it as well."""
