"""What a list of indicators may say: `params/lists/<name>.yml` as it is written.

What it means, and whether it fits the indicators that there are, `ecolib.indicators.lists` says.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ecolib.data.keys import Code, Named, Strict, Text, Truth, chosen, fault
from ecolib.data.params import Landform, Number, Share, Year, Zone

Kind = Literal["binding", "reference", "local"]
Sureness = Literal["high", "medium", "low", "unknown"]
Sure = Annotated[Sureness, chosen("confidence", Sureness)]
Numbered = Annotated[Code, Field(pattern=r"^[1-9]\d*[a-z]?$")]


class Tolerance(Strict):
    """The change that still counts as stable, in the unit of the indicator."""

    tolerance: Number = Field(default=0.0, ge=0, examples=[1])


class Since(Strict):
    """The year whose area must be kept; the earliest one known where none is named."""

    since: Year | None = Field(default=None, examples=[2015])


class Otherwise(Strict):
    """What is asked where a higher authority sets no bound."""

    otherwise: Asked | None = Field(default=None, examples=["{at_least: 0}"])


class Nothing(Strict):
    """A form that takes no more words."""


class Asked(Strict):
    """A target as it is written: one of its forms, `assigned`, `{at_least: 85}`, `{both: [...]}`."""

    at_least: Number | None = Field(default=None, examples=[85])
    at_most: Number | None = Field(default=None, examples=[5])
    unit: str = Field(default="", examples=["%"])
    by_terrain: dict[Landform, Number] = Field(default={}, examples=["{mountain: 60, hill: 40}"])
    by_climate: dict[Annotated[Zone, chosen("climate", Zone)], Number] = Field(
        default={}, examples=["{arid: 35, other: 60}"]
    )
    assigned: Otherwise | None = Field(default=None, examples=["{otherwise: {at_least: 0}}"])
    not_worse: Tolerance | None = Field(default=None, examples=["{tolerance: 1}"])
    no_loss: Since | None = Field(default=None, examples=["{since: 2015}"])
    in_place: list[Text] = Field(default=[], examples=["[plan, rules]"])
    where_given: Asked | None = Field(default=None, examples=["{at_least: 100}"])
    parts: Nothing | None = Field(default=None, examples=["{}"])
    both: list[Asked] = Field(default=[], min_length=2, examples=["[assigned, not_worse]"])
    either: list[Asked] = Field(default=[], min_length=2, examples=["[assigned, not_worse]"])

    @model_validator(mode="before")
    @classmethod
    def _word_alone(cls, given: object) -> object:
        return {given: {}} if isinstance(given, str) and given in WORDS else given

    @model_validator(mode="after")
    def _one_form(self) -> Asked:
        if len(self.model_fields_set - {"unit"}) != 1:
            raise fault("one_form")
        return self


#: The forms that may stand as a word alone.
WORDS = ("assigned", "not_worse", "no_loss", "parts")


class Listed(Strict):
    """What a list says of an indicator; what it leaves out is as in the list that it extends."""

    number: Numbered | None = Field(default=None, examples=["7a"])
    kind: Annotated[Kind, chosen("kind", Kind)] | None = Field(default=None, examples=["binding"])
    target: Asked | None = Field(default=None, examples=["{at_least: 85}"])


class PassRule(Strict):
    """When a list as a whole is met, as far as a source says so."""

    binding: Literal["all"] = Field(examples=["all"])
    #: Share of the reference indicators that has to be met, in %.
    reference: Share | None = Field(default=None, examples=[80])
    gates: list[Named] = Field(default=[], examples=["[三年内没有发生重大突发环境事件]"])
    source: Named = Field(examples=["管理规程第×条"])
    confidence: Sure = Field(examples=["low"])


class Successor(Strict):
    """A later edition whose text is not here."""

    document: Named = Field(examples=["环办生态〔2024〕4号"])
    valid_from: Year = Field(examples=[2024])
    source: Named = Field(examples=["生态环境部网站"])
    confidence: Sure = Field(examples=["high"])


class ListFile(Strict):
    """A list as its file has it."""

    document: Named = Field(examples=["环生态〔2019〕76号"])
    short: Named = Field(examples=["{zh: 2019年版, en: 2019 list}"])
    extends: str = Field(default="", examples=["2019-76"])
    local: Truth = Field(default=False, examples=["true"])
    valid_from: Year = Field(examples=[2019])
    valid_to: Year | None = Field(default=None, examples=[2020])
    source: Named = Field(examples=["通知附件2"])
    confidence: Sure = Field(examples=["medium"])
    successors: list[Successor] = Field(default=[])
    pass_rule: PassRule | None = Field(default=None, examples=["{binding: all, …}"])
    without: list[Text] = Field(default=[], examples=["[海岸生态修复]"])
    indicators: dict[str, Listed] = Field(examples=["{eco_plan: {number: 1, kind: binding}}"])

    @model_validator(mode="after")
    def _forwards(self) -> ListFile:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise fault("valid_reversed")
        return self
