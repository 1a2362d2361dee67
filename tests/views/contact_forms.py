"""The forms of the contacts' pages, filled and read as a browser does."""

from __future__ import annotations

import re
from html import unescape

import httpx

from tests.servers.web_client import WebClient

FULL = {
    "name": "Đặng Thu Thảo",
    "numbers": "028 3822 1234\n0912 000 701",
    "company": "Công ty Sao Mai",
    "email": "thao@saomai.vn",
    "tags": "VIP, Huế, vip",
    "link": "https://crm.example.com/c/7?x=1&y=2",
    "note": "Prefers mornings\nSpeaks English",
}


def get(who: WebClient, path: str) -> httpx.Response:
    return who.http.get(path)


def post(who: WebClient, path: str, **form: str) -> httpx.Response:
    return who.http.post(path, data={"csrf_token": who.csrf, **form})


def create(who: WebClient, **form: str) -> str:
    """The address of a new contact's page."""
    answer = post(who, "/contacts/new", **form)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["location"])


def text_of(answer: httpx.Response) -> str:
    """The visible text."""
    body = answer.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def values(answer: httpx.Response) -> dict[str, str]:
    """What the form of a page would send."""
    fields = re.findall(r'<input\b[^>]*?\bname="(\w+)"[^>]*?\bvalue="([^"]*)"', answer.text)
    areas = re.findall(r'<textarea id="(\w+)".*?>\n(.*?)</textarea>', answer.text, re.DOTALL)
    found = {name: unescape(value) for name, value in [*fields, *areas]}
    names = (*FULL, "seen", *(f"was_{name}" for name in FULL))
    return {name: found[name] for name in names if name in found}


def stored(who: WebClient, page: str) -> dict[str, str]:
    return values(get(who, f"{page}/edit"))
