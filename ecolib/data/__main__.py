"""`python -m ecolib.data` rewrites the lists in data/README.md and params/README.md.

They are the tables with their columns, the items, and every key of the files that people write.
"""

from __future__ import annotations

import datetime
import types
import typing
from collections.abc import Callable, Iterable, Iterator

from pydantic import BaseModel

from ecolib.data.corrections import Correction
from ecolib.data.dictionary import Column, items, owners, table, table_names, units
from ecolib.data.keys import LIMITS, Choice, Named, about, models_in
from ecolib.data.list_file import ListFile
from ecolib.data.mappings import Mapping
from ecolib.data.params import Defaults, Params
from ecolib.files import project_root
from ecolib.standards.survey import scales
from ecolib.texts import word

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
#: What can be listed of a type without more words.
TYPES = {str: "text", float: "number", int: "whole", bool: "truth", datetime.date: "day"}
BOUNDS = tuple(LIMITS.items())


def renewed(text: str, made: str) -> str:
    """`text` with a fresh list between the two marks."""
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{made}\n{END}{rest.partition(END)[2]}"


def section(
    title: str, above: Iterable[str], headings: Iterable[str], rows: Iterable[Iterable[str]]
) -> str:
    """A heading, what is said above a table, and the table, as Markdown."""
    names = list(headings)
    lines = [f"### {title}", "", *(line for said in above for line in (said, ""))]
    for cells in (names, ["---"] * len(names), *rows):
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def key_list(file: str, model: type[BaseModel], above: str = "") -> str:
    """Every key of a file; the entries of a list stand below `above`."""
    headings = "键 · key", "说明", "about", "类型 · type", "默认 · default", "例 · example"
    return section(f"`{file}`", (), headings, _keys(model, above))


def _keys(
    model: type[BaseModel], above: str, *within: type[BaseModel]
) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        key, said = f"{above}{name}", about(model, name)
        default = "必填 · required" if field.is_required() else _default(field.default)
        example = f"`{(field.examples or [''])[0]}`".replace("``", "")
        zh, en = (said.zh, said.en) if said else ("", "")
        kind = " ".join(dict.fromkeys(_kinds(field.annotation, tuple(field.metadata))))
        yield f"`{key}`", zh, en, kind, default, example
        own = f"{key}.…." if _is_mapping(field.annotation) else f"{key}."
        for below in models_in(field.annotation):
            # A target may stand within a target: its keys are listed once.
            if below not in (Named, model, *within):
                yield from _keys(below, own, *within, model)


def _default(value: object) -> str:
    if value is None or value in ("", {}, []) or isinstance(value, BaseModel):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _is_mapping(kind: object) -> bool:
    return typing.get_origin(kind) is dict


def _kinds(kind: object, metadata: tuple = ()) -> Iterator[str]:
    """What may stand there, in words, by the type and what narrows it."""
    choices = [m.func for m in metadata if isinstance(getattr(m, "func", None), Choice)]
    if choices:
        yield " / ".join(names.zh for names in choices[0].names())
        return
    if typing.get_origin(kind) is typing.Annotated:
        inner, *more = typing.get_args(kind)
        yield from _kinds(inner, (*more, *metadata))
    elif typing.get_origin(kind) in (types.UnionType, typing.Union):
        for member in typing.get_args(kind):
            yield from _kinds(member, metadata)
    elif isinstance(kind, type) and issubclass(kind, Named):
        yield _type("named")
    elif _is_mapping(kind):
        yield _type("mapping")
        keys = _kinds(typing.get_args(kind)[0])
        yield from (f"（{key}）" for key in keys if key != _type("text"))
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield _type("mapping")
    elif kind is typing.Any:
        yield _type("cell")
    elif kind in TYPES:
        limits = ((sign, getattr(m, name, None)) for m in _flat(metadata) for name, sign in BOUNDS)
        known = [f"{sign} {limit}" for sign, limit in limits if limit is not None]
        yield " ".join([_type(TYPES[kind]), *known])


def _flat(metadata: tuple) -> Iterator[object]:
    for part in metadata:
        yield from _flat(tuple(part.metadata)) if hasattr(part, "metadata") else (part,)


def _type(name: str) -> str:
    return f"{word('key_type', name, 'zh')} · {word('key_type', name, 'en')}"


def column_list(name: str) -> str:
    """A table with its columns."""
    entry, headings = table(name), ("column", "列名", "heading", "type", "required")
    above, rows = (entry.about.zh, entry.about.en), map(_column, entry.columns)
    return section(f"`{name}` · {entry.zh}", above, headings, rows)


def _column(column: Column) -> tuple[str, ...]:
    choices = zip(column.choices("zh"), column.allowed, strict=True)
    kind = " / ".join(" ".join(dict.fromkeys(pair)) for pair in choices) or column.type
    if column.unit:
        kind += f" ({column.unit})"
    needed = (
        "是 · yes" if column.required else column.unless and f"`{column.unless}` 为空时 · if empty"
    )
    return f"`{column.name}`", column.zh, column.en, kind, needed


def item_list() -> str:
    """Every item."""
    said = (
        "The finished value of an indicator may be handed in under the indicator's own id "
        "(`ecolib list`). 只有成品值的指标，统计项填指标代码（见 `ecolib list`）。"
    )
    headings = "item", "名称", "name", "unit · 单位", "owner · 责任单位"
    named = ((item, dict.fromkeys((item.unit, units()[item.unit].zh))) for item in items().values())
    rows = (
        (f"`{item.item}`", item.zh, item.en, " · ".join(unit), owners()[item.owner].zh)
        for item, unit in named
    )
    return section("Items · 统计项", (said,), headings, rows)


def answer_list() -> str:
    """What each answer of a survey counts as."""
    said = (
        "Compared without option letters, numbers, punctuation and blanks. One in no list stops the share until "
        "`mappings.yml` says what it counts as. 比较时不计选项序号、标点和空格；不在表中的须在 `mappings.yml` 写明。"
    )
    headings = "survey · 调查", "satisfied · 满意或参与", "other · 其他", "refused · 拒答"
    counted = (
        (title, scales()[survey])
        for title, survey in table("survey_answers").by_name["survey"].choices("zh").items()
    )
    rows = ((t, *map("、".join, (s.satisfied, s.other, s.refused))) for t, s in counted)
    return section("Answers · 答案", (said,), headings, rows)


def params_list() -> str:
    """The keys of the parameter files."""
    models = {"<county>": Params, "defaults": Defaults, "lists/<name>": ListFile}
    return "\n".join(key_list(f"params/{name}.yml", model) for name, model in models.items())


def data_list() -> str:
    """The keys of the lists beside the data, then tables, columns, items and answers."""
    lists = {"corrections": Correction, "mappings": Mapping}
    keys = (key_list(f"{name}.yml", model, f"{name}[].") for name, model in lists.items())
    return "\n".join([*keys, *map(column_list, table_names()), item_list(), answer_list()])


#: The pages, and what is made for each.
PAGES: dict[str, Callable[[], str]] = {"params/README.md": params_list, "data/README.md": data_list}

if __name__ == "__main__":
    for page, made in PAGES.items():
        path = project_root() / page
        fresh = renewed(path.read_text(encoding="utf-8"), made())
        path.write_text(fresh, encoding="utf-8", newline="\n")
