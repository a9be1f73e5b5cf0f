"""What the twin says by itself, in English (errors, findings of the doctor, results of jobs), in the person's language.

`app` and `storage` know no languages: they raise and return whole sentences. Here each is known again by its template, and
what was filled in is put into the translated one. What is no such sentence stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from ui.web.messages import tr

TOLD = (
    # errors
    "{path} does not exist. Check the spelling.",
    "{path} does not exist. Check the spelling, or plug the disk in.",
    "{path} is not in the memory. `doppel memory list` shows what is.",
    "{path} is in Doppel's own folder, which it never reads. Choose another one.",
    "Memory {id} does not exist (any more); `doppel memory list` shows what there is.",
    "There is no source {id} (any more); `doppel sources list` shows them.",
    "There is no conversation {id} (any more).",
    "There is no job {name}. There are: {names}.",
    "There is nothing to forget: no memory matches (any more).",
    "There is nothing with a number that large. The lists show what there is.",
    "There is no memory in {folder} yet. `doppel ingest PATH` starts one.",
    "The model {model} is not on this machine yet. Fetch it: doppel model pull",
    "The question is empty. Ask something.",
    "Nothing is remembered yet. Add a folder: doppel sources add PATH",
    "Nothing is encoded yet. Wait until the first files are known: doppel status",
    "Nothing that is remembered lies within these limits. Widen them.",
    "Stopped before it was answered.",
    "{n} questions are waiting already. Ask again when some are answered.",
    "The question has {count} tokens; this model takes up to {limit}. Shorten it.",
    "Doppel is running on {home} (process {process}). Stop it first (Ctrl-C), or use its page, under Settings.",
    "Doppel is already running on {home} (process {process}). Use that one, in its window or at its web address, or end it "
    "first.",
    "The memory was opened for reading only. Stop the other Doppel, or do this there.",
    "Nothing can be written to {folder} ({reason}). Check its disk and its access rights, or set DOPPEL_HOME to another "
    "folder.",
    "That passphrase does not open this memory. Nothing was changed. Check the keyboard's language and capital letters, and "
    "try again.",
    "A passphrase needs at least {n} characters; four or five words are good.",
    "This memory is encrypted already. `doppel passphrase` changes its passphrase.",
    "This memory is not encrypted.",
    "Write the date as 2021-04-12, 2021-04 or 2021.",
    "Setting '{name}' must be {what}, not {value}.",
    # the doctor's findings, and what to do
    "Doppel is tested with Python 3.11 to 3.13: set it up with one of these.",
    "{device}: there is no NVIDIA card",
    "{device}: an NVIDIA card is used",
    "builds its kernels",
    "cannot build its kernels, so torch computes, slower",
    "Install a C compiler and Python's headers (Debian: apt install gcc python3-dev).",
    "{model} is not on this machine",
    "Fetch it: {command}",
    "{model}, {size} GB in {folder}",
    "This machine has {n} GB of memory, little for it without a card: a smaller one answers faster.",
    "none yet in {folder}",
    "doppel run PATH starts one.",
    "protected by a passphrase, {size} MB in {folder}; nobody has looked inside",
    "To have it looked at, name a file that holds the passphrase: {name}",
    "the database is damaged: {damage}",
    "Restore a backup, or move the folder away and let Doppel read your files again. Your files are not affected.",
    "sound: {n} passages, {size} MB in {folder}",
    "{n} files of vectors are gone",
    "What they held is encoded again by itself: doppel run",
    "{n} files could not be read",
    "doppel status lists them with the reasons.",
    "{free} GB free for {folder}",
    "Free some space: at the limit nothing new is learned, and nothing is lost.",
    "Give yourself the right to write there, or set DOPPEL_HOME to another folder.",
    "{n} folders to watch, the system allows {limit}",
    "no limit",
    "up to {n}",
    "Allow more in the shell that starts Doppel: ulimit -n {n}",
    "up to {n} pictures of a file are read",
    "no text is read from pictures",
    "Install rapidocr and onnxruntime; scanned pages and pictures are then read.",
    "Correct the file, or delete it for the defaults.",
    # why a file is not known
    "no watched folder holds it",
    "not read yet, or left out by an ignore pattern",
    # results of jobs
    "{n} sources are being compared.",
    "{n} merges were done.",
    "No backup folder is set, so nothing was copied.",
    "{n} files with {documents} memories were forgotten.",
    "{n} memories were looked at.",
    "It was asked today already.",
    "The package index has no version of this program.",
    "Version {version} is there.",
    "This is the newest version.",
    "The package index could not be reached.",
)


def told(said: str) -> str:
    """`said` in the language in use, where it is a sentence of the twin."""
    if said in TOLD:
        return tr(said)
    for template, expression in _patterns().items():
        if found := expression.fullmatch(said):
            return tr(template, **found.groupdict())
    return said


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    # Of two that fit, the longer one says more.
    longest = sorted(TOLD, key=len, reverse=True)
    return {template: re.compile(_expression(template), re.DOTALL) for template in longest}


def pattern(template: str) -> re.Pattern[str]:
    """What matches the sentences that are made of a template; the fields are its groups."""
    return _patterns()[template]


def _expression(template: str) -> str:
    pieces = re.split(r"\{(\w+)\}", template)
    return "".join(f"(?P<{piece}>.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
