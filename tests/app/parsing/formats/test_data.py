"""JSON and XML that is no export of a known program."""

from __future__ import annotations

import pytest

from tests.app.parsing.conftest import Reader


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "feed.xml",
            "<rss><item><description>&lt;p&gt;Tram &amp;amp; hill&lt;/p&gt;</description></item></rss>",
        ),
        (
            "places.kml",
            "<kml><Placemark><description><![CDATA[<b>Tram</b> &amp; hill]]></description></Placemark></kml>",
        ),
        ("plain.xml", "<a><b>Tram &amp; hill</b></a>"),
    ],
)
def test_pages_within_xml_are_shown_as_pages(name: str, data: str, read: Reader) -> None:
    (item,) = read(name, f"<?xml version='1.0'?>{data}")
    assert [block.text for block in item.blocks] == ["Tram & hill"]


def test_signs_of_mathematics_are_no_page(read: Reader) -> None:
    (item,) = read("a.xml", "<?xml version='1.0'?><a>if x &lt; y and z &gt; y</a>")
    assert item.blocks[0].text == "if x < y and z > y"
