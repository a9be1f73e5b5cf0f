"""Declared charsets, by the superset that programs really write."""

from __future__ import annotations

import pytest

from app.parsing.declared import decode_declared


@pytest.mark.parametrize(
    ("codec", "label", "text"),
    [
        ("cp1252", "iso-8859-1", "It’s €345 – “final”…"),
        ("cp1252", "US-ASCII", "Café"),
        ("cp1252", "latin1", "naïve"),
        ("utf-8", "iso-8859-1", "Zürich, Bärenhöhle"),
        ("utf-8", "us-ascii", "朱镕"),
        ("utf-8", "utf8", "żółć"),
        ("utf-8", "x-unknown", "żółć"),
        ("gb18030", "gb2312", "朱镕基和陈喆"),
        ("gb18030", "GBK", "喆"),
        ("gb18030", "x-gbk", "喆"),
        ("cp950", "Big5", "備忘錄碁"),
        ("big5hkscs", "big5", "嘅喺度"),
        ("cp932", "Shift_JIS", "① 髙橋"),
        ("cp932", "x-sjis", "㈱"),
        ("euc_jp", "EUC-JP", "日本語"),
        ("cp949", "ks_c_5601-1987", "똠방각하"),
        ("cp949", "euc-kr", "펲시콜라"),
        ("cp1255", "iso-8859-8-i", "המפתח אצל השכנה"),
        ("cp1255", "iso-8859-8-e", "המפתח"),
        ("cp1255", "windows-1255", "שָׁלוֹם"),
        ("iso8859_6", "iso-8859-6-i", "مفتاح"),
        ("cp1256", "windows-1256", "مفتاح"),
        ("cp1254", "iso-8859-9", "anahtar “kapıda”"),
        ("cp874", "tis-620", "กุญแจ"),
        ("koi8_r", "koi8-r", "Ключ"),
        ("cp1251", "windows-1251", "Ключ"),
        ("iso8859_2", "iso-8859-2", "klíč"),
        ("iso8859_15", "ISO-8859-15", "10 €"),
        ("mac_roman", "macintosh", "l’été"),
        ("utf-7", "UTF-7", "klíč"),
        ("utf-16", "utf-16", "klíč"),
        ("iso2022_kr", "iso-2022-kr", "안녕하세요"),
        ("hz", "hz-gb-2312", "你好"),
        ("iso2022_jp", "iso-2022-jp", "合鍵は青い植木鉢の下です。"),
        ("cp1250", "windows-1250; format=flowed", "łódź"),
        ("cp850", "ibm850", "Größe"),
    ],
)
def test_text_as_mail_programs_read_it(codec: str, label: str, text: str) -> None:
    assert decode_declared(text.encode(codec), label) == text


def test_japanese_as_windows_writes_it() -> None:
    # NEC row 13, an IBM ideograph and half-width kana, which ISO-2022-JP does not have
    data = b"\x1b$B-!\x1b(B \x1b$B|b66\x1b(B \x1b(I123\x1b(B"
    assert decode_declared(data, "iso-2022-jp") == "① 髙橋 ｱｲｳ"
    assert decode_declared("\u9234\u6728".encode("iso2022_jp"), None) == "鈴木"


def test_hebrew_written_as_it_is_seen() -> None:
    seen = "שלום עולם 123"[::-1].replace("321", "123")
    assert decode_declared(seen.encode("cp1255"), "iso-8859-8") == "שלום עולם 123"


def test_bytes_that_do_not_fit_are_still_text() -> None:
    assert "caf" in decode_declared(b"caf\xe9 \xff", "utf-8")
    assert "caf" in decode_declared(b"caf\x81", "gb2312")
    assert decode_declared(b"plain", "base64") == "plain"
    assert decode_declared(b"plain", "rot13") == "plain"
