"""What the tests of pages read from HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from django.http import HttpResponse


@dataclass
class Tag:
    """One element: its attributes, and the text below it."""

    name: str
    attrs: dict[str, str]
    text: str = ""


@dataclass
class Parsed(HTMLParser):
    """The elements of a page, in order."""

    tags: list[Tag] = field(default_factory=list)

    _VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Tag(tag, {name: value or "" for name, value in attrs})
        self.tags.append(found)
        if tag not in self._VOID:
            self._open.append(found)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().name != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            tag.text += data

    def all(self, tag_name: str, /, **attrs: str) -> list[Tag]:
        """Elements with these attributes; `class_` holds one of its classes."""

        def fits(tag: Tag) -> bool:
            for key, value in attrs.items():
                have = tag.attrs.get(key.rstrip("_"), "")
                if value not in (have.split() if key == "class_" else [have]):
                    return False
            return tag.name == tag_name

        return [tag for tag in self.tags if fits(tag)]

    def links(self, text: str = "") -> dict[str, str]:
        """The addresses of links whose text holds `text`, by text."""
        return {tidy(tag.text): tag.attrs.get("href", "") for tag in self.all("a") if text in tidy(tag.text)}

    @property
    def addresses(self) -> set[str]:
        """Where the links of the page lead."""
        return {tag.attrs.get("href", "") for tag in self.all("a")}


def tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def told(response: HttpResponse) -> str:
    """What a page says within its main part, a blank between elements."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return tidy(unescape(re.sub(r"<[^>]+>", " ", f"<main{main}")))


def parsed(response: HttpResponse) -> Parsed:
    page = Parsed()
    page.feed(response.content.decode())
    return page


def cells(response: HttpResponse, column: str) -> list[str]:
    """The texts of one column of the table of models."""
    return [tidy(tag.text) for tag in parsed(response).all("td", class_=column)]
