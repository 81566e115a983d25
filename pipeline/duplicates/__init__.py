"""Duplicates: which texts are the same, or nearly the same. Knows nothing of articles, periods or files.

Two texts are near copies when the Jaccard similarity of their sets of 5-word shingles is at least `NEAR`.
Candidates come from MinHash sketches of 128 slots (Broder 1997) and LSH (Indyk, Motwani 1998) with 32 bands
of 4; each is verified by the exact similarity.
"""

from __future__ import annotations

from pipeline.duplicates.candidates import candidate_pairs
from pipeline.duplicates.clusters import connected
from pipeline.duplicates.similarity import NEAR, similarity
from pipeline.duplicates.sketch import SKETCH_BYTES, SLOTS, sketches

__all__ = ["NEAR", "SKETCH_BYTES", "SLOTS", "candidate_pairs", "connected", "similarity", "sketches"]
