"""What a sample can bear: Wilson interval, sample size, weights that mirror a population, age groups.

Textbook methods; no rule document for satisfaction surveys prescribes one. Shares are fractions.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ecolib.errors import DataError, hint
from ecolib.standards import with_columns
from ecolib.texts import Note
from ecolib.trends.series import check_share

#: Two-sided 95 %.
Z = 1.96
#: Shares or counts of a population by variable and group.
Population = Mapping[str, Mapping[str, float]]
NOT_STATED = "not stated"
ROUNDS, CLOSE = 1000, 1e-10


@dataclass(frozen=True)
class Share:
    """A share with its Wilson interval; `n` respondents behind it, worth `effective` (Kish)."""

    share: float
    low: float
    high: float
    n: int
    effective: float


def wilson_interval(share, n) -> tuple[np.ndarray, np.ndarray]:
    """Low and high end of the Wilson score interval of `share` out of `n`; NaN where n is 0, or
    the share is none.

    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n); Wilson (1927), JASA 22:209. `n`
    need not be whole: with weights it is the effective sample size.
    """
    share, n = np.broadcast_arrays(np.asarray(share, float), np.asarray(n, float))
    n, share = np.where(n > 0, n, np.nan), np.where((share >= 0) & (share <= 1), share, np.nan)
    middle = share + Z**2 / (2 * n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    # At p = 0 and p = 1 one end is p itself; binary fractions may put it just past.
    low = np.minimum((middle - half) / (1 + Z**2 / n), share)
    high = np.maximum((middle + half) / (1 + Z**2 / n), share)
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def required_sample(margin: float, *, population: int | None, design_effect: float) -> int:
    """Respondents needed for an interval of +- `margin` around one half, the widest there is.

    n0 = z^2 / 4 e^2, n0 / (1 + (n0 - 1)/N) for a population of N, times the design effect, rounded
    up once. Never more than the population: then everybody is asked. Cochran (1977), 4.4. A margin
    that is no share between 0 and 1 raises `ParamsError`.
    """
    check_share("margin", margin)
    infinite = Z**2 / 4 / margin**2
    finite = infinite / (1 + (infinite - 1) / population) if population else infinite
    # 100.00000000000001 is 100: rounding up must not act on binary noise.
    n = math.ceil(round(finite * design_effect, 9))
    return min(n, population) if population else n


def raking_weights(people: pd.DataFrame, population: Population) -> pd.Series:
    """Weights by respondent, mean 1, under which each variable has the population's shares.

    With one variable this is post-stratification (population share / sample share); with more it
    is raking, iterative proportional fitting of the margins: Deming and Stephan (1940), Ann.
    Math. Stat. 11:427. Respondents who did not state their group keep their share of the sample.
    A group of the population with no respondent cannot be weighted up: the others share its
    place, and the coverage table shows it.

    Parameters
    ----------
    people
        Indexed by respondent, one column a variable.
    population
        Shares or counts by variable and group.

    Raises
    ------
    DataError
        Unknown groups (with the nearest name), groups with respondents and no population, or
        margins that no weights can meet.
    """
    _refuse_population(with_columns(people, *population), population)
    margins = [_margin(people[v], population_shares(population, v)) for v in population]
    weights = np.ones(len(people))
    for _ in range(ROUNDS):
        off = (np.abs(_sums(weights, codes) - target).sum() for codes, target in margins)
        if all(each / max(len(weights), 1) < CLOSE for each in off):
            return pd.Series(weights, people.index, name="weight")
        for codes, target in margins:
            weights = weights * (target / _sums(weights, codes))[codes]
    unsettled = Note("survey_population.unsettled", source="population", variables=(*population,))
    raise DataError(unsettled)


def _margin(groups: pd.Series, shares: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The group of each respondent as a code, and the sum of weights wanted for each code."""
    codes, names = pd.factorize(groups)
    stated = int((groups != NOT_STATED).sum())
    present = shares[shares.index.isin([name for name in names if name != NOT_STATED])]
    wanted = present / present.sum() * stated
    target = [len(groups) - stated if name == NOT_STATED else wanted[name] for name in names]
    return codes, np.array(target, dtype=float)


def _sums(weights: np.ndarray, codes: np.ndarray) -> np.ndarray:
    # pandas makes up for what is lost in adding, so that the order of respondents hardly matters.
    return pd.Series(weights).groupby(codes).sum().to_numpy()


def population_shares(population: Population, variable: str) -> pd.Series:
    """Shares of the groups of `variable`, summing to 1; empty when not given."""
    given = pd.Series(population.get(variable, {}), dtype=float)
    return given / given.sum()


def _refuse_population(people: pd.DataFrame, population: Population) -> None:
    problems = []
    for variable, given in population.items():
        where = f"population.{variable}"
        if not sum(given.values()) > 0:
            problems.append(Note("survey_population.shares", source=where))
        for group in sorted(set(people[variable]) - {NOT_STATED}):
            if not given.get(group, 0) > 0:
                near = hint(group, (g for g in given if g != group))
                unknown = Note("survey_population.no_group", group=group, hint=near)
                problems.append(unknown.but(source=where))
    if problems:
        raise DataError(problems)


# --- ages in groups -------------------------------------------------------------------------------

#: Ages given as numbers are grouped from these ages on.
AGE_FROM = (18, 35, 60)
#: Nobody has been older: a larger number is no age.
OLDEST = 122


def age_group(text: str) -> str:
    """A group of ages as statistics offices write them: "18—34岁" is "18-34", "60岁及以上" "60+",
    "18岁以下" "<18", with the letter or name before it; anything else as it is."""
    plain = unicodedata.normalize("NFKC", str(text))
    plain = re.sub(r"[—–~～至到]+|--", "-", plain).replace("周岁", "").replace("岁", "")
    plain = re.sub(r"^[A-Za-z][.、:]?|^\d、|\s", "", plain).removesuffix("()")
    if named := re.fullmatch(r"\D*\((\D?\d.*)\)", plain):  # 青年（18—34岁）
        plain = named[1]
    plain = re.sub(
        r"^(?:≥|>=)(\d+)$|^(\d+)(?:及|含|\(含\))?(?:以上|\+)$", lambda m: f"{m[1] or m[2]}+", plain
    )
    plain = re.sub(r"^(?:未满|不满|小于|<)(\d+)$|^(\d+)以下$", lambda m: f"<{m[1] or m[2]}", plain)
    return plain if re.fullmatch(r"\d+-\d+|\d+\+|<\d+", plain) else str(text)


def ages_grouped(ages: pd.Series, wanted: Iterable[str]) -> pd.Series:
    """Ages as groups, where all are ages, as those `wanted` or else by `AGE_FROM`."""
    codes, given = pd.factorize(ages)
    texts = [str(age).removesuffix("岁").removesuffix("周") for age in given]
    years = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
    if years.isna().any() or (years > OLDEST).any():
        groups = [*map(age_group, given), None]
    else:
        limits = _limits_of(wanted) or AGE_FROM
        groups = [*(_age_group(year, limits) for year in years), None]
    return pd.Series([groups[code] for code in codes], index=ages.index, dtype=object)


def _limits_of(groups: Iterable[str]) -> tuple[int, ...]:
    """The ages from which groups begin; none where they do not follow one another."""
    found = [re.fullmatch(r"(\d+)(?:-(\d+)|\+)", group) for group in groups if group[:1] != "<"]
    if not found or not all(found):
        return ()
    spans = sorted((int(m[1]), int(m[2]) if m[2] else None) for m in found)
    joined = all(
        last is not None and last + 1 == first for (_, last), (first, _) in pairwise(spans)
    )
    return tuple(first for first, _ in spans) if joined and spans[-1][1] is None else ()


def _age_group(years: float, limits: tuple[int, ...]) -> str | None:
    """The group of an age in years: "<18", "18-34", ..., "60+" for groups from 18, 35 and 60 on."""
    inner = [f"{a}-{b - 1}" for a, b in pairwise(limits)]
    labels = [f"<{limits[0]}", *inner, f"{limits[-1]}+"]
    at = int(np.searchsorted(limits, years, side="right"))
    return labels[at] if 0 <= years < math.inf else None
