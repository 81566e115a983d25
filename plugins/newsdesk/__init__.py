"""The newsdesk: what the archive holds and what waits for a person, as pages inside Airflow's UI."""
