"""The simplest peer: flask-sock, and a loop that sends to each client."""

from __future__ import annotations

import json
import os

from flask import Flask, request
from flask_sock import Sock

app = Flask(__name__)
sock = Sock(app)
walls: set = set()
agents: dict = {}
html = os.environ["BENCH_HTML"]
seq = 0


def change(name: str) -> str:
    global seq
    seq += 1
    return json.dumps({"type": "change", "seq": seq, "html": name + html}, ensure_ascii=False)


@sock.route("/ws")
def ws(ws):
    agent = request.args.get("agent")
    if agent:
        agents[agent] = ws
    else:
        walls.add(ws)
    try:
        while True:
            relay_event(json.loads(ws.receive()))
    finally:
        walls.discard(ws)
        agents.pop(agent, None)


def relay_event(told: dict) -> None:
    text = change(told["name"])
    for ws in list(walls):
        ws.send(text)
    if str(told["agent"]) in agents:
        agents[str(told["agent"])].send(text)


@app.post("/bench/event")
def event():
    relay_event(request.get_json())
    return "", 204


@app.post("/bench/relay")
def relay():
    for _ in range(int(request.args["n"])):
        text = change("T0=0000000000000000000")
        for ws in list(walls):
            ws.send(text)
    return "", 204
