"""The exact law of S against full enumeration and against scipy."""

from collections import Counter
from itertools import permutations, product

import numpy as np
import pytest
from scipy.stats import kendalltau

from ecolib.trends import mann_kendall
from ecolib.trends.null_distribution import law_of_s
from ecolib.trends.pairs import count_inversions
from ecolib.trends.series import kendall_score


def score_by_definition(values):
    n = len(values)
    return sum(
        (values[j] > values[i]) - (values[j] < values[i]) for i in range(n) for j in range(i + 1, n)
    )


def tie_patterns(n):
    """Every composition of n into group sizes, as the sizes of the groups of equal values."""
    if n == 0:
        return [()]
    return [(k, *rest) for k in range(1, n + 1) for rest in tie_patterns(n - k)]


def distinct_arrangements(counts):
    """Every order of a multiset, given how often each of 0, 1, 2, ... occurs."""
    if not any(counts):
        yield ()
        return
    for value, left in enumerate(counts):
        if left:
            fewer = counts[:value] + (left - 1,) + counts[value + 1 :]
            for rest in distinct_arrangements(fewer):
                yield (value, *rest)


def law_by_enumeration(groups):
    """Count S over all arrangements, adding the pairs that each first element makes."""
    law = Counter()

    def extend(counts, s):
        if not any(counts):
            law[s] += 1
            return
        for value, left in enumerate(counts):
            if left:
                fewer = counts[:value] + (left - 1,) + counts[value + 1 :]
                extend(fewer, s + sum(fewer[value + 1 :]) - sum(fewer[:value]))

    extend(tuple(groups), 0)
    return law


def test_enumeration_by_first_elements_is_the_definition():
    for groups in tie_patterns(5):
        direct = Counter(score_by_definition(a) for a in distinct_arrangements(groups))
        assert law_by_enumeration(groups) == direct


@pytest.mark.parametrize("n", range(1, 9))
def test_every_tie_pattern_up_to_eight_values(n):
    # The law does not depend on the order of the groups: partitions cover all tie patterns.
    for groups in {tuple(sorted(g)) for g in tie_patterns(n)}:
        counts = law_by_enumeration(groups)
        total = sum(counts.values())
        law = law_of_s(groups)
        assert (law.total, law.largest) == (total, max(counts))
        for s in range(-law.largest - 1, law.largest + 2):
            if s in counts:
                assert law.upper(s) == sum(c for k, c in counts.items() if k >= s) / total
                both = sum(c for k, c in counts.items() if abs(k) >= abs(s))
                assert law.p(s, "two-sided") == both / total


def test_p_of_the_test_against_enumeration_of_permuted_rows():
    # All 6! orders of a series with a pair and a triple; the test sees only (year, value) pairs.
    values = (2.5, 2.5, 3.0, 3.0, 3.0, 7.0)
    scores = [score_by_definition(order) for order in permutations(values)]
    for order in ((2.5, 2.5, 3.0, 3.0, 3.0, 7.0), (7.0, 3.0, 2.5, 3.0, 2.5, 3.0)):
        s = score_by_definition(order)
        for alternative, extreme in (
            ("two-sided", [abs(k) >= abs(s) for k in scores]),
            ("greater", [k >= s for k in scores]),
            ("less", [k <= s for k in scores]),
        ):
            result = mann_kendall(range(6), order, alternative=alternative)
            assert result.s == s
            assert result.p == pytest.approx(sum(extreme) / len(scores), rel=1e-15)


@pytest.mark.parametrize("n", range(2, 51))
def test_scipys_exact_law_without_ties(n):
    values = np.random.default_rng(n).permutation(n).astype(float)
    values[: n // 2].sort()
    for series in (values, np.sort(values), np.arange(n)[::-1].astype(float)):
        for alternative in ("two-sided", "greater", "less"):
            ours = mann_kendall(np.arange(n), series, alternative=alternative)
            theirs = kendalltau(np.arange(n), series, method="exact", alternative=alternative)
            assert ours.p == pytest.approx(theirs.pvalue, rel=1e-11)
            assert ours.tau == pytest.approx(theirs.statistic, rel=1e-12, abs=1e-12)


def test_variance_is_that_of_the_enumerated_law():
    for groups in ((1, 1, 1, 1, 1), (2, 3), (1, 2, 2), (1, 1, 4)):
        counts = law_by_enumeration(groups)
        total = sum(counts.values())
        variance = sum(c * s * s for s, c in counts.items()) / total
        values = np.repeat(np.arange(len(groups)), groups).astype(float)
        score = kendall_score(np.arange(len(values)).astype(float), values)
        assert score.var_s == pytest.approx(variance, rel=1e-13)


def test_variance_with_ties_in_time_and_value():
    # Enumerate all orders of the values over years in which two observations share a year.
    years, values = (0, 0, 1, 1, 2), (1, 1, 2, 3, 3)

    def score(order):
        return sum(
            np.sign(years[j] - years[i]) * np.sign(order[j] - order[i])
            for i, j in product(range(5), repeat=2)
            if i < j
        )

    scores = [score(order) for order in permutations(values)]
    result = mann_kendall(years, values)
    assert result.s == score(values)
    assert result.var_s == pytest.approx(np.var(scores), rel=1e-12)
    assert result.method == "mann_kendall_normal"


@pytest.mark.parametrize("n", [1, 2, 3, 7, 64, 65, 300])
def test_inversions_by_bits(n):
    ranks = np.random.default_rng(n).permutation(n).astype(np.int32)
    assert count_inversions(ranks) == sum(int((ranks[i] > ranks[i + 1 :]).sum()) for i in range(n))


def test_smallest_p_by_hand():
    # 2 of n! orders are monotone: 2/3! = 1/3, 2/4! = 1/12, 2/5! = 1/60.
    for n, smallest in ((3, 1 / 3), (4, 1 / 12), (5, 1 / 60)):
        assert mann_kendall(range(n), range(n)).smallest_p == smallest
