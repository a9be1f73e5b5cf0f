"""Days in words."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.days.spoken import spoken
from app.asking.language import Language
from app.dates.spans import Period, day, month, season, year


@pytest.mark.parametrize(
    ("period", "language", "said"),
    [
        (day(2023, 5, 7), "en", "7 May 2023"),
        (day(2023, 5, 7), "de", "7. Mai 2023"),
        (day(2023, 8, 1), "fr", "1er août 2023"),
        (day(2023, 5, 7), "zh", "2023年5月7日"),
        (month(2024, 2), "de", "Februar 2024"),
        (month(2024, 2), "zh", "2024年2月"),
        (year(2022), "fr", "2022"),
        (year(2022), "zh", "2022年"),
        (Period(date(2023, 5, 1), date(2023, 5, 7)), "de", "1.–7. Mai 2023"),
        (Period(date(2023, 4, 29), date(2023, 5, 5)), "en", "29 April 2023 – 5 May 2023"),
        (Period(date(2023, 4, 29), date(2023, 5, 5)), "zh", "2023年4月29日至5月5日"),
        (season("summer", 2022), "en", "June 2022 – August 2022"),
    ],
)
def test_a_period_is_said_as_exactly_as_it_is(period: Period, language: Language, said: str) -> None:
    assert spoken(period, language) == said
