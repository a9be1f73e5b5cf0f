"""The page as a program of its own."""

from __future__ import annotations

import io

from PIL import Image
from starlette.testclient import TestClient

from tests.ui.web.fake_twin import FakeTwin
from ui.web.server import Address, web_app

HOST = "127.0.0.1:7860"


def test_manifest_and_icons_are_given_to_a_browser_without_a_cookie_and_nothing_else_is() -> None:
    app = web_app(FakeTwin.filled(), Address("127.0.0.1", 7860, "t"))
    client = TestClient(app, base_url=f"http://{HOST}")
    manifest = client.get("/manifest.json").json()
    assert (manifest["display"], manifest["start_url"]) == ("standalone", "/")
    for icon in manifest["icons"]:
        image = Image.open(io.BytesIO(client.get(icon["src"]).content))
        assert f"{image.width}x{image.height}" == icon["sizes"]
    assert "ada" not in client.get("/manifest.json").text
    assert client.get("/manifest.json", headers={"Host": "evil.example"}).status_code == 403
    assert client.get("/icon-192.png", headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post("/manifest.json").status_code == 403
    assert client.get("/icon.svg").status_code == 403
