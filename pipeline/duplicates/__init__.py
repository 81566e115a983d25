"""Duplicates: which texts are the same, or nearly the same. Knows nothing of articles, periods or files.

Two texts are near copies when the Jaccard similarity of their sets of 5-word shingles is at least `NEAR`.
Candidates come from MinHash (Broder 1997) with 128 permutations and LSH (Indyk, Motwani 1998) with 32 bands
of 4; each is verified by the exact similarity.
"""

from __future__ import annotations

from pipeline.duplicates.candidates import candidate_pairs
from pipeline.duplicates.similarity import NEAR, similarity
from pipeline.duplicates.sketch import PERMUTATIONS, SKETCH_BYTES, sketches

__all__ = ["NEAR", "PERMUTATIONS", "SKETCH_BYTES", "candidate_pairs", "similarity", "sketches"]
