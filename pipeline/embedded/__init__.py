"""S3, PostgreSQL and Airflow as child processes of one command: `make run`, `make up` and the tests.

Nothing here is imported by the stages or the DAGs, and nothing here imports Airflow.
"""
