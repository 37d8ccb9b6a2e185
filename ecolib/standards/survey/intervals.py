"""How sure a share is: Wilson interval and required sample size.

Textbook methods; no rule document for satisfaction surveys prescribes one. Shares are fractions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ecolib.errors import DataError, Problem


@dataclass(frozen=True)
class Share:
    """A share with its Wilson interval; `n` respondents behind it, worth `effective` (Kish)."""

    share: float
    low: float
    high: float
    n: int
    effective: float

    def straddles(self, target: float) -> bool | None:
        """Whether the interval contains `target`, so that the sample alone cannot decide.

        Missing without a share.
        """
        return None if math.isnan(self.share) else bool(self.low <= target <= self.high)


@dataclass(frozen=True)
class SampleSize:
    """Steps of a required sample size: `n` is rounded up once, at the end."""

    infinite: float
    finite: float
    designed: float
    n: int


def wilson_interval(share, n, *, z: float = 1.96) -> tuple[np.ndarray, np.ndarray]:
    """Low and high end of the Wilson score interval of `share` out of `n`; NaN where n is 0.

    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n); Wilson (1927), JASA 22:209. `n`
    need not be whole: with weights it is the effective sample size.
    """
    share, n = np.broadcast_arrays(np.asarray(share, float), np.asarray(n, float))
    n = np.where(n > 0, n, np.nan)
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # At p = 0 and p = 1 one end is p itself; binary fractions may put it just past.
    low = np.minimum((middle - half) / (1 + z**2 / n), share)
    high = np.maximum((middle + half) / (1 + z**2 / n), share)
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def required_sample(
    margin: float,
    *,
    share: float = 0.5,
    z: float = 1.96,
    population: int | None = None,
    design_effect: float = 1.0,
) -> SampleSize:
    """Respondents needed for an interval of +- `margin`: n0 = z^2 p(1-p)/e^2, then corrected.

    n0 / (1 + (n0 - 1)/N) for a population of N, times the design effect, rounded up once.
    Never more than the population: then everybody is asked. Cochran (1977), 4.4.

    Raises
    ------
    DataError
        When the margin is not positive, or the share lies outside 0..1.
    """
    if not (margin > 0 and 0 <= share <= 1):
        said = f"margin={margin:g}, share={share:g}"
        raise DataError(Problem("required_sample", f"{said} 不可用", f"{said} cannot be used"))
    infinite = z**2 * share * (1 - share) / margin**2
    finite = infinite / (1 + (infinite - 1) / population) if population else infinite
    designed = finite * design_effect
    # 100.00000000000001 is 100: rounding up must not act on binary noise.
    n = math.ceil(round(designed, 9))
    return SampleSize(infinite, finite, designed, min(n, population) if population else n)
