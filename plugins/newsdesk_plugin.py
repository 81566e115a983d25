"""The newsdesk's place in Airflow: its web application, and its entry in the navigation."""

from __future__ import annotations

import logging
from typing import Any

from airflow.plugins_manager import AirflowPlugin

log = logging.getLogger(__name__)


class NewsdeskPlugin(AirflowPlugin):
    """Makes the newsdesk known to Airflow."""

    name = "dagspress_newsdesk"
    external_views = [  # noqa: RUF012 - as Airflow wants it
        {
            "name": "Newsdesk",
            "href": "/newsdesk/",
            "destination": "nav",
            "url_route": "newsdesk",
            "nav_top_level": True,
            "icon": "/newsdesk/static/icon.svg",
            "icon_dark_mode": "/newsdesk/static/icon-dark.svg",
        }
    ]

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]
        """The web application; made when asked for, as every process of Airflow loads plugins."""
        try:
            from newsdesk.app import create_app

            return [{"app": create_app(), "url_prefix": "/newsdesk", "name": "newsdesk"}]
        except Exception:  # Airflow would not start at all
            log.exception("The newsdesk cannot be shown")
            return []
