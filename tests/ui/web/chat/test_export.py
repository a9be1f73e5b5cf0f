"""A chat as a Markdown file."""

from __future__ import annotations

from app.records import Evidence, Message
from ui.web.chat.export import file_title, markdown


def test_questions_answers_and_sources_are_all_there() -> None:
    source = Evidence(1, "/home/ada/garden.md", None, "Spring", "2021-04-12", "Planted\nin April.", 1.0)
    said = markdown(
        "The\n# tree", [Message("user", "When?"), Message("assistant", "In April [1].", (source,))]
    )
    assert said == (
        "# The # tree\n\n## When?\n\nIn April [1].\n\n1. /home/ada/garden.md · Spring · 12 Apr 2021\n\n"
        "   > Planted\n   > in April.\n"
    )


def test_file_names_are_safe_everywhere() -> None:
    assert file_title("../../etc: a/b\\c?*") == "etc a b c.md"
    assert file_title("树：什么时候？") == "树 什么时候.md"
    assert file_title("???") == "Chat.md"
