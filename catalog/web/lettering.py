"""How much text fits where nothing can be measured: pictures know no fonts, and letters are not all one width."""

from __future__ import annotations

import unicodedata

NARROW = frozenset("iljtfrI.,:;'|!()[] ")
BROAD = frozenset("mwMWOQGD@%—…&")


def width_of(text: str) -> float:
    """The width of a text, in widths of a small letter, on the safe side."""
    return sum(map(_width, text))


def fit(text: str, width: float, *, lines: int = 1) -> tuple[str, ...]:
    """A text on at most `lines` lines of `width`, broken between words where it can be; the last may end in '…'."""
    words = text.split()
    found: list[str] = []
    while words and len(found) < lines:
        last = len(found) == lines - 1
        line, words = _filled(words, width)
        if words and last:
            line = cut(f"{line} {words[0]}", width, more=True)
        found.append(line)
    return tuple(found)


def cut(text: str, width: float, *, more: bool = False) -> str:
    """The beginning of a text that fits, with '…' where there is `more` than that."""
    if not more and width_of(text) <= width:
        return text
    kept = ""
    for letter in text:
        if width_of(f"{kept}{letter}…") > width:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def _filled(words: list[str], width: float) -> tuple[str, list[str]]:
    """As many words as fit on a line, and the rest. A word that is too long for any line is broken."""
    line = ""
    for number, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if width_of(longer) > width:
            return (line, words[number:]) if line else _broken(words, width)
        line = longer
    return line, []


def _broken(words: list[str], width: float) -> tuple[str, list[str]]:
    word = words[0]
    count = 1
    while count < len(word) and width_of(word[: count + 1]) <= width:
        count += 1
    # An id reads better when it breaks after a mark of its own.
    marks = [place + 1 for place in range(count // 2, count) if word[place] in "-_:./"]
    count = marks[-1] if marks else count
    return word[:count], [word[count:], *words[1:]]


def _width(letter: str) -> float:
    if letter in NARROW:
        return 0.55
    if letter in BROAD or unicodedata.east_asian_width(letter) in "WF":
        return 1.75 if letter not in BROAD else 1.5
    return 1.2 if letter.isupper() else 1.0
