"""The files handed in: each is read, or a remark says why not. One bad file does not hide the rest."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ecolib.data.issues import Issue
from ecolib.data.readers import (
    KINDS,
    Sheet,
    is_passing,
    leads_out,
    read_file,
    shown_name,
    unsupported,
)
from ecolib.errors import DataError, Problem


@dataclass(frozen=True)
class Received:
    """What one file gave: its sheets, and the remarks on it as a whole."""

    sheets: tuple[Sheet, ...]
    issues: tuple[Issue, ...]


def receive(path: Path, root: Path) -> Received:
    """Read one file; that it cannot be read, or holds nothing, is a remark and not an exception."""
    try:
        sheets = tuple(read_file(path, root))
    except DataError as error:
        return Received((), tuple(_unread(path, root, problem) for problem in error.problems))
    if sheets:
        return Received(sheets, ())
    empty = Problem("", "文件里没有数据", "the file holds no data")
    return Received((), (_issue(path, root, "empty_file", "warning", empty),))


def remarks_on(folders: Iterable[Path], root: Path) -> list[Issue]:
    """Remarks on what lies in the folders of a county besides good data files."""
    issues = []
    for folder in folders:
        paths = sorted((p for p in folder.iterdir() if not is_passing(p)), key=lambda p: p.name)
        for path in paths:
            if (problem := _not_read(path)) is not None:
                issues.append(_unread(path, root, problem))
        issues += _copies([p for p in paths if _not_read(p) is None], root)
    return issues


def _not_read(path: Path) -> Problem | None:
    if leads_out(path):
        return Problem(
            "",
            "是指向数据文件夹之外或不存在之处的链接，未读取；请放入文件本身",
            "is a link to outside the data folders, or to nowhere, and was not read; put the file there",
        )
    if path.is_dir():
        return Problem(
            "",
            "是文件夹，其中的文件未读取；请直接放在年份文件夹里",
            "is a folder, the files in it were not read; put them into the folder of the year",
        )
    return None if path.suffix.lower() in KINDS else unsupported(path)


def _copies(paths: list[Path], root: Path) -> list[Issue]:
    """Files of the same bytes as one before; only those of the same size are compared."""
    by_size = defaultdict(list)
    for path in paths:
        by_size[path.stat().st_size].append(path)
    first: dict[bytes, Path] = {}
    issues = []
    for path in (p for same in by_size.values() if len(same) > 1 for p in same):
        original = first.setdefault(hashlib.sha256(path.read_bytes()).digest(), path)
        if original is not path:
            name = shown_name(original, original.parent)
            told = Problem(
                "",
                f"与 {name} 内容完全相同，请删去其中一份",
                f"is a copy of {name}, byte for byte; take one of them away",
            )
            issues.append(_issue(path, root, "copy", "warning", told))
    return issues


def _unread(path: Path, root: Path, problem: Problem) -> Issue:
    return _issue(path, root, "unreadable", "error", problem)


def _issue(path: Path, root: Path, rule: str, severity: str, problem: Problem) -> Issue:
    return Issue(
        shown_name(path, root), "", "", "", rule, severity, path.suffix, problem.zh, problem.en
    )
