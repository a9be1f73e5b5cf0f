"""Contacts of every version, with labels, charsets and what programs write into them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Item, read_file


def read(tmp_path: Path, *lines: str | bytes) -> list[Item]:
    path = tmp_path / "contacts.vcf"
    path.write_bytes(
        b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\r\n"
    )
    return read_file(path)


def card(tmp_path: Path, *lines: str | bytes) -> tuple[str, list[str]]:
    (item,) = read(tmp_path, "BEGIN:VCARD", *lines, "END:VCARD")
    return item.title, item.blocks[0].text.split("\n")


def test_version_2_1_with_bare_types_and_quoted_printable(tmp_path: Path) -> None:
    title, lines = card(
        tmp_path,
        "VERSION:2.1",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;",
        "TEL;CELL;PREF:+49 1",
        "ADR;HOME;ENCODING=QUOTED-PRINTABLE:;;Stra=DFe 1;K=F6ln;;50667;",
        "NOTE;ENCODING=QUOTED-PRINTABLE:first=0D=0A=",
        "second",
        "PHOTO;JPEG;BASE64:/9j/4AAQ",
        "",
    )
    assert title == "Jörg Müller"
    assert lines == [
        "name: Jörg Müller",
        "tel (cell): +49 1",
        "adr (home): Straße 1, Köln, 50667",
        "note: first",
        "second",
    ]


def test_version_3_with_labels_of_apple(tmp_path: Path) -> None:
    _, lines = card(
        tmp_path,
        "VERSION:3.0",
        "FN:Ada",
        "item1.TEL:+1",
        "item1.X-ABLabel:_$!<Mobile>!$_",
        "item2.URL;type=pref:https\\://x.example",
        "item2.X-ABLabel:Workshop",
        "BDAY:19891127",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12",
        "NOTE:a\\, b\\nc",
        "EMAIL;TYPE=INTERNET,HOME:a@x.example",
        "PHOTO;ENCODING=b:AAAA",
        "X-ABDATE:2014-06-01",
    )
    assert lines == [
        "name: Ada",
        "tel (Mobile): +1",
        "url (Workshop): https://x.example",
        "bday: 1989-11-27",
        "bday: 04-12, year unknown",
        "note: a, b",
        "c",
        "email (home): a@x.example",
        "abdate: 2014-06-01",
    ]


def test_version_4(tmp_path: Path) -> None:
    _, lines = card(
        tmp_path,
        "VERSION:4.0",
        "FN:Ada",
        'TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+1-555',
        "BDAY:--0412",
        "KIND:individual",
        "RELATED;TYPE=spouse;VALUE=text:Tom",
        'ADR;LABEL="12 High Street\\nBath":;;12 High Street;Bath;;BA1;UK',
        "GENDER:F",
        "PHOTO:data:image/jpeg;base64,AAAA",
    )
    assert lines == [
        "name: Ada",
        "tel (work): +1-555",
        "bday: 04-12, year unknown",
        "kind: individual",
        "related (spouse): Tom",
        "adr: 12 High Street, Bath, BA1, UK",
        "gender: F",
    ]


@pytest.mark.parametrize("fold", [b"\r\n ", b"\n\t"])
def test_folds_within_a_character(tmp_path: Path, fold: bytes) -> None:
    name = "Zoë Müller".encode()
    at = name.index(b"\xc3") + 1
    title, _ = card(tmp_path, "VERSION:3.0", b"FN:" + name[:at] + fold + name[at:])
    assert title == "Zoë Müller"


def test_names_that_are_missing(tmp_path: Path) -> None:
    assert card(tmp_path, "VERSION:3.0", "FN:", "N:;;;;", "ORG:Kirsebom;Joinery")[0] == "Kirsebom, Joinery"
    assert card(tmp_path, "VERSION:3.0", "EMAIL:a@x.example")[0] == "a@x.example"


def test_a_legacy_charset_without_a_word_about_it(tmp_path: Path) -> None:
    title, _ = card(tmp_path, "VERSION:2.1", "FN:Jürgen Weiß aus Köln".encode("cp1252"))
    assert title == "Jürgen Weiß aus Köln"


def test_one_card_that_is_cut_short_costs_only_itself(tmp_path: Path) -> None:
    items = read(
        tmp_path, "BEGIN:VCARD", "FN:Ada", "TEL:1", "END:VCARD", "BEGIN:VCARD", "FN:Tom", "no line", "TEL:2"
    )
    assert [item.title for item in items] == ["Ada", "Tom"]


def test_an_address_that_stands_in_its_label_alone(tmp_path: Path) -> None:
    _, lines = card(tmp_path, "VERSION:4.0", "FN:Tom", 'ADR;LABEL="Rua Augusta 1, Lisbon":;;;;;;')
    assert any("Rua Augusta 1, Lisbon" in line for line in lines)
