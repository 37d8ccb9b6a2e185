"""What must be in place, requirement by requirement, as documents prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecolib.indicators.targets.combine import Combinable
from ecolib.indicators.targets.verdict import Reading, Verdict, joined

if TYPE_CHECKING:
    from ecolib.data.params import County

#: What the state of a requirement means; the states come from `evidence.states`.
EVIDENCE = {
    "documented": ("met", "有文件佐证", "proved by a document"),
    "stated": (
        "declared",
        "仅有陈述，没有可核对的文件",
        "only stated; no document that can be checked",
    ),
    "absent": ("not_evaluable", "没有任何材料", "nothing was handed in"),
    "denied": ("not_met", "材料表明不成立", "the documents say it does not hold"),
}


@dataclass(frozen=True)
class InPlace(Combinable):
    """Named requirements, each of which a document must prove; see `ecolib.assess.evidence`."""

    requirements: Mapping[str, tuple[str, str]]

    def judge(self, reading: Reading) -> Verdict:
        verdicts = []
        for key, (zh, en) in self.requirements.items():
            status, how_zh, how_en = EVIDENCE[reading.documents.at[reading.year, key]]
            verdicts.append(Verdict(status, f"{zh}：{how_zh}", f"{en}: {how_en}"))
        return joined(verdicts)

    def text(
        self, lang: str, county: County | None = None, unit: str = "", handed_down: str = ""
    ) -> str:
        index = 0 if lang == "zh" else 1
        return ("；" if lang == "zh" else "; ").join(w[index] for w in self.requirements.values())
