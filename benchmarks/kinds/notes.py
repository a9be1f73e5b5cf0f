"""Further inputs for the cases on notes, calendars, letters and the names of files."""

from __future__ import annotations

import io
import json
import zipfile

from benchmarks.kinds.inputs import Input, made, pdf, zipped


def _event(*lines: str) -> str:
    rows = ("BEGIN:VEVENT", "UID:1@x", "DTSTAMP:20240301T000000Z", *lines, "END:VEVENT")
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *rows, "END:VCALENDAR", ""))


FRONT = [
    made("frontmatter", "Jekyll with quotes and a list of days", "2024-01-01-trip.md",
         "---\nlayout: post\ntitle:  'Reise: Lissabon'\ndate:   2024-03-05 14:02:11 +0100\ntags: [a, b]\n---\nNoors Pass läuft ab.\n",
         says=["Noors Pass läuft ab."], title="Reise: Lissabon", date="2024-03-05"),
    made("frontmatter", "Hugo in TOML", "trip.md", '+++\ntitle = "Trip: Lisbon"\ndate = 2024-03-05T14:02:11+01:00\n+++\nNoor packs.\n',
         says=["Noor packs."], title="Trip: Lisbon", date="2024-03-05"),
    made("frontmatter", "Obsidian, Windows line ends, a link as date", "note.md",
         '---\r\ntitle: Besuch: Ute\r\ncreated: "[[2024-03-05]]"\r\naliases:\r\n  - Ute: Besuch\r\n---\r\nSie brachte Mus.\r\n',
         says=["Sie brachte Mus."], title="Besuch: Ute", date="2024-03-05"),
    made("frontmatter", "a Spanish day first", "es.md", "---\ntítulo: Visita\nfecha: 5.3.2024\n---\nTrajo mermelada.\n",
         says=["Trajo mermelada."], date="2024-03-05"),
    made("frontmatter", "an ambiguous day with slashes", "slash.md", "---\ntitle: x\ndate: 05/03/2024\n---\nText here.\n",
         says=["Text here."], date="20"),
]  # fmt: skip

NOTES = [
    made("keep", "a pinned list in the archive", "Keep/Packing.json",
         json.dumps({"color": "DEFAULT", "isTrashed": False, "isPinned": True, "isArchived": True, "title": "Packen", "listContent": [
             {"text": "Wollsocken", "isChecked": True}, {"text": "Seil", "isChecked": False}], "userEditedTimestampUsec": 1709647331000000,
             "createdTimestampUsec": 1709647331000000, "labels": [{"name": "Reise"}]}),
         says=["Wollsocken (done)", "Seil", "Reise"], never=["DEFAULT", "isPinned"], date="2024-03-05"),
    made("keep", "trashed, in Japanese", "Keep/ゴミ.json",
         json.dumps({"isTrashed": True, "textContent": "鍵は引き出し", "title": "x", "userEditedTimestampUsec": 1709647331000000}), never=["鍵は引き出し"]),
    made("keep", "with a link and a picture beside", "Keep/Link.json",
         json.dumps({"isTrashed": False, "textContent": "Read this", "title": "", "attachments": [{"filePath": "a.jpg", "mimetype": "image/jpeg"}],
                     "annotations": [{"description": "", "source": "WEBLINK", "title": "Knots", "url": "https://knots.example"}],
                     "userEditedTimestampUsec": 1709647331000000}), says=["Read this", "https://knots.example"], never=["WEBLINK"], date="2024-03-05"),
    made("notion", "a zip in a zip, in French", "Export-1a2b3c4d.zip",
         zipped({"Export-Part-1.zip": zipped({
             "Maison 1a2b3c4d5e6f70811a2b3c4d5e6f7081.md": "# Maison\n\nLa clé est chez Ida.\n\n[Liste](Maison%201a2b3c4d5e6f70811a2b3c4d5e6f7081/Liste%202a2b3c4d5e6f70811a2b3c4d5e6f7081.csv)\n",
             "Maison 1a2b3c4d5e6f70811a2b3c4d5e6f7081/Liste 2a2b3c4d5e6f70811a2b3c4d5e6f7081.csv": "Nom,Prix\nClé,17\n",
             "Maison 1a2b3c4d5e6f70811a2b3c4d5e6f7081/Liste 2a2b3c4d5e6f70811a2b3c4d5e6f7081_all.csv": "Nom,Prix\nClé,17\n"})}),
         once=["Clé | 17"], says=["La clé est chez Ida."], never=["1a2b3c4d5e6f"]),
    made("notion", "as pages", "Haus 1a2b3c4d5e6f70811a2b3c4d5e6f7081.html",
         '<html><head><title>Haus</title></head><body><article><h1>Haus</h1><p>Der Schlüssel liegt bei Ida.</p></article></body></html>',
         says=["Der Schlüssel liegt bei Ida."], title="Haus"),
    made("notion", "ids with hyphens (2025)", "Haus-1a2b3c4d5e6f70811a2b3c4d5e6f7081.md", "# Haus\n\nBei Ida.\n", says=["Bei Ida."], never=["1a2b3c4d"]),
    made("ipynb", "a table and an error", "a.ipynb",
         json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
             {"cell_type": "code", "id": "1", "source": ["fund()"], "metadata": {}, "execution_count": 1, "outputs": [
                 {"output_type": "display_data", "metadata": {}, "data": {"text/html": ["<table><tr><th>boat</th></tr><tr><td>412.50</td></tr></table>"], "text/plain": ["   boat\n0  412.50"]}},
                 {"output_type": "stream", "name": "stdout", "text": ["Total: 825\n"]},
                 {"output_type": "error", "ename": "KeyError", "evalue": "'berth'", "traceback": ["\u001b[0;31mKeyError\u001b[0m"]}]}]}),
         says=["412.50", "Total: 825", "KeyError"], never=["\u001b"]),
    made("ipynb", "version 3", "old.ipynb",
         json.dumps({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x", "outputs": [{"output_type": "pyout", "text": "Boat fund 412.50"}]}]}]}),
         says=["Boat fund 412.50"]),
    made("ipynb", "Markdown and LaTeX results with a picture", "c.ipynb",
         json.dumps({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "source": "![k](attachment:k.png) The kitty",
                     "attachments": {"k.png": {"image/png": "iVBORw0KGgo" * 40}}}, {"cell_type": "code", "source": "", "outputs": [
                         {"output_type": "execute_result", "data": {"text/latex": "$412.50$", "text/plain": "412.50", "image/png": "iVBORw0KGgo" * 60}}]}]}),
         says=["The kitty", "412.50"], never=["iVBORw0KGgo"]),
]  # fmt: skip

CALENDARS = [
    made("ics", "Google, a rule with an end, a page as description", "g.ics",
         _event("SUMMARY:Chor: Probe", "DTSTART;TZID=Europe/Berlin:20240402T190000", "DTEND;TZID=Europe/Berlin:20240402T203000",
                "RRULE:FREQ=WEEKLY;UNTIL=20240430T170000Z", "EXDATE;TZID=Europe/Berlin:20240409T190000",
                "DESCRIPTION:<p>Noten <b>mitbringen</b></p>"), says=["Chor: Probe", "except 2024-04-09", "Noten mitbringen"], date="2024-04-02"),
    made("ics", "Outlook, all day for three days", "o.ics",
         _event("SUMMARY:Fair", "DTSTART;VALUE=DATE:20240310", "DTEND;VALUE=DATE:20240313", "LOCATION:Oslo\\, pier 4", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"),
         says=["2024-03-10 to 2024-03-12", "Oslo, pier 4"], never=["2024-03-13"]),
    made("ics", "a task and a journal of Thunderbird", "t.ics",
         "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:1\r\nSUMMARY:Oil the hinge\r\nDUE:20240305T140211Z\r\nSTATUS:COMPLETED\r\nEND:VTODO\r\n"
         "BEGIN:VJOURNAL\r\nUID:2\r\nSUMMARY:Diary\r\nDTSTART;VALUE=DATE:20240305\r\nDESCRIPTION:Hinge oiled\\, at last.\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n",
         says=["Oil the hinge", "Hinge oiled, at last."]),
    made("ics", "vCalendar 1.0 of a phone", "old.vcs",
         "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nSUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Z=C3=BCge ölen\r\n"
         "DTSTART:20240305T140000Z\r\nDTEND:20240305T150000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", says=["Züge"], date="2024-03-05"),
    made("ics", "contacts, version 2.1 and 4.0 in one file", "people.vcf",
         "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\nTEL;CELL:+49 170 1\r\nEND:VCARD\r\n"
         "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:朱镕\r\nitem1.TEL:+86 10\r\nitem1.X-ABLabel:_$!<Anniversary>!$_\r\nBDAY:--0305\r\nEND:VCARD\r\n",
         says=["Jörg", "+49 170 1", "朱镕"]),
]  # fmt: skip

LETTERS = [
    made("invisible-letters", "zero-width spaces in a long word", "zw.html",
         "<html><body><p>Kinder\u200bgarten\u200bplatz für Alfons, ein Be\u00adtreuer</p></body></html>", found=["Kindergartenplatz", "Betreuer"]),
    made("invisible-letters", "letters and their marks apart (macOS)", "nfd.txt", "Der Schlu\u0308ssel bei Fro\u0308hlich", found=["Schlüssel", "Fröhlich"]),
    made("invisible-letters", "ligatures and a soft hyphen as entities", "entity.html",
         "<html><body>The certi&#xFB01;cate for the &#xFB02;ood in Nie&shy;der&shy;rhein</body></html>", found=["certificate", "flood", "Niederrhein"]),
    made("txt-cp1252", "French in cp1252", "fr.txt", "N’oubliez pas : l’œuf coûte 3 €", "cp1252", says=["N’oubliez pas : l’œuf coûte 3 €"]),
    made("txt-cp1252", "Polish in cp1250", "pl.txt", "Klucz leży pod wycieraczką, a zapasowy u sąsiada Łukasza. Proszę go nie zgubić.", "cp1250",
         says=["Klucz leży pod wycieraczką"]),
    made("txt-cp1252", "Russian in KOI8-R", "ru.txt", "Ключ лежит под ковриком у двери.", "koi8-r", says=["Ключ лежит под ковриком у двери."]),
    made("txt-cp1252", "Japanese in Shift-JIS", "jp.txt", "鍵は引き出しの中にあります。", "cp932", says=["鍵は引き出しの中にあります。"]),
    made("txt-cp1252", "Turkish in cp1254", "tr.txt", "Anahtar paspasın altında, yedeği komşuda. Lütfen kaybetme.", "cp1254", says=["Anahtar paspasın altında"]),
    made("txt-cp1252", "Chinese in GBK, short", "cn.txt", "钥匙在抽屉里。", "gbk", says=["钥匙在抽屉里。"]),
    made("txt-cp1252", "Greek in cp1253", "gr.txt", "Το κλειδί είναι κάτω από το χαλάκι της πόρτας.", "cp1253", says=["Το κλειδί είναι κάτω"]),
    made("txt-cp1252", "German from DOS", "dos.txt", "Der Schlüssel liegt unter der Fußmatte. Größe: 17 cm. Schöne Grüße, Jörg", "cp850",
         says=["Der Schlüssel liegt unter der Fußmatte."]),
]  # fmt: skip


def _raw_names(names: dict[bytes, str], flag: int = 0) -> bytes:
    """A zip whose names are these bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, text in enumerate(names.values()):
            archive.writestr(f"{number:0{len(list(names)[number])}}", text)
    data = out.getvalue()
    for number, raw in enumerate(names):
        data = data.replace(f"{number:0{len(raw)}}".encode(), raw)
    return data


NAMES = [
    made("zip-names", "Shift-JIS names", "jp.zip", _raw_names({"鍵の場所.txt".encode("cp932"): "The key is in the drawer."}),
         says=["The key is in the drawer."], title="鍵の場所"),
    made("zip-names", "Cyrillic names of DOS", "ru.zip", _raw_names({"Ключ от дома.txt".encode("cp866"): "Under the mat."}),
         says=["Under the mat."], title="Ключ от дома"),
    made("zip-names", "Korean names", "kr.zip", _raw_names({"열쇠 위치.txt".encode("cp949"): "In the drawer."}), says=["In the drawer."], title="열쇠 위치"),
    made("zip-names", "UTF-8 names, the flag unset, letters apart", "mac.zip", _raw_names({"Schlu\u0308ssel Fro\u0308hlich.txt".encode(): "Bei Ida."}),
         says=["Bei Ida."], title="Schlüssel Fröhlich"),
    made("bad-name", "emoji and a line end", "names/key 🔑 — übrig.txt", "The spare key is with Bo.", says=["The spare key is with Bo."], state="known"),
    made("bad-name", "a very long name", "names/" + "ä" * 120 + ".txt", "The oar is in the loft.", says=["The oar is in the loft."]),
    made("bad-name", "a name of dots and spaces", "names/ .. note .txt", "The rope is wet.", says=["The rope is wet."]),
]  # fmt: skip

PARTS = [
    made("notes-dropped", "a tar with a program and a locked PDF", "papers.zip",
         zipped({"a.txt": "The key is at Tom's.", "b.exe": b"MZ" + bytes(300), "c.mp3": b"ID3" + bytes(200), "d.7z": b"7z\xbc\xaf\x27\x1cxx"}),
         says=["The key is at Tom's."], unread=["b.exe", "c.mp3", "d.7z"]),
    made("notes-dropped", "a PDF with a page that is a picture", "scan.pdf",
         pdf(["<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 64 >>\nstream\n" + "0" * 64
              + "\nendstream"], "q 600 0 0 800 0 0 cm /I Do Q", "/Resources << /XObject << /I 6 0 R >> >>"), unread=["page 1 is a picture without text"]),
]  # fmt: skip

INPUTS: list[Input] = [*FRONT, *NOTES, *CALENDARS, *LETTERS, *NAMES, *PARTS]
