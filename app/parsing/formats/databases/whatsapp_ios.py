"""WhatsApp's own database on an iPhone (ChatStorage.sqlite), as it is in a backup of the phone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from app.parsing.formats.chats.turns import chat, text_of, turn
from app.parsing.formats.databases.core_data import apple_moment
from app.parsing.formats.databases.sqlite import Tables, either
from app.parsing.items import Block, Item, Limits, Source

_DELETED = 14


def read_messages(
    connection: sqlite3.Connection, tables: Tables, source: Source, limits: Limits
) -> Iterator[Item]:
    members = "ZWAGROUPMEMBER" in tables and "ZGROUPMEMBER" in tables["ZWAMESSAGE"]
    media = "ZWAMEDIAITEM" in tables and "ZMEDIAITEM" in tables["ZWAMESSAGE"]
    rows = connection.execute(
        f"""
        select ZWACHATSESSION.Z_PK, ZWACHATSESSION.ZPARTNERNAME, ZWAMESSAGE.ZISFROMME,
               {either(tables, "ZWAGROUPMEMBER", "ZCONTACTNAME", "ZMEMBERJID") if members else "null"},
               ZWAMESSAGE.ZMESSAGEDATE, ZWAMESSAGE.ZTEXT,
               {either(tables, "ZWAMEDIAITEM", "ZTITLE") if media else "null"},
               {either(tables, "ZWAMEDIAITEM", "ZMEDIALOCALPATH") if media else "null"}
        from ZWAMESSAGE
        join ZWACHATSESSION on ZWACHATSESSION.Z_PK = ZWAMESSAGE.ZCHATSESSION
        {"left join ZWAGROUPMEMBER on ZWAGROUPMEMBER.Z_PK = ZWAMESSAGE.ZGROUPMEMBER" if members else ""}
        {"left join ZWAMEDIAITEM on ZWAMEDIAITEM.Z_PK = ZWAMESSAGE.ZMEDIAITEM" if media else ""}
        where {either(tables, "ZWAMESSAGE", "ZMESSAGETYPE", otherwise="0")} is not {_DELETED}
        order by ZWACHATSESSION.Z_PK, ZWAMESSAGE.ZMESSAGEDATE, ZWAMESSAGE.Z_PK
        """
    )
    for (_, partner), said in groupby(rows, key=lambda row: row[:2]):
        name = text_of(partner) or "unknown number"
        turns: list[Block | None] = []
        for _, _, own, member, time, text, title, path in said:
            speaker = "Me" if own else text_of(member).partition("@")[0] or name
            attached = text_of(path).rpartition("/")[2]
            texts = (text_of(text), text_of(title), f"[{attached}]" if attached else "")
            turns.append(turn(len(turns) + 1, "\n".join(filter(None, texts)), speaker, apple_moment(time)))
        yield chat(f"WhatsApp {name}", turns)
