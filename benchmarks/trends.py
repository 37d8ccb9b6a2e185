"""How fast `ecolib.trends` is, against pymannkendall and scipy in the same run.

    uv run --with pymannkendall python benchmarks/trends.py                 # without numba
    uv run --with pymannkendall --with numba python benchmarks/trends.py    # with the extra fast

Prints the tables of `benchmarks/README.md`. `--quick` leaves out the runs of many seconds.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
import tracemalloc
from collections.abc import Callable
from importlib.metadata import version

import numpy as np
import pymannkendall
from scipy.stats import kendalltau, theilslopes

from ecolib.trends import mann_kendall, mann_kendall_stack, pairs
from ecolib.trends.null_distribution import EXACT_UP_TO, _law_of_s
from ecolib.trends.series import kendall_score

LENGTHS = (10, 30, 60, 100, 300, 1_000, 3_000, 20_000)
STACK = (20, 1_000_000)
LOOPED = 2_000  # pixels of the peer's loop that are timed; the rest is in proportion


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true")
    quick = arguments.parse_args().quick
    print(machine(), end="\n\n")
    print(single_series(quick), end="\n\n")
    print(score_alone(), end="\n\n")
    print(new_tie_patterns(), end="\n\n")
    print(stack())


def machine() -> str:
    packages = ("numpy", "scipy", "pymannkendall") + (("numba",) if pairs.compiled() else ())
    names = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"{os.cpu_count()} cores, {cpu()}; Python {platform.python_version()}, {names}"


def cpu() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
        return names[0]
    except (OSError, IndexError):
        return platform.processor()


def seconds(work: Callable[[], object], budget: float = 1.0) -> float:
    """Best time of one call; repeats until the budget is used, at least once."""
    best, spent = float("inf"), 0.0
    while spent < budget:
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
        best, spent = min(best, took), spent + took
    return best


def peak_mb(work: Callable[[], object]) -> float:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def single_series(quick: bool) -> str:
    """S, p and Sen's slope; scipy needs two calls, which also give limits, as ours does."""
    rows = ["| n | ours | pymannkendall | ratio | scipy, two calls | ratio | MB ours | peer |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
    for n in LENGTHS:
        if quick and n > 3_000:
            continue
        t, y = np.arange(n) * 1.0, np.random.default_rng(n).normal(size=n)

        def ours(t: np.ndarray = t, y: np.ndarray = y) -> object:
            return mann_kendall(t, y)

        def peer(y: np.ndarray = y) -> object:
            return pymannkendall.original_test(y)

        def scipy(t: np.ndarray = t, y: np.ndarray = y) -> object:
            return kendalltau(t, y), theilslopes(y, t)

        ours()  # the exact law of this length is worked out once
        a, b = seconds(ours), seconds(peer)
        # theilslopes holds several n x n tables: more than 10 GB for 20 000 values.
        c = seconds(scipy) if n <= 3_000 else None
        both = (f"{1e3 * c:.3g} ms", f"{c / a:.1f}") if c else ("not run", "")
        rows.append(
            f"| {n:,} | {1e3 * a:.3g} ms | {1e3 * b:.3g} ms | {b / a:.1f} | {both[0]} | {both[1]} "
            f"| {peak_mb(ours):.1f} | {peak_mb(peer):.0f} |"
        )
    return "\n".join(rows)


def score_alone() -> str:
    """S with its variance and tau against scipy's kendalltau, which has no slope either."""
    rows = ["| n | S, var S, tau | scipy kendalltau | ratio |", "|---:|---:|---:|---:|"]
    for n in LENGTHS:
        t, y = np.arange(n) * 1.0, np.random.default_rng(n).normal(size=n)
        a = seconds(lambda t=t, y=y: kendall_score(t, y))
        b = seconds(lambda t=t, y=y: kendalltau(t, y))
        rows.append(f"| {n:,} | {1e3 * a:.3g} ms | {1e3 * b:.3g} ms | {b / a:.1f} |")
    return "\n".join(rows)


def new_tie_patterns() -> str:
    """The worst case of the exact law: every call meets a pattern of ties not seen before."""
    rows = ["| n | ours, law not yet known | pymannkendall | ratio |", "|---:|---:|---:|---:|"]
    for n in (10, 20, 30, 45, EXACT_UP_TO):
        t = np.arange(n)
        y = np.random.default_rng(n).integers(0, 2 * n, n) * 1.0

        def ours(t: np.ndarray = t, y: np.ndarray = y) -> object:
            _law_of_s.cache_clear()
            return mann_kendall(t, y)

        a, b = seconds(ours), seconds(lambda y=y: pymannkendall.original_test(y))
        rows.append(f"| {n} | {1e3 * a:.3g} ms | {1e3 * b:.3g} ms | {b / a:.1f} |")
    return "\n".join(rows)


def stack() -> str:
    """20 yearly maps of a million pixels: S, exact p, slope and limits in one call."""
    n, cells = STACK
    rows = ["| 20 maps of 1,000,000 pixels | ours | peer's loop | ratio | MB beside the maps |",
            "|---|---:|---:|---:|---:|"]  # fmt: skip
    rng = np.random.default_rng(0)
    plain = rng.normal(size=(n, cells))
    gaps = np.where(rng.random(plain.shape) < 0.05, np.nan, plain)
    whole = rng.integers(0, 200, plain.shape) * 1.0
    years = np.arange(2000, 2000 + n)
    for name, maps in (("no ties", plain), ("5 % missing", gaps), ("whole numbers, ties", whole)):
        mann_kendall_stack(years, maps[:, :1000], axis=0)

        def ours(maps: np.ndarray = maps) -> object:
            return mann_kendall_stack(years, maps, axis=0)

        def peer(maps: np.ndarray = maps) -> object:
            return [pymannkendall.original_test(maps[:, k]) for k in range(LOOPED)]

        took, loop = seconds(ours, budget=8.0), seconds(peer) * cells / LOOPED
        rows.append(
            f"| {name} | {took:.2f} s | {loop:.0f} s | {loop / took:.0f} | {peak_mb(ours):.0f} |"
        )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
