"""Each format: text complete, structure kept, and title, author, date and place for citations."""

from __future__ import annotations

import pytest

from app.parsing import Block, Item
from tests.app.parsing import samples
from tests.app.parsing.conftest import Reader

EVERY = samples.every_format()


def shape(item: Item) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in item.blocks]


@pytest.mark.parametrize("name", sorted(EVERY))
def test_text_comes_through(name: str, read: Reader) -> None:
    items = read(name)
    text = "\n".join(block.text for item in items for block in item.blocks)
    assert "Lisbon" in text + items[0].title
    assert all(item.title for item in items)
    assert all(block.text.strip() == block.text.strip("\n ") != "" for item in items for block in item.blocks)


@pytest.mark.parametrize(
    ("name", "title", "author", "date"),
    [
        ("note.md", "Lisbon trip", "Nora", "2024-03-05"),
        ("plan.org", "Lisbon plan", "Nora", "2024-03-05"),
        ("notes.rst", "notes", "Nora", "2024-03-05"),
        ("guide.html", "Lisbon guide", "Nora", "2024-03-05T10:00:00+00:00"),
        ("letter.pdf", "Letter from Lisbon", "Nora", "2024-03-05T14:02:11"),
        ("letter.odt", "Lisbon letter", "Nora", "2024-03-05T14:02:11"),
        ("memo.rtf", "Lisbon memo", "Nora", "2024-03-05"),
        ("book.epub", "Lisbon nights", "Amália Reis", "2024-03-05"),
        ("tram.eml", "Lisbon über tram", "Jürgen <juergen@example.org>", "2024-03-05T14:02:11+01:00"),
        ("calendar.ics", "Flight to Lisbon", "", "2024-03-05T14:00:00+00:00"),
        ("contacts.vcf", "Amália Reis", "", None),
    ],
)
def test_title_author_and_date(name: str, title: str, author: str, date: str | None, read: Reader) -> None:
    item = read(name)[0]
    assert (item.title, item.author, item.date) == (title, author, date)


def test_markdown_keeps_structure_and_link_targets(read: Reader) -> None:
    assert shape(read("note.md")[0]) == [
        ("fields", "date: 2024-03-05\ntags: travel, food"),
        ("paragraph", "Before the first heading."),
        ("heading", "Getting there"),
        ("paragraph", "We flew to the city (Lisbon) on a Tuesday."),
        ("list", "- tickets\n- passports"),
        ("table", "what | cost\nflight | 210\ntram | 3"),
        ("heading", "Coffee"),
        ("code", '```python\nprint("bica")\n```'),
        ("paragraph", "[guide]: https://example.org/guide"),
    ]


@pytest.mark.parametrize("head", ["---\nno: [yaml\n---\n", "---\njust words\n---\n", "---\n"])
def test_what_only_looks_like_front_matter_stays(head: str, read: Reader) -> None:
    text = "\n".join(block.text for block in read("x.md", head + "The text.")[0].blocks)
    assert "The text." in text
    assert all(word in text for word in head.replace("-", "").split())


def test_date_from_the_file_name(read: Reader) -> None:
    assert read("2024-03-05 diary.md", "Rain.")[0].date == "2024-03-05"
    assert read("scan_20240305.txt", "Rain.")[0].date == "2024-03-05"
    assert read("order 2024-13-45.txt", "Rain.")[0].date is None
    assert read("diary.md", "---\ndate: March 2024\n---\nRain.")[0].date is None


def test_org_and_rst_headings(read: Reader) -> None:
    levels = [(b.text, b.level) for b in read("plan.org")[0].blocks if b.kind == "heading"]
    assert levels == [("Packing", 1), ("Shoes", 2)]
    assert ("code", "* not a heading") in shape(read("plan.org")[0])
    levels = [(b.text, b.level) for b in read("notes.rst")[0].blocks if b.kind == "heading"]
    assert levels == [("Lisbon notes", 1), ("Arrival", 2), ("Departure", 2)]


def test_html_drops_what_is_not_seen(read: Reader) -> None:
    item = read("guide.html")[0]
    text = "\n".join(block.text for block in item.blocks)
    for unseen in ("tracking", "color", "secret", "hidden words", "About"):
        assert unseen not in text
    assert shape(item) == [
        ("heading", "Trams"),
        ("paragraph", "Line 28 crosses the old town. Take it early."),
        ("list", "- Alfama\n- Graça"),
        ("heading", "Prices"),
        ("table", "ticket | euro\nday | 6.80"),
        ("code", "keep\n  this"),
    ]


def test_pdf_pages_are_places(read: Reader) -> None:
    blocks = read("letter.pdf")[0].blocks
    assert [(b.place, b.text) for b in blocks] == [
        ("page 1", "Dear Tom, Lisbon is warm."),
        ("page 2", "Second page."),
    ]


def test_pdf_running_heads_are_dropped_and_words_joined(read: Reader) -> None:
    body = "{}. This line was cut in the mid-\ndle of a word,\nand went on.\nTotal due: {} euro"
    pages = [f"Annual report\n{body.format('abcdef'[n - 1], n * 100)}\nPage {n} of 6" for n in range(1, 7)]
    text = "\n".join(block.text for block in read("report.pdf", samples.pdf(pages))[0].blocks)
    assert "in the middle of a word, and went on." in text
    assert all(f"Total due: {n}00 euro" in text for n in range(1, 7))
    assert "Annual report" not in text
    assert "Page" not in text


def test_docx_headings_lists_and_tables(read: Reader) -> None:
    item = read("contract.docx")[0]
    assert (item.title, item.author) == ("Lisbon contract", "Nora")
    assert shape(item) == [
        ("heading", "Rent"),
        ("paragraph", "The flat costs 900 euro a month."),
        ("list", "- keys\n- deposit"),
        ("table", "item | euro\ndeposit | 1800"),
        ("heading", "Term"),
        ("paragraph", "Two years."),
    ]
    assert [b.level for b in item.blocks if b.kind == "heading"] == [1, 2]


def test_docx_tracked_insertions_are_read_and_deletions_not(read: Reader) -> None:
    import io

    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    paragraph = document.add_paragraph("We agree ")
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>to pay</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>to wait</w:delText></w:r></w:del>"))
    out = io.BytesIO()
    document.save(out)
    assert shape(read("x.docx", out.getvalue())[0]) == [("paragraph", "We agree to pay")]


def test_slides_and_sheets_are_places(read: Reader) -> None:
    assert [(b.place, b.text) for b in read("talk.pptx")[0].blocks] == [
        ("slide 1", "Lisbon"),
        ("slide 1", "Seven hills"),
        ("slide 2", "Porto"),
        ("slide 2", "One bridge too many"),
        ("slide 2, notes", "Smile here"),
    ]
    assert read("slides.odp")[0].blocks[1] == Block("Lisbon on foot", "slide 2")
    table = read("budget.xlsx")[0].blocks[1]
    assert table == Block("what | euro\nflight to Lisbon | 210\n\nhotel | 480.5", "sheet Budget", "table")
    assert read("costs.ods")[0].blocks[1] == Block("what | euro\nLisbon | 210", "sheet Costs", "table")


def test_rtf_text_and_epub_chapters(read: Reader) -> None:
    assert shape(read("memo.rtf")[0]) == [
        ("paragraph", "The café opens at nine."),
        ("paragraph", "It costs 3 € a cup."),
    ]
    assert [(b.place, b.text) for b in read("book.epub")[0].blocks] == [
        ("chapter 1", "First"),
        ("chapter 1", "The night train to Lisbon."),
        ("chapter 2", "Second"),
        ("chapter 2", "Morning."),
    ]


def test_csv_whatever_its_delimiter(read: Reader) -> None:
    assert shape(read("costs.csv")[0]) == [("table", "what | euro\nLisbon flight | 210\nhotel | 480")]
    quoted = 'a,b\n"one, with comma","two\nlines"\n'
    assert shape(read("q.csv", quoted)[0]) == [("table", "a | b\none, with comma | two lines")]


def test_json_values_with_their_paths(read: Reader) -> None:
    assert [(b.place, b.text) for b in read("config.json")[0].blocks] == [
        ("city", "city: Lisbon"),
        ("people", "[1].name: Nora\n[1].age: 41\n[2].name: Tom"),
    ]
    assert [b.text for b in read("log.jsonl")[0].blocks] == ["city: Lisbon\nn: 1", "city: Porto\nn: 2"]


def test_code_is_cut_between_definitions(read: Reader) -> None:
    assert [(b.place, b.text.split("\n")[0]) for b in read("tool.py")[0].blocks] == [
        ("line 1", '"""Lisbon."""'),
        ("line 3", "import os"),
        ("line 6", "def first():"),
        ("line 10", "def second():"),
    ]


def test_notebook_cells(read: Reader) -> None:
    assert [(b.place, b.kind) for b in read("data.ipynb")[0].blocks] == [
        ("cell 1", "heading"),
        ("cell 1", "paragraph"),
        ("cell 2", "code"),
        ("cell 2, output", "code"),
    ]


def test_subtitles_are_grouped_by_time(read: Reader) -> None:
    assert [(b.place, b.text) for b in read("film.srt")[0].blocks] == [
        ("00:00:01", "Welcome to Lisbon.\nThe tram is here."),
        ("00:01:10", "Goodbye."),
    ]
    assert read("film.vtt")[0].blocks == [Block("Hello Lisbon", "00:00:01")]


def test_calendar_entries_and_contacts_are_items(read: Reader) -> None:
    flight, museum = read("calendar.ics")
    assert "Location: Basel" in flight.blocks[0].text
    assert flight.blocks[1].text == "Bring passports, please."
    assert (museum.title, museum.date) == ("Tram museum", "2024-03-06")
    amalia, tom = read("contacts.vcf")
    assert "adr (home): Rua Augusta 1, Lisbon" in amalia.blocks[0].text
    assert tom.blocks[0].text == "name: Tom\nemail: tom@example.org"


def test_zip_members_are_placed_and_the_rest_is_skipped(read: Reader) -> None:
    note, letter = read("export.zip")
    assert note.title == "Lisbon trip"
    assert {block.place for block in note.blocks} == {"inner/note.md"}
    assert letter.blocks[0].place == "inner/letter.pdf › page 1"


def test_bookmarks_of_both_kinds(read: Reader) -> None:
    assert shape(read("bookmarks.html")[0]) == [
        ("heading", "Travel"),
        ("list", "- Lisbon trams: https://example.org/28"),
        ("paragraph", "worth a ride"),
    ]
    assert ("list", "- Lisbon trams: https://example.org/28") in shape(read("Bookmarks")[0])


def test_saved_pages_of_pocket_keep_their_addresses(read: Reader) -> None:
    link = '<li><a href="https://trams.example" time_added="1709647331" tags="a">Lisbon trams</a></li>'
    head = "<!DOCTYPE html><html><head><title>Pocket Export</title>" + "<!-- -->" * 40 + "</head><body>"
    (item,) = read("ril_export.html", f"{head}<h1>Unread</h1><ul>{link}</ul></body></html>")
    assert shape(item) == [("heading", "Unread"), ("list", "- Lisbon trams: https://trams.example")]
