"""Calendar entries as a person would say them: days, spans, rules, exceptions, pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Item, read_file
from app.parsing.formats.calendars.recurrence import in_words


def read(tmp_path: Path, *lines: str | bytes) -> list[Item]:
    path = tmp_path / "a.ics"
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR")
    path.write_bytes(
        b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in whole) + b"\r\n"
    )
    return read_file(path)


def event(tmp_path: Path, *lines: str | bytes, kind: str = "VEVENT") -> Item:
    (item,) = read(tmp_path, f"BEGIN:{kind}", *lines, f"END:{kind}")
    return item


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        (["DTSTART;VALUE=DATE:20240310", "DTEND;VALUE=DATE:20240311"], "2024-03-10"),
        (["DTSTART;VALUE=DATE:20240310"], "2024-03-10"),
        (["DTSTART;VALUE=DATE:20240310", "DTEND;VALUE=DATE:20240310"], "2024-03-10"),
        (["DTSTART;VALUE=DATE:20240310", "DTEND;VALUE=DATE:20240313"], "2024-03-10 to 2024-03-12"),
        (["DTSTART;VALUE=DATE:20240310", "DURATION:P3D"], "2024-03-10 to 2024-03-12"),
        (["DTSTART:20240501T160000Z", "DURATION:PT2H"], "2024-05-01 16:00 to 18:00 (UTC)"),
        (["DTSTART:20240305T190000", "DTEND:20240305T203000"], "2024-03-05 19:00 to 20:30"),
        (
            ["DTSTART;TZID=Europe/Berlin:20240305T190000", "DTEND;TZID=Europe/Berlin:20240306T010000"],
            "2024-03-05 19:00 to 2024-03-06 01:00 (Europe/Berlin)",
        ),
        (["DTSTART;TZID=W. Europe Standard Time:20240305T190000"], "2024-03-05 19:00 (Europe/Berlin)"),
    ],
)
def test_when(tmp_path: Path, lines: list[str], when: str) -> None:
    item = event(tmp_path, "SUMMARY:Choir", *lines)
    assert item.blocks[0].text == f"Choir\nWhen: {when}"
    assert (item.date or "")[:10] == when[:10] and item.date_source == "entry"


def test_a_task_is_due_on_its_day(tmp_path: Path) -> None:
    item = event(
        tmp_path, "SUMMARY:Tax", "DTSTART;VALUE=DATE:20240301", "DUE;VALUE=DATE:20240310", kind="VTODO"
    )
    assert "When: 2024-03-01 to 2024-03-10" in item.blocks[0].text
    assert (
        "When: until 2024-03-10"
        in event(tmp_path, "SUMMARY:Tax", "DUE;VALUE=DATE:20240310", kind="VTODO").blocks[0].text
    )


def test_exceptions_and_moved_occurrences(tmp_path: Path) -> None:
    rule, moved = read(
        tmp_path,
        "BEGIN:VEVENT",
        "UID:2",
        "SUMMARY:Choir",
        "DTSTART:20240305T190000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20240601T000000",
        "EXDATE:20240402T190000,20240416T190000",
        "EXDATE:20240430T190000",
        "RDATE:20240503T190000",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:2",
        "SUMMARY:Choir",
        "RECURRENCE-ID:20240409T190000",
        "DTSTART:20240410T180000",
        "END:VEVENT",
    )
    assert rule.blocks[0].text.split("\n")[2:] == [
        "Repeats: every week on Tuesday until 2024-06-01",
        "except 2024-04-02 19:00, 2024-04-16 19:00, 2024-04-30 19:00",
        "Also on 2024-05-03 19:00",
    ]
    assert moved.blocks[0].text.split("\n")[1:] == ["When: 2024-04-10 18:00", "instead of 2024-04-09 19:00"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"FREQ": ["DAILY"], "COUNT": [5]}, "every day 5 times"),
        ({"FREQ": ["WEEKLY"], "INTERVAL": [2], "BYDAY": ["MO", "FR"]}, "every 2 weeks on Monday, Friday"),
        ({"FREQ": ["MONTHLY"], "BYDAY": ["-1SU"]}, "every month on the last Sunday"),
        ({"FREQ": ["MONTHLY"], "BYMONTHDAY": [13]}, "every month on day 13"),
        ({"FREQ": ["YEARLY"], "BYMONTH": [11], "BYMONTHDAY": [27]}, "every year in November on day 27"),
        ({"FREQ": ["MONTHLY"], "BYDAY": ["TU"], "BYSETPOS": [2]}, "every month on the second Tuesday"),
    ],
)
def test_rules_in_words(rule: dict[str, list[object]], words: str) -> None:
    assert in_words(rule) == words


def test_pages_in_descriptions(tmp_path: Path) -> None:
    item = event(
        tmp_path,
        "SUMMARY:Maypole",
        "X-ALT-DESC;FMTTYPE=text/html:<html><body>Bring the <b>blue</b> ribbons</body></html>",
    )
    assert [block.text for block in item.blocks[1:]] == ["Bring the blue ribbons"]
    both = [
        "DESCRIPTION:Bring the blue ribbons",
        "X-ALT-DESC;FMTTYPE=text/html:<p>Bring the blue ribbons</p>",
    ]
    assert len(event(tmp_path, "SUMMARY:Maypole", *both).blocks) == 2
    item = event(tmp_path, "SUMMARY:Maypole", "DESCRIPTION:Bring<br>ribbons<ul><li>blue</li></ul>")
    assert [block.text for block in item.blocks[1:]] == ["Bring\nribbons", "- blue"]


@pytest.mark.parametrize(
    "line", ["SUMMARY:Choir: rehearsal", "SUMMARY: Choir: rehearsal", "SUMMARY;LANGUAGE=en:Choir: rehearsal"]
)
def test_summaries_with_colons(tmp_path: Path, line: str) -> None:
    assert event(tmp_path, line, "DTSTART:20240305T190000").title == "Choir: rehearsal"


def test_availability(tmp_path: Path) -> None:
    items = read(
        tmp_path,
        "BEGIN:VAVAILABILITY",
        "SUMMARY:Office hours",
        "DTSTART:20240305T090000Z",
        "BEGIN:AVAILABLE",
        "SUMMARY:Mondays",
        "DTSTART:20240304T090000Z",
        "DTEND:20240304T120000Z",
        "RRULE:FREQ=WEEKLY",
        "END:AVAILABLE",
        "END:VAVAILABILITY",
    )
    assert [item.title for item in items] == ["Office hours", "Mondays"]
    assert "Repeats: every week" in items[1].blocks[0].text


def test_people_calendar_name_and_lines_that_are_none(tmp_path: Path) -> None:
    (item,) = read(
        tmp_path,
        "X-WR-CALNAME:Family",
        "BEGIN:VEVENT",
        "SUMMARY:Boat",
        "this is no line",
        "ORGANIZER;CN=Vera Lund:mailto:vera@x.example",
        'ATTENDEE;CN="Tom; Ana":MAILTO:tom@x.example',
        "URL:https://x.example",
        "END:VEVENT",
    )
    assert item.author == "Vera Lund <vera@x.example>"
    assert (
        "Attendee: Tom; Ana <tom@x.example>" in item.blocks[0].text
        and "Calendar: Family" in item.blocks[0].text
    )


def test_folds_within_a_character_and_old_charsets(tmp_path: Path) -> None:
    name = "Größe".encode()
    assert event(tmp_path, b"SUMMARY:" + name[:3] + b"\r\n " + name[3:]).title == "Größe"
    assert (
        event(tmp_path, b"SUMMARY:" + "Müllers Geburtstag in Köln".encode("cp1252")).title
        == "Müllers Geburtstag in Köln"
    )


def test_version_1(tmp_path: Path) -> None:
    path = tmp_path / "a.vcs"
    path.write_bytes(
        b"BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nSUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
        b"Gr=C3=BC=\r\n=C3=9Fe, alle\r\n"
        b"DTSTART:20240305T190000Z\r\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE:one=0D=0Atwo\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    (item,) = read_file(path)
    assert item.title == "Grüße, alle" and [block.text for block in item.blocks[1:]] == ["one\ntwo"]


def test_a_calendar_cut_short_gives_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    entry = "BEGIN:VEVENT\r\nSUMMARY:Boat {}\r\nDTSTART:20240305T190000Z\r\nEND:VEVENT\r\n"
    path.write_text("BEGIN:VCALENDAR\r\n" + entry.format(1) + entry.format(2)[:40])
    first, second = read_file(path)
    assert (first.title, second.title) == ("Boat 1", "Boat 2") and "cut short" in second.notes[0]


def test_what_is_broken_in_one_entry_costs_no_other(tmp_path: Path) -> None:
    zone = [
        "BEGIN:VTIMEZONE",
        "TZID:x",
        "BEGIN:STANDARD",
        "TZOFFSETFROM:+5744",
        "TZOFFSETTO:+5744",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
    bad = ["BEGIN:VEVENT", "SUMMARY:Boat", "DTSTART:nonsense", "RRULE:FREQ=NEVER;INTERVAL=x", "END:VEVENT"]
    good = ["BEGIN:VEVENT", "SUMMARY:Choir", "DTSTART;TZID=x:20240305T190000", "END:VEVENT"]
    items = read(tmp_path, *zone, *bad, *good)
    assert "Boat" in items[0].blocks[0].text
    assert items[1].title == "Choir" and "2024-03-05 19:00" in items[1].blocks[0].text
