"""The table of settings. Each is read from CONSOLE_<NAME> by `config`, which also checks them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple


def _row(default: Any, help: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"help": help, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    env: str = _row(
        "production",
        "`development` or `production`; `python app.py` is development, every other way of serving"
        " production",
    )
    instance: str = _row(
        "instance", "directory of the embedded database and of development's throw-away keys"
    )
    host: str = _row("127.0.0.1", "address to listen on; development listens on loopback only")
    port: int = _row(5000, "port to listen on")
    workers: int = _row(
        1,
        "worker processes; more than one needs CONSOLE_REDIS_URL and PostgreSQL; "
        "each counts the limits of a user, such as 20 sockets, by itself",
    )
    database_url: str = _row(
        "",
        "`sqlite:///path` or `postgresql://…`; default `console.db` in the instance directory",
        secret=True,
    )
    redis_url: str = _row("", "`redis://…`, shared by several workers", secret=True)
    secret_key: str = _row(
        "", "signs forms, device cookies and tickets; at least 32 characters", secret=True
    )
    encryption_keys: tuple[str, ...] = _row(
        (),
        "Fernet keys for secrets at rest, separated by commas, newest first; `flask rotate-secrets`"
        " after adding one",
        secret=True,
    )
    origin: str = _row(
        "",
        "public origin, such as `https://console.example.com`; default `http://localhost:<port>` in"
        " development",
    )
    phone_origin: str = _row(
        "",
        "origin of the phone frames, with `*` for the connection, on another registered domain than"
        " Console's; `http://*.phone.localhost:<port>` in development",
    )
    phone_same_origin: str = _row(
        "",
        "`accepted`: phone frames may share an origin with each other, or an origin or a registered"
        " domain with Console, at your risk",
    )
    trusted_proxies: tuple[str, ...] = _row(
        (), "addresses or networks of the proxies whose `X-Forwarded-For` and `-Proto` are believed"
    )
    private_targets: tuple[str, ...] = _row(
        (), "private addresses or networks that Console may fetch from; loopback in development"
    )
    log_level: str = _row("info", "`debug`, `info`, `warning` or `error`")
    session_days: float = _row(30.0, "days after which a session ends, though never during a call")
    session_idle_hours: float = _row(
        12.0, "hours without use after which a session ends, though never during a call"
    )
    simulator: str = _row(
        "on",
        "`on` or `off`: development starts the pretend telephone exchange beside Console;"
        " production never does",
    )
    simulator_port: int = _row(
        0, "port of the simulator, an origin of its own; default the console's port + 1"
    )
    demo_sip_url: str = _row(
        "ws://127.0.0.1:5062", "SIP-over-WebSocket server of the demo's connection"
    )
    hello_seconds: float = _row(5.0, "longest wait for the hello of a new websocket")
    ping_seconds: float = _row(10.0, "pause between two pings of the server")
    suspect_seconds: float = _row(25.0, "silence after which a client is suspect")
    expire_seconds: float = _row(35.0, "silence after which a client's lease is given away")
    fence_seconds: float = _row(
        30.0, "time without the server's confirmation after which a holder takes no new call"
    )
    takeover_seconds: float = _row(3.0, "longest wait for a holder's answer to a take-over")
    comeback_seconds: float = _row(
        2.0, "time for which a client that left (a reload) keeps its lease"
    )
    start_grace_seconds: float = _row(
        35.0, "time after a start of the server during which no lease expires"
    )
    carry_seconds: float = _row(
        600.0, "longest time for which a silent client keeps its call and its lease"
    )
    ring_seconds: float = _row(60.0, "age at which an unanswered call in a silent browser ends")
    silent_call_seconds: float = _row(
        35.0, "silence of the carrier after which a call is shown with *no news since*"
    )
    command_seconds: float = _row(10.0, "time after which a command to the owner expires")
    wall_gather_seconds: float = _row(
        0.1, "changes of one agent within this time reach the walls together; 0: each by itself"
    )
    keep_journal_days: float = _row(
        30.0, "days for which the journal is kept; 0: for ever, as for all that follow"
    )
    keep_unknown_event_days: float = _row(30.0, "days for which unknown events are kept")
    keep_lease_history_days: float = _row(
        90.0, "days for which the former holders of an agent's phone are kept"
    )
    keep_client_days: float = _row(
        30.0, "days for which the late events of a closed page are accepted"
    )
    keep_callback_days: float = _row(
        30.0, "days for which a missed call waits for a call back; a dismissal is kept as long"
    )
    keep_call_days: float = _row(730.0, "days for which ended calls are kept")
    keep_note_days: float = _row(
        730.0, "days for which notes of calls, and messages in them, are kept"
    )
    keep_availability_change_days: float = _row(
        730.0, "days for which changes of agents' availability are kept"
    )
    keep_contact_change_days: float = _row(730.0, "days for which changes of contacts are kept")
    ice_patience_seconds: float = _row(
        20.0, "time after which a call with a failed media path ends"
    )

    @property
    def development(self) -> bool:
        return self.env == "development"

    @property
    def simulating(self) -> bool:
        """The simulator runs beside Console. Production has no route, page nor script of it."""
        return self.development and self.simulator == "on"

    @property
    def simulator_origin(self) -> str:
        return f"http://localhost:{self.simulator_port}"

    @property
    def shared_phone_origin(self) -> bool:
        """Phone frames are served from Console's own origin: the risk was accepted."""
        return self.phone_origin == self.origin


class Setting(NamedTuple):
    name: str
    type: str
    default: Any
    help: str
    secret: bool

    @property
    def variable(self) -> str:
        return f"CONSOLE_{self.name.upper()}"


SETTINGS = tuple(
    Setting(row.name, str(row.type), row.default, row.metadata["help"], row.metadata["secret"])
    for row in fields(Settings)
)
