# Dagspress with Airflow, for docker-compose.yml. What is installed stands in requirements-production.lock, with hashes.
FROM python:3.11.15-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements-production.lock /tmp/
# wheels alone: nothing is compiled, and no code of a package runs while it is installed
RUN pip install --require-hashes --only-binary :all: -r /tmp/requirements-production.lock
COPY pyproject.toml README.md LICENSE /opt/dagspress/
COPY pipeline /opt/dagspress/pipeline
RUN pip install --no-deps --no-build-isolation --editable /opt/dagspress

FROM python:3.11.15-slim-bookworm
RUN useradd --uid 50000 --gid 0 --no-create-home --home-dir /opt/airflow --shell /usr/sbin/nologin airflow \
    && install --directory --owner 50000 --group 0 --mode 0770 \
        /opt/airflow /scratch /var/log/dagspress /var/lib/dagspress/hosts
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/dagspress /opt/dagspress
COPY dags /opt/dagspress/dags
COPY plugins /opt/dagspress/plugins
COPY seeds /opt/dagspress/seeds
COPY deploy /opt/dagspress/deploy
RUN /opt/venv/bin/python -m compileall -q /opt/dagspress
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/dagspress \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/dagspress/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/dagspress/plugins \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/var/log/dagspress
WORKDIR /opt/dagspress
USER 50000:0
CMD ["airflow", "version"]
