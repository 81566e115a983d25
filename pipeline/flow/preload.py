"""What the processes of `pipeline.flow.processes` need, imported once before they are forked."""

import gc

import great_expectations  # noqa: F401
import pandas  # noqa: F401

import pipeline.flow  # noqa: F401

gc.collect()
gc.freeze()  # nothing of all this will ever be garbage: looking at it again costs a twentieth of the work
