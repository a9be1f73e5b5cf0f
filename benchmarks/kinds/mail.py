"""Further inputs for the cases on mail, as other programs, charsets and languages bring them."""

from __future__ import annotations

import base64

from benchmarks.kinds.inputs import Input, docx, lines, made, paragraph, pdf, zipped

_HEAD = "From: Vera Lund <vera@example.org>\r\nTo: Bo <bo@example.org>\r\nSubject: {}\r\nDate: Tue, 05 Mar 2024 14:02:11 +0100\r\nMIME-Version: 1.0\r\n"


def _mail(subject: str, rest: str) -> str:
    return _HEAD.format(subject) + rest.replace("\n", "\r\n")


def _alternative(plain: str, page: str) -> str:
    return (
        'Content-Type: multipart/alternative; boundary="b1"\n\n--b1\nContent-Type: text/plain; charset=utf-8\n\n'
        f"{plain}\n--b1\nContent-Type: text/html; charset=utf-8\n\n{page}\n--b1--\n"
    )


def _attached(kind: str, data: bytes, disposition: str = "", more: str = "") -> str:
    return (
        'Content-Type: multipart/mixed; boundary="b2"\n\n--b2\nContent-Type: text/plain; charset=utf-8\n\nSee below.\n'
        f"--b2\nContent-Type: {kind}\n{disposition}Content-Transfer-Encoding: base64\n\n"
        f"{base64.encodebytes(data).decode()}{more}--b2--\n"
    )


def _encoded(text: str, codec: str, declared: str, subject_codec: str = "") -> bytes:
    word = base64.b64encode(text.encode(subject_codec or codec)).decode()
    head = _HEAD.format(f"=?{declared}?B?{word}?=") + (
        f"Content-Type: text/plain; charset={declared}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + text.encode(codec) + b"\r\n"


_OLD = "Return-Path: <v@example.org>\n"

PLACEHOLDER = [
    made(
        "mail-placeholder", "a shop, in German", "bestellung.eml",
        _mail("Buchung", _alternative(
            "Ihr E-Mail-Programm kann keine HTML-Nachrichten anzeigen.",
            "<p>Kabine 7214 auf der Gotland, Abfahrt 21:35.</p>")),
        says=["Kabine 7214 auf der Gotland, Abfahrt 21:35"], author="Vera Lund", date="2024-03-05",
    ),
    made(
        "mail-placeholder", "a newsletter with an empty plain part", "empty.eml",
        _mail("Booking", _alternative(" ", "<table><tr><td>Cabin 88</td></tr><tr><td>Deck 3</td></tr></table>")),
        says=["Cabin 88"],
    ),
    made(
        "mail-placeholder", "a Chinese bank, the plain part a link", "bank.eml",
        _mail("账单", _alternative("请点击查看 https://bank.example/v/1", "<div>您三月的账单为 <b>4210</b> 元，请于四月五日前还款。</div>")),
        says=["您三月的账单为 4210 元"],
    ),
    made(
        "mail-placeholder", "alternatives within related within mixed (Apple)", "nested.eml",
        _mail("Photo", 'Content-Type: multipart/mixed; boundary="m"\n\n--m\n' + _alternative(
            "This is a message in HTML.", "<p>The boat is named <i>Runa</i>.</p>") + '--m\nContent-Type: text/plain\n\n'
            "Sent later: the mooring is number 17.\n--m--\n"),
        says=["The boat is named Runa", "the mooring is number 17"],
    ),
]  # fmt: skip

ATTACHMENTS = [
    made("mail-noname-pdf", "a scanner, octet-stream without a name", "scan.eml",
         _mail("Scan", _attached("application/octet-stream", pdf([], lines("Invoice 5521 from Kirsebom Joinery")))),
         says=["Invoice 5521 from Kirsebom Joinery"]),
    made("mail-noname-pdf", "Word's file, inline and without a name", "word.eml",
         _mail("Doc", _attached("application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                docx(paragraph("The lease ends in May 2031.")), "Content-Disposition: inline\n")),
         says=["The lease ends in May 2031."]),
    made("mail-noname-pdf", "an RFC 2231 name in Chinese", "rfc2231.eml",
         _mail("Doc", _attached("text/csv", b"what,euro\nkey,17\n",
                                "Content-Disposition: attachment;\n filename*0*=UTF-8''%E9%92%A5%E5%8C%99;\n filename*1*=%E5%88%97%E8%A1%A8.csv\n")),
         says=["钥匙列表.csv"]),
    made("notes-dropped", "an encrypted S/MIME mail", "smime.eml",
         _mail("Secret", 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\n'
               "Content-Transfer-Encoding: base64\n\nMIIBAAYJKoZIhvcNAQcDoIHyMIHvAgEA\n"),
         unread=["smime.p7m"]),
    made("notes-dropped", "a picture, a program and a locked sheet in a zip", "mixed.eml",
         _mail("Files", _attached("application/zip", zipped({
             "run.exe": b"MZ" + bytes(200), "note.txt": "The key is at Tom's.",
             "lock.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600)}),
             'Content-Disposition: attachment; filename="f.zip"\n')),
         says=["The key is at Tom's."], unread=["run.exe", "lock.xlsx"]),
    made("notes-dropped", "a mail attached to a mail attached to a mail", "deep.eml",
         _mail("Fwd", 'Content-Type: multipart/mixed; boundary="o"\n\n--o\nContent-Type: message/rfc822\n\n'
               + _mail("Inner", 'Content-Type: multipart/mixed; boundary="i"\n\n--i\nContent-Type: message/rfc822\n\n'
                       + _mail("Inmost", "Content-Type: text/plain\n\nThe oar is in the loft.\n") + "\n--i--\n") + "\n--o--\n"),
         says=["The oar is in the loft."]),
]  # fmt: skip

CHARSETS = [
    made("mail-charsets", "Outlook in Korea, ks_c_5601-1987 as CP949", "korea.eml",
         _encoded("똠방각하 열쇠는 서랍에 있다", "cp949", "ks_c_5601-1987"), says=["똠방각하 열쇠는 서랍에 있다"]),
    made("mail-charsets", "Taiwan, big5 with the Hong Kong letters", "hk.eml",
         _encoded("鎖匙喺櫃桶入面", "big5hkscs", "big5"), says=["鎖匙喺櫃桶入面"]),
    made("mail-charsets", "Russia, koi8-r declared as x-koi8-r", "koi8.eml",
         _encoded("Ключ лежит под ковриком", "koi8-r", "koi8-r"), says=["Ключ лежит под ковриком"]),
    made("mail-charsets", "Poland, iso-8859-2 declared, cp1250 sent", "pl.eml",
         _encoded("Klucz leży „pod” wycieraczką – źle", "cp1250", "windows-1250"), says=["Klucz leży „pod” wycieraczką – źle"]),
    made("mail-charsets", "Greece, iso-8859-7 with a euro sign", "gr.eml",
         _encoded("Το κλειδί κοστίζει 345 €", "iso8859_7", "iso-8859-7"), says=["Το κλειδί κοστίζει 345 €"]),
    made("mail-charsets", "us-ascii declared, UTF-8 sent", "ascii.eml",
         _encoded("Der Schlüssel kostet 345 €", "utf-8", "us-ascii"), says=["Der Schlüssel kostet 345 €"]),
    made("mail-charsets", "Thailand, tis-620", "th.eml",
         _encoded("กุญแจอยู่ในลิ้นชัก", "cp874", "tis-620"), says=["กุญแจอยู่ในลิ้นชัก"]),
    made("mail-charsets", "an unknown charset name, UTF-8", "unknown.eml",
         _encoded("Nøkkelen ligger i skuffen", "utf-8", "x-unknown"), says=["Nøkkelen ligger i skuffen"]),
    made("mail-charsets", "a subject folded in the middle of a letter", "folded.eml",
         _HEAD.format("=?utf-8?B?0JrQu9GO0Yf?= =?utf-8?B?INC/0L7QtCDQutC+?=\r\n =?utf-8?B?0LLRgNC40LrQvtC8?=")
         + "\r\n\r\nText.\r\n", says=["Text."]),
]  # fmt: skip

FLOW = [
    made("mail-flowed", "Thunderbird with quotes", "tb.eml",
         _mail("Hut", "Content-Type: text/plain; charset=utf-8; format=flowed\n\n> The quoted line is \n> one line.\n"
               "The way to the hut is \nlong and steep.\n"),
         says=["The way to the hut is long and steep.", "The quoted line is one line."]),
    made("mail-flowed", "Mulberry, delsp in Japanese", "jp.eml",
         _mail("鍵", "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n鍵は引き出しの \n中にあります。\n"),
         says=["鍵は引き出しの中にあります。"]),
    made("mail-flowed", "a space-stuffed line and a signature", "stuffed.eml",
         _mail("x", "Content-Type: text/plain; format=Flowed\n\n From the hut we went \ndown.\n\n-- \nVera\n"),
         says=["From the hut we went down."]),
]  # fmt: skip

DATES = [
    made("mail-nodate", "only Received, folded, three of them", "received.eml",
         "Received: from b (b [1.2.3.4]) by c\r\n\tfor <bo@example.org>;\r\n\tTue, 5 Mar 2024 14:02:12 +0100 (CET)\r\n"
         "Received: from a by b; Tue, 05 Mar 2024 13:02:10 GMT\r\nFrom: v@example.org\r\nMessage-ID: <1@x>\r\n"
         "Subject: Key\r\n\r\nUnder the mat.\r\n", says=["Under the mat."], date="2024-03-05"),
    made("mail-nodate", "a draft of Thunderbird with X-Mozilla-Draft-Info", "draft.eml",
         "From: v@example.org\r\nTo: b@example.org\r\nSubject: Key\r\nMIME-Version: 1.0\r\nX-Mozilla-Draft-Info: x\r\n"
         "Delivery-date: Tue, 05 Mar 2024 13:02:10 GMT\r\n\r\nUnder the mat.\r\n", says=["Under the mat."], date="2024-03-05"),
    made("mail-nodate", "a date with a name of a zone and a comment", "zone.eml",
         "From: v@example.org\r\nMessage-ID: <1@x>\r\nDate: Tuesday, 5 March 2024 14:02 (CET)\r\n\r\nUnder the mat.\r\n",
         says=["Under the mat."], date="2024-03-05"),
    made("mail-nodate", "a year of two digits", "year.eml",
         "From: v@example.org\r\nMessage-ID: <1@x>\r\nDate: 5 Mar 24 14:02:11 +0100\r\n\r\nUnder the mat.\r\n",
         says=["Under the mat."], date="2024-03-05"),
    made("mail-bom", "UTF-16 by a script on Windows", "utf16.eml",
         b"\xff\xfe" + _mail("Crack", "Content-Type: text/plain; charset=utf-8\n\nA crack above the second floor.\n").encode(
             "utf-16-le"), says=["A crack above the second floor."], author="Vera Lund", date="2024-03-05"),
    made("mail-bom", "blank lines and a mark before the headers", "blank.eml",
         b"\r\n\xef\xbb\xbf\r\n" + _mail("Crack", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
                                        + base64.b64encode(b"A crack above the floor.").decode() + "\n").encode(),
         says=["A crack above the floor."], author="Vera Lund"),
    made("mail-bom", "an mbox line before a single mail", "from.eml",
         "From vera@example.org Tue Mar  5 14:02:11 2024\r\n" + _mail("Crack", "Content-Type: text/plain\n\nA crack.\n"),
         says=["A crack."], author="Vera Lund"),
]  # fmt: skip

THROWN_AWAY = [
    made("mail-deleted", "Thunderbird, expunged and read in one mbox", "Inbox",
         "".join(f"From - Tue Mar 05 14:02:11 2024\nX-Mozilla-Status: {status}\nX-Mozilla-Status2: 00000000\nFrom: a@b.example\n"
                 f"Message-ID: <{n}@x>\nDate: Tue, 5 Mar 2024 14:02:11 +0100\n\n{text}\n\n"
                 for n, (status, text) in enumerate((("0001", "The key stays."), ("0009", "The lock goes.")))),
         says=["The key stays."], never=["The lock goes."]),
    made("mail-deleted", "Dovecot, trashed and seen", "1709640000.M1P1.host,S=99:2,RST",
         _OLD + "From: a@b.example\nMessage-ID: <1@x>\n\nThe lock goes.\n", never=["The lock goes."]),
    made("mail-deleted", "Apple Mail, deleted flag 2", "9.emlx",
         (lambda m: f"{len(m)}\n{m}<?xml version='1.0'?><plist><dict><key>flags</key><integer>8590195715</integer></dict></plist>")(
             "From: a@b.example\nMessage-ID: <1@x>\n\nThe lock goes.\n"), never=["The lock goes."]),
    made("takeout-spam", "Takeout in German", "Alle E-Mails einschließlich Spam.mbox",
         "".join(f"From 17@xxx Tue Mar 05 13:02:11 +0000 2024\nX-GM-THRID: 1{n}\nX-Gmail-Labels: {label}\nFrom: a@b.example\n"
                 f"Date: Tue, 5 Mar 2024 14:02:11 +0100\n\n{text}\n\n"
                 for n, (label, text) in enumerate((("Papierkorb,Geöffnet", "The lock goes."), ("Posteingang,Reise", "The key stays.")))),
         says=["The key stays.", "Reise"], never=["The lock goes."]),
    made("takeout-spam", "Takeout in Japanese, labels encoded", "mail.mbox",
         "From 17@xxx Tue Mar 05 13:02:11 +0000 2024\nX-Gmail-Labels: =?UTF-8?B?6L+35oOR44Oh44O844Or?=\nFrom: a@b.example\n"
         "Message-ID: <1@x>\n\nThe lock goes.\n", never=["The lock goes."]),
    made("takeout-spam", "SpamAssassin's flag", "spam.eml",
         "X-Spam-Flag: YES\nX-Spam-Status: Yes, score=9.1\n" + _mail("Win", "Content-Type: text/plain\n\nYou have won a boat.\n"),
         says=["spam"]),
]  # fmt: skip

PAGES = [
    made("mht", "Internet Explorer", "old.mht",
         "From: <Saved by Windows Internet Explorer 8>\r\nSubject: Minutes\r\nDate: Tue, 5 Mar 2024 14:02:11 +0100\r\n"
         'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="x"\r\n\r\n--x\r\n'
         'Content-Type: text/html;\r\n\tcharset="windows-1252"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
         "Content-Location: http://club.example/minutes.html\r\n\r\n<p>We elected Fr=F8ydis Aune.</p>\r\n\r\n--x--\r\n",
         says=["We elected Frøydis Aune."], author="", date="2024-03-05"),
    made("mht", "Word, one part, base64, without a boundary", "word.mht",
         "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
         "Content-Location: file:///C:/minutes.htm\r\n\r\n" + base64.encodebytes("<p>Elected: Frøydis Aune</p>".encode()).decode(),
         says=["Elected: Frøydis Aune"]),
    made("mht", "Firefox's extension UnMHT", "unmht.mht",
         'From: "Saved by UnMHT"\r\nSubject: =?utf-8?B?UHJvdG9rb2xs?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;'
         ' boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Location: https://club.example/\r\n\r\n'
         "<h1>Protokoll</h1><p>Gewählt: Frøydis</p>\r\n--x--\r\n", says=["Gewählt: Frøydis"], author=""),
    made("pgp-signature", "inline PGP in German", "inline.eml",
         _mail("Schlüssel", "Content-Type: text/plain; charset=utf-8\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
               "Der Schlüssel liegt unter der Matte.\n\n-----BEGIN PGP SIGNATURE-----\nVersion: GnuPG v2\n\n"
               "iQEzBAEBCgAdFiEEabcdefghijklmnopqrstuvwxyz0123456789ABCDE\nFGHIJKL=\n=abcd\n-----END PGP SIGNATURE-----\n"),
         says=["Der Schlüssel liegt unter der Matte."], never=["iQEzBAEB", "BEGIN PGP"]),
    made("pgp-signature", "S/MIME of Outlook", "smime.eml",
         _mail("Key", 'Content-Type: multipart/signed; protocol="application/x-pkcs7-signature"; micalg=SHA1; boundary="s"\n\n--s\n'
               "Content-Type: text/plain\n\nUnder the mat.\n--s\nContent-Type: application/x-pkcs7-signature; name=smime.p7s\n"
               "Content-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkqhkiG9w0B\n--s--\n"),
         says=["Under the mat."], never=["MIAGCSqG"]),
    made("pgp-signature", "a key sent along", "key.eml",
         _mail("Key", _attached("application/pgp-keys", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n",
                                'Content-Disposition: attachment; filename="0x1234.asc"\n')), says=["See below."], never=["mQENBF"]),
]  # fmt: skip

INPUTS: list[Input] = [*PLACEHOLDER, *ATTACHMENTS, *CHARSETS, *FLOW, *DATES, *THROWN_AWAY, *PAGES]
