#!/usr/bin/env python3
"""Parses every `az` command of reports with the argument parser of the real Azure CLI.

Whole commands stand in blocks marked `sh` of Markdown, in cells of CSV, in strings of JSON and in lines of text such as
`explain` prints; they have to parse. What a sentence quotes (`az aks update --flag`) has to name a command and options
that exist.

Nothing is run and nothing is sent: commands are looked up and their arguments parsed, as the CLI does before it calls
anything. Exit status: 0 every command parses, 1 some do not, 2 nothing could be checked.
"""

import contextlib
import csv
import io
import json
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

# Words in capitals stand for what the reader has to fill in, words in braces for what the program does.
PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*|\{[a-z_]+\}")
ANY_ID = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group"
    "/providers/Microsoft.Network/virtualNetworks/network/subnets/subnet"
)
FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<language>\S*)\s*$")


def shell_blocks(text):
    """The bodies of fenced blocks marked `sh`, with the line each begins on."""
    fence, wanted, start, body = 0, False, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        match = FENCE.match(line)
        if fence:
            if match and len(match["ticks"]) >= fence and not match["language"]:
                if wanted:
                    yield start, "\n".join(body)
                fence = 0
            else:
                body.append(line)
        elif match:
            fence, wanted, start, body = len(match["ticks"]), match["language"] == "sh", number + 1, []


# A command in the middle of a sentence, in one kind of quotes or another.
QUOTED = re.compile(r"(?<![\w`'])([`'])az (?P<rest>[^`'\n]+)\1")
# A command at the end of a line that `explain` or `rules` prints.
LISTED = re.compile(r"^(?:[a-z_]+ +)?az (?P<rest>.+)$")


def words_of(line):
    """A command as the words a POSIX shell would hand over; redirections and what follows are left out."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words = []
    for word in lexer:
        if word == "#" or set(word) <= set("();<>|&"):
            break
        words.append(word)
    return words


def whole(line):
    words = words_of(line) if line.startswith("az ") else []
    return [(words[1:], True), *for_each(line)] if words[:1] == ["az"] else []


# `… | xargs -r -L 1 sh -c 'az … "$0" … "$3"' A B C`: the words after the script are the first parameters, a line of input the others,
# for which `None` stands, which every kind of hop takes.
FOR_EACH = re.compile(r"\| xargs (?:-\S+ (?:\d+ )?)*sh -c (?P<rest>'.*)$")


def for_each(line):
    match = FOR_EACH.search(line)
    if not match:
        return []
    script, *given = shlex.split(match["rest"])
    words = [re.sub(r"\$(\d)", lambda one: dict(enumerate(given)).get(int(one[1]), "None"), word) for word in shlex.split(script)]
    return [(words[1:], True)] if words[:1] == ["az"] else [(words, True)]


def quoted(text):
    return [(shlex.split(match["rest"].rstrip(".,")), False) for match in QUOTED.finditer(text)]


def of_markdown(text):
    fenced = set()
    for start, block in shell_blocks(text):
        for offset, line in enumerate(block.splitlines()):
            fenced.add(start + offset)
            yield from ((start + offset, *found) for found in whole(line))
    for number, line in enumerate(text.splitlines(), 1):
        if number not in fenced:
            yield from ((number, *found) for found in quoted(line))


def of_csv(text):
    for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
        for cell in row:
            yield from ((number, *found) for found in whole(cell) or quoted(cell))


def of_json(text):
    pending = [("", json.loads(text))]
    while pending:
        place, value = pending.pop()
        if isinstance(value, dict):
            pending.extend((f"{place}.{key}", inner) for key, inner in value.items())
        elif isinstance(value, list):
            pending.extend((f"{place}[{at}]", inner) for at, inner in enumerate(value))
        elif isinstance(value, str):
            yield from ((place.lstrip("."), *found) for found in whole(value) or quoted(value))


def of_lines(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = LISTED.match(line)
        found = whole(f"az {match['rest']}") if match else quoted(line)
        yield from ((number, *one) for one in found)


READERS = {".md": of_markdown, ".csv": of_csv, ".json": of_json, ".txt": of_lines}


class Checker:
    """The parser of the Azure CLI that is installed."""

    def __init__(self):
        # A folder of its own, so that no login, extension or setting of the machine plays a part.
        self._folder = tempfile.TemporaryDirectory()
        os.environ.update(
            AZURE_CONFIG_DIR=self._folder.name,
            AZURE_EXTENSION_DIR=str(Path(self._folder.name) / "extensions"),
            AZURE_CORE_COLLECT_TELEMETRY="false",
            AZURE_EXTENSION_USE_DYNAMIC_INSTALL="no",
        )
        from azure.cli.core import __version__, get_default_cli

        self.version = __version__
        self._cli = get_default_cli()

    def problem(self, words, is_whole):
        """What the parser says against a command; None when it parses with some value for each placeholder."""
        if not is_whole:
            return self._unknown(words)
        found = None
        for filled in fillings(words):
            said = self._problem(filled)
            if said is None:
                return None
            found = found or said
        return found

    def _unknown(self, words):
        """The part of a command that a sentence quotes and that does not exist."""
        invoker = self._invoker()
        loader = invoker.commands_loader
        loader.load_command_table(words)
        names = words[: next((at for at, word in enumerate(words) if word.startswith("-")), None)]
        command = " ".join(names)
        if any(one.startswith(f"{command} ") for one in loader.command_table):
            return None
        while names and " ".join(names) not in loader.command_table:
            names.pop()
        command = " ".join(names)
        if not names:
            return f"`az {' '.join(words)}` is no command"
        loader.command_table = {command: loader.command_table[command]}
        loader.command_name = invoker.data["command_string"] = command
        loader.load_arguments(command)
        arguments = loader.command_table[command].arguments.values()
        options = {str(option) for one in arguments for option in one.type.settings.get("options_list") or []}
        options |= {"--subscription", "--ids", "--output", "-o", "--query", "--yes", "--help", "--debug"}
        missing = [word for word in words if word.startswith("-") and word.split("=")[0] not in options]
        return f"`az {command}` has no {', '.join(missing)}" if missing else None

    def _problem(self, words):
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                return self._parse(words)
        except SystemExit as stopped:
            return first_line(said.getvalue()) or f"the parser stopped with {stopped.code}"
        except Exception as error:  # whatever the parser raises, the command does not parse
            return f"{type(error).__name__}: {error}"

    def _invoker(self):
        cli = self._cli
        cli.invocation = cli.invocation_cls(
            cli_ctx=cli,
            commands_loader_cls=cli.commands_loader_cls,
            parser_cls=cli.parser_cls,
            help_cls=cli.help_cls,
        )
        return cli.invocation

    def _parse(self, words):
        """Does what the CLI does with a command up to the point where it would call something."""
        from azure.cli.core.commands.events import (
            EVENT_INVOKER_POST_LOAD_ARGUMENTS,
            EVENT_INVOKER_PRE_LOAD_ARGUMENTS,
        )
        from knack.events import EVENT_INVOKER_POST_CMD_TBL_CREATE, EVENT_INVOKER_POST_PARSE_ARGS

        cli, invoker = self._cli, self._invoker()
        loader = invoker.commands_loader
        loader.load_command_table(words)
        command = invoker._rudimentary_get_command(words)
        if command not in loader.command_table:
            return f"`az {command}` is no command"
        invoker.data["command_string"] = command
        loader.command_table = {command: loader.command_table[command]}
        loader.command_name = command
        # The handlers of these events add `--subscription` and `--ids`, and look after parsing whether what `--ids`
        # may stand for is there.
        cli.raise_event(EVENT_INVOKER_PRE_LOAD_ARGUMENTS, commands_loader=loader)
        loader.load_arguments(command)
        cli.raise_event(EVENT_INVOKER_POST_LOAD_ARGUMENTS, commands_loader=loader)
        cli.raise_event(EVENT_INVOKER_POST_CMD_TBL_CREATE, commands_loader=loader)
        invoker.parser.cli_ctx = cli
        invoker.parser.load_command_table(loader)
        parsed = invoker.parser.parse_args(words)
        cli.raise_event(EVENT_INVOKER_POST_PARSE_ARGS, command=parsed.command, args=parsed)
        return None


ID_BRACES = {"{subnet}", "{route_table}", "{scope}"}


def fillings(words):
    """A command with its placeholders left as they are, ids aside, and with numbers in their place."""
    def fill(other):
        for word in words:
            if not PLACEHOLDER.fullmatch(word):
                yield word
            else:
                yield ANY_ID if word.endswith("_ID") or word in ID_BRACES else other or word

    first, second = list(fill(None)), list(fill("100"))
    return [first] if first == second else [first, second]


def first_line(text):
    """The line that says what is wrong; the parser follows it with advice."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = [line for line in lines if "not recognized." not in line or "Subscription" not in line]
    return said[0] if said else ""


def files(arguments):
    for argument in map(Path, arguments):
        if argument.is_dir():
            yield from sorted(file for file in argument.rglob("*") if file.suffix in READERS)
        else:
            yield argument


def main(arguments):
    if not arguments or arguments[0] in ("-h", "--help"):
        print(f"usage: {Path(__file__).name} FILE_OR_FOLDER...\n\n{__doc__}")
        return 0 if arguments else 2
    try:
        checker = Checker()
    except ImportError as error:
        print(f"error: the Azure CLI is not installed for this Python ({error}); see README.md", file=sys.stderr)
        return 2
    known, failed = {}, 0
    for file in files(arguments):
        for place, words, is_whole in READERS.get(file.suffix, of_lines)(file.read_text(encoding="utf-8")):
            key = (is_whole, *words)
            if key not in known:
                known[key] = checker.problem(words, is_whole)
            if known[key]:
                failed += 1
                print(f"{file}:{place}: az {shlex.join(words)}\n    {known[key]}")
    parts = sum(not key[0] for key in known)
    print(
        f"{len(known) - parts} different commands parsed and {parts} quoted ones looked up by Azure CLI "
        f"{checker.version}, {failed} refused"
    )
    if not known:
        print("error: no `az` command was found", file=sys.stderr)
        return 2
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
