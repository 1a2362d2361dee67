"""The measurements as the table of docs/performance.md: each target, the figures, and whether it is
met.
"""

from __future__ import annotations

from collections.abc import Mapping

Rows = Mapping[tuple[str, str], Mapping[str, float]]
CONSOLE, NAIVE, NODE = "Console", "naive flask-sock", "Node socket.io"


def table(rows: Rows) -> str:
    lines = ["| what | target | measured | met |", "|---|---|---|---|"]
    for what, target, measured, met in [*_fan_out(rows), *_agents(rows), *_stalled(rows)]:
        lines.append(f"| {what} | {target} | {measured} | {'yes' if met else '**no**'} |")
    return "\n".join([*lines, "", *_figures(rows)])


Row = tuple[str, str, str, bool]


def _ratio(rows: Rows, what: str, name: str, peer: str) -> float:
    return rows[what, CONSOLE][name] / max(rows[what, peer][name], 1e-9)


def _compared(rows: Rows, what: str, said: str, name: str, peer: str, limit: float) -> Row:
    """More is better for deliveries, less for everything else."""
    ratio = _ratio(rows, what, name, peer)
    most = name != "per_second"
    target = f"{'at most' if most else 'at least'} {limit:g} × {peer}"
    return said, target, f"{ratio:.2f} ×", ratio <= limit if most else ratio >= limit


def _fan_out(rows: Rows) -> list[Row]:
    if ("relay", CONSOLE) not in rows:
        return []
    return [
        _compared(rows, "relay", "relay to 500 walls, deliveries/s", "per_second", NAIVE, 4),
        _compared(rows, "relay", "relay to 500 walls, deliveries/s", "per_second", NODE, 2),
        _compared(
            rows,
            "relay",
            "relay to 500 walls, server CPU per delivery",
            "cpu_per_million",
            NODE,
            0.5,
        ),
        _compared(
            rows,
            "single",
            "the same one by one, a frame per write, deliveries/s",
            "per_second",
            NAIVE,
            1,
        ),
        _compared(
            rows,
            "single",
            "the same one by one, a frame per write, deliveries/s",
            "per_second",
            NODE,
            1,
        ),
        _compared(
            rows,
            "single",
            "the same one by one, server CPU per delivery",
            "cpu_per_million",
            NODE,
            1,
        ),
        _compared(
            rows, "events", "event by HTTP to 500 walls, deliveries/s", "per_second", NAIVE, 1.5
        ),
        _compared(
            rows,
            "events",
            "event by HTTP to 500 walls, server CPU per delivery",
            "cpu_per_million",
            NODE,
            1,
        ),
    ]


def _agents(rows: Rows) -> list[Row]:
    found: list[Row] = []
    if ("rate", CONSOLE) in rows:
        found.append(
            _compared(
                rows,
                "rate",
                "200 events/s by HTTP, each to one of 1,000 sockets, p99",
                "p99",
                NODE,
                10,
            )
        )
        found.append(
            _compared(
                rows,
                "phone",
                "200 events/s by websocket, each to one of 1,000 sockets, p99",
                "p99",
                NODE,
                10,
            )
        )
    if ("memory", CONSOLE) in rows:
        found.append(
            _compared(rows, "memory", "memory per idle socket at 1,000", "kilobytes", NAIVE, 1)
        )
    if ("reconnect", CONSOLE) in rows:
        seconds = rows["reconnect", CONSOLE]["seconds"]
        found.append(
            (
                "1,000 clients reconnect at once",
                "all have their snapshot within 5 s",
                f"{seconds:.2f} s",
                seconds <= 5,
            )
        )
    return found


def _stalled(rows: Rows) -> list[Row]:
    if ("stalled", CONSOLE) not in rows:
        return []
    ratio = rows["stalled", CONSOLE]["p99"] / rows["alone", CONSOLE]["p99"]
    return [
        (
            "one of 101 walls never reads, the others' p99",
            "at most 1.5 × without it",
            f"{ratio:.2f} ×",
            ratio <= 1.5,
        )
    ]


_HEADS = ("deliveries/s", "CPU s per million", "p50 ms", "p99 ms", "KB per socket", "s")
_NAMES = ("per_second", "cpu_per_million", "p50", "p99", "kilobytes", "seconds")
_TELLS = {
    "relay": (0, 1),
    "single": (0, 1),
    "events": (0, 1),
    "rate": (1, 2, 3),
    "phone": (1, 2, 3),
    "alone": (2, 3),
    "stalled": (2, 3),
    "memory": (4,),
    "reconnect": (5,),
}
_SAID = {
    "relay": "committed changes to 500 walls, batched",
    "single": "the same, one line per request",
    "events": "event by HTTP to 500 walls",
    "rate": "200 events/s by HTTP, one socket each",
    "phone": "200 events/s by websocket, one socket each",
    "alone": "100 walls, 100 events/s",
    "stalled": "the same beside one that never reads",
    "memory": "1,000 idle sockets",
    "reconnect": "1,000 sockets reconnect",
}


def _figures(rows: Rows) -> list[str]:
    lines = ["| what | system | " + " | ".join(_HEADS) + " |", "|---" * (len(_HEADS) + 2) + "|"]
    for what, system in sorted(
        rows, key=lambda key: (list(_SAID).index(key[0]) if key[0] in _SAID else 99, key[1])
    ):
        if what in _TELLS:
            cells = [
                f"{rows[what, system][name]:,.4g}" if place in _TELLS[what] else ""
                for place, name in enumerate(_NAMES)
            ]
            lines.append(f"| {_SAID[what]} | {system} | " + " | ".join(cells) + " |")
    for what, way in (("rate", "HTTP"), ("phone", "websocket")):
        if (f"{what} shares", CONSOLE) in rows:
            parts = rows[f"{what} shares", CONSOLE]
            told = ", ".join(
                f"{name} {parts.get(name, 0):.2f}"
                for name in ("door", "database", "rendering", "relay", "idle")
            )
            lines += ["", f"Server CPU per event by {way} at 200 events/s, in ms: {told}."]
    lines += [
        "",
        (
            "door: what reads the request or the frame. idle: the pings and upkeep of 1,000 sockets"
            " meanwhile."
        ),
    ]
    if ("woken", CONSOLE) in rows:
        held = rows["stalled", CONSOLE]["held"] / 1e3
        lines += [
            f"The socket that never reads: {held:,.0f} KB waited in Console when the measurement"
            " began; later it was hung up."
        ]
    return lines
