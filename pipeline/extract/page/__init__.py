"""Web pages: from markup to a `Record`."""
