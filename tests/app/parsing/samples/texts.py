"""Notes, pages, tables and lists of links."""

from __future__ import annotations

import json
import plistlib

MARKDOWN = """---
title: Lisbon trip
author: Nora
date: 2024-03-05
tags: [travel, food]
---
Before the first heading.

# Getting there

We flew to [[Lisbon|the city]] on a Tuesday.

- tickets
- passports

| what | cost |
|------|------|
| flight | 210 |
| tram | 3 |

## Coffee

```python
print("bica")
```

[guide]: https://example.org/guide
"""


ORG = """#+TITLE: Lisbon plan
#+AUTHOR: Nora
#+DATE: <2024-03-05 Tue>

* Packing
Take the umbrella.
** Shoes
| kind | pairs |
|------+-------|
| boots | 1 |
#+begin_src sh
* not a heading
#+end_src
"""


RST = """Lisbon notes
============

:Author: Nora
:Date: 5 March 2024

Arrival
-------

The tram was late.

Departure
---------

So was the plane.
"""


HTML = """<!doctype html><html><head><title>Lisbon guide</title><meta name="author" content="Nora">
<meta property="article:published_time" content="2024-03-05T10:00:00+00:00"><style>p {color: red}</style>
<script>alert("tracking")</script></head><body><nav>Home | About</nav><h1>Trams</h1>
<p>Line 28 crosses <b>the old</b>&nbsp;town.<!-- secret --> Take it early.</p><p style="display:none">hidden words</p>
<ul><li>Alfama</li><li>Graça</li></ul><h2>Prices</h2>
<table><tr><th>ticket</th><th>euro</th></tr><tr><td>day</td><td>6.80</td></tr></table>
<pre>keep
  this</pre></body></html>"""


CHROME = {
    "roots": {
        "bookmark_bar": {
            "type": "folder",
            "name": "Bar",
            "children": [{"type": "url", "name": "Lisbon trams", "url": "https://example.org/28"}],
        },
        "other": {"type": "folder", "name": "Other", "children": []},
    },
    "version": 1,
}


BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<TITLE>Bookmarks</TITLE><H1>Bookmarks</H1>
<DL><p><DT><H3>Travel</H3><DL><p>
<DT><A HREF="https://example.org/28" ADD_DATE="1709647331">Lisbon trams</A>
<DD>worth a ride
</DL><p></DL><p>"""


NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Lisbon data\n", "Rain by month."]},
        {"cell_type": "code", "source": "rain.plot()", "outputs": [{"text": ["42 mm\n"]}]},
    ],
    "metadata": {},
    "nbformat": 4,
}


def rtf() -> bytes:
    return (
        rb"{\rtf1\ansi\ansicpg1252{\info{\title Lisbon memo}{\author Nora}{\creatim\yr2024\mo3\dy5}}"
        rb"{\fonttbl{\f0 Arial;}}\f0 The caf\'e9 opens at nine.\par It costs 3 \u8364? a cup.\par}"
    )


def every_format() -> dict[str, bytes]:
    written = {
        "note.txt": "First paragraph about Lisbon.\n\nSecond one, ünïcödé.\n",
        "note.md": MARKDOWN,
        "plan.org": ORG,
        "notes.rst": RST,
        "guide.html": HTML,
        "bookmarks.html": BOOKMARKS,
        "Bookmarks": json.dumps(CHROME),
        "costs.csv": "what;euro\nLisbon flight;210\nhotel;480\n",
        "costs.tsv": "what\teuro\nLisbon flight\t210\n",
        "config.json": json.dumps(
            {"city": "Lisbon", "people": [{"name": "Nora", "age": 41}, {"name": "Tom"}]}
        ),
        "log.jsonl": '{"city": "Lisbon", "n": 1}\n{"city": "Porto", "n": 2}\n',
        "data.ipynb": json.dumps(NOTEBOOK),
        "feed.xml": '<?xml version="1.0"?><feed><title>Lisbon feed</title><entry>Trams &amp; hills</entry></feed>',
        "tool.py": '"""Lisbon."""\n\nimport os\n\n\ndef first():\n    return 1\n\n\ndef second():\n    return 2\n',
    }
    return {name: text.encode() for name, text in written.items()} | {
        "memo.rtf": rtf(),
        "Lisbon trams.webloc": plistlib.dumps({"URL": "https://trams.example/lisbon"}),
        "Lisbon trams.url": b"[InternetShortcut]\r\nURL=https://trams.example/lisbon\r\n",
    }
