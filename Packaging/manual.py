#!/usr/bin/env python3
"""Writes the manual pages from what the argument parser knows of itself.

usage: manual.py PROGRAM FOLDER
"""

import json
import pathlib
import re
import subprocess
import sys

# What a page about one command need not repeat: the settings' flags stand in cctv.1.
SETTINGS = "Settings"


def escaped(text: str) -> str:
    """Text that roff prints as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def spelling(argument: dict) -> str:
    """How an argument is written on the command line."""
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        return rf"\fI{escaped(value)}\fR"
    names = [
        ("\\-" if name["kind"] == "short" else "\\-\\-") + escaped(name["name"])
        for name in argument.get("names", [])
    ]
    text = ", ".join(rf"\fB{name}\fR" for name in names)
    return text + (rf" \fI{escaped(value)}\fR" if argument["kind"] == "option" else "")


def arguments(command: dict, heading: str, section: str | None) -> list[str]:
    """A heading and an entry for each argument of one section."""
    chosen = [
        each
        for each in command.get("arguments", [])
        if each.get("shouldDisplay", True) and each.get("sectionTitle") == section
    ]
    lines = [f".SH {heading}"] if chosen else []
    for each in chosen:
        lines += [".TP", spelling(each), escaped(each.get("abstract", "") or "")]
    return lines


def page(command: dict, names: list[str], version: str) -> str:
    """The manual page of a command, with a section for each of its subcommands."""
    title = "-".join(names)
    lines = [
        f'.TH "{title.upper()}" "1" "" "cctv {version}" "User commands"',
        ".SH NAME",
        rf"{escaped(title)} \- {escaped(command.get('abstract', '').rstrip('.'))}",
        ".SH SYNOPSIS",
        rf"\fB{escaped(' '.join(names))}\fR [\fIoptions\fR]"
        + (r" \fIcommand\fR" if visible(command) else ""),
    ]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", escaped(command["discussion"])]
    lines += arguments(command, "OPTIONS", None)
    if title in ("cctv", "cctv-record"):
        lines += arguments(command, "SETTINGS", SETTINGS)
    for each in visible(command):
        name = "-".join(names + [each["commandName"]])
        lines += [".SH COMMANDS"] if each is visible(command)[0] else []
        lines += [".TP", rf"\fB{escaped(name)}\fR(1)", escaped(each.get("abstract", ""))]
    if title != "cctv":
        parent = "cctv" if title == "cctv-record" else "cctv-record"
        lines += [".SH SEE ALSO", rf"\fBcctv\fR(1), \fB{escaped(parent)}\fR(1) for the settings"]
    else:
        lines += [
            ".SH FILES",
            ".TP",
            r"\fI/etc/cctv/config.json\fR",
            "The settings of the service.",
            ".TP",
            r"\fI/var/lib/cctv/recordings\fR",
            "The clips of the service, unless OUTPUT_FOLDER names another folder.",
        ]
    return "\n".join(lines) + "\n"


def visible(command: dict) -> list[dict]:
    """The subcommands that a person is shown."""
    return [
        each
        for each in command.get("subcommands", [])
        if each["commandName"] != "help" and each.get("shouldDisplay", True)
    ]


def write(command: dict, names: list[str], version: str, folder: pathlib.Path) -> None:
    """Writes the pages of a command and of all below it."""
    (folder / ("-".join(names) + ".1")).write_text(page(command, names, version))
    for each in visible(command):
        write(each, names + [each["commandName"]], version, folder)


def main() -> None:
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    dump = subprocess.run(
        [program, "--experimental-dump-help"], check=True, capture_output=True, text=True
    )
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    folder.mkdir(parents=True, exist_ok=True)
    write(json.loads(dump.stdout)["command"], ["cctv"], version.stdout.split()[1], folder)


if __name__ == "__main__":
    main()
