"""A calendar and contacts."""

from __future__ import annotations

ICALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:1\r
SUMMARY:Flight to Lisbon\r
DTSTART:20240305T140000Z\r
DTEND:20240305T170000Z\r
LOCATION:Basel\r
DESCRIPTION:Bring passports\\, please.\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
SUMMARY:Tram museum\r
DTSTART;VALUE=DATE:20240306\r
END:VEVENT\r
END:VCALENDAR\r
"""


VCARD = """BEGIN:VCARD
VERSION:3.0
FN:Amália Reis
N:Reis;Amália;;;
ADR;TYPE=HOME:;;Rua Augusta 1;Lisbon;;1100;Portugal
TEL;TYPE=CELL:+351 123 456
NOTE:Owns the flat
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Tom
EMAIL:tom@example.org
END:VCARD
"""


def every_format() -> dict[str, bytes]:
    return {"calendar.ics": ICALENDAR, "contacts.vcf": VCARD.encode()}
