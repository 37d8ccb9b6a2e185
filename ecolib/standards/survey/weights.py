"""Weights that make a sample look like the population it speaks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pandas as pd

from ecolib.errors import DataError, Problem, near

Population = Mapping[str, Mapping[str, float]]
NOT_STATED = "not stated"
ROUNDS, CLOSE = 1000, 1e-10


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
        Unknown variables or groups (with the nearest name), groups with respondents and no
        population, or margins that no weights can meet.
    """
    _refuse_population(people, population)
    weights = pd.Series(1.0, people.index)
    targets = {v: _target(people[v], population_shares(population, v)) for v in population}
    for _ in range(ROUNDS):
        if all(_off(weights, people[v], target) < CLOSE for v, target in targets.items()):
            return weights.rename("weight")
        for variable, target in targets.items():
            sums = weights.groupby(people[variable]).sum()
            weights = weights * people[variable].map(target / sums)
    said = "、".join(population), ", ".join(population)
    raise DataError(
        Problem(
            "population",
            f"{said[0]} 的权重不收敛，请合并人数过少的分组",
            f"weights for {said[1]} do not settle: merge groups with few respondents",
        )
    )


def age_groups(years: pd.Series, starts: Sequence[int]) -> pd.Series:
    """Ages in years as groups that begin at `starts`: "<18", "18-34", ..., "60+"; NaN stays."""
    inner = [f"{a}-{b - 1}" for a, b in pairwise(starts)]
    edges, labels = [0, *starts, float("inf")], [f"<{starts[0]}", *inner, f"{starts[-1]}+"]
    return pd.cut(years, edges, right=False, labels=labels).astype(object)


def population_shares(population: Population, variable: str) -> pd.Series:
    """Shares of the groups of `variable`, summing to 1; empty when not given."""
    given = pd.Series(population.get(variable, {}), dtype=float)
    return given / given.sum()


def _off(weights: pd.Series, groups: pd.Series, target: pd.Series) -> float:
    """How far the sums of weights are from what is wanted, as a share of all weight."""
    sums = weights.groupby(groups).sum()
    return float((sums - target.reindex(sums.index)).abs().sum()) / max(len(weights), 1)


def _target(groups: pd.Series, shares: pd.Series) -> pd.Series:
    """Sums of weights wanted by group, over the groups that have respondents."""
    stated = groups[groups != NOT_STATED]
    present = shares[shares.index.isin(stated)]
    wanted = present / present.sum() * len(stated)
    return pd.concat([wanted, pd.Series({NOT_STATED: float(len(groups) - len(stated))})])


def _refuse_population(people: pd.DataFrame, population: Population) -> None:
    problems = []
    for variable, given in population.items():
        if variable not in people:
            zh, en = near(variable, people.columns)
            said = f"问卷没有“{variable}”{zh}", f"answers have no '{variable}'{en}"
            problems.append(Problem("population", *said))
            continue
        if any(not share >= 0 for share in given.values()) or not sum(given.values()) > 0:
            said = "份额须为非负且不全为零", "shares must not be negative, nor all zero"
            problems.append(Problem(f"population.{variable}", *said))
        for group in sorted(set(people[variable]) - {NOT_STATED}):
            if not given.get(group, 0) > 0:
                zh, en = near(group, (g for g in given if g != group))
                said = f"总体没有分组“{group}”{zh}", f"no one in the population is '{group}'{en}"
                problems.append(Problem(f"population.{variable}", *said))
    if problems:
        raise DataError(problems)
