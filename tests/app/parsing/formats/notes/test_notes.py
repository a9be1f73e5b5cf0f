"""Notes of Evernote, Keep, Notion, Obsidian and Jupyter."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.errors import Skipped
from app.parsing import Item, read_file

ID = "1a2b3c4d5e6f70819aabbccddeeff001"


def read(tmp_path: Path, data: Any, name: str) -> list[Item]:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return read_file(path)


def texts(item: Item) -> list[str]:
    return [block.text for block in item.blocks]


# Keep


def test_keep(tmp_path: Path) -> None:
    note = {
        "color": "RED",
        "isTrashed": False,
        "title": "Gifts",
        "textContent": "",
        "createdTimestampUsec": 1709649720000000,
        "listContent": [{"text": "Socks", "isChecked": True}, {"text": "Saw", "isChecked": False}],
        "labels": [{"name": "Christmas"}],
        "annotations": [{"title": "Shop", "url": "https://x.example"}],
        "attachments": [{"filePath": "a.jpg"}],
    }
    (item,) = read(tmp_path, note, "Keep/Gifts.json")
    assert (item.title, (item.date or "")[:10]) == ("Gifts", "2024-03-05")
    assert texts(item) == [
        "- Socks (done)\n- Saw",
        "Shop\nhttps://x.example",
        "Labels: Christmas\nFiles: a.jpg",
    ]
    with pytest.raises(Skipped, match="json beside"):
        read(tmp_path, "<html><body>Gifts</body></html>", "Keep/Gifts.html")
    with pytest.raises(Skipped, match="trash"):
        read(tmp_path, note | {"isTrashed": True}, "Keep/Old.json")


# Evernote


def enex(*notes: str) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/x.dtd">\n'
    return f"{head}<en-export>{''.join(notes)}</en-export>"


def note(title: str, content: str, more: str = "") -> str:
    body = f'<?xml version="1.0"?><!DOCTYPE en-note SYSTEM "x"><en-note>{content}</en-note>'
    about = f"<title>{title}</title><created>20240305T142200Z</created>"
    return f"<note>{about}<content><![CDATA[{body}]]></content>{more}</note>"


def test_evernote_notes_are_items_with_dates_and_attachments(tmp_path: Path) -> None:
    words = base64.b64encode(b"The lease ends in May.").decode()
    resource = (
        f'<resource><data encoding="base64">{words}</data><mime>text/plain</mime>'
        "<resource-attributes><file-name>lease.txt</file-name></resource-attributes></resource>"
        "<resource><data>iVBORw0KGgo=</data><mime>image/png</mime></resource>"
    )
    about = "<tag>home</tag><note-attributes><author>Vera</author><source-url>https://x.example</source-url></note-attributes>"
    todo = '<div><en-todo checked="true"/>milk</div><div><en-todo/>bread</div><en-media type="image/png" hash="x"/>'
    first, lease, second = read(
        tmp_path,
        enex(
            note("Shopping", todo, about + resource), note("Safe", "<en-crypt>abc</en-crypt>Left of the door")
        ),
        "a.enex",
    )
    assert (first.title, first.author, first.date) == ("Shopping", "Vera", "2024-03-05T14:22:00")
    assert texts(first) == [
        "☑ milk",
        "☐ bread",
        "Tags: home\nFrom: https://x.example\nAttachments: lease.txt",
    ]
    assert (lease.title, texts(lease)) == ("lease (attached to: Shopping)", ["The lease ends in May."])
    assert texts(second) == ["Left of the door"] and "encrypted" in second.notes[0]


def test_evernote_cut_short_gives_what_there_is(tmp_path: Path) -> None:
    data = enex(note("One", "<div>First</div>"), note("Two", "<div>Second</div>"))
    assert texts(read(tmp_path, data[: data.index("Second")], "a.enex")[0]) == ["First"]


def test_keep_of_formatted_text_alone(tmp_path: Path) -> None:
    note = {"isTrashed": False, "textContentHtml": "<p>The <b>key</b></p><p>is red</p>", "title": "House"}
    (item,) = read(tmp_path, note, "House.json")
    assert texts(item) == ["The key\nis red"]


# Notion


@pytest.mark.parametrize("said", ["Created: March 5, 2024 2:02 PM", "Erstellt: 5. März 2024 14:02"])
def test_the_date_below_a_title(tmp_path: Path, said: str) -> None:
    (item,) = read(tmp_path, f"# House\n\n{said}\nTags: home\n\nThe key is red.\n", f"House {ID}.md")
    assert (item.title, item.date) == ("House", "2024-03-05T14:02:00")
    (item,) = read(tmp_path, "# House\n\nCreated: the garden and its wall\n\nMore.\n", "House.md")
    assert item.date is None


def test_notion_names_without_ids_and_tables_once(tmp_path: Path) -> None:
    table = "Name,Area\nKitchen,14 m2\n"
    page = f"# House\n\nThe attic.\n\n[Rooms](House%20{ID}/Rooms%20{ID}.csv)\n"
    files = {
        f"Private/House {ID}.md": page,
        f"Private/House/Rooms {ID}.csv": table,
        f"Private/House/Rooms {ID}_all.csv": table,
    }
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    items = read_file(tmp_path / "export.zip")
    assert [item.title for item in items] == ["House", "Rooms"]
    assert ID not in json.dumps([(texts(item), [b.place for b in item.blocks]) for item in items])
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with pytest.raises(Skipped, match="table beside"):
        read_file(tmp_path / f"Private/House/Rooms {ID}.csv")


# Obsidian


def test_a_canvas(tmp_path: Path) -> None:
    nodes = [
        {"id": "1", "type": "text", "text": "Build the **sauna**", "x": 1},
        {"id": "2", "type": "link", "url": "https://x.example"},
        {"id": "3", "type": "file", "file": "Trip.md"},
        {"id": "4", "type": "group", "label": "Summer"},
    ]
    (item,) = read(tmp_path, {"nodes": nodes, "edges": [{"id": "e", "label": "before"}]}, "Board.canvas")
    assert texts(item) == ["Build the **sauna**", "https://x.example", "Trip.md", "Summer", "before"]


def test_pictures_in_markdown_are_no_text(tmp_path: Path) -> None:
    picture = base64.b64encode(bytes(range(256)) * 3).decode()
    (item,) = read(tmp_path, f"Before\n\n![boat](data:image/png;base64,{picture})\n\nAfter\n", "a.md")
    assert texts(item) == ["Before", "boat", "After"] and "picture" in item.notes[0]


# Jupyter


def test_notebook_results(tmp_path: Path) -> None:
    outputs = [
        {
            "output_type": "execute_result",
            "data": {"text/plain": ["Boat fund    412.50\n"], "text/html": "<table></table>"},
        },
        {
            "output_type": "display_data",
            "data": {"text/html": "<p>A page</p>", "text/plain": "<IPython.core.display.HTML object>"},
        },
        {"output_type": "stream", "text": ["loaded\n"]},
        {"output_type": "error", "ename": "KeyError", "evalue": "boat", "traceback": ["\x1b[31mx"]},
        {"output_type": "display_data", "data": {"image/png": "iVBOR"}},
    ]
    cells = [
        {"cell_type": "markdown", "source": "# Savings"},
        {"cell_type": "code", "source": ["df.sum()"], "outputs": outputs},
    ]
    (item,) = read(tmp_path, {"cells": cells, "nbformat": 4}, "a.ipynb")
    assert texts(item) == ["Savings", "df.sum()", "Boat fund    412.50", "A page", "loaded", "KeyError: boat"]
    old = {
        "worksheets": [
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "input": ["1+1"],
                        "outputs": [{"output_type": "pyout", "text": ["2"]}],
                    }
                ]
            }
        ]
    }
    assert texts(read(tmp_path, old, "b.ipynb")[0]) == ["1+1", "2"]


def test_text_in_the_attributes_of_unknown_xml(tmp_path: Path) -> None:
    xml = '<?xml version="1.0"?><log><entry id="12" kind="note" remark="The gate code is 55" style="fill: none"/></log>'
    (item,) = read(tmp_path, xml, "a.xml")
    assert texts(item) == ["The gate code is 55"]
