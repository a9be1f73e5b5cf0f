"""The first screen: three steps while nothing is remembered, then questions that what was read can answer."""

from __future__ import annotations

from app.records import Status
from ui.web.chat.welcome import welcome


def status(documents: int = 0, **files: int) -> Status:
    return Status(True, False, "small", True, documents, 0, files)


def test_an_empty_memory_says_what_to_do() -> None:
    said = welcome(status(), ["a question"])
    assert said.index("Choose a folder") < said.index("Doppel reads it") < said.index("Ask as soon")
    assert 'class="now" aria-current=step>Choose a folder' in said
    assert "a question" not in said


def test_the_second_step_says_how_far_reading_is() -> None:
    said = welcome(status(queued=3, known=1), [])
    assert 'class="done">Choose a folder' in said
    assert 'class="now" aria-current=step>Reading: 1 of 4 files known' in said


def test_files_without_any_text_are_not_waited_for() -> None:
    said = welcome(status(skipped=2, failed=1), [])
    assert "No text was found in 3 files" in said and "Reading" not in said


def test_what_is_known_is_asked_about_and_what_waits_is_told() -> None:
    said = welcome(status(12, queued=2, known=3), ["Who is <b>Mara</b>?"])
    assert "12 passages" in said and "3 of 5 files" in said
    assert 'data-question="Who is &lt;b&gt;Mara&lt;/b&gt;?"' in said and "<b>Mara" not in said
