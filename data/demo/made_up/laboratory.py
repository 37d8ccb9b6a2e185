"""How the fictional laboratories measure: levels, seasons, detection limits, decimals."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from made_up import SEED


@dataclass(frozen=True)
class Measured:
    """An item: usual `level`, `scatter` (log), `summer` (relative swing), detection `limit`."""

    level: float
    scatter: float
    decimals: int
    summer: float = 0.0
    limit: float = 0.0

    def text(self, factor: float, month: int, draw: float) -> str:
        """The result as the laboratory writes it; `0.01L` below detection."""
        season = 1 + self.summer * np.cos(2 * np.pi * (month - 7) / 12)
        value = self.level * factor * season * np.exp(self.scatter * draw)
        if value < self.limit:
            return f"{self.limit:.{self.decimals}f}L"
        return f"{value:.{self.decimals}f}"


# The nine items of every month and water temperature, then those of the first month of a quarter.
MONTHLY = {
    "water_temp": Measured(20.5, 0.05, 1, 0.38),
    "ph": Measured(7.5, 0.015, 2),
    "do": Measured(7.9, 0.05, 2, -0.13),
    "cod_mn": Measured(2.6, 0.16, 1, 0.12, 0.5),
    "cod": Measured(11.5, 0.14, 0, 0.10, 4),
    "bod5": Measured(1.9, 0.18, 1, 0.08, 0.5),
    "nh3n": Measured(0.28, 0.25, 3, -0.20, 0.025),
    "tp": Measured(0.075, 0.22, 3, 0.15, 0.01),
    "tn": Measured(1.25, 0.18, 2, 0.10, 0.05),
    "coliform": Measured(2600, 0.45, 0, 0.25, 20),
}
QUARTERLY = {
    "cu": Measured(0.003, 0.5, 3, 0, 0.001),
    "zn": Measured(0.02, 0.6, 3, 0, 0.009),
    "f": Measured(0.32, 0.15, 2, 0, 0.05),
    "se": Measured(0.0003, 0.5, 4, 0, 0.0004),
    "as": Measured(0.0009, 0.4, 4, 0, 0.0003),
    "hg": Measured(0.00002, 0.3, 5, 0, 0.00004),
    "cd": Measured(0.00006, 0.5, 5, 0, 0.00005),
    "cr6": Measured(0.003, 0.4, 3, 0, 0.004),
    "pb": Measured(0.0006, 0.6, 5, 0, 0.00009),
    "cn": Measured(0.002, 0.5, 3, 0, 0.004),
    "phenol": Measured(0.0003, 0.6, 4, 0, 0.0003),
    "petroleum": Measured(0.012, 0.5, 2, 0, 0.01),
    "las": Measured(0.04, 0.4, 2, 0, 0.05),
    "sulfide": Measured(0.006, 0.5, 3, 0, 0.005),
}
# GB 3838 table 2, for surface sources.
SOURCE_ONLY = {
    "so4": Measured(14, 0.2, 1, 0, 8),
    "cl": Measured(9, 0.2, 1, 0, 2),
    "no3n": Measured(0.9, 0.2, 2, 0, 0.02),
    "fe": Measured(0.06, 0.5, 2, 0, 0.03),
    "mn": Measured(0.02, 0.5, 2, 0, 0.01),
}
GROUND = {
    "ph": Measured(7.1, 0.015, 2),
    "hardness": Measured(132, 0.10, 0),
    "tds": Measured(248, 0.10, 0),
    "so4": Measured(21, 0.2, 1, 0, 8),
    "cl": Measured(16, 0.2, 1, 0, 2),
    "fe": Measured(0.08, 0.35, 2, 0, 0.03),
    "mn": Measured(0.03, 0.40, 2, 0, 0.01),
    "cu": Measured(0.002, 0.5, 3, 0, 0.001),
    "zn": Measured(0.02, 0.5, 3, 0, 0.009),
    "phenol": Measured(0.0003, 0.5, 4, 0, 0.0003),
    "las": Measured(0.03, 0.4, 2, 0, 0.05),
    "cod_mn": Measured(1.1, 0.2, 1, 0, 0.5),
    "nh3n": Measured(0.11, 0.35, 3, 0, 0.025),
    "sulfide": Measured(0.004, 0.4, 3, 0, 0.005),
    "na": Measured(18, 0.2, 1),
    "total_coliform": Measured(1.2, 0.3, 0, 0, 2),
    "bacteria": Measured(38, 0.3, 0),
    "no2n": Measured(0.006, 0.5, 3, 0, 0.003),
    "no3n": Measured(3.1, 0.25, 2, 0, 0.02),
    "cn": Measured(0.002, 0.4, 3, 0, 0.004),
    "f": Measured(0.28, 0.2, 2, 0, 0.05),
    "hg": Measured(0.00002, 0.3, 5, 0, 0.00004),
    "as": Measured(0.0004, 0.3, 4, 0, 0.0003),
    "cd": Measured(0.00005, 0.5, 5, 0, 0.00005),
    "cr6": Measured(0.003, 0.4, 3, 0, 0.004),
    "pb": Measured(0.0005, 0.6, 5, 0, 0.00009),
}
# Told by the nose and the eye.
PRESENCE = {"odour": "无", "visible_matter": "无"}


def sample(
    place: str,
    year: int,
    month: int,
    items: dict[str, Measured],
    factors: dict[str, float],
) -> Iterator[tuple[str, str, str]]:
    """Date, item and result of one sampling; `factors` make an item higher or lower here."""
    # Seeded by place and month: another place leaves these results as they are.
    key = zlib.crc32(f"{place} {year} {month}".encode())
    random = np.random.default_rng([SEED, key])
    date = f"{year}-{month:02d}-{random.integers(3, 11):02d}"
    for item, measured in items.items():
        yield date, item, measured.text(factors.get(item, 1.0), month, random.normal())
