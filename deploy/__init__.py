"""What the containers of docker-compose.yml run, and what checks that file without an engine."""
