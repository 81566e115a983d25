"""What the processes of `pipeline.flow.processes` need, imported once before they are forked."""

import great_expectations  # noqa: F401
import pandas  # noqa: F401

import pipeline.flow  # noqa: F401
