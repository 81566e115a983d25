"""Writes the pages of `docs/` that follow from the code: `python docs/generate.py`."""

from __future__ import annotations

from pathlib import Path

from pipeline.article import SCHEMA_VERSION, describe
from pipeline.clean import describe as describe_rules, removed_lines
from pipeline.settings_table import described

DOCS = Path(__file__).parent
NOTE = "<!-- Made by docs/generate.py from the code; do not edit. -->\n\n"


def data_dictionary() -> str:
    """The columns of an article."""
    rows = "\n".join(
        f"| `{name}` | {_plain(type_)} | {'yes' if null else ''} | {doc} |"
        for name, type_, null, doc in describe()
    )
    return (
        f"{NOTE}# Data dictionary (schema version {SCHEMA_VERSION})\n\n"
        "Null means unknown; nothing is ever invented. `published` is the partition column: it stands in the "
        "path.\n\n"
        f"| column | type | nullable | meaning |\n|---|---|---|---|\n{rows}\n\n"
        "`quarantine.parquet` has these columns and `failed` (names of the critical expectations) and "
        "`reasons` (sentences).\n"
    )


def _plain(arrow_type: str) -> str:
    return arrow_type.replace("element: ", "").replace(" not null", "")


def _code(text: str) -> str:
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f"`` {shown} ``".replace("|", "\\|")


def rules() -> str:
    """The cleaning rules in their order, with the first two examples of each."""
    examples: dict[tuple[str, str], list[str]] = {}
    for name, repairs, before, after in describe_rules():
        found = examples.setdefault((name, repairs), [])
        if before and len(found) < 2:
            removed = removed_lines(before, after)
            found.append(
                f"{_code(' ⏎ '.join(removed))} goes" if removed else f"{_code(before)} → {_code(after)}"
            )
    rows = "\n".join(
        f"| `{name}` | {repairs} | {'<br>'.join(found)} |" for (name, repairs), found in examples.items()
    )
    return (
        f"{NOTE}# Cleaning rules\n\nApplied in this order; a rule that changed an article leaves its name in "
        "`rules`. Nothing is lost: `dagspress explain` shows each line that a rule took out.\n\n"
        f"| rule | repairs | examples |\n|---|---|---|\n{rows}\n"
    )


def settings() -> str:
    """Every variable of the environment, by what it is about."""
    tables = "\n".join(
        f"## {heading}\n\n| variable | default | meaning |\n|---|---|---|\n"
        + "".join(f"| `{v.name}` | {v.default} | {v.meaning} |\n" for v in group)
        for heading, group in described().items()
    )
    return (
        f"{NOTE}# Settings\n\nDagspress is set by variables of the environment alone. A value that is wrong\n"
        "is told at start, with the name of its variable; `dagspress doctor` warns of names that\n"
        f"mean nothing. Hitting a limit is an error on that item alone.\n\n{tables}"
    )


PAGES = {"data-dictionary.md": data_dictionary, "cleaning-rules.md": rules, "settings.md": settings}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
