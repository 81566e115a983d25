"""Expectations of our own for Great Expectations: what only news text is asked. Importing registers them.

Like all it judges they work on what `facts` found in the text: the text itself never comes into pandas.
"""

from __future__ import annotations

from great_expectations.expectations.core.expect_column_values_to_be_null import (
    ExpectColumnValuesToBeNull,
)


class ExpectNewsTextWithoutDamage(ExpectColumnValuesToBeNull):
    """Expect that no damage of this kind was found in the text: the column quotes the first that was."""
