"""Dagspress: news articles in, a clean, validated, queryable parquet archive out.

One module a stage (acquire, extract, clean, normalise, assemble, validate, write), composed by
`pipeline.flow`. Nothing in this package imports Airflow.
"""
