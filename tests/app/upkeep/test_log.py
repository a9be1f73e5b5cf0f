"""The log file: bounded, private, and without a word of a document."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
from pathlib import Path

import pytest

from app.upkeep import log as logs
from app.upkeep.log import NAME, logged
from tests.mounts import disk

SECRET = "The safe opens with 4711"


def test_our_lines_are_kept_and_words_of_documents_are_not(tmp_path: Path) -> None:
    ours, theirs = logging.getLogger("app.learning.queue"), logging.getLogger("pdf.reader")
    with logged(tmp_path):
        ours.warning("file %s failed: %s", 12, "PdfError")
        theirs.warning("cannot read %s", SECRET)
        try:
            raise ValueError(SECRET)
        except ValueError:
            ours.exception("answering failed")
    ours.warning("after the end")
    said = (tmp_path / NAME).read_text("utf-8")
    assert "file 12 failed: PdfError" in said and "pdf.reader" in said
    assert "ValueError" in said and "test_log.py" in said, "where it came from can be seen"
    assert SECRET not in said and "4711" not in said and "after the end" not in said


def test_an_error_that_ends_doppel_is_noted(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), logged(tmp_path):
        raise ZeroDivisionError(SECRET)
    said = (tmp_path / NAME).read_text("utf-8")
    assert "ZeroDivisionError" in said and SECRET not in said


def test_it_turns_over_and_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "BYTES", 2000)
    with logged(tmp_path):
        for n in range(500):
            logging.getLogger("app").info("line %d", n)
    files = sorted((tmp_path / NAME).parent.iterdir())
    assert len(files) == 1 + logs.KEPT
    assert all(path.stat().st_size <= 2000 for path in files)
    assert "line 499" in (tmp_path / NAME).read_text("utf-8")
    if os.name != "nt":
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_where_nothing_can_be_written_doppel_runs_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file in the way")
    with logged(tmp_path):
        logging.getLogger("app").warning("said")
    assert (tmp_path / "log").read_text() == "a file in the way"


@pytest.mark.parametrize("spare", [0, 3000, 30_000])
def test_a_disk_that_fills_up_silences_it_only_for_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], spare: int
) -> None:
    """Whenever it fills: before the first line, in one, or as the file turns over."""
    monkeypatch.setattr(logs, "BYTES", 20_000)
    ours, theirs = logging.getLogger("app"), logging.getLogger("pdf.reader")
    with disk(tmp_path / "home", "200k") as home, logged(home):
        filler = home / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        os.truncate(filler, max(0, filler.stat().st_size - spare))
        for n in range(1000):
            ours.info("line %d of some that fill the disk", n)
            theirs.warning("cannot read %s", SECRET)
        filler.unlink()
        for n in range(1000):
            ours.info("later %d", n)
        files = sorted((home / NAME).parent.iterdir())
        assert "later 999" in (home / NAME).read_text("utf-8")
        assert len(files) <= 1 + logs.KEPT and all(path.stat().st_size <= 20_000 for path in files)
    said = capsys.readouterr().err
    assert "Traceback" not in said and SECRET not in said
