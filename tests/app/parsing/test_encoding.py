"""Text in any encoding comes out as the same text."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import read_file
from app.parsing.encoding import decode, detect, tidy

GERMAN = "Die Straßenbahn fährt über die Brücke. Müller grüßt die Bäckerin, weil das Wetter schön ist.\n" * 5
FRENCH = (
    "L’été dernier, nous étions à l’hôtel près de la forêt; ça coûtait très cher, mais c’était drôle.\n" * 5
)
JAPANESE = "今日はとても良い天気です。リスボンの路面電車に乗りました。明日は雨が降るかもしれません。\n" * 5
RUSSIAN = "Сегодня хорошая погода, и мы едем на трамвае в центр города. Завтра будет дождь.\n" * 5
POLISH = "Zażółć gęślą jaźń. Wczoraj pojechaliśmy tramwajem przez most i było pięknie.\n" * 5
HUNGARIAN = "Árvíztűrő tükörfúrógép. Tegnap villamossal mentünk át a hídon, őszintén.\n" * 5
TURKISH = "İstanbul'da güneşli bir gün; çocuklar şarkı söylüyor, ağaçlar yeşil.\n" * 5
SPANISH = "El niño comió piña mañana; ¿dónde está el señor Muñoz? ¡Qué pingüino!\n" * 5
GREEK = "Καλημέρα σας, σήμερα έχει καλό καιρό και πάμε στην πόλη.\n" * 5
ENGLISH = "The tram crosses the old town. Take it early.\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (GERMAN, "cp1252"),
        (GERMAN, "latin-1"),
        (FRENCH, "cp1252"),
        (FRENCH, "utf-16"),
        (JAPANESE, "shift-jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso2022_jp"),
        (JAPANESE, "utf-16"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (POLISH, "cp1250"),
        (HUNGARIAN, "cp1250"),
        (TURKISH, "cp1254"),
        (SPANISH, "cp1252"),
        (FRENCH, "mac-roman"),
        (GREEK, "cp1253"),
        (ENGLISH, "ascii"),
    ],
)
def test_encodings(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(text.encode(encoding))
    read = "\n".join(block.text for item in read_file(path) for block in item.blocks)
    assert read == text.strip()


def test_one_broken_byte_does_not_spoil_utf8() -> None:
    data = GERMAN.encode()
    broken = data[:50] + b"\xff" + data[50:]
    assert decode(broken).replace("\ufffd", "") == GERMAN


def test_a_character_cut_by_the_sample_is_no_sign_of_binary() -> None:
    data = ("ü" * 40_000).encode()
    assert detect(data[: 64 * 1024 - 1]) == "utf-8"


def test_binary_data_is_no_text() -> None:
    assert detect(bytes(range(256)) * 10) is None
    assert detect(b"\x01\x02\x03\x04" * 100) is None


def test_tidy_drops_what_storage_and_tokenizers_cannot_take() -> None:
    assert tidy("a\r\nb\rc\x00\x07\ufeff\ud800d\te") == "a\nb\ncd\te"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "shift-jis"])
def test_html_is_decoded_by_its_own_declaration(encoding: str, tmp_path: Path) -> None:
    word = "電車" if encoding == "shift-jis" else "Straße"
    path = tmp_path / "page.html"
    page = f'<html><head><meta charset="{encoding}"></head><body><p>{word}</p></body></html>'
    path.write_bytes(page.encode(encoding))
    assert read_file(path)[0].blocks[0].text == word


def test_what_is_meant_for_a_terminal_is_no_text() -> None:
    text = "\x1b[1;31mfailed\x1b[0m: \x1b]8;;https://x.example\x07the tram\x1b]8;;\x1b\\ \x1b(B[31m]"
    assert tidy(text) == "failed: the tram [31m]"
