#!/usr/bin/env python3
"""Parses every `az` command of Markdown files with the argument parser of the real Azure CLI.

Nothing is run and nothing is sent: commands are looked up and their arguments parsed, as the CLI does before it calls
anything. Exit status: 0 every command parses, 1 some do not, 2 nothing could be checked.
"""

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

# Words in capitals stand for what the reader has to fill in.
PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
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


def az_commands(text):
    """Each `az` command as the words a POSIX shell would hand over, with its line; redirections are left out."""
    for start, block in shell_blocks(text):
        for offset, line in enumerate(block.splitlines()):
            lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
            lexer.whitespace_split = True
            lexer.commenters = ""
            words = []
            for word in lexer:
                if set(word) <= set("();<>|&"):
                    break
                words.append(word)
            if words[:1] == ["az"]:
                yield start + offset, words[1:]


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

    def problem(self, words):
        """What the parser says against a command; None when it parses with some value for each placeholder."""
        found = None
        for filled in fillings(words):
            said = self._problem(filled)
            if said is None:
                return None
            found = found or said
        return found

    def _problem(self, words):
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                return self._parse(words)
        except SystemExit as stopped:
            return first_line(said.getvalue()) or f"the parser stopped with {stopped.code}"
        except Exception as error:  # whatever the parser raises, the command does not parse
            return f"{type(error).__name__}: {error}"

    def _parse(self, words):
        """Does what the CLI does with a command up to the point where it would call something."""
        from azure.cli.core.commands.events import (
            EVENT_INVOKER_POST_LOAD_ARGUMENTS,
            EVENT_INVOKER_PRE_LOAD_ARGUMENTS,
        )
        from knack.events import EVENT_INVOKER_POST_CMD_TBL_CREATE, EVENT_INVOKER_POST_PARSE_ARGS

        cli = self._cli
        invoker = cli.invocation_cls(
            cli_ctx=cli,
            commands_loader_cls=cli.commands_loader_cls,
            parser_cls=cli.parser_cls,
            help_cls=cli.help_cls,
        )
        cli.invocation = invoker
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


def fillings(words):
    """A command with its placeholders left as they are, ids aside, and with numbers in their place."""
    def fill(other):
        for word in words:
            if not PLACEHOLDER.fullmatch(word):
                yield word
            else:
                yield ANY_ID if word.endswith("_ID") else other or word

    first, second = list(fill(None)), list(fill("100"))
    return [first] if first == second else [first, second]


def first_line(text):
    """The line that says what is wrong; the parser follows it with advice."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = [line for line in lines if "not recognized." not in line or "Subscription" not in line]
    return said[0] if said else ""


def markdown_files(arguments):
    for argument in map(Path, arguments):
        yield from sorted(argument.rglob("*.md")) if argument.is_dir() else [argument]


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
    for file in markdown_files(arguments):
        for line, words in az_commands(file.read_text(encoding="utf-8")):
            key = tuple(words)
            if key not in known:
                known[key] = checker.problem(words)
            if known[key]:
                failed += 1
                print(f"{file}:{line}: az {shlex.join(words)}\n    {known[key]}")
    print(f"{len(known)} different commands parsed by Azure CLI {checker.version}, {failed} refused")
    if not known:
        print("error: no `az` command was found", file=sys.stderr)
        return 2
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
