"""Some periods and those around them, as they are staged: which articles stand where, and their copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from pipeline.article import staged_schema
from pipeline.assemble import Copies, standing
from pipeline.assemble.copies import COPY_COLUMNS
from pipeline.assemble.standing import CONTEST_COLUMNS
from pipeline.errors import ObjectMissing
from pipeline.flow.identities import article_bits, linked_ids
from pipeline.normalise.identity import fold
from pipeline.write import read_parquet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipeline.assemble.copies import Found
    from pipeline.assemble.standing import Gone, Standing
    from pipeline.flow.inputs import Inputs
    from pipeline.lake import Lake, ObjectInfo

ALL: Final = tuple(staged_schema().names)
_LIGHT: Final = tuple(dict.fromkeys((*CONTEST_COLUMNS, *COPY_COLUMNS, "canonical_url")))


class Neighbourhood:
    """The articles that stand in some periods (`whole`, with all columns) and in those around them."""

    def __init__(self, lake: Lake, inputs: Mapping[str, Inputs], *, whole: Collection[str]) -> None:
        """Read what is staged. Raises ObjectMissing where something was staged anew meanwhile."""
        self._lake = lake
        self._inputs = inputs
        self._data: dict[str, bytes] = {}
        self.staged: dict[str, int] = {}
        """Rows staged, by period."""
        self.shared: dict[str, list[str]] = {}
        """What follows from versions in other periods, by period (see `Standing`)."""
        self.gone: dict[str, list[Gone]] = {}
        """Staged rows of articles that stand nowhere by decision, by period."""
        self.related: dict[str, set[str]] = {}
        """Those periods."""
        self.articles: dict[str, pa.Table] = {}
        """The articles that stand, sorted by `article_id`."""
        self._linked_rows: dict[str, tuple[pa.Table, list[str]]] = {}
        self._linked = frozenset().union(*(i.linked for i in inputs.values()))
        for period in inputs:
            found = self._standing(period, ALL if period in whole else _LIGHT)
            self.articles[period], self.shared[period] = found.articles, found.shared
            self.gone[period], self.related[period] = found.gone, found.related
            if period not in whole:
                self._forget(period)
        for period in whole:
            self._forget(period)
        self._copies: Copies | None = None

    def copies_of(self, period: str, gone: Mapping[str, Collection[str]]) -> Found:
        """The copies among a period's articles; `gone`: ids in quarantine, by period."""
        if self._copies is None:
            self._copies = Copies(
                {p: t.select(COPY_COLUMNS) for p, t in self.articles.items()},
                folded=self._folded,
                reach=self._lake.settings.copy_days,
            )
        return self._copies.of(period, around=self._inputs[period].around, gone=gone)

    def versions(self, period: str) -> pa.Table:
        """All that is staged for a period, and of other periods what may be versions of its articles."""
        own = self._read(period, self._inputs[period].staged, ALL)
        other = self._versions_elsewhere(period)
        return pa.concat_tables([own, other]) if other is not None else own

    def quarantined(self, periods: Collection[str]) -> dict[str, frozenset[str]]:
        """Ids that are in quarantine, of some periods and those around them, as the lake has them."""
        found: dict[str, frozenset[str]] = {}
        objects = {p: o for q in periods for p, o in self._inputs[q].quarantined_around.items()}
        for period in periods:
            if (own := self._inputs[period].quarantined) is not None:
                objects[period] = own
        for period, item in objects.items():
            try:
                rows = read_parquet(self._lake.get(item.name), period=period, columns=["article_id"])
            except ObjectMissing:  # whoever took it away has announced it, or looks again
                continue
            found[period] = frozenset(rows["article_id"].to_pylist())
        return found

    def _standing(self, period: str, columns: Sequence[str]) -> Standing:
        inputs = self._inputs[period]
        staged = self._read(period, inputs.staged, columns)
        self.staged[period] = len(staged)
        linked = linked_ids(staged["article_id"].to_pylist(), inputs.linked)
        elsewhere = self._versions_elsewhere(period) if linked else None
        if elsewhere is not None:
            linked |= linked_ids(elsewhere["article_id"].to_pylist(), inputs.linked)
        return standing(
            period,
            staged,
            whole=lambda rows: self._read(period, inputs.staged, ALL).take(rows),
            linked=linked,
            elsewhere=elsewhere,
            fate=inputs.decisions.fate if inputs.decisions else None,
        )

    def _versions_elsewhere(self, period: str) -> pa.Table | None:
        """All rows of other periods that the index links with this one's articles."""
        inputs = self._inputs[period]
        tables = []
        for other, objects in sorted(inputs.elsewhere.items()):
            for item in objects:
                rows, ids = self._rows_linked(other, item)
                linked = linked_ids(ids, inputs.linked)
                if linked:
                    tables.append(rows.filter(pa.array([article_id in linked for article_id in ids])))
        return pa.concat_tables(tables) if tables else None

    def _rows_linked(self, period: str, item: ObjectInfo) -> tuple[pa.Table, list[str]]:
        """The rows of an object that any of our periods may have versions of, and their ids; read once."""
        if item.name not in self._linked_rows:
            was_here = item.name in self._data
            ids = self._read(period, [item], ["article_id"])["article_id"].to_pylist()
            rows = [row for row, article_id in enumerate(ids) if article_bits(article_id) in self._linked]
            table = self._read(period, [item], ALL).take(pa.array(rows, pa.int64()))
            self._linked_rows[item.name] = table, [ids[row] for row in rows]
            if not was_here:
                del self._data[item.name]
        return self._linked_rows[item.name]

    def _folded(self, period: str, rows: Sequence[int]) -> list[str]:
        table = self.articles[period]
        if "text" not in table.column_names:
            ids = table["article_id"]
            table = self._standing(period, (*_LIGHT, "text")).articles
            self._forget(period)
            if table["article_id"] != ids:
                raise ObjectMissing(f"What is staged for {period} changed while it was read.")
        return [fold(text) for text in table["text"].take(pa.array(rows, pa.int64())).to_pylist()]

    def _read(self, period: str, objects: Sequence[ObjectInfo], columns: Sequence[str]) -> pa.Table:
        tables = []
        for item in objects:
            if item.name not in self._data:
                self._data[item.name] = self._lake.get(item.name)
            tables.append(
                _complete(read_parquet(self._data[item.name], period=period, columns=columns), columns)
            )
        schema = pa.schema([staged_schema().field(name) for name in columns])
        return pa.concat_tables(tables) if tables else schema.empty_table()

    def _forget(self, period: str) -> None:
        for item in self._inputs[period].staged:
            self._data.pop(item.name, None)


def _complete(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The table with the columns that were not there when it was staged: unknown, or empty lists."""
    for name in set(columns) - set(table.column_names):
        field = staged_schema().field(name)
        unknown: Any = None if field.nullable else []
        table = table.append_column(field, pa.array([unknown] * len(table), field.type))
    return table.select(list(columns))
