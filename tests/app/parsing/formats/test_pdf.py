"""PDF: hyphens at line ends, values of forms, comments, links, attached files."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Item, read_file
from app.parsing.formats.pdf.hyphens import CUT, joined_words, vocabulary

WIDGET = "/Type /Annot /Subtype /Widget /Rect [150 700 350 720] /F 4"
PAGE = (
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 "
    "/BaseFont /Helvetica >> >> >> /Contents 4 0 R /Annots [{annots}] >>"
)


def pdf(text: str, annots: list[str], catalog: str = "", more: dict[int, str] | None = None) -> bytes:
    """One page with a line of text, annotations (objects 10, 11, …) and further objects by number."""
    stream = f"BT /F1 12 Tf 72 703 Td ({text}) Tj ET"
    refs = " ".join(f"{10 + n} 0 R" for n in range(len(annots)))
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog.replace('@', refs)} >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: PAGE.format(annots=refs),
        4: f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        **{10 + n: f"<< {annot} >>" for n, annot in enumerate(annots)},
        **(more or {}),
    }
    out = b"%PDF-1.7\n"
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{number} 1\n{place:010} 00000 n \n" for number, place in places.items())
    end = f"xref\n{table}trailer\n<< /Size 99 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + end.encode("latin-1")


def read(tmp_path: Path, data: bytes) -> list[Item]:
    (tmp_path / "x.pdf").write_bytes(data)
    return read_file(tmp_path / "x.pdf")


FORM = "/AcroForm << /Fields [@] >>"


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (
            "/FT /Tx /T (name) /TU (Name of the owner) /V (Torvald Ekeberg)",
            "Name of the owner: Torvald Ekeberg",
        ),
        ("/FT /Tx /T (boat_length) /V (8.45 m)", "boat_length: 8.45 m"),
        ("/FT /Tx /T (form1[0].Page1[0].TextField3[0]) /V (Ida)", "Owner: Ida"),
        ("/FT /Tx /T (x) /Ff 8192 /V (secret)", ""),
        ("/FT /Tx /T (empty)", ""),
        ("/FT /Btn /T (winter) /V /Yes /AS /Yes /AP << /N << /Yes 20 0 R /Off 20 0 R >> >>", "winter: Yes"),
        ("/FT /Btn /T (winter) /V /Off /AS /Off /AP << /N << /Yes 20 0 R /Off 20 0 R >> >>", ""),
        (
            "/FT /Btn /Ff 32768 /T (sex) /V /Female /AS /Female /AP << /N << /Female 20 0 R >> >>",
            "sex: Female",
        ),
        ("/FT /Ch /Ff 131072 /T (harbour) /Opt [(Lerum) (Kiel)] /V (Kiel)", "harbour: Kiel"),
        ("/FT /Ch /T (days) /Opt [(Mon) (Tue)] /V (Tue) /I [1]", "days: Tue"),
        ("/FT /Tx /T (name) /V <FEFF004D00FC006C006C00650072>", "name: Müller"),
    ],
)
def test_values_of_forms(field: str, line: str, tmp_path: Path) -> None:
    empty = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream"
    blocks = read(tmp_path, pdf("Owner:", [f"{WIDGET} {field}"], FORM, {20: empty}))[0].blocks
    assert [b.text for b in blocks if b.kind == "fields"] == ([line] if line else [])


def test_a_form_in_xml(tmp_path: Path) -> None:
    data = "<x:datasets xmlns:x='http://www.xfa.org/schema/xfa-data/1.0/'><x:data><f><owner>Ida</owner><no/></f></x:data></x:datasets>"
    xfa = "/AcroForm << /Fields [] /XFA [(datasets) 20 0 R] >>"
    more = {20: f"<< /Length {len(data)} >>\nstream\n{data}\nendstream"}
    assert read(tmp_path, pdf("Please wait...", [], xfa, more))[0].blocks[-1].text == "owner: Ida"


def test_comments_and_what_they_are_on(tmp_path: Path) -> None:
    area = "/Rect [72 700 200 715] /QuadPoints [72 715 200 715 72 700 200 700]"
    annots = [
        f"/Subtype /Highlight {area} /T (Nora) /M (D:20240305140211) /Contents (Is that right?)",
        "/Subtype /Text /Rect [9 9 20 20] /Contents (Ask Tom.)",
        "/Subtype /FreeText /Rect [9 9 20 20] /Contents (typed on the page)",
        f"/Subtype /Highlight {area}",
        "/Subtype /Text /F 2 /Rect [9 9 20 20] /Contents (hidden)",
    ]
    blocks = read(tmp_path, pdf("Rent: 900", annots))[0].blocks[1:]
    assert [(b.text, b.place, b.when) for b in blocks] == [
        ("Comment by Nora on “Rent: 900”: Is that right?", "page 1, comment", "2024-03-05"),
        ("Comment: Ask Tom.", "page 1, comment", ""),
        ("typed on the page", "page 1", ""),
    ]


def test_addresses_of_links_that_the_text_does_not_say(tmp_path: Path) -> None:
    annots = [
        f"/Subtype /Link /Rect [72 700 200 715] /A << /S /URI /URI ({address}) >>"
        for address in ("https://mill.example/plan", "https://the-mill")
    ]
    assert read(tmp_path, pdf("the-mill", annots))[0].blocks[1].text == "the-mill: https://mill.example/plan"


def test_attached_files_are_read_or_named(tmp_path: Path) -> None:
    def file(number: int, name: str, content: str) -> dict[int, str]:
        return {
            number: f"<< /Type /Filespec /F ({name}) /UF ({name}) /EF << /F {number + 1} 0 R >> >>",
            number + 1: f"<< /Type /EmbeddedFile /Length {len(content)} >>\nstream\n{content}\nendstream",
        }

    names = "/Names << /EmbeddedFiles << /Names [(note.txt) 20 0 R (tool) 22 0 R] >> >>"
    pinned = "/Subtype /FileAttachment /Rect [9 9 20 20] /FS 24 0 R"
    more = (
        file(20, "note.txt", "The key is under the mat.")
        | file(22, "tool", "\x7fELF\x02\x01")
        | file(24, "pin.txt", "Pinned.")
    )
    items = read(tmp_path, pdf("Papers", [pinned], names, more))
    assert [(b.text, b.place) for item in items[1:] for b in item.blocks] == [
        ("Pinned.", "attachment pin.txt"),
        ("The key is under the mat.", "attachment note.txt"),
    ]
    assert items[-1].notes == ("attachment tool: not a text format: ELF binary",)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Müller^Lüdenscheid", "Müller-Lüdenscheid"),
        ("0555^0142", "0555-0142"),
        ("2019^2024", "2019-2024"),
        ("COVID^19", "COVID-19"),
        ("an e^mail", "an e-mail"),
        ("well^known", "well-known"),
        ("donauschiff^fahrt", "donauschifffahrt"),
        ("under^standing", "understanding"),
        ("Vor^und Nachname", "Vor- und Nachname"),
        ("a re^elected mayor; re-elected", "a re-elected mayor; re-elected"),
        ("infor^mation", "information"),
    ],
)
def test_hyphens_at_line_ends(text: str, whole: str) -> None:
    text = text.replace("^", CUT)
    assert joined_words(text, vocabulary([text])) == whole
