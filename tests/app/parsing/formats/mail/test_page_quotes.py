"""Quoted tails in HTML mail, as mail programs write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Block, read_file

OWN = "<div>Nine is fine.</div><div>Nora</div>"
OLD = "<p>When do we leave?</p>"


def blocks(
    tmp_path: Path, page: str, head: str = "In-Reply-To: <1@example.org>\nSubject: Re: Tram\n"
) -> list[Block]:
    (tmp_path / "a.eml").write_text(
        f"From: Nora <n@example.org>\nDate: Tue, 5 Mar 2024 14:02:11 +0100\n{head}MIME-Version: 1.0\n"
        f"Content-Type: text/html; charset=utf-8\n\n<html><body>{page}</body></html>",
        encoding="utf-8",
    )
    return read_file(tmp_path / "a.eml")[0].blocks


PAGES = {
    "gmail": f'{OWN}<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 4 Mar 2024 at 09:00, Tom &lt;'
    f't@example.org&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0">{OLD}</blockquote></div>',
    "apple": f'{OWN}<div><br><blockquote type="cite"><div>Am 04.03.2024 um 09:00 schrieb Tom &lt;t@example.org&gt;:</div>'
    f"{OLD}</blockquote></div>",
    "thunderbird": f'{OWN}<div class="moz-cite-prefix">Le 04/03/2024 à 09:00, Tom a écrit :<br></div>'
    f'<blockquote type="cite" cite="mid:1@example.org">{OLD}</blockquote>',
    "outlook": f'<div class="WordSection1">{OWN}<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt">'
    "<p><b>From:</b> Tom &lt;t@example.org&gt; <br><b>Sent:</b> Monday, March 4, 2024 9:00 AM<br><b>To:</b> Nora<br>"
    f"<b>Subject:</b> Tram</p></div>{OLD}</div>",
    "outlook on the web": f'{OWN}<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Von:</b> Tom<br>'
    f"<b>Gesendet:</b> Montag, 4. März 2024<br></div><div>{OLD}</div>",
    "outlook of 2007": f"{OWN}<p><b><span>From:</span></b><span> Tom [mailto:t@example.org] <br><b>Sent:</b> Monday<br>"
    f"<b>To:</b> Nora</span></p>{OLD}",
    "yahoo": f'{OWN}<div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday, Tom wrote:</div>{OLD}</div>',
    "proton": f'{OWN}<div class="protonmail_quote">On Monday, Tom wrote:<blockquote class="protonmail_quote">{OLD}'
    "</blockquote></div>",
    "netease": f'{OWN}<div class="ntes-mailmaster-quote"><div>---- 回复的原邮件 ----</div>{OLD}</div>',
    "unmarked": f"{OWN}<p>On Mon, 4 Mar 2024, Tom wrote:</p><blockquote>{OLD}</blockquote>",
    "with a signature below": f'{OWN}<blockquote type="cite">{OLD}</blockquote><p>-- <br>Nora, Lisbon</p>',
}


@pytest.mark.parametrize("program", PAGES)
def test_the_tail_is_told_apart(program: str, tmp_path: Path) -> None:
    found = blocks(tmp_path, PAGES[program])
    own = "\n".join(block.text for block in found if block.kind == "paragraph")
    (tail,) = [block.text for block in found if block.kind == "quoted"]
    assert "Nine is fine." in own and "Nora" in own
    assert "When do we leave?" in tail
    assert "When" not in own and "wrote" not in own and "schrieb" not in own and "Sent" not in own


@pytest.mark.parametrize("program", ["gmail", "outlook"])
def test_a_forward_and_a_first_mail_keep_everything_in_place(program: str, tmp_path: Path) -> None:
    for head in ("In-Reply-To: <1@example.org>\nSubject: Fwd: Tram\n", "Subject: Tram\n"):
        assert not any(block.kind == "quoted" for block in blocks(tmp_path, PAGES[program], head))


def test_answers_between_quotes_stay_in_place(tmp_path: Path) -> None:
    long = "This is answered at some length, since it matters to all of us. " * 8
    found = blocks(tmp_path, f'<blockquote type="cite">{OLD}</blockquote><p>{long}</p>')
    assert not any(block.kind == "quoted" for block in found)


def test_what_the_quoted_mail_quotes_in_turn_is_left_out(tmp_path: Path) -> None:
    inner = '<blockquote type="cite"><p>The very first mail.</p></blockquote>'
    page = f'{OWN}<blockquote type="cite">{OLD * 20}<p>Tom wrote:</p>{inner}</blockquote>'
    texts = "\n".join(block.text for block in blocks(tmp_path, page))
    assert "When do we leave?" in texts and "The very first mail." not in texts


def test_a_page_of_thousands_of_quotes_takes_no_time(tmp_path: Path) -> None:
    assert blocks(tmp_path, '<blockquote type="cite">' * 3000 + "deep")
    assert blocks(tmp_path, f'<blockquote type="cite">{OLD}</blockquote><p>no</p>' * 3000)
