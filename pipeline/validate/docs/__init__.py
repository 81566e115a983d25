"""Data Docs: what the suites found in a period as a page that needs no script and asks no other host.

Importing this package imports no great_expectations (seconds): building pages does.
"""

from __future__ import annotations

from pipeline.validate.docs.build import build_docs
from pipeline.validate.docs.policy import POLICY

__all__ = ["POLICY", "build_docs"]
