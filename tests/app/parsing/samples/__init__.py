"""Small valid files of every format, made with the libraries that write them, or by hand where none does.

Every file holds the word "Lisbon", so a test can tell whether its text came through.
"""

from __future__ import annotations

import functools

from tests.app.parsing.samples import calendars, chats, exports, mails, office, packed, pdfs, phones, texts
from tests.app.parsing.samples.calendars import ICALENDAR
from tests.app.parsing.samples.chats import CHATGPT, CLAUDE, TELEGRAM, WHATSAPP
from tests.app.parsing.samples.mails import MAIL, html_mail, mail_with_attachments, mbox, msg
from tests.app.parsing.samples.office import docx, ods, xls, xlsb, xlsx
from tests.app.parsing.samples.packed import locked_zip, seven_zip, tar, zipped
from tests.app.parsing.samples.pdfs import locked_pdf, pdf, scanned_pdf

__all__ = [
    "CHATGPT",
    "CLAUDE",
    "ICALENDAR",
    "MAIL",
    "TELEGRAM",
    "WHATSAPP",
    "docx",
    "every_format",
    "html_mail",
    "locked_pdf",
    "locked_zip",
    "mail_with_attachments",
    "mbox",
    "msg",
    "ods",
    "pdf",
    "scanned_pdf",
    "seven_zip",
    "tar",
    "xls",
    "xlsb",
    "xlsx",
    "zipped",
]

ROOMS = (texts, calendars, chats, exports, mails, office, packed, pdfs, phones)


@functools.cache
def every_format() -> dict[str, bytes]:
    """File name -> content: one valid file of each format."""
    return {name: data for room in ROOMS for name, data in room.every_format().items()}
