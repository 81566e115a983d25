"""Chains of other projects that do the same steps, run in an environment of their own (`.venv-peers`)."""
