"""What is no text for a person goes and is noted; prose of any language, links and programs stay."""

from __future__ import annotations

import base64
import random

import pytest

from app.parsing.clutter import without_clutter
from app.parsing.items import Block, Item

BYTES = random.Random(1).randbytes(900)
ENCODED = base64.b64encode(BYTES).decode()
LINES = base64.encodebytes(BYTES).decode()


def cleared(text: str) -> tuple[str, tuple[str, ...]]:
    item = without_clutter(Item("note", [Block(text)]))
    return "\n".join(block.text for block in item.blocks), item.notes


@pytest.mark.parametrize(
    ("text", "kept", "note"),
    [
        (f"Before\n![the boat](data:image/png;base64,{ENCODED})\nAfter", ["Before", "the boat", "After"], "picture"),
        (f"Before ![][p] After\n[p]: data:image/png;base64,{ENCODED}", ["Before", "After"], "picture"),
        (f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe words\n-----BEGIN PGP SIGNATURE-----\n{LINES}"
         "-----END PGP SIGNATURE-----\nAfter", ["The words", "After"], ""),
        (f"My key:\n-----BEGIN RSA PRIVATE KEY-----\n{LINES}-----END RSA PRIVATE KEY-----\nAfter", ["After"], "key"),
        (f"-----BEGIN PGP MESSAGE-----\n{LINES}-----END PGP MESSAGE-----\nAfter", ["After"], "encrypted"),
        (f"Before\n{LINES}After", ["Before", "After"], "encoded"),
        (f"Before\n\n{ENCODED}", [], "encoded"),
        ("function a(b){return b;}" * 100, [], "encoded"),
    ],
)  # fmt: skip
def test_what_no_person_reads_is_taken_out_and_noted(text: str, kept: list[str], note: str) -> None:
    left, notes = cleared(text)
    assert all(words in left for words in kept), left
    assert ENCODED[:60] not in left.replace("\n", "")
    assert "BEGIN" not in left and "return" not in left
    assert note in " ".join(notes)


def test_a_signature_that_empty_lines_cut_into_paragraphs_is_taken_out() -> None:
    texts = [
        "The words",
        "-----BEGIN PGP SIGNATURE-----\nVersion: GnuPG v2",
        LINES,
        "-----END PGP SIGNATURE-----",
        "After",
    ]
    item = without_clutter(Item("mail", [Block(text) for text in texts]))
    assert [block.text for block in item.blocks] == ["The words", "After"]


def test_letters_that_only_guide_line_breaks_are_no_text() -> None:
    assert cleared("Be\u00adtriebs\u00adren\u200bte und \ufb01nal") == ("Betriebsrente und final", ())


def test_an_armour_that_never_ends_takes_no_words_along() -> None:
    left, _ = cleared(f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{LINES}\nThese are words again.\nAnd more.")
    assert left == "These are words again.\nAnd more."


@pytest.mark.parametrize(
    "text",
    [
        "我们在里斯本住了三天。" * 200,
        "Donaudampfschifffahrtsgesellschaftskapitän " * 60,
        "See https://example.org/" + "a1B2" * 200,
        "Read " + "/home/ada/archive/2024/letters-of-the-year/insurance-policies-and-claims/note.md " * 10,
        "=" * 500 + "\nA title\n" + "-" * 500,
        "def add(a: int, b: int) -> int:\n    return a + b\n\n" * 60,
        "name | street | town\n" + "Ada | 12 High Street | Bath\n" * 80,
        "x = y; " * 30,
    ],
)
def test_what_people_write_stays(text: str) -> None:
    assert cleared(text) == (text, ())
