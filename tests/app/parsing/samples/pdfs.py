"""PDF files, written by hand."""

from __future__ import annotations

import io


def pdf(pages: list[str], title: str = "", extra: str = "") -> bytes:
    """A PDF with a line of Helvetica for each line of each page; extra goes into the trailer."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for index, page in enumerate(pages):
        lines = "".join(f"({line}) Tj T* " for line in page.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {lines}ET"
        resources = "/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 612 792]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {resources} /Contents {5 + 2 * index} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< /Title ({title}) /Author (Nora) /CreationDate (D:20240305140211+01'00') >>")
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R {extra} >>"
    xref = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(out)}\n%%EOF"
    return out + xref.encode("latin-1")


def locked_pdf() -> bytes:
    key = "00112233445566778899aabbccddeeff" * 2
    return pdf(
        ["secret"],
        extra=f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -44 >> /ID [<{key}> <{key}>]",
    )


def scanned_pdf(words: str = "") -> bytes:
    """A page that is only a picture, of the given words."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (1240, 400), 255)
    if words:
        ImageDraw.Draw(picture).text((60, 150), words, fill=0, font=ImageFont.load_default(size=60))
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150)
    return out.getvalue()


def every_format() -> dict[str, bytes]:
    return {"letter.pdf": pdf(["Dear Tom,\nLisbon is warm.", "Second page."], "Letter from Lisbon")}
