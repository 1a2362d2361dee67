"""The peer that one writes first: flask-sock, and a loop that sends to everybody."""

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
            ws.receive()
    finally:
        walls.discard(ws)
        agents.pop(agent, None)


@app.post("/bench/event")
def event():
    told = request.get_json()
    text = change(told["name"])
    for ws in list(walls):
        ws.send(text)
    if str(told["agent"]) in agents:
        agents[str(told["agent"])].send(text)
    return "", 204


@app.post("/bench/relay")
def relay():
    for _ in range(int(request.args["n"])):
        text = change("T0=0000000000000000000")
        for ws in list(walls):
            ws.send(text)
    return "", 204
