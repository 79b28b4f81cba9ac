"""The sentences that the recorder says and the pages know in another language."""

import json
import re
from pathlib import Path

from browser import HERE

ROOT = HERE.parents[1]
PLACE = re.compile(r"\{\w*\}")
# Lines of the log are those of its file, which is searched and sent to others as it is.
TEXT = """
    for (const line of document.querySelectorAll('.log-text')) line.remove();
    return document.body.innerText;
"""


def translations(language: str) -> dict[str, str]:
    """The recorder's sentences, `{name}` where something else stands, and what they are then."""
    path = ROOT / f"Sources/CWebAssets/web/i18n/{language}.said.json"
    return json.loads(path.read_text())


def shown(sentences: list[str], page: str) -> list[str]:
    """Those of some sentences that a page shows; short ones may stand in others by chance."""
    found = []
    for sentence in sentences:
        words = "(?:.{1,80}?)".join(map(re.escape, PLACE.split(sentence)))
        if sum(map(len, PLACE.split(sentence))) > 24 and re.search(words, page):
            found.append(sentence)
    return found


def literals() -> set[str]:
    """Every text in the sources, with `{}` for what is put into it."""
    texts = set()
    for path in (ROOT / "Sources").rglob("*.swift"):
        texts |= set(_texts(path.read_text()))
    return texts


def _texts(source: str) -> list[str]:
    texts, joined, at = [], "", 0
    source = re.sub(r"^ *//.*$", "", source, flags=re.MULTILINE)
    while (start := source.find('"', at)) >= 0:
        between = source[at:start]
        if joined and not re.fullmatch(r"\s*\+\s*", between):
            texts.append(joined)
            joined = ""
        text, at = _text(source, start + 1)
        joined += text
    return [*texts, joined]


def _text(source: str, at: int) -> tuple[str, int]:
    """A text from its first character on, and where its end is."""
    text = ""
    while at < len(source) and source[at] not in '"\n':
        if source.startswith("\\(", at):
            text, at = text + "{}", _end(source, at + 2)
        elif source[at] == "\\":
            text, at = text + source[at + 1], at + 2
        else:
            text, at = text + source[at], at + 1
    return text, at + 1


def _end(source: str, at: int) -> int:
    """Where what is put into a text ends."""
    depth = 1
    while depth:
        if source[at] == '"':
            at = _text(source, at + 1)[1]
            continue
        depth += {"(": 1, ")": -1}.get(source[at], 0)
        at += 1
    return at
