"""Errors that check-portability --prove plants, and the systems that have to find them."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    name: str
    file: str
    old: str
    new: str
    found_by: str


UNIX = "macOS FreeBSD OpenBSD NetBSD musl"
SWIFT = "iOS " + UNIX

PLANTED = [
    Planted("a misspelt field", "Sources/CMioSocket/CMioName.c", ".sin_port", ".sin_prt", UNIX),
]
