"""The memory in numbers."""

from __future__ import annotations

from app.twin.twin import Twin


def test_what_is_counted_is_what_there_is(noted: Twin) -> None:
    known = noted.insights()
    assert known.learned[-1][1] == 3 == sum(count for _, count in known.kinds)
    assert known.activity == (("2019-03", 1), ("2021-04", 1), ("2021-10", 1))
    assert known.bytes["database"] > 0 and known.bytes["encodings"] > 0
    noted.add_note("The key lies under the third pot.")
    assert dict(noted.insights().kinds)[""] == 1
