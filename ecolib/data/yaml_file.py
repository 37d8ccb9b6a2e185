"""A YAML file as people write it: every value with its line, none changed on the way.

YAML 1.1 reads `060` as 48, `1:30` as 90 and `1_000` as 1000, and some dates not at all. Here plain
scalars are whole or decimal numbers, true and false (yes, no, on, off), days, nothing, or text; what
YAML would have turned into something else is refused with its line and as it was written.
"""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import Resolver
from yaml.scanner import Scanner

from ecolib.data.dictionary import parsed
from ecolib.errors import ParamsError
from ecolib.files import reason
from ecolib.texts import Note, quoted, visible

#: The largest of these files has some hundred entries.
MAX_MB, MAX_NODES, MAX_DIGITS = 1, 100_000, 15
#: So many problems of a file are told at once.
MANY = 50
NOTHING = {"", "~", "null", "Null", "NULL"}
TRUE, FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
WHOLE = re.compile(r"[-+]?(0|[1-9]\d*)", re.ASCII)
DECIMAL = re.compile(r"[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
FIGURE = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
#: What is made another value of, slips of typists and words of the parser, see `slips.yml`.
KNOWN = parsed("slips.yml")
CHANGED = {kind: re.compile(pattern, re.ASCII) for kind, pattern in KNOWN["changed"].items()}
SLIPS = {slip: re.compile(pattern) for slip, pattern in KNOWN["slips"].items()}


class Written(NamedTuple):
    """Where a value stands, and how."""

    line: int
    text: str


class Document(dict):
    """The mapping in a file; `written` tells by the keys that lead to a value how it stands there."""

    written: dict[tuple, Written]

    def at(self, keys: tuple) -> Written | None:
        """How the value stands in the file, or what holds it where there is none of its own."""
        while keys and keys not in self.written:
            keys = keys[:-1]
        return self.written.get(keys)


def read_yaml(path: Path) -> Document:
    """The mapping in a YAML file; an empty file is an empty one.

    Raises
    ------
    ParamsError
        With every value that YAML would change; or when the file cannot be read, is far too large
        or deep, is no UTF-8, breaks off, repeats a key, or holds something else than a mapping.
    """
    try:
        text = _text(path)
        data, written, line = _parsed(text, path.name)
    except RecursionError:
        raise _fault(path.name, "yaml.too_deep") from None
    except FileNotFoundError:
        raise _fault(path.name, "yaml.absent") from None
    except PermissionError:
        raise _fault(path.name, "yaml.no_access") from None
    except OSError as error:
        raise _fault(path.name, "yaml.cannot_open", why=reason(error)) from None
    except yaml.YAMLError as error:
        raise ParamsError(_syntax(path.name, text, error)) from None
    if data is not None and not isinstance(data, dict):
        raise ParamsError(no_mapping(path.name, Written(line, text.splitlines()[line - 1])))
    document = Document(data or {})
    document.written = dict(written)
    return document


@lru_cache(maxsize=16)
def _parsed(text: str, name: str) -> tuple[Any, Mapping[tuple, Written], int]:
    """What a text stands for, how its values are written and on which line it begins; parsed once, as
    several readers, and every year of a county, ask for the same few files."""
    if yaml.__with_libyaml__ and not ODD.search(text):
        with suppress(ParamsError, yaml.YAMLError):
            return _composed(_Quick(text, name))
    return _composed(_Exact(text, name))


def _composed(loader: _Loader) -> tuple[Any, Mapping[tuple, Written], int]:
    node = loader.get_single_node()
    data = None if node is None else loader.value(node, ())
    if loader.problems:
        raise ParamsError(few(loader.problems.values()))
    return data, loader.written, 0 if node is None else node.start_mark.line + 1


def few(notes: Iterable[Note]) -> list[Note]:
    """The first of many problems, and that there are more."""
    found = list(islice(notes, MANY + 1))
    if len(found) > MANY:
        found[MANY] = Note("yaml.more", severity="error")
    return found


def no_mapping(where: str, written: Written, example: str = "") -> Note:
    """What to say where keys and values belong and something else stands."""
    if slip := _slip(written.text):
        return problem(where, f"yaml.slip.{slip}", line=written.line)
    return problem(where, "yaml.no_mapping", line=written.line, example=example or "zh: …")


def _text(path: Path) -> str:
    if not stat.S_ISREG(path.stat().st_mode):
        raise _fault(path.name, "yaml.no_file")
    if path.stat().st_size > MAX_MB * 1_000_000:
        raise _fault(path.name, "yaml.too_large", limit=MAX_MB)
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _fault(path.name, "yaml.no_utf8", line=line) from None


def problem(where: str, code: str, **args: Any) -> Note:
    """A note that something is wrong, and where."""
    return Note(code, severity="error", source=where, **args)


def _fault(where: str, code: str, **args: Any) -> ParamsError:
    return ParamsError(problem(where, code, **args))


def _slip(line: str) -> str:
    return next((slip for slip, pattern in SLIPS.items() if pattern.match(line)), "")


def _syntax(name: str, text: str, error: yaml.YAMLError) -> Note | list[Note]:
    """A sentence for what the parser could not follow, at best the slip that led to it, told of every
    line that has it: who types a full-width colon types more of them."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return problem(name, "yaml.hidden", line=line, text="□")
    marks = [m for m in (error.problem_mark, error.context_mark) if m is not None]
    lines = [mark.line for mark in marks] + [mark.line - 1 for mark in marks]
    rows = text.split("\n")
    for line in lines:
        if 0 <= line < len(rows) and (slip := _slip(rows[line])):
            same = (at for at, row in enumerate(rows, start=1) if _slip(row) == slip)
            return few(problem(name, f"yaml.slip.{slip}", line=at) for at in same)
    said = f"{error.problem} {error.context}"
    kind = next((code for words, code in KNOWN["syntax"].items() if words in said), "other")
    # Where a quotation or bracket was left open it is the beginning that has to be found.
    opened = kind in ("open_quote", "open_bracket", "no_colon") and error.context_mark
    line = (error.context_mark if opened else marks[0]).line if marks else 0
    shown = quoted(rows[line].strip() if line < len(rows) else "")
    return problem(name, f"yaml.syntax.{kind}", line=line + 1, text=shown)


class _Loader(Composer, SafeConstructor, Resolver):
    """Composes as PyYAML does and makes the values itself; `problems` are all that it refused."""

    def __init__(self, name: str):
        for part in (Composer, SafeConstructor, Resolver):
            part.__init__(self)
        self.file = name
        self.written: dict[tuple, Written] = {}
        self.problems: dict[tuple, Note] = {}

    def compose_node(self, parent, index):
        event = self.peek_event()
        if getattr(event, "tag", None):
            raise _fault(self.file, "yaml.tag", line=event.start_mark.line + 1)
        return super().compose_node(parent, index)

    def compose_scalar_node(self, anchor):
        node = super().compose_scalar_node(anchor)
        node.style = node.style or None
        return node

    def get_single_node(self) -> yaml.Node | None:
        node = super().get_single_node()
        if node is not None and _size(node, {}) > MAX_NODES:
            raise _fault(self.file, "yaml.anchors", limit=MAX_NODES)
        return node

    def value(self, node: yaml.Node, keys: tuple) -> Any:
        """What a node stands for; `keys` lead to it."""
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            self.written[keys] = Written(line, quoted(node.value))
            return self._scalar(node, keys)
        self.written[keys] = Written(line, "…")
        if isinstance(node, yaml.SequenceNode):
            return [self.value(member, (*keys, at)) for at, member in enumerate(node.value)]
        return dict(self._pairs(node, keys))

    def _pairs(self, node: yaml.MappingNode, keys: tuple) -> Iterator[tuple[Any, Any]]:
        own = [key for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        seen: set[Any] = set()
        for key_node in own:
            key = self._key(key_node, keys)
            if key in seen:
                self._refuse(key_node, keys, "yaml.twice")
            seen.add(key)
        self.flatten_mapping(node)
        before = None
        for key_node, value_node in node.value:
            if _is_empty(value_node) and _one_figure(before, key_node):
                figure = f"{before.value},{key_node.value}"
                self._refuse(key_node, keys, "yaml.comma", figure)
                continue
            before, key = value_node, self._key(key_node, keys)
            if isinstance(key, str) and "：" in key and _is_empty(value_node):
                self._refuse(key_node, keys, "yaml.slip.wide_colon")
                continue
            yield key, self.value(value_node, (*keys, key))
            if not isinstance(value_node, yaml.ScalarNode):  # begins where its key stands
                self.written[(*keys, key)] = Written(key_node.start_mark.line + 1, "…")

    def _key(self, node: yaml.Node, keys: tuple) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, keys)
        self._refuse(node, keys, "yaml.no_key")
        return None

    def _scalar(self, node: yaml.ScalarNode, keys: tuple) -> Any:
        text = node.value
        if visible(text) != text:
            self._refuse(node, keys, "yaml.hidden")
        if node.style is not None:
            return text
        if text.strip() != text:
            self._refuse(node, keys, "yaml.slip.wide_blank")
        if text in NOTHING:
            return None
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        if found := DAY.fullmatch(text):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                return self._refuse(node, keys, "yaml.no_such_day")
        if DECIMAL.fullmatch(text):
            if len(text) > 2 * MAX_DIGITS or not math.isfinite(float(text)):
                return self._refuse(node, keys, "yaml.too_long")
            return int(text) if WHOLE.fullmatch(text) else float(text)
        kind = next((k for k, pattern in CHANGED.items() if pattern.fullmatch(text)), None)
        return self._refuse(node, keys, f"yaml.changed.{kind}") if kind else text

    def _refuse(self, node: yaml.Node, keys: tuple, code: str, text: str = "") -> None:
        where = ": ".join(filter(None, (self.file, ".".join(map(str, keys)))))
        text = text or (quoted(node.value) if isinstance(node, yaml.ScalarNode) else "…")
        told = {} if code.startswith("yaml.slip") or code == "yaml.no_key" else {"text": text}
        note = problem(where, code, line=node.start_mark.line + 1, **told)
        self.problems.setdefault((code, node.start_mark.index), note)


class _Exact(_Loader, Reader, Scanner, Parser):
    """Reads as PyYAML does, and knows what was wrong."""

    def __init__(self, text: str, name: str):
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        super().__init__(name)


#: What libyaml does not read as PyYAML does, or not the same line of it.
ODD = re.compile(r"[\t?\ufeff\x85\u2028\u2029]|[|>][-+\d]*#")
if yaml.__with_libyaml__:
    from yaml.cyaml import CParser

    class _Quick(_Loader, CParser):
        """Reads a faultless file as `_Exact` does, four times as fast."""

        def __init__(self, text: str, name: str):
            CParser.__init__(self, text)
            super().__init__(name)


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and not node.value


def _one_figure(before: yaml.Node | None, node: yaml.Node) -> bool:
    """Whether a key follows upon a comma behind a number and is one: {at_least: 5,5}."""
    numbers = (isinstance(n, yaml.ScalarNode) and FIGURE.fullmatch(n.value) for n in (before, node))
    return all(numbers) and before.end_mark.index + 1 == node.start_mark.index


def _size(node: yaml.Node, sizes: dict[int, float]) -> float:
    """The entries below a node with every alias written out."""
    if id(node) not in sizes:
        sizes[id(node)] = math.inf  # an alias within its own anchor never ends
        below = [] if isinstance(node, yaml.ScalarNode) else node.value
        flat = chain.from_iterable(n if isinstance(n, tuple) else (n,) for n in below)
        sizes[id(node)] = 1 + sum(_size(n, sizes) for n in flat)
    return sizes[id(node)]
