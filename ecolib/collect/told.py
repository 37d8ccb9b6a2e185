"""What the command says of the workbooks that came back, and of those that did not."""

from __future__ import annotations

from ecolib.assess.case import Case
from ecolib.collect.filing import Filed, Outstanding

#: Differences shown of one workbook; `ecolib check` lists all of them.
SHOWN = 20


def outcome_text(outcome: Filed, case: Case, lang: str) -> str:
    """One returned file: filed, known already, or refused and why."""
    zh = lang == "zh"
    if outcome.status == "refused":
        return "\n".join(f"✗ {problem.line(lang)}" for problem in outcome.problems)
    owner, name = case.owner(outcome.owner, lang), outcome.filed_as
    if outcome.status == "again":
        told = f"与已归档的 {name} 完全相同" if zh else f"the same bytes as {name}, filed already"
        return f"= {outcome.file}: {owner}，{told}" if zh else f"= {outcome.file}: {owner}, {told}"
    lines = [f"✓ {outcome.file}: {owner} → {name}"]
    if outcome.differences:
        count = len(outcome.differences)
        lines.append(
            f"  与上一版有 {count} 处不同，以这一版为准："
            if zh
            else f"  differs from the version before in {count} cells; this one counts:"
        )
        lines += [f"    {found.text(lang)}" for found in outcome.differences[:SHOWN]]
        if count > SHOWN:
            lines.append(
                f"    …… 其余 {count - SHOWN} 处见 ecolib check"
                if zh
                else f"    ... the other {count - SHOWN}: see ecolib check"
            )
    return "\n".join(lines)


def outstanding_text(state: Outstanding, case: Case, lang: str) -> str:
    """One unit that has not returned anything, or left required rows empty."""
    owner = case.owner(state.owner, lang)
    if lang == "zh":
        told = "已交" if state.returned else "未交"
        return f"… {owner}: {told}" + (f"，必填的还有 {state.empty} 行空着" if state.empty else "")
    told = "returned" if state.returned else "nothing returned"
    rows = f"; {state.empty} required rows are still empty" if state.empty else ""
    return f"… {owner}: {told}{rows}"


def next_step(case: Case, lang: str) -> str:
    """What to do with what was filed: its cells are checked as those of any other file."""
    command = f"ecolib check {case.county} {case.year}"
    return (
        f"下一步：{command} 检查填报内容" if lang == "zh" else f"next: {command} checks the cells"
    )
