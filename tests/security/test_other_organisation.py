"""Olga, of another organisation, sees nothing of a call of Alice and Bob, on any page, topic or
endpoint.
"""

from __future__ import annotations

import json
from pathlib import Path

import httpx
from sqlalchemy import func, select, update

from console import create_app
from console.config import load_settings
from console.storage import models
from tests.security.outsider_attempts import TRIES
from tests.security.two_organisations import Scene
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient


def test_every_route_has_something_that_olga_tries(tmp_path: Path) -> None:
    settings = load_settings({"CONSOLE_ENV": "development", "CONSOLE_INSTANCE": str(tmp_path)})
    app = create_app(settings)
    app.extensions["console"].database.close()
    methods = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method in METHODS
    }
    assert {f"{method} {rule}" for method, rule in methods} == {route for route, *_ in TRIES}


METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def test_no_request_of_an_outsider_reads_or_changes_anything(scene: Scene) -> None:
    olga = WebClient(scene.server, "olga")
    olgas, epoch = olga.claimed("olgas-tab")
    assert (
        epoch == scene.alice.epoch == 1
    )  # the same numbers in both organisations: nothing may hang on them alone
    scene.names["olgas_client"] = "olgas-tab"
    before, leaks = scene.theirs(), []
    for route, path, body, right in TRIES:
        path, body = scene.fill(path), scene.fill(body)
        answer = olga.http.get(path) if body is None else olga.post(path, **body)
        assert answer.status_code in right, (route, path, answer.status_code, answer.text[:300])
        asked = f"{path} {json.dumps(body)}".lower()
        leaks += [
            (route, path, found)
            for found in scene.reveals(answer.text + str(answer.headers))
            if found.lower() not in asked
        ]
    assert leaks == []
    assert scene.theirs() == before
    assert [
        scene.reveals(json.dumps(message))
        for message in olgas.seen
        if scene.reveals(json.dumps(message))
    ] == []
    assert scene.alice.commands == scene.bob.commands == []
    olga.close()


def test_a_phone_page_names_no_user_of_its_connection(scene: Scene) -> None:
    host = f"{scene.names['connection']}.phone.localhost:{scene.server.port}"
    answer = httpx.get(
        f"http://127.0.0.1:{scene.server.port}/phone/{scene.names['connection']}",
        headers={"Host": host},
    )
    assert answer.status_code == 200
    assert [
        found for found in scene.reveals(answer.text) if found != scene.names["connection"]
    ] == []


def test_olgas_own_workspace_and_calls_stay_usable(scene: Scene) -> None:
    with scene.database.write() as session:  # the other tests left tabs behind
        session.execute(
            update(models.Lease)
            .where(models.Lease.agent_id == scene.names["olga"])
            .values(holder=None)
        )
    with ScriptedPhone(WebClient(scene.server, "olga"), "at-work", keeps=True) as phone:
        own = phone.web.post(
            f"/phone/{scene.names['own']}/session", client=phone.client, epoch=phone.epoch
        )
        assert own.status_code == 200 and own.json()["sip"]["password"] == "olgas-own"
        phone.talks("olgas-call", "0911222333")
        changed = phone.web.post(
            "/commands/note",
            id="olgas",
            client=phone.client,
            epoch=phone.epoch,
            call="olgas-call",
            text="olgas note",
        )
        assert changed.status_code == 204
        phone.ends("olgas-call")
        history = phone.web.http.get("/history").text
        assert "olgas note" in history and scene.reveals(history) == []
    assert "olgas note" not in scene.alice.web.http.get("/history").text
    with scene.database.read() as session:
        assert session.scalar(select(func.count()).where(models.Call.note == "olgas note")) == 1
