"""The newsdesk: what its pages show, as plain values. Nothing here knows of the web."""
