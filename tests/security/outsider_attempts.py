"""Every request that Olga may try, and the answers that are right."""

from __future__ import annotations

from typing import Any

from console.domain.enums import Command

WHO = {"client": "{client}", "epoch": "{epoch}"}
EVENT = {
    "type": "ended",
    "at": 1_800_000_000_000,
    "connection": "{connection}",
    "call": "{call}",
    "cause": "completed",
    "ended_by": "agent",
}
ARGUMENTS = {
    "text": "olgas",
    "number": "1002",
    "tones": "1",
    "reason": "olgas",
    "outcome": "{outcome}",
}
# The route, the address, the body (None: a GET), and the answers that are right.
TRIES: list[tuple[str, str, Any, set[int]]] = [
    ("GET /", "/", None, {200}),
    ("GET /", "/?agent={alice}&call={call_id}", None, {200}),
    ("GET /history", "/history", None, {200}),
    ("GET /history", "/history?agent={alice}", None, {400}),
    ("GET /history.csv", "/history.csv", None, {200}),
    ("GET /history.csv", "/history.csv?agent={alice}", None, {400}),
    ("GET /history.csv", "/history.csv?q=Complaint&result=waiting", None, {200}),
    ("GET /history", "/history?outcome={outcome}", None, {400}),
    ("GET /history.csv", "/history.csv?outcome={outcome}", None, {400}),
    ("GET /history", "/history?result=missed&before=9999999999999.z", None, {200}),
    ("GET /history", "/history?q=Complaint", None, {200}),
    ("GET /history", "/history?q=%25", None, {200}),
    ("GET /wall", "/wall", None, {403}),
    ("GET /wall", "/wall?team={team}", None, {403}),
    ("GET /wall/day", "/wall/day?team={team}", None, {403}),
    ("GET /wall/tv", "/wall/tv?team={team}&locale=vi", None, {403}),
    ("GET /customers", "/customers?call={call_id}", None, {200}),
    ("GET /customers", "/customers?call=over&number=1002", None, {200}),
    (
        "POST /customers",
        "/customers",
        {"number": "0911222333", "name": "Hers", "contact": "{alice}"},
        {404, 422},
    ),
    ("GET /contacts", "/contacts", None, {200}),
    ("GET /contacts", "/contacts?q=sao+mai&after={contact}", None, {200}),
    ("GET /contacts", "/contacts?q=0912345200", None, {200}),
    ("GET /contacts/new", "/contacts/new", None, {200}),
    ("POST /contacts/new", "/contacts/new", {"contact": "{contact}"}, {422}),
    ("GET /contacts/<contact>", "/contacts/{contact}", None, {404}),
    ("GET /contacts/<contact>/edit", "/contacts/{contact}/edit", None, {404}),
    ("POST /contacts/<contact>/edit", "/contacts/{contact}/edit", {"name": "Hers"}, {409}),
    ("GET /contacts/<contact>/merge", "/contacts/{contact}/merge", None, {403}),
    ("POST /contacts/<contact>/merge", "/contacts/{contact}/merge", {"with": "x"}, {403}),
    ("POST /contacts/<contact>/delete", "/contacts/{contact}/delete", {}, {403}),
    # it only leads to another origin, and only while there is one
    ("GET /simulator", "/simulator", None, {302, 404}),
    ("GET /numbers/preview", "/numbers/preview?number=1002", None, {200}),
    ("GET /directory", "/directory?list=people-1&q=alice", None, {200}),
    ("GET /directory", "/directory?list=people-1&q=1001", None, {200}),
    ("GET /directory", "/directory?list=people-1&q=0912345", None, {200}),
    ("GET /sessions", "/sessions", None, {200}),
    ("GET /agents/<who>/day", "/agents/{alice}/day", None, {404}),
    ("GET /agents/<who>/day", "/agents/alice/day?date=2026-01-31", None, {404}),
    ("GET /agents/<who>/day", "/agents/{olga}/day", None, {200}),
    ("GET /agents/<who>/now", "/agents/{alice}/now", None, {404}),
    (
        "POST /agents/<who>/whisper",
        "/agents/{alice}/whisper",
        {"id": "w", "call": "{call_id}", "text": "olgas"},
        {403},
    ),
    (
        "POST /agents/<who>/availability",
        "/agents/{alice}/availability",
        {"id": "s", "availability": "away", "reason": "olgas"},
        {403},
    ),
    ("GET /service-worker.js", "/service-worker.js", None, {200}),
    ("GET /dial", "/dial?number=tel:1001", None, {200}),
    ("GET /dial", "/dial?number=tel:{alice}", None, {400}),
    ("GET /settings", "/settings?agent={alice}", None, {200}),
    ("GET /sign-in", "/sign-in", None, {303}),
    ("POST /sign-in", "/sign-in", {"username": "alice", "password": "guess"}, {401, 400}),
    ("POST /sessions/<session_id>/end", "/sessions/{session}/end", {}, {404}),
    (
        "POST /password",
        "/password",
        {"username": "alice", "user": "{alice}", "current": "guess", "password": "x"},
        {401},
    ),
    (
        "POST /realtime/ticket",
        "/realtime/ticket",
        {"user": "{alice}", "session": "{session}"},
        {200},
    ),
    ("POST /preferences", "/preferences", {"locale": "en", "user": "{alice}"}, {204}),
    ("GET /phone/<connection>", "/phone/{connection}", None, {404}),
    ("POST /phone/<connection>/session", "/phone/{connection}/session", WHO, {409}),
    (
        "POST /phone/<connection>/session",
        "/phone/{connection}/session",
        {"client": "{olgas_client}", "epoch": 1},
        {404},
    ),
    ("POST /phone/<connection>/session", "/phone/{own}/session", WHO, {409}),
    (
        "POST /commands/leave",
        "/commands/leave",
        {**WHO, "events": [{"n": 99, "epoch": "{epoch}", "event": EVENT}]},
        {204},
    ),
    *(
        (
            "POST /commands/<name>",
            f"/commands/{name}",
            {"id": f"{name}-{n}", **WHO, "call": call, **ARGUMENTS},
            {202, 404, 422},
        )
        for name in Command
        if name not in (Command.set_availability, Command.extend_wrap_up)
        for n, call in enumerate(("{call}", "{call_id}", "{over}"))
    ),
    (
        "POST /commands/<name>",
        "/commands/set_availability",
        {"id": "away", **WHO, "availability": "away", "reason": "", "agent": "{alice}"},
        {204},
    ),
    (
        "POST /commands/<name>",
        "/commands/extend_wrap_up",
        {"id": "longer", **WHO, "until": 1, "agent": "{alice}"},
        {204},
    ),
    ("GET /health/live", "/health/live", None, {200}),
    ("GET /health/ready", "/health/ready", None, {200}),
    ("GET /realtime", "/realtime", None, {400, 403}),
    ("GET /static/<path:filename>", "/static/css/base.css", None, {200}),
    ("GET /static/<path:filename>", "/static/../instance/console.db", None, {404}),
    # the last: it ends Olga's own session
    ("POST /sign-out", "/sign-out", {"session": "{session}"}, {204, 303}),
]
