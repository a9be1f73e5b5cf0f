"""Further inputs for the cases on chats: other programs, phones and languages."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.kinds.inputs import Input, made, zipped

WHEN = 1_709_647_331  # 2024-03-05T14:02:11 UTC


def _json(value: Any, ascii_only: bool = False) -> str:
    return json.dumps(value, ensure_ascii=ascii_only)


def _lines(*texts: str) -> str:
    return "\n".join(texts) + "\n"


EXPORTS = [
    made("chat-json", "Slack, one channel of a workspace with threads", "slack.zip",
         zipped({
             "users.json": _json([{"id": "U1", "name": "hv", "profile": {"real_name": "Helena Veiga", "display_name": "helena"}}]),
             "channels.json": _json([{"id": "C1", "name": "garden", "members": ["U1"], "created": 1, "creator": "U1"}]),
             "garden/2024-03-05.json": _json([
                 {"type": "message", "user": "U1", "ts": f"{WHEN}.000100", "text": "See <https://a.example|the plan> for <#C1|garden>"},
                 {"type": "message", "subtype": "bot_message", "username": "Weather", "ts": f"{WHEN + 9}.0002", "text": "Rain &amp; wind"}])}),
         says=["the plan", "Weather: Rain & wind"], never=["<https", "&amp;"], date="2024-03-05"),
    made("chat-json", "Instagram, broken letters", "message_1.json",
         _json({"participants": [{"name": "Zo\u00c3\u00ab"}, {"name": "Me"}], "messages": [
             {"sender_name": "Zo\u00c3\u00ab", "timestamp_ms": WHEN * 1000, "content": "Der Schl\u00c3\u00bcssel \u00f0\u009f\u0098\u0080"}],
             "title": "Zo\u00c3\u00ab"}, True), says=["Zoë: Der Schlüssel 😀"], date="2024-03-05"),
    made("chat-json", "Google Chat in a space", "Groups.zip",
         zipped({"Google Chat/Groups/Space A/messages.json": _json({"messages": [
             {"creator": {"name": "Nadia Rahimi", "email": "n@x.example", "user_type": "Human"},
              "created_date": "Tuesday, March 5, 2024 at 2:02:11\u202fPM UTC", "text": "The tuner comes at nine", "topic_id": "t"}]})}),
         says=["Nadia Rahimi: The tuner comes at nine"], never=["topic_id"], date="2024-03-05"),
    made("chat-json", "Signal by signal-export", "data.json",
         _lines(_json({"date": "2024-03-05T14:02:11", "sender": "Mika", "body": "The key is in the sauna", "quote": "", "sticker": "",
                       "reactions": [], "attachments": []}), _json({"date": "2024-03-05 14:03:00", "sender": "Me", "body": "Thanks",
                       "quote": "", "sticker": "", "reactions": [], "attachments": []})),
         says=["Mika: The key is in the sauna", "Me: Thanks"], date="2024-03-05"),
    made("chat-json", "Microsoft Teams from the account's export", "messages.json",
         _json({"userId": "8:me", "exportDate": "2024-03-06T00:00", "conversations": [{"id": "19:a", "displayName": "Boat club",
                "MessageList": [{"id": "1", "displayName": "Ines", "originalarrivaltime": "2024-03-05T14:02:11.123Z",
                                 "messagetype": "RichText", "content": "Bring <b>the oars</b> &amp; rope", "from": "8:ines"}]}]}),
         says=["Ines: Bring the oars & rope"], never=["messagetype", "originalarrivaltime"], date="2024-03-05"),
    made("chat-json", "Mattermost's bulk export", "export.jsonl",
         _lines(_json({"type": "version", "version": 1}), _json({"type": "post", "post": {"team": "club", "channel": "boats",
                "user": "ines", "message": "Bring the oars", "create_at": WHEN * 1000}})),
         says=["ines: Bring the oars"], never=["create_at"]),
]  # fmt: skip


def _message(id: str, role: str, parts: list[Any], parent: str | None, **more: Any) -> dict[str, Any]:
    return {"id": id, "parent": parent, "children": [], "message": {
        "id": id, "author": {"role": role}, "create_time": WHEN, "content": {"content_type": "text", "parts": parts}, **more}}  # fmt: skip


def _conversation(nodes: list[dict[str, Any]], last: str, title: str = "Oven") -> dict[str, Any]:
    return {
        "title": title,
        "create_time": WHEN,
        "current_node": last,
        "mapping": {node["id"]: node for node in nodes},
    }


ASSISTANTS = [
    made("chatgpt", "with a picture and its description, asked twice", "conversations.json",
         _json([_conversation([
             {"id": "r", "message": None, "parent": None, "children": ["a", "b"]},
             _message("a", "user", ["OLD QUESTION"], "r"),
             _message("b", "user", [{"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}, "How hot for rye?"], "r"),
             _message("c", "assistant", ["260 degrees\ue200cite\ue202turn0search1\ue201."], "b")], "c")]),
         says=["Me: How hot for rye?", "ChatGPT: 260 degrees."], never=["OLD QUESTION", "file-service", "turn0search1"], date="2024-03-05"),
    made("chatgpt", "what it was told, in Spanish", "custom.json",
         _json([_conversation([
             {"id": "r", "message": None, "parent": None, "children": ["u"]},
             _message("u", "user", [""], "r", metadata={"user_context_message_data": {
                 "about_user_message": "Soy alérgica a la penicilina", "about_model_message": "Responde en español"}}),
             _message("q", "user", ["¿Qué pan?"], "u")], "q")]),
         says=["Soy alérgica a la penicilina", "Responde en español", "¿Qué pan?"]),
    made("chatgpt", "in the folder of the export, two files", "export.zip",
         zipped({"conversations.json": _json([_conversation([_message("a", "user", ["Bees?"], None), _message(
             "b", "assistant", ["Move them in April【4†source】."], "a")], "b", "Bees")]),
             "user.json": _json({"id": "user-1", "email": "a@b.example"}), "chat.html": "<html><body>…</body></html>"}),
         says=["ChatGPT: Move them in April."], never=["†source"]),
    made("claude-artifacts", "an update of an artifact, and a file pasted in", "conversations.json",
         _json([{"uuid": "1", "name": "Ferry", "created_at": "2025-02-03T10:00:00Z", "chat_messages": [
             {"sender": "human", "created_at": "2025-02-03T10:00:00Z", "text": "x", "content": [{"type": "text", "text": "Write it."}],
              "attachments": [{"file_name": "notes.txt", "extracted_content": "Otto, born 1930"}]},
             {"sender": "assistant", "created_at": "2025-02-03T10:00:05Z", "text": "```\nThis block is not supported on your current device yet.\n```",
              "content": [{"type": "thinking", "thinking": "He likes boats"}, {"type": "tool_use", "name": "artifacts", "input": {
                  "command": "update", "title": "Ferry", "old_str": "1960", "new_str": "built in 1961"}}]}]}]),
         says=["built in 1961", "Otto, born 1930", "Write it."], never=["not supported", "He likes boats"], date="2025-02-03"),
    made("claude-artifacts", "a project with documents", "projects.json",
         _json([{"uuid": "1", "name": "Family", "description": "About us", "prompt_template": "Be brief", "created_at": "2025-02-03T10:00:00Z",
                 "docs": [{"filename": "otto.md", "content": "Otto built the landing."}]}]),
         says=["Otto built the landing."], date="2025-02-03"),
    made("claude-artifacts", "Gemini from Takeout", "MyActivity.json",
         _json([{"header": "Gemini Apps", "title": "Prompted Who built the landing?", "time": "2025-02-03T10:00:00.000Z",
                 "products": ["Gemini Apps"], "safeHtmlItem": [{"html": "<p>Otto built it in <b>1961</b>.</p>"}]}]),
         says=["Who built the landing?", "Otto built it in 1961."], never=["safeHtmlItem", "<p>"], date="2025-02-03"),
]  # fmt: skip

SMS = [
    made("sms-xml", "SMS Backup & Restore, a group by MMS", "sms.xml",
         '<?xml version="1.0" encoding="UTF-8"?><smses count="1"><mms date="1709647331000" msg_box="1" address="+1~+2" '
         'contact_name="Dr Saar, Ida"><parts><part seq="-1" ct="application/smil" text="null"/><part seq="0" ct="text/plain" '
         'text="Tuesday 16:40"/></parts><addrs><addr address="+1" type="137"/><addr address="+2" type="151"/></addrs></mms></smses>',
         says=["Tuesday 16:40"], date="2024-03-05"),
    made("sms-xml", "an unknown program, texts in attributes", "messages.xml",
         '<?xml version="1.0"?><backup><msg who="Dr Saar" when="2024-03-05T14:02:11" body="Dentist moved to Tuesday 16:40"/></backup>',
         says=["Dentist moved to Tuesday 16:40"]),
    made("sms-xml", "Fritz!Box-like calls with emoji entities", "calls.xml",
         '<?xml version="1.0"?><smses><sms protocol="0" address="+49 170 1" date="1709647331000" type="2" body="Bis gleich &#55357;&#56832;" '
         'contact_name="Oma"/></smses>', says=["Me: Bis gleich"], date="2024-03-05"),
]  # fmt: skip

TELEGRAM = [
    made("telegram", "a channel with links and a forward", "result.json",
         _json({"name": "Garage", "type": "public_channel", "id": 1, "messages": [
             {"id": 1, "type": "message", "date": "2024-03-05T14:02:11", "date_unixtime": str(WHEN), "from": "Ruben", "from_id": "user1",
              "forwarded_from": "Доктор Хальворсен", "text": ["Смотри ", {"type": "text_link", "text": "руководство", "href": "https://garage.example/m"}],
              "text_entities": []}]}),
         says=["forwarded from Доктор Хальворсен", "https://garage.example/m"], date="2024-03-05"),
    made("telegram", "a quiz with votes and a place", "chat.json",
         _json({"name": "Trip", "type": "private_group", "id": 2, "messages": [
             {"id": 1, "type": "message", "date": "2024-03-05T14:02:11", "from": "Ida", "text": "", "poll": {
                 "question": "Where?", "closed": False, "total_voters": 3, "answers": [{"text": "Bergen", "voters": 2}, {"text": "Oslo", "voters": 1}]}},
             {"id": 2, "type": "message", "date": "2024-03-05T14:03:11", "from": "Ida", "text": "", "location_information": {
                 "latitude": 60.39, "longitude": 5.32}}]}),
         says=["Where?", "Bergen: 2", "60.39"]),
    made("telegram", "the page of Telegram Desktop", "messages.html",
         '<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class="page_wrap"><div class="page_header">'
         '<div class="text bold">Sweep Aalto</div></div><div class="history"><div class="message default clearfix" id="message1">'
         '<div class="body"><div class="pull_right date details" title="05.03.2024 14:02:11 UTC+01:00">14:02</div>'
         '<div class="from_name">Ilse</div><div class="text">The chimney is swept on Friday</div></div></div></div></div></body></html>',
         says=["The chimney is swept on Friday", "Ilse"]),
]  # fmt: skip

CAPTIONS = [
    made("vtt-teams", "Zoom's transcript", "GMT20240305-130211_Recording.transcript.vtt",
         "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\nBirgit Aas: I will pay the deposit\n\n2\n00:00:04.000 --> 00:00:06.000\n"
         "Tom: Good\n\n3\n00:00:07.000 --> 00:00:09.000\nBirgit Aas: On Friday\n",
         says=["Birgit Aas: I will pay the deposit"]),
    made("vtt-teams", "YouTube's scrolling captions in SRT", "talk.srt",
         "1\n00:00:00,000 --> 00:00:02,000\nwe came to\n\n2\n00:00:02,000 --> 00:00:02,010\nwe came to\n\n3\n00:00:02,010 --> 00:00:04,000\n"
         "we came to\nthe old mill\n\n", once=["we came to", "the old mill"]),
    made("vtt-teams", "SubStation Alpha", "film.ass",
         "[Script Info]\nTitle: Film\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n\n"
         "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
         "Dialogue: 0,0:00:01.00,0:00:03.00,Default,Birgit,0,0,0,,{\\i1}I will pay\\Nthe deposit{\\i0}\n",
         says=["I will pay"], never=["MarginL", "{\\i1}", "Fontsize"]),
    made("vtt-teams", "Teams in the form of Word's VTT with ids", "meeting.vtt",
         "WEBVTT\n\n3f2a/12-0\n00:00:01.100 --> 00:00:03.000\n<v Birgit Aas>Jeg betaler</v>\n\n3f2a/13-1\n00:00:03.100 --> 00:00:05.000\n"
         "<v Birgit Aas>depositumet.</v>\n", says=["Birgit Aas: Jeg betaler depositumet."], never=["3f2a"]),
]  # fmt: skip

WHATSAPP = [
    made("wa-dmy12", "an Indian phone, small letters", "WhatsApp Chat with Asha.txt",
         _lines("11/02/24, 9:05 am - Asha: The well is dry", "03/03/24, 9:05 pm - Ravi: Call Bo", "04/04/24, 12:05 am - Asha: Done"),
         dates=["2024-02-11", "2024-03-03", "2024-04-04"], says=["Asha: The well is dry"]),
    made("wa-dmy12", "an American iPhone, month first", "_chat.txt",
         _lines("[2/11/24, 9:05:01\u202fAM] Asha: The well is dry", "[3/4/24, 9:05:01\u202fPM] Ravi: Call Bo", "[12/1/24, 9:05:01\u202fPM] Ravi: x"),
         dates=["2024-02-11", "2024-03-04", "2024-12-01"]),
    made("wa-dmy12", "a Brazilian phone", "Conversa do WhatsApp com Ana.txt",
         _lines("11/02/2024 09:05 - Ana: O poço secou", "03/03/2024 21:05 - Rui: Liga ao Bo"), dates=["2024-02-11", "2024-03-03"]),
    made("wa-dmy12", "a Turkish phone", "Ayşe ile WhatsApp Sohbeti.txt",
         _lines("11.02.2024 09:05 - Ayşe: Kuyu kurudu", "3.03.2024 21:05 - Bora: Tamam"), dates=["2024-02-11", "2024-03-03"]),
    made("wa-dmy12", "a Hungarian phone", "WhatsApp-beszélgetés Éva.txt",
         _lines("2024. 02. 11. 9:05 - Éva: A kút kiszáradt", "2024. 03. 03. 21:05 - Bo: Jó"), dates=["2024-02-11", "2024-03-03"]),
    made("wa-dmy12", "a Persian phone", "chat.txt",
         _lines("۱۴۰۲/۱۱/۲۲،\u200f ۹:۰۵ - رضا: چاه خشک شد", "۱۴۰۲/۱۲/۱۳،\u200f ۲۱:۰۵ - سارا: باشه"), says=["چاه خشک شد"]),
    made("wa-system", "a group in Spanish", "Chat de WhatsApp con Roma.txt",
         _lines("5/3/24, 14:02 - Los mensajes y las llamadas están cifrados de extremo a extremo.",
                '5/3/24, 14:03 - Lena cambió el nombre del grupo de "Roma" a "Roma: billetes y camas".',
                "5/3/24, 14:04 - Lena: Hola", "5/3/24, 14:05 - \u202a+34 655 55 01 42\u202c: Vale", "5/3/24, 14:06 - Lena: Sí"),
         says=["Lena: Hola", "+34 655 55 01 42: Vale"], never=['"Roma: billetes y camas"": ', "\u202a"]),
    made("wa-system", "an iPhone with marks before attachments", "_chat.txt",
         _lines("[05.03.24, 14:02:11] \u200e~\u202fBettina: \u200eBild weggelassen", "[05.03.24, 14:03:11] ~\u202fBettina: Die Karten sind da",
                "\u200e[05.03.24, 14:04:11] Lena: \u200e<Anhang: 00000012-PHOTO.jpg>"),
         says=["Bettina: Die Karten sind da"], never=["~"]),
    made("wa-system", "a reply of many lines with colons", "WhatsApp Chat - Rome.txt",
         _lines("05/03/2024, 14:02 - Lena: List:", "bread: 2", "milk: 1", "05/03/2024, 14:03 - Tom added Ida", "05/03/2024, 14:04 - Ida: Hi"),
         says=["Lena: List:\nbread: 2\nmilk: 1", "Ida: Hi"]),
    made("wa-system", "LINE in Thai hours", "[LINE]แชทกับ Nok.txt",
         _lines("[LINE] แชทกับ Nok", "บันทึกเมื่อ: 2024/03/05 15:00", "", "2024/03/05(อ.)", "14:02\tNok\tกุญแจอยู่ในลิ้นชัก", "14:03\tTom\tขอบคุณ"),
         says=["Nok: กุญแจอยู่ในลิ้นชัก"], date="2024-03-05"),
    made("wa-system", "KakaoTalk of a computer", "Talk_2024.3.5.txt",
         _lines("하나 님과 카카오톡 대화", "저장한 날짜 : 2024-03-05 15:00:11", "", "--------------- 2024년 3월 5일 화요일 ---------------",
                "[하나] [오후 2:02] 열쇠는 서랍에", "[나] [오후 2:05] 고마워"), says=["하나: 열쇠는 서랍에"], date="2024-03-05"),
    made("wa-system", "WeChat's text", "张三.txt",
         _lines("2024-03-05 14:02:11 张三", "钥匙在抽屉里", "", "2024-03-05 14:05:00 我", "谢谢"), says=["张三: 钥匙在抽屉里"], date="2024-03-05"),
]  # fmt: skip

INPUTS: list[Input] = [*EXPORTS, *ASSISTANTS, *SMS, *TELEGRAM, *CAPTIONS, *WHATSAPP]
