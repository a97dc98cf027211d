"""Reading a modeller's free text for words of a controlled list, with what it denies.

A text such as "NHSN admissions. It does not use ILINet, NREVSS or Google Trends." says yes to one of the four. The
reader is deliberately plain: what it cannot tell stays unsaid, and the text itself is kept beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z(0-9])|[;\n]+")
_USE = r"(?:us\w+|includ\w+|incorporat\w+|rel(?:y|ies)|depend\w*|consider\w*|train\w*|fit\w*|requir\w+|employ\w*)"
_DENIAL = re.compile(
    r"\b(?:no(?!\.)|without|neither|nor|none of|exclud\w+|omit\w*|rather than|instead of)\b"
    r"|(?:\bnot|n['’]t)\s+(?:\w+ly\s+)?" + _USE + r"\b",
    re.IGNORECASE,
)
"""A denial reaches to the end of its sentence, through the list that it denies …"""

_TURN = re.compile(
    r"\b(?:but|however|although|beyond|other than|besides|apart from|except(?: for)?|only)\b", re.IGNORECASE
)
"""… unless the sentence turns."""

_DENIED_AFTER = re.compile(
    r"^[^,;.]*?\b(?:(?:is|are|was|were)\s+(?:not|never|excluded|omitted|ignored)|not\s+used|isn['’]t|aren['’]t)\b"
    r"|.*\bonly\s+(?:through|via|indirectly)\b"
    r"|^\s+only,?\s+but\b.*\btrained\b",
    re.IGNORECASE,
)
"""What comes after the words can take them back: "is not used", "but only through others", "only, but trained on"."""

_BEING = re.compile(r"\b(?:is|are|was|were|been|be)\s+$", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:()\n]|\.\s|\band\b|\bwith\b")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that were found and not denied, in the clause they stand in."""

    clause: str
    words: str


def sentences(text: str) -> list[str]:
    """The sentences of a text, blank ones left out."""
    return [sentence.strip() for sentence in _SENTENCE.split(text) if sentence and sentence.strip()]


def mentions(text: str, pattern: re.Pattern[str]) -> Iterator[Mention]:
    """Where the text says one of the pattern's words and does not deny it."""
    for sentence in sentences(text):
        for match in pattern.finditer(sentence):
            if not _is_denied(sentence, match):
                yield Mention(_clause(sentence, match), match.group())


def says(text: str, pattern: re.Pattern[str]) -> bool:
    """Whether the text says one of the pattern's words and does not deny it."""
    return next(mentions(text, pattern), None) is not None


def _is_denied(sentence: str, match: re.Match[str]) -> bool:
    before, after = sentence[: match.start()], sentence[match.end() :]
    denials = [denial for denial in _DENIAL.finditer(before) if not _is_passive(denial)]
    if denials and not _TURN.search(before, denials[-1].end()):
        return True
    return _DENIED_AFTER.match(after) is not None


def _is_passive(denial: re.Match[str]) -> bool:
    """Whether it takes back what stands before it, as "ILINet was not used" does, and nothing after."""
    return denial.group().endswith("ed") and _BEING.search(denial.string[: denial.start()]) is not None


def _clause(sentence: str, match: re.Match[str]) -> str:
    starts = [end.end() for end in _CLAUSE.finditer(sentence, 0, match.start())]
    end = _CLAUSE.search(sentence, match.end())
    return sentence[starts[-1] if starts else 0 : end.start() if end else len(sentence)].strip(" .")
