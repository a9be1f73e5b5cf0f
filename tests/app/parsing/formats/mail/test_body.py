"""Which parts of a mail are read, what counts as attached, and what is left out."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from app.parsing import Item, read_file
from app.parsing.formats.mail.body import flowed
from app.parsing.formats.mail.signed import signed_content
from tests.app.parsing import samples

HEAD = "From: Vera Lund <vera@example.org>\nTo: me@example.org\nSubject: Boat\nDate: Tue, 05 Mar 2024 14:22:00 +0100\n"
PAGE = "<html><body><h1>Booking confirmed</h1><p>Cabin 7214 on the night ferry to Gotland.</p></body></html>"


def read(tmp_path: Path, body: str | bytes, head: str = HEAD) -> list[Item]:
    path = tmp_path / "mail.eml"
    path.write_bytes(head.encode() + (body.encode() if isinstance(body, str) else body))
    return read_file(path)


def multipart(kind: str, *parts: str) -> str:
    joined = "".join(f"--b1\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="b1"\n\n{joined}--b1--\n'


def plain(text: str, more: str = "") -> str:
    return f"Content-Type: text/plain; charset=utf-8{more}\n\n{text}"


def page(text: str = PAGE) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n{text}"


def text_of(items: list[Item]) -> str:
    return "\n".join(block.text for item in items for block in item.blocks)


@pytest.mark.parametrize(
    "placeholder",
    [
        "To view this message, please use an HTML compatible email viewer. Thank you!",
        "Ihr E-Mail-Programm unterstützt leider keine HTML-Mails. Bitte öffnen Sie die Nachricht im Browser.",
        "Votre logiciel de messagerie ne prend pas en charge le format HTML. Cliquez ici : https://x.example/view?id=12",
        "您的邮件客户端不支持HTML格式，请在浏览器中查看。",
        "",
        " ",
    ],
)
def test_a_placeholder_beside_a_page(tmp_path: Path, placeholder: str) -> None:
    text = text_of(read(tmp_path, multipart("alternative", plain(placeholder), page())))
    assert "Cabin 7214 on the night ferry to Gotland." in text


def test_a_plain_part_that_says_the_same_is_enough(tmp_path: Path) -> None:
    said = "Booking confirmed\n\nCabin 7214 on the night ferry to Gotland."
    text = text_of(read(tmp_path, multipart("alternative", plain(said), page())))
    assert text.count("Cabin 7214") == 1


def test_both_are_read_where_each_says_something_of_its_own(tmp_path: Path) -> None:
    own = " ".join(f"word{n}" for n in range(60))
    text = text_of(read(tmp_path, multipart("alternative", plain(own), page())))
    assert "word59" in text and "Cabin 7214" in text


def test_chinese_alternatives_are_compared_too(tmp_path: Path) -> None:
    said = "备用钥匙在花瓶里，陈喆明天下午会来取。"
    text = text_of(read(tmp_path, multipart("alternative", plain(said), page(f"<p>{said}</p>"))))
    assert text.count(said) == 1


def test_parts_after_the_first_text_are_read_in_order(tmp_path: Path) -> None:
    body = multipart("mixed", plain("First words."), "Content-Type: image/png; name=x.png\nContent-ID: <1>\n\nx",
                     plain("Second words."), page("<p>Third words.</p>"))  # fmt: skip
    text = text_of(read(tmp_path, body))
    assert text.index("First") < text.index("Second") and "Third words." in text


def test_a_page_with_pictures_beside_a_placeholder(tmp_path: Path) -> None:
    related = f'Content-Type: multipart/related; boundary="b2"\n\n--b2\n{page()}\n--b2--'
    assert "Cabin 7214" in text_of(
        read(tmp_path, multipart("alternative", plain("Use an HTML viewer."), related))
    )


def test_parts_without_a_name_are_attached(tmp_path: Path) -> None:
    body = multipart("mixed", plain("Attached."), "Content-Type: text/csv\n\nplot,crop\n3,leek\n",
                     "Content-Type: application/octet-stream\nContent-Disposition: attachment\n\nThe gate code is 55.\n",

                     "Content-Type: application/x-thing\n"
                     "Content-Transfer-Encoding: base64\n\nf0VMRgEAAAAAAAAAAAAAAAAAAAAA")  # fmt: skip
    items = read(tmp_path, body)
    text = text_of(items)
    assert "3 | leek" in text and "The gate code is 55." in text
    assert "Attachments: attachment 1.csv, attachment 2" in text
    assert [note for item in items for note in item.notes] == [
        "attachment attachment 3: not a text format: ELF binary"
    ]


def test_an_invitation_becomes_an_entry(tmp_path: Path) -> None:
    calendar = samples.ICALENDAR.decode().replace("\r", "")
    body = multipart(
        "alternative", plain("You are invited."), f"Content-Type: text/calendar; method=REQUEST\n\n{calendar}"
    )
    items = read(tmp_path, body)
    assert "Flight to Lisbon (attached to: Boat)" in [item.title for item in items]


def test_attached_pictures_and_programs_are_named_and_told(tmp_path: Path) -> None:
    body = multipart("mixed", plain("See."), "Content-Type: image/png; name=crack.png\nContent-Disposition: attachment\n"
                     "Content-Transfer-Encoding: base64\n\niVBORw0KGgoAAAAA",
                     "Content-Type: text/javascript; name=a.js\n\nvar total = 1;\n",
                     "Content-Type: text/plain; name=run.vbs\n\nMsgBox 1\n")  # fmt: skip
    items = read(tmp_path, body)
    notes = " | ".join(note for item in items for note in item.notes)
    assert "Attachments: crack.png, a.js, run.vbs" in text_of(items)
    assert (
        "attachment crack.png" in notes and "a.js: a program: named, not read" in notes and "run.vbs" in notes
    )
    assert "total" not in text_of(items) and "MsgBox" not in text_of(items)


def test_programs_in_an_attached_zip_are_not_read_either(tmp_path: Path) -> None:

    packed = base64.encodebytes(samples.zipped({"a/x.js": "var secret = 1;", "b.txt": "The words"})).decode()
    body = multipart(
        "mixed",
        plain("See."),
        f"Content-Type: application/zip; name=p.zip\nContent-Transfer-Encoding: base64\n\n{packed}",
    )
    items = read(tmp_path, body)
    assert "The words" in text_of(items) and "secret" not in text_of(items)
    assert any("a/x.js: a program" in note for item in items for note in item.notes)


def test_signatures_and_keys_are_left_out(tmp_path: Path) -> None:
    for kind in ("application/pgp-signature", "application/pkcs7-signature", "application/pgp-keys"):
        signature = f"Content-Type: {kind}; name=s\nContent-Disposition: attachment; filename=s\n\nabc\n"
        items = read(tmp_path, multipart("signed", plain("The words."), signature))
        assert "The words." in text_of(items) and "abc" not in text_of(items) and not items[0].notes


def test_an_encrypted_mail_is_told(tmp_path: Path) -> None:
    parts = (
        "Content-Type: application/pgp-encrypted\n\nVersion: 1",
        "Content-Type: application/octet-stream\n\nabc",
    )
    (item,) = read(tmp_path, multipart("encrypted", *parts))
    assert "encrypted" in item.notes[0]


def test_a_signed_envelope_is_opened() -> None:
    words = b"Content-Type: text/plain\r\n\r\nThe clock."

    def element(tag: int, content: bytes) -> bytes:
        size = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
        return bytes([tag]) + size + content

    for octets in (element(4, words), b"\x24\x80" + element(4, words[:9]) + element(4, words[9:]) + b"\0\0"):
        inner = element(0x30, element(6, bytes.fromhex("2a864886f70d010701")) + element(0xA0, octets))
        signed = element(0x30, element(2, b"\1") + element(0x31, b"") + inner + element(0x31, b""))
        envelope = element(0x30, element(6, bytes.fromhex("2a864886f70d010702")) + element(0xA0, signed))
        assert signed_content(envelope) == words
        for cut in range(len(envelope)):
            signed_content(envelope[:cut])
    assert signed_content(b"\x30\x80" * 400) is None


@pytest.mark.parametrize(
    ("text", "delete_space", "joined"),
    [
        ("a \nb\n\nc", False, "a b\n\nc"),
        ("https://x.example/ \ny", True, "https://x.example/y"),
        ("> q \n> r\nown", False, "> q r\nown"),
        ("-- \nVera", False, "-- \nVera"),
        (" From here", False, "From here"),
    ],
)
def test_flowed_lines_are_joined(text: str, delete_space: bool, joined: str) -> None:
    assert flowed(text, delete_space) == joined


def test_a_uuencoded_file_in_the_text_is_attached(tmp_path: Path) -> None:
    import binascii

    line = binascii.b2a_uu(b"The lease ends in May.").decode()
    items = read(tmp_path, f"\nHere.\n\nbegin 644 lease.txt\n{line}`\nend\n\nBye.")
    assert "The lease ends in May." in text_of(items) and "begin 644" not in text_of(items)


def test_a_subject_alone_is_remembered(tmp_path: Path) -> None:
    (item,) = read(tmp_path, "\n", head="From: a@b\nSubject: Gate code 5511\nMessage-ID: <1>\n")
    assert text_of([item]) == "Gate code 5511"


def test_a_mail_attached_in_base64_is_read_as_a_mail(tmp_path: Path) -> None:
    inner = base64.encodebytes(f"{HEAD}\nThe key hangs behind the door.\n".encode()).decode()
    part = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}"
    _, attached = read(tmp_path, multipart("mixed", plain("see below"), part))
    assert attached.title.startswith("Boat") and attached.date == "2024-03-05T14:22:00+01:00"
    assert attached.blocks[-1].text == "The key hangs behind the door."


def test_what_a_list_wrote_below_base64_does_not_spoil_the_text(tmp_path: Path) -> None:
    text = base64.encodebytes("Die Schlüssel hängen hinter der Tür – wie je.\n".encode() * 3).decode()
    footer = "______________________\nBoats mailing list\nhttps://list.example\n"
    kind = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    (item,) = read(tmp_path, kind + text + footer)
    said = "\n".join(block.text for block in item.blocks)
    assert said.count("hinter der Tür – wie je.") == 3 and "Boats mailing list" in said
