"""`python -m ecolib.data` rewrites the list of tables, columns and items in data/README.md."""

from __future__ import annotations

from ecolib.data.dictionary import Column, items, owners, table, table_names, units
from ecolib.files import project_root

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


def renewed(text: str) -> str:
    """`text` with a fresh list between the two marks."""
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{column_list()}\n{END}{rest.partition(END)[2]}"


def column_list() -> str:
    """Every table with its columns, then every item, as Markdown."""
    return "\n".join([*(_table(name) for name in table_names()), _items()])


def _table(name: str) -> str:
    entry = table(name)
    lines = [
        f"### `{name}` · {entry.zh}",
        "",
        entry.about.zh,
        "",
        entry.about.en,
        "",
        "| column | 列名 | heading | type | required |",
        "| --- | --- | --- | --- | --- |",
        *(_column(column) for column in entry.columns),
        "",
    ]
    return "\n".join(lines)


def _column(column: Column) -> str:
    choices = zip(column.choices("zh"), column.allowed, strict=True)
    kind = " / ".join(" ".join(dict.fromkeys(pair)) for pair in choices) or column.type
    if column.unit:
        kind += f" ({column.unit})"
    required = "是 · yes" if column.required else ""
    return f"| `{column.name}` | {column.zh} | {column.en} | {kind} | {required} |"


def _items() -> str:
    lines = [
        "### Items · 统计项",
        "",
        "The finished value of an indicator may be handed in under the indicator's own id "
        "(`ecolib list`). 只有成品值的指标，统计项填指标代码（见 `ecolib list`）。",
        "",
        "| item | 名称 | name | unit · 单位 | owner · 责任单位 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for item in items().values():
        unit = units()[item.unit]
        shown = unit.unit if unit.unit == unit.zh else f"{unit.unit} · {unit.zh}"
        owner = owners()[item.owner].zh
        lines.append(f"| `{item.item}` | {item.zh} | {item.en} | {shown} | {owner} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    path = project_root() / "data" / "README.md"
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
