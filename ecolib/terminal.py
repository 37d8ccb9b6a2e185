"""What the command line says and takes, in the language of who sits there.

That is what `--lang` asks for, else the language of the locale. click asks gettext for its words;
here they stand in the catalogue.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click
from click import core, decorators, exceptions, formatting, parser, termui, types
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    split_arg_string,
)

from ecolib.errors import ParamsError
from ecolib.files import project_root
from ecolib.texts import LANGS, Note, quoted, spoken_here, text, words
from ecolib.texts.sentences import area

ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
SPAN = re.compile(r"\s*(\d{4})\s*年?\s*(?:[-—–~～至]+\s*(\d{4})\s*年?\s*)?", re.ASCII)
ONE_YEAR = re.compile(r"\s*(\d{4})\s*(?:年度?)?\s*")


def to_lang(value: str) -> str:
    """The code of a language by its code, its name or a locale: zh, 中文, zh-CN; else as it is."""
    value = value.casefold()
    for lang in () if value in LANGS else LANGS:
        named = (lang, *(name.casefold() for name in words("language")[lang].values()))
        if value in named or value.startswith((f"{lang}-", f"{lang}_")):
            return lang
    return value


class Language(click.Choice):
    """A language by its code or as people call it."""

    def convert(self, value, param, ctx):
        return super().convert(to_lang(value), param, ctx)


def language(arguments: Sequence[str]) -> str:
    """The language in which to answer a command line."""
    for at, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        value = to_lang(value or "".join(arguments[at + 1 : at + 2])) if name == "--lang" else ""
        if value in LANGS:
            return value
    return spoken_here()


LANG = language(sys.argv[1:])
#: What stands on a console for a character that its encoding has not, and how it is asked for.
PLAIN = {"✓": "√", "✗": "×", "⚠": "!", "◐": "~", "−": "-", "²": "2", "³": "3", "⁴": "^4", "⁸": "^8"}
PLAINLY = "ecolib_plainly"


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    shown = "".join(PLAIN.get(c, "?") for c in error.object[error.start : error.end])
    return shown.encode(error.encoding, "replace"), error.end


codecs.register_error(PLAINLY, _plainly)


def said(code: str, **args: Any) -> str:
    """A sentence of `cli.yml` in the language of the screen."""
    # Help asks at every start: from its own file, as reading the whole catalogue takes longer.
    return text(code, LANG, **args) if args else area("cli.yml")[code][LANG]


def speak(cli: click.Group) -> None:
    """Let click say in Chinese what it says of itself; English it knows."""
    if LANG == "en":
        return
    known = words("click")

    def worded(message: str) -> str:
        return known[message][LANG] if message in known else message

    def counted(one: str, many: str, count: int) -> str:
        return worded(one if count == 1 else many)

    for module in (core, decorators, exceptions, formatting, parser, termui, types):
        module.__dict__.update({"_": worded, "ngettext": counted})
    for command in (cli, *cli.commands.values()):
        command.options_metavar = worded(command.options_metavar)
    cli.subcommand_metavar = worded(cli.subcommand_metavar)


def to_county(value: str) -> str:
    """The id of a county, by its id or its name."""
    if ONE_YEAR.fullmatch(value):
        raise ParamsError(Note("cli.swapped", value=value))
    root = project_root()
    known = value != "defaults" and ID.fullmatch(value)
    if known and (root / "params" / f"{value}.yml").is_file():
        return value
    from ecolib.data.params import check_county

    return check_county(value, root)


def to_year(value: str) -> int:
    """The year, with or without 年, before anything is read."""
    found = ONE_YEAR.fullmatch(value)
    if found and 2000 <= int(found[1]) <= 2100:
        return int(found[1])
    raise ParamsError(Note("params.no_year", year=quoted(value)))


def to_years(value: str) -> tuple[int, ...]:
    """The years of 2017-2020, of 2017,2019 or of 2019, in order."""
    spans = [SPAN.fullmatch(span) for span in re.split("[,，、]", value)]
    found = sorted({y for s in spans if s for y in range(int(s[1]), int(s[2] or s[1]) + 1)})
    if not all(spans) or not found or not 2000 <= found[0] <= found[-1] <= 2100:
        raise ParamsError(Note("cli.batch.no_years", value=quoted(value)))
    return tuple(found)


def to_shard(value: str) -> tuple[int, int]:
    """(1, 4) of 1/4."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*/\s*(\d{1,4})\s*", value, re.ASCII)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise ParamsError(Note("cli.batch.no_shard", value=quoted(value)))
    return int(found[1]), int(found[2])


def known_counties(ctx, param, incomplete: str) -> list[str]:
    """The counties there are parameters of, for a shell that completes one."""
    known = (path.stem for path in (project_root() / "params").glob("*.yml"))
    return sorted(n for n in known if n.startswith(incomplete) and n != "defaults")


def known_years(ctx, param, incomplete: str) -> list[str]:
    """The years for which the county has submitted something."""
    raw = project_root() / "data" / str(ctx.params.get("county")) / "raw"
    return sorted(path.name for path in raw.glob("[0-9]*") if path.name.startswith(incomplete))


class PowerShellComplete(ShellComplete):
    """What click does for bash, zsh and fish, for PowerShell."""

    name = "powershell"
    source_template = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $line, $at)
    $env:COMP_WORDS = $line.ToString()
    $env:COMP_CWORD = $word
    $env:%(complete_var)s = "powershell_complete"
    %(prog_name)s | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, "ParameterValue", $_)
    }
    Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:%(complete_var)s
}
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        words, word = split_arg_string(os.environ["COMP_WORDS"])[1:], os.environ["COMP_CWORD"]
        return (words[:-1] if word and words and words[-1] == word else words), word

    def format_completion(self, item: CompletionItem) -> str:
        return item.value


add_completion_class(PowerShellComplete)
SHELLS = ("bash", "zsh", "fish", PowerShellComplete.name)
COUNTY = {"type": to_county, "shell_complete": known_counties, "metavar": said("cli.county")}
YEAR = {"type": to_year, "shell_complete": known_years, "metavar": said("cli.year")}


def of_county_and_year(command: Callable) -> Callable:
    """Give a command its two arguments."""
    return click.argument("county", **COUNTY)(click.argument("year", **YEAR)(command))
