"""The official OpenAI client, against a real port."""

from __future__ import annotations

import openai
import pytest

from app.records import Evidence
from tests.ui.web.fake_twin import FakeTwin
from ui.doors.chat_completions import citations

QUESTION = {"role": "user", "content": "Who moved to Porto?"}


@pytest.fixture
def client(twin: FakeTwin, port: int) -> openai.OpenAI:
    return openai.OpenAI(
        base_url=f"http://127.0.0.1:{port}/v1", api_key=twin.add_token("editor"), max_retries=0
    )


def test_the_openai_client_asks_and_gets_citations(client: openai.OpenAI, twin: FakeTwin) -> None:
    assert [model.id for model in client.models.list()] == ["doppel"]
    said = client.chat.completions.create(model="doppel", messages=[QUESTION])  # type: ignore[list-item]
    message = said.choices[0].message
    assert message.content is not None and message.content.startswith("Mara moved to Porto")
    assert message.annotations is not None
    cited = message.annotations[0].url_citation
    assert cited.url == "file:///home/ada/letter%20%3Cb%3Ebold%3C/b%3E.eml"
    assert message.content[cited.start_index : cited.end_index] == "[1]"
    assert twin.kept == {}, "a program's question is no chat of the person's"


def test_the_openai_client_streams(client: openai.OpenAI) -> None:
    pieces = list(client.chat.completions.create(model="doppel", messages=[QUESTION], stream=True))  # type: ignore[list-item]
    said = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert said.startswith("Mara moved to Porto") and len(pieces) > 5
    assert pieces[-1].choices[0].finish_reason == "stop"


def test_what_a_long_answer_goes_through_is_told_before_its_first_word(
    client: openai.OpenAI, twin: FakeTwin
) -> None:
    twin.passages = 300
    pieces = list(client.chat.completions.create(model="doppel", messages=[QUESTION], stream=True))  # type: ignore[list-item]
    told = [getattr(piece, "doppel", None) for piece in pieces]
    first_word = next(at for at, piece in enumerate(pieces) if piece.choices[0].delta.content)
    assert {"passages": 300, "done": 0} in told[:first_word]


def test_a_wrong_token_and_an_empty_question_are_errors_of_the_client(client: openai.OpenAI) -> None:
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").models.list()
    with pytest.raises(openai.BadRequestError, match="no text"):
        client.chat.completions.create(model="doppel", messages=[{"role": "user", "content": " "}])


def test_without_marks_every_passage_that_was_read_is_cited() -> None:
    items = [Evidence(n, None, None, None, None, "words", 1.0, read=n < 3) for n in (1, 2, 3)]
    assert [note["url_citation"]["url"] for note in citations("July", items)] == [
        "doppel:memory/1",
        "doppel:memory/2",
    ]
