"""Addresses keep where a thing is, and lose who asked for it and from which machine."""

from __future__ import annotations

import pytest

from catalog.importers.addresses import public_address, public_path


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("https://example.org/a/b.git", "https://example.org/a/b.git"),
        ("https://ada:secret@example.org:8443/a?token=secret#here", "https://example.org:8443/a"),
        ("s3://bucket/key?X-Amz-Signature=secret", "s3://bucket/key"),
        ("models:/m-1", "models:/m-1"),
        ("org/data", "org/data"),
        ("", ""),
        ("/home/ada/data.csv", ""),
        ("./data.csv", ""),
        ("~/data.csv", ""),
        ("file:///home/ada/data.csv", ""),
        ("C:\\Users\\ada\\data.csv", ""),
        ("C:/Users/ada/data.csv", ""),
        ("\\\\server\\share", ""),
        ("https://[broken", ""),
    ],
)
def test_addresses(stated: str, kept: str) -> None:
    assert public_address(stated) == kept


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("train.py", "train.py"),
        ("src/train.py", "src/train.py"),
        ("/home/ada/train.py", "train.py"),
        ("~/train.py", "train.py"),
        ("C:\\Users\\ada\\train.py", "train.py"),
        ("https://github.com/lab/study#sub", "study#sub"),
    ],
)
def test_paths(stated: str, kept: str) -> None:
    assert public_path(stated) == kept
