"""Documents in which everything that a stranger can write tries to become part of our pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pipeline import flow

if TYPE_CHECKING:
    from pipeline.lake import Lake

PERIOD: Final = "2023-05-17"

# Whatever runs or is made of these calls `struck`, or makes an element or request that names it
STRIKES: Final[dict[str, str]] = {
    "script": "<script>struck(1)</script>",
    "end of text": "</td></table></main><script src='http://struck.example/a.js'></script><struck-element>",
    "handler": '<img src=x onerror="struck(2)"><svg/onload=struck(3)>',
    "out of an attribute": '" autofocus onfocus="struck(4)" x=\'',
    "out of the other": "' onmouseover='struck(5)' title='",
    "template": "{{7*7}}{% import os %}${7*7}<%= 7*7 %>#{7*7}{{ config.__class__ }}",
    "style": "<style>body{display:none}</style><link rel=stylesheet href=//struck.example/a.css>",
    "comment": "<!-- --!><iframe src='javascript:struck(6)'></iframe>",
    "out of scripts": "</title></textarea></style></script><script>struck(7)</script>",
    "base": "<base href='//struck.example/'><meta http-equiv=refresh content='0;url=//struck.example'>",
    "form": "<form action='//struck.example' id=main><button formaction=javascript:struck(8)>",
    "right to left": "\u202egnisrever\u202e \u2066isolated\u2067 \u200f\u061cmarks \u202e\u202e\u202e",
    "control": "a\x07b\x1b[31mred\x08\x7f\x85\u2028\u2029\ufeffc",
    "long word": "W" * 10_000,
    "long marks": "Z" + "\u0335\u0489" * 500,
    "entities": "&lt;script&gt;struck(9)&lt;/script&gt;&#60;b&#62;",
}
URLS: Final = (
    "javascript:struck(10)",
    "JaVaScRiPt\t:struck(11)",
    "data:text/html,<script>struck(12)</script>",
    'https://example.org/"onclick="struck(13)',
    "https://example.org/<script>struck(14)</script>",
    "//struck.example/",
)
FILES: Final = (
    "<script>struck(15)<&script>.jsonl",
    "\"onclick='struck(16)' {{7*7}}.jsonl",
    "\u202elnosj.txt.jsonl",
    "-rf --help %2e%2e %00 +&?#.jsonl",
)
FOLDERS: Final = ("<b onclick=struck(17)>avis", "{{7*7}}")


def drop(lake: Lake) -> list[str]:
    """Put them into the inbox, load and publish them; gives the periods."""
    records = list(_records())
    names = [f"inbox/{FOLDERS[n % 2]}/{name}" if n else f"inbox/{name}" for n, name in enumerate(FILES)]
    for number, name in enumerate(names):
        lines = [json.dumps(record) for record in records[number :: len(names)]]
        lake.put(name, "\n".join([*lines, "<script>struck(18)</script> no record"]).encode())
    loaded = [flow.load(lake, name) for name in names]
    flow.clear(lake, loaded)
    periods = sorted({period for item in loaded for period in item.periods} | {"undated"})
    flow.publish(lake, periods)
    return periods


def _records() -> list[dict[str, Any]]:
    """Each strike in each field: in rows that are published, and in rows that are quarantined."""
    found = []
    for number, (name, strike) in enumerate(STRIKES.items()):
        url = URLS[number % len(URLS)]
        everywhere = {
            "title": f"{strike} {number}",
            "lead": strike,
            "authors": [strike[:200], "Ane Vik"],
            "section": strike[:200],
            "tags": [strike[:100]],
            "source": strike[:150] if number % 3 else "avisa",
            "date": PERIOD,
        }
        for edition in ("morgenavisa", "kveldsavisa"):
            text = (
                f"Sak {number} sto i {edition} i byen.\n\n{strike}\n\nDet er alt {edition} skriver om {name}."
            )
            found.append(everywhere | {"id": f"{edition} {number}", "url": f"{url}#{edition}", "text": text})
        bad = {"id": f"q{number}", "url": f"https://example.org/q{number}", "text": "* * *"}
        found.append(everywhere | bad)
    dates = (
        "<script>struck(19)</script>",
        "{{7*7}}",
        "<img src=x onerror=struck(20)>",
        "\u202e2023",
    )
    found += [
        {"id": f"d{number}", "title": f"Dato {number}", "text": "Ei sak med en merkelig dato.", "date": date}
        for number, date in enumerate(dates)
    ]
    return found
