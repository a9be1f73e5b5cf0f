"""Mails, mailboxes, and what mail programs save."""

from __future__ import annotations

import struct

import compressed_rtf

from tests.app.parsing.compound import Tree, compound_file
from tests.app.parsing.samples.pdfs import pdf
from tests.app.parsing.samples.texts import HTML

MAIL = b"""From: =?utf-8?q?J=C3=BCrgen?= <juergen@example.org>
To: Nora <nora@example.org>
Subject: Lisbon =?utf-8?b?w7xiZXI=?= tram
Date: Tue, 05 Mar 2024 14:02:11 +0100
Message-ID: <2@example.org>
In-Reply-To: <1@example.org>
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

Let us take the tram at nine.

J\xc3\xbcrgen

On Mon, 4 Mar 2024 at 09:00, Nora <nora@example.org> wrote:
> When do we leave for Lisbon?
> I would like to sleep in.
"""


EMLX_END = b'<?xml version="1.0"?><plist><dict><key>flags</key><integer>1</integer></dict></plist>'


WEB_ARCHIVE = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://news.example/trams
Subject: Trams of Lisbon
Date: Tue, 5 Mar 2024 13:22:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; boundary="x"

--x
Content-Type: text/html; charset=utf-8
Content-Location: https://news.example/trams

<html><head><title>Trams</title></head><body><p>Line 28 crosses Lisbon.</p></body></html>
--x--
"""


def msg(rtf: bytes = b"") -> bytes:
    """An Outlook message with an attached note; rtf: its text packed in this way alone, as Outlook's own programs do."""

    def text(value: str) -> bytes:
        return value.encode("utf-16-le")

    def properties(head: int, values: dict[int, bytes]) -> bytes:
        """The table of fixed and variable properties: type and id, flags, and the value or its length."""
        return bytes(head) + b"".join(
            struct.pack("<II", tag, 6)
            + (value if tag & 0xFFFF in (3, 0x40) else struct.pack("<II", len(value), 0))
            for tag, value in values.items()
        )

    when = struct.pack(
        "<Q", 133_541_173_310_000_000
    )  # 2024-03-05 13:02:11 UTC, in tenths of microseconds from 1601
    strings = {
        0x0037001F: text("Flat in Lisbon"),
        0x1000001F: text("The key is under the mat.\r\n"),
        0x0C1A001F: text("Nora"),
    }
    strings[0x0C1F001F] = text("nora@example.org")
    if rtf:
        del strings[0x1000001F]
        strings[0x10090102] = compressed_rtf.compress(rtf)
    attached = {0x3707001F: text("note.txt"), 0x37010102: b"The lease ends in May."}
    person = {0x3001001F: text("Tom"), 0x3003001F: text("tom@example.org")}

    def storage(head: int, values: dict[int, bytes], fixed: dict[int, bytes]) -> Tree:
        streams: Tree = {f"__substg1.0_{tag:08X}": value for tag, value in values.items()}
        streams["__properties_version1.0"] = properties(head, fixed | values)
        return streams

    tree = storage(32, strings, {0x00390040: when})
    tree["__attach_version1.0_#00000000"] = storage(8, attached, {0x37050003: struct.pack("<II", 1, 0)})
    tree["__recip_version1.0_#00000000"] = storage(8, person, {0x0C150003: struct.pack("<II", 1, 0)})
    return compound_file(tree)


def mbox() -> bytes:
    second = MAIL.replace(b"<2@", b"<3@").replace(b"at nine", b"at ten\n\n>From the harbour")
    return b"".join(
        b"From x@example.org Tue Mar 05 14:02:11 2024\n" + mail + b"\n" for mail in (MAIL, second)
    )


def mail_with_attachments() -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"] = "Nora <nora@example.org>"
    message["Subject"] = "Papers for Lisbon"
    message["Date"] = "Tue, 05 Mar 2024 14:02:11 +0100"
    message["Message-ID"] = "<9@example.org>"
    message.set_content("Both are attached.")
    message.add_attachment(pdf(["The rent is due on Friday."]), "application", "pdf", filename="rent.pdf")
    message.add_attachment(b"\x7fELF\x00\x00", "application", "octet-stream", filename="tool")
    return message.as_bytes()


def html_mail() -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"] = "Shop <shop@example.org>"
    message["Subject"] = "Your order for Lisbon"
    message["Message-ID"] = "<10@example.org>"
    message.set_content("View in browser")
    message.add_alternative(f"<html><body><table><tr><td>{HTML}</td></tr></table></body></html>", "html")
    return message.as_bytes()


def every_format() -> dict[str, bytes]:
    return {
        "tram.eml": MAIL,
        "inbox.mbox": mbox(),
        "papers.eml": mail_with_attachments(),
        "order.eml": html_mail(),
        "17.emlx": b"%d\n" % len(MAIL) + MAIL + EMLX_END,
        "page.mhtml": WEB_ARCHIVE,
        "flat.msg": msg(),
        "rich.msg": msg(rb"{\rtf1\ansi The flat in {\b Lisbon} is ours.\par}"),
    }
