"""The ingest benchmark end to end, with an encoder that is no model: its counts are exact, its keys
complete.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings
from benchmarks import ingest
from benchmarks.ingest import Model, compare, measure, percentile
from tests.app.desk import BANK, SHAPE, Desk, count_tokens, encode


def test_nothing_is_missing_or_doubled_and_every_figure_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "ALONE_TOKENS", 500)
    model = Model(encode, count_tokens, BANK, SHAPE)
    result = measure(model, Settings(home=tmp_path), tmp_path, files=120, notes=3, delete=130)
    assert (result.files, result.missing, result.doubled) == (120, 0, 0)
    assert result.tokens > 120 * 30 and result.tokens_per_s > 0 and result.vs_encoder > 0
    assert 0 < result.save_to_answerable_p50_s <= result.save_to_answerable_p95_s < 5
    assert 0 < result.outside_cpu_s < 60 and 0 < result.forget_source_cpu_s < 10
    assert 0.05 < result.peak_gb < 10
    assert result.deleted_documents == 130
    assert 0 < result.remove_source_s < 10 and 0 < result.forget_source_s < 10
    assert 0 < result.scan_s_per_1000 < 60


def test_what_is_missing_or_doubled_is_counted(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        for name in ("a.md", "b.md"):
            desk.write(name, f"text of {name}")
        desk.learn()
        assert compare(desk.archive, desk.source.id, desk.root) == (0, 0)
        desk.write("unknown.md", "text")
        file = desk.archive.files.rows()[0]
        draft = desk.archive.documents.of_file(file.id)[0]
        add_again(desk, file.id, draft.text)
        assert compare(desk.archive, desk.source.id, desk.root) == (1, 1)


def add_again(desk: Desk, file_id: int, text: str) -> None:
    from storage.records import Draft, Kept

    (id,) = desk.archive.commits.reserve_ids(1)
    kept = [Kept(document.id, document.ordinal) for document in desk.archive.documents.of_file(file_id)]
    desk.archive.commits.commit_documents(
        file_id,
        keep=kept,
        add=[Draft(id, 9, text, "another hash")],
        encodings=encode([(id, text)]),
        bank=BANK,
    )


def test_percentile() -> None:
    values = [float(n) for n in range(1, 21)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([3.0], 0.95)) == (11.0, 20.0, 3.0)
