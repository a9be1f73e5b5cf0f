"""Short and long texts in every family of encodings come out as they were written."""

from __future__ import annotations

import pytest

from app.parsing.charset import detect, implausible
from app.parsing.encoding import tidy

TEXTS = {
    "Die Schlüssel hängen bei Frau Weiß, gleich über der Tür. Grüße an die Bäckerin und ihren Söhnen. ": (
        "cp1252 iso8859-15 mac-roman cp437 cp850"
    ),
    "L’été dernier nous étions à l’hôtel près de la forêt ; ça coûtait très cher, mais c’était drôle. ": (
        "cp1252 mac-roman"
    ),
    "Zapasowy klucz ma pani Łucja, piętro trzecie, drzwi żółte. Proszę zadzwonić później, dziękuję. ": (
        "cp1250 iso8859-2 cp852 mac-latin2"
    ),
    "Příliš žluťoučký kůň úpěl ďábelské ódy. Klíče jsou u sousedky v přízemí, děkuji. ": "cp1250 iso8859-2 cp852",
    "Запасной ключ у соседки Клавдии. Завтра поедем на дачу, возьмите, пожалуйста, тёплые вещи. ": (
        "cp1251 koi8-r iso8859-5 cp866 cp855 mac-cyrillic"
    ),
    "Το κλειδί είναι στη γειτόνισσα. Αύριο πάμε στη θάλασσα, φέρτε καπέλα και νερό. ": "cp1253 iso8859-7 cp737",
    "Yedek anahtar komşuda. Yarın güneşli olacak, çocuklar için şapka getirmeyi unutmayın. ": "cp1254 iso8859-9 cp857",
    "המפתח אצל השכנה בקומה השנייה. מחר נוסעים לים, נא להביא כובעים ומים. ": "cp1255 iso8859-8 cp862",
    "المفتاح عند الجارة في الطابق الثاني. غدا نذهب إلى البحر فأحضروا الماء. ": "cp1256 iso8859-6",
    "กุญแจอยู่กับเพื่อนบ้านชั้นสอง พรุ่งนี้เราจะไปทะเล กรุณานำหมวกและน้ำมาด้วย ": "tis-620",
    "여분의 열쇠는 이웃집 할머니에게 있습니다. 내일 바다에 가니까 모자를 가져오세요. ": (
        "euc-kr cp949 johab iso2022_kr"
    ),
    "合鍵は隣の山田さんが持っています。明日は海に行くので、帽子と水を持って来てください。": (
        "shift_jis cp932 euc_jp iso2022_jp"
    ),
    "备用钥匙在邻居王奶奶家里。明天我们去海边，请带上帽子和水。": "gb18030 gb2312 hz",
    "備用鑰匙在鄰居王奶奶家裡。明天我們去海邊，請帶上帽子和水。": "big5",
}
EVERY = [(text, encoding) for text, encodings in TEXTS.items() for encoding in encodings.split()]
UNICODE = [
    (text, name) for text in TEXTS for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
]


@pytest.mark.parametrize(("text", "encoding"), EVERY + UNICODE)
def test_every_family(text: str, encoding: str) -> None:
    for times in (1, 5):
        data = (text * times).encode(encoding)
        codec = detect(data)
        assert codec is not None
        assert data.decode(codec) == text * times


@pytest.mark.parametrize(
    "text",
    [
        "Don’t forget: Rolf’s key is at the baker’s.",
        "The rent is €345 – that’s “final”.",
        "Über",
        "Café",
        "naïve",
        "10 €",
        "señor",
        "Größe: 5 m², 30 °C, ±2",
        "© 2024 Müller®",
        "J’arrive… à bientôt, chère amie",
        "Bake at 180° for 30–35 minutes",
        "« Le Médecin malgré lui »",
        "„Gute Nacht“, sagte er leise",
    ],
)
def test_short_western_notes(text: str) -> None:
    assert text.encode("cp1252").decode(detect(text.encode("cp1252")) or "ascii") == text


def test_what_a_writer_would_not_write() -> None:
    assert implausible("DonÕt, thatÕs it: “no”") > 0.3 > implausible("Don’t, that’s it: “no” – 5 € déjà")
    assert implausible("Mאц") == 1.0
    assert implausible("r│gle ▒") > 0.5


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Donau\xaddampf\xadschiff", "Donaudampfschiff"),
        ("cer\u200bti\u200cfi\u200dcate", "certificate"),
        ("ﬁnal certiﬁcate of the ﬂood", "final certificate of the flood"),
        ("Mu\u0308ller", "Müller"),
        ("⽇本", "日本"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("ＡＢＣ，１", "ＡＢＣ，１"),
        ("a\vb\x85c\u2028d", "a\nb\nc\nd"),
    ],
)
def test_what_no_reader_sees_is_dropped(text: str, seen: str) -> None:
    assert tidy(text) == seen
