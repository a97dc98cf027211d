"""The README's first tour shows what the catalogue really answers."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"```sh\ncurl -s '(?P<url>[^']+)' \| python3 -m json.tool\n```\n+```json\n(?P<shown>.*?)```", re.DOTALL
)
STEPS = [(match["url"], match["shown"]) for match in STEP.finditer(README)]


def test_the_tour_has_steps():
    assert len(STEPS) >= 4


@pytest.mark.parametrize(("url", "shown"), STEPS, ids=[url.partition("/api")[2] for url, _ in STEPS])
def test_every_line_shown_is_answered_in_this_order(url: str, shown: str, sample: str, client: Client):
    parts = urlsplit(url)
    answer = client.get(f"{parts.path}?{parts.query}")
    lines = iter(line.strip().rstrip(",") for line in json.dumps(answer.json(), indent=4).splitlines())
    for line in shown.splitlines():
        wanted = line.strip().rstrip(",")
        if wanted and "…" not in wanted:
            assert wanted in lines, f"not answered, or not in this order: {line}"
