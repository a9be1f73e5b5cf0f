"""Names in Chinese characters and in letters."""

from __future__ import annotations

import pytest

from app.asking.by_sound import sounds_alike


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        ("Li Qiang", "李强七月起调到慕尼黑。", True),
        ("Qiang Li", "李强七月起调到慕尼黑。", True),
        ("Wang Li", "李强七月起调到慕尼黑。", False),
        ("王丽", "Wang Li takes over on Monday.", True),
        ("王丽", "Please ask Li Wang.", True),
        ("王丽", "Please ask Li Wei.", False),
        ("Lena", "莉娜昨天来了。", True),
        ("Lena", "李强七月起调到慕尼黑，他的工作由王丽接替。", False),
        ("Tobias", "会议五月二十七日，由陈美主持。", False),
    ],
)
def test_a_name_is_heard_in_the_other_script(name: str, text: str, same: bool) -> None:
    assert sounds_alike(name, text) is same
