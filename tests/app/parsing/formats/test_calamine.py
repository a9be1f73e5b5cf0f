"""Old and binary Excel files, and workbooks that openpyxl gives up on."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from app.parsing import Block, read_file
from tests.app.parsing import samples


def read(tmp_path: Path, data: bytes, name: str) -> list[Block]:
    (tmp_path / name).write_bytes(data)
    return read_file(tmp_path / name)[0].blocks


def test_an_old_workbook(tmp_path: Path) -> None:
    expected = "what | euro\nflight to Lisbon | 210\nhôtel | 480.5\n\n | 2024-03-05"
    assert read(tmp_path, samples.xls(), "x.xls")[1] == Block(expected, "sheet Old budget", "table")


def test_a_binary_workbook(tmp_path: Path) -> None:
    assert read(tmp_path, samples.xlsb(), "x.xlsb")[1] == Block("Lisbon | 210.5", "sheet Costs", "table")


def test_a_workbook_with_broken_styles_is_read_all_the_same(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(samples.xlsx())) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(
                name, data.replace(b"<cellXfs", b'<cellXfs oops="1"') if "styles" in name else data
            )
    table = read(tmp_path, out.getvalue(), "x.xlsx")[1]
    assert table.text == "what | euro\nflight to Lisbon | 210\n\nhotel | 480.5"
