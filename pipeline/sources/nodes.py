"""YAML to nodes that know their line: plain lists, mappings and scalars, and nothing else of YAML.

Anchors, aliases, tags, several documents and deep nesting are refused: a catalogue needs none of them, and
they are how a small file becomes a large or a dangerous one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import yaml

# CParser is libyaml: eight times as fast, where the wheel has it
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_DEEPEST: Final = 12
_LONGEST: Final = 16 * 1024 * 1024
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class BadYaml(Exception):
    """The text is not the YAML we read. `line` counts from 1."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(detail)
        self.line = line
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, as written; `quoted` tells `"5"` from `5`."""

    line: int
    text: str
    quoted: bool

    @property
    def is_null(self) -> bool:
        """Whether nothing was written (`~` and `null` are nothing, too)."""
        return not self.quoted and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. `start` and `column`: where it begins, in characters; `flow`: whether it is in brackets."""

    line: int
    items: list[Node]
    start: int
    flow: bool
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Pairs of keys and values, in their order; a key may stand twice."""

    line: int
    pairs: list[tuple[Scalar, Node]]


Node = Scalar | Listing | Mapping


def read_yaml(text: str) -> Node | None:
    """The one document in `text`, or None when it is empty; raises BadYaml."""
    if len(text) > _LONGEST:
        raise BadYaml(1, f"the file is larger than {_LONGEST} characters")
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise BadYaml(line, f"the character U+{ord(found[0]):04X} cannot stand in YAML; remove it")
    try:
        return _build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        detail = " ".join(part for part in (error.problem, error.context) if part)
        raise BadYaml(mark.line + 1 if mark else 1, f"not valid YAML: {detail}") from None
    except yaml.YAMLError as error:
        raise BadYaml(1, f"not valid YAML: {' '.join(str(error).split())}") from None


def _build(text: str) -> Node | None:
    root: Node | None = None
    open_nodes: list[Listing | Mapping] = []
    keys: list[Scalar | None] = []  # of each open mapping: the key that waits for its value
    documents = 0
    event: Any  # the kinds of event share no typed fields
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise BadYaml(line, "a second document begins here; a catalogue is one")
            continue
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            name = event.anchor
            raise BadYaml(line, f"anchors and aliases are not used here (&{name}, *{name}); write it out")
        if isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop()
            keys.pop()
            continue
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = Scalar(line, event.value, bool(event.style))
        elif isinstance(event, yaml.SequenceStartEvent):
            begin: Any = event.start_mark
            node = Listing(line, [], begin.index, bool(event.flow_style), begin.column)
        elif isinstance(event, yaml.MappingStartEvent):
            node = Mapping(line, [])
        else:
            continue
        if event.tag is not None and event.tag != "!":
            raise BadYaml(line, f"tags ({event.tag}) are not used here; write plain values")
        if not open_nodes:
            root = node
        elif isinstance(parent := open_nodes[-1], Listing):
            parent.items.append(node)
        elif (key := keys[-1]) is not None:
            parent.pairs.append((key, node))
            keys[-1] = None
        elif isinstance(node, Scalar):
            keys[-1] = node
        else:
            raise BadYaml(line, "a list or mapping cannot be the name of a field")
        if not isinstance(node, Scalar):
            if len(open_nodes) >= _DEEPEST:
                raise BadYaml(line, f"nested deeper than {_DEEPEST} levels")
            open_nodes.append(node)
            keys.append(None)
    if isinstance(root, Scalar) and root.is_null:
        return None
    return root
