"""What was forgotten stays out of the archive when its file is read again, whatever has become of the file."""

from __future__ import annotations

import shutil
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.parsing import read_file
from app.passages.file_passages import Reader
from app.passages.forgotten import leave_out
from app.twin.allow import allow_everything, allow_file
from storage.forgotten_text import letters_of
from tests.app.desk import Desk, passages

INNOCENT = [
    "The kettle was mended by the smith of the village in spring.",
    "A heron stood in the reeds all day.",
]
SECRET = "Under the third step of the cellar lies the key to box 4711."
CHINESE = "钥匙藏在地窖第三级台阶下面的盒子里。"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, split=passages) as desk:
        yield desk


def forget(desk: Desk, words: str) -> None:
    ids = [d.id for d in desk.archive.documents.listed(limit=1000) if words in d.text]
    assert ids
    desk.archive.forgetting.forget(ids)


def remembered(desk: Desk) -> str:
    return "\n".join(d.text for d in desk.archive.documents.listed(limit=1000))


def said(desk: Desk, secret: str) -> list[str]:
    """The halves of it that some column of a memory has, in whatever letters."""
    rows = desk.archive.documents.listed(limit=1000)
    every = letters_of("\n".join(f"{d.text}\n{d.title}\n{d.place}\n{d.author}" for d in rows)).folded
    folded = letters_of(secret).folded
    return [
        part for part in (folded[: len(folded) // 2 - 1], folded[len(folded) // 2 + 1 :]) if part in every
    ]


def a_paragraph_above(path: Path, text: str) -> None:
    path.write_text(f"{INNOCENT[1]} {INNOCENT[1][::-1]}\n\n" + text, encoding="utf-8")


def a_letter_elsewhere(path: Path, text: str) -> None:
    path.write_text(text.replace("kettle", "kettles"), encoding="utf-8")


def another_name(path: Path, text: str) -> None:
    path.rename(path.with_name("a much longer name than it had before.md"))


def another_folder(path: Path, text: str) -> None:
    (path.parent / "below").mkdir()
    path.rename(path.parent / "below" / "moved.md")


def a_copy_with_more(path: Path, text: str) -> None:
    shutil.copy(path, path.with_name("copy.md"))
    path.with_name("copy.md").write_text(text + "\n\nAnd one more thought.", encoding="utf-8")


def packed(path: Path, text: str) -> None:
    with zipfile.ZipFile(path.with_name("packed.zip"), "w") as archive:
        archive.writestr("inside.txt", "Packed on a Sunday.\n\n" + text)


def as_a_heading(path: Path, text: str) -> None:
    secret = text.splitlines()[2]
    path.with_name("heading.md").write_text(f"# {secret}\n\n{INNOCENT[1]}\n", encoding="utf-8")


def as_a_name(path: Path, text: str) -> None:
    secret = text.splitlines()[2]
    path.with_name(f"{secret}.md").write_text(INNOCENT[1], encoding="utf-8")


def as_a_folder(path: Path, text: str) -> None:
    folder = path.with_name(text.splitlines()[2])
    folder.mkdir()
    (folder / "note.md").write_text(INNOCENT[1], encoding="utf-8")


def as_a_title(path: Path, text: str) -> None:
    secret = text.splitlines()[2]
    path.with_name("page.html").write_text(
        f"<title>{secret}</title><h2>{secret}</h2><p>{INNOCENT[1]}</p>", encoding="utf-8"
    )


def quoted_in_a_mail(path: Path, text: str) -> None:
    quote = "\n".join(f"> {line}" for line in text.splitlines())
    path.with_name("mail.eml").write_text(
        f"From: a@example.org\nSubject: Re: {text.splitlines()[2][:40]}\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{INNOCENT[1]}\n\n{quote}\n",
        encoding="utf-8",
    )


def in_two_files(path: Path, text: str) -> None:
    secret = text.splitlines()[2]
    half = len(secret) // 2
    path.with_name("one.txt").write_text(f"{INNOCENT[1]}\n\n{secret[:half]}", encoding="utf-8")
    path.with_name("two.txt").write_text(f"{secret[half:]}\n\n{INNOCENT[0]}", encoding="utf-8")


def in_other_letters(path: Path, text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    lines = unicodedata.normalize("NFD", f"{wide.upper()}\n\n{text.replace(' ', chr(0xA0))}")
    path.with_name("other.txt").write_bytes(lines.replace(" ", " \r\n").encode("utf-16"))


@pytest.mark.parametrize("secret", [SECRET, CHINESE])
@pytest.mark.parametrize(
    "change",
    [
        a_paragraph_above,
        a_letter_elsewhere,
        another_name,
        another_folder,
        a_copy_with_more,
        packed,
        as_a_heading,
        as_a_name,
        as_a_folder,
        as_a_title,
        quoted_in_a_mail,
        in_two_files,
        in_other_letters,
    ],
)
def test_it_does_not_come_back(desk: Desk, change: Callable[[Path, str], None], secret: str) -> None:
    text = f"{INNOCENT[0]}\n\n{secret}\n"
    path = desk.write("notes.md", text)
    desk.learn()
    forget(desk, secret[:12])
    change(path, text)
    desk.learn()
    assert not said(desk, secret)
    assert all(file.state in ("known", "forgotten") for file in desk.archive.files.rows())
    # The next change finds it forgotten just so.
    for file in desk.root.rglob("*.md"):
        file.write_text(file.read_text("utf-8") + f"\n\n{INNOCENT[1]}", encoding="utf-8")
    desk.learn()
    assert not said(desk, secret) and INNOCENT[1] in remembered(desk)


def test_the_file_says_that_something_was_left_out(desk: Desk) -> None:
    path = desk.write("notes.md", SECRET)
    desk.learn()
    forget(desk, "4711")
    path.write_text(f"{INNOCENT[0]}\n\n{SECRET}", encoding="utf-8")
    desk.learn()
    (file,) = desk.archive.files.rows()
    assert file.state == "known" and "doppel memory allow" in file.unread[0]
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    desk.learn()
    (file,) = desk.archive.files.rows()
    assert (file.state, file.documents) == ("forgotten", 0)


def test_what_is_forgotten_while_its_file_is_read_is_not_kept(desk: Desk) -> None:
    """The file is read before, and committed after something of it is forgotten."""
    text = f"{INNOCENT[0]}\n\n{SECRET}\n"
    path = desk.write("notes.md", text)
    desk.learn()
    done = False

    def read_and_forget(path: Path):
        nonlocal done
        yield from read_file(path)
        if not done:
            done = True
            forget(desk, "4711")

    desk.read = read_and_forget
    path.write_text(text + f"\n\n{INNOCENT[1]}", encoding="utf-8")
    desk.learn()
    assert done and "4711" not in remembered(desk) and INNOCENT[1] in remembered(desk)


@pytest.mark.parametrize("everything", [False, True])
def test_it_can_be_allowed_again(desk: Desk, everything: bool) -> None:
    path = desk.write("notes.md", f"{INNOCENT[0]}\n\n{SECRET}")
    desk.learn()
    forget(desk, "4711")
    reader = Reader(desk.read, desk.split, leave_out=lambda item, id: leave_out(desk.archive, item, id))
    if everything:
        allow_everything(desk.archive)
    else:
        allow_file(desk.archive, reader, path)
    desk.learn()
    assert SECRET in remembered(desk)
    (file,) = desk.archive.files.rows()
    assert (file.state, file.unread) == ("known", ())


def test_a_forgotten_form_leaves_the_header_to_the_others(desk: Desk) -> None:
    header = "Date of the booking | Payee or payer | Amount in the account"
    for month, payee in (("jan", "Faustus, Leipzig"), ("feb", "Gas works of the town")):
        desk.write(f"{month}.csv", f'{header.replace(" | ", ",")}\n2024,"{payee}",12.50 EUR\n')
    desk.learn()
    (file,) = [f for f in desk.archive.files.rows() if "jan" in f.path]
    desk.archive.forgetting.forget_file(file.id)
    desk.write("mar.csv", f'{header.replace(" | ", ",")}\n2024,"The baker at the corner",7.20 EUR\n')
    desk.learn()
    assert header in desk.texts("mar.csv")[0] and "baker" in desk.texts("mar.csv")[0]
    assert "Faustus" not in remembered(desk)
