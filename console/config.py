"""The settings: one table, read from CONSOLE_<NAME>, secrets also from the file that CONSOLE_<NAME>_FILE names.

Only the standard library is imported: gunicorn's master reads this before a worker lets gevent patch anything.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .development_keys import development_keys


class SettingsError(Exception):
    """A setting is missing or wrong; the message is the sentence that the administrator reads."""


def _row(default: Any, help: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"help": help, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    env: str = _row("production", "`development` or `production`; `python app.py` is development, every other way of serving production")
    instance: str = _row("instance", "directory of the embedded database and of development's throw-away keys")
    host: str = _row("127.0.0.1", "address to listen on; development listens on loopback only")
    port: int = _row(5000, "port to listen on")
    workers: int = _row(1, "worker processes; more than one needs CONSOLE_REDIS_URL and PostgreSQL")
    database_url: str = _row("", "`sqlite:///path` or `postgresql://…`; default `console.db` in the instance directory", secret=True)
    redis_url: str = _row("", "`redis://…`, shared by several workers", secret=True)
    secret_key: str = _row("", "signs forms, device cookies and tickets; at least 32 characters", secret=True)
    encryption_keys: tuple[str, ...] = _row(
        (), "Fernet keys for secrets at rest, separated by commas, newest first; `flask rotate-secrets` after adding one", secret=True
    )
    origin: str = _row("", "public origin, such as `https://console.example.com`; default `http://localhost:<port>` in development")
    phone_origin: str = _row("", "origin of the phone frames, `*` being the connection; `http://*.phone.localhost:<port>` in development")
    phone_same_origin: str = _row("", "`accepted`: phone frames may share an origin with each other or with Console, a risk that you take")
    trusted_proxies: tuple[str, ...] = _row((), "addresses or networks of the proxies whose `X-Forwarded-For` and `-Proto` are believed")
    private_targets: tuple[str, ...] = _row((), "private addresses or networks that Console may fetch from; loopback in development")
    log_level: str = _row("info", "`debug`, `info`, `warning` or `error`")
    session_days: float = _row(30.0, "days after which a session ends, though never during a call")
    session_idle_hours: float = _row(12.0, "hours without use after which a session ends, though never during a call")
    simulator: str = _row("on", "`on` or `off`: development starts the pretend telephone exchange beside Console; production never does")
    simulator_port: int = _row(0, "port of the simulator, an origin of its own; default the console's port + 1")
    demo_sip_url: str = _row("ws://127.0.0.1:5062", "SIP-over-WebSocket server of the demo's connection")
    hello_seconds: float = _row(5.0, "a new websocket must say hello within")
    ping_seconds: float = _row(10.0, "pause between two pings of the server")
    suspect_seconds: float = _row(25.0, "silence after which a client is suspect")
    expire_seconds: float = _row(35.0, "silence after which a client's lease is given away")
    fence_seconds: float = _row(30.0, "a holder without the server's confirmation takes no new call after")
    takeover_seconds: float = _row(3.0, "a holder that is told to hand over must confirm within")
    comeback_seconds: float = _row(2.0, "a client that left (a reload) keeps its lease for")
    start_grace_seconds: float = _row(35.0, "after a start of the server no lease expires for")
    carry_seconds: float = _row(600.0, "a silent client that carries a call keeps its lease, and the call stays open, for at most")
    ring_seconds: float = _row(60.0, "a call that nobody has answered in a silent browser ends this long after it began")
    silent_call_seconds: float = _row(35.0, "a call whose carrier is silent is shown with *no news since* after")
    command_seconds: float = _row(10.0, "a command that is passed to the owner expires after")
    wall_gather_seconds: float = _row(0.1, "what changes for one agent within is told to the walls once; 0: each change by itself")
    keep_journal_days: float = _row(30.0, "days for which the journal is kept; 0: for ever, as for all that follow")
    keep_unknown_event_days: float = _row(30.0, "days for which events that nobody understood are kept")
    keep_lease_history_days: float = _row(90.0, "days for which it is kept which page had an agent's phone")
    keep_client_days: float = _row(30.0, "days for which a page that was closed may still bring its facts")
    keep_call_days: float = _row(730.0, "days for which calls are kept that are over")
    keep_note_days: float = _row(730.0, "days for which their notes are kept")
    ice_patience_seconds: float = _row(20.0, "a call whose media path has failed ends after")

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


SETTINGS = tuple(Setting(row.name, str(row.type), row.default, row.metadata["help"], row.metadata["secret"]) for row in fields(Settings))


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.replace("\n", ",").split(",") if item.strip())


_MAY_BE_ZERO = ("wall_gather_seconds", "keep_")
_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "str": (str, "a text"),
    "int": (int, "a whole number"),
    "float": (float, "a number"),
    "tuple[str, ...]": (_items, "a list separated by commas"),
}


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads, completes and checks the settings; what is wrong stops with a sentence."""
    given = {row.name: _read(row, text) for row in SETTINGS if (text := _text(row, environ))}
    settings = _completed(Settings(**given))
    for wrong, sentence in _CHECKS:
        if wrong(settings):
            raise SettingsError(sentence)
    return settings


def _text(row: Setting, environ: Mapping[str, str]) -> str:
    path = environ.get(f"{row.variable}_FILE", "") if row.secret else ""
    if not path:
        return environ.get(row.variable, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise SettingsError(f"{row.variable}_FILE names {path}, which cannot be read: {problem.strerror}.") from None


def _read(row: Setting, text: str) -> Any:
    reader, kind = _READERS[row.type]
    try:
        value = reader(text)
    except ValueError:
        raise SettingsError(f"{row.variable} must be {kind}, not {text!r}.") from None
    if isinstance(value, int | float) and not (0 < value < 1e9 or (value == 0 and row.name.startswith(_MAY_BE_ZERO))):
        raise SettingsError(f"{row.variable} must be greater than zero, not {text!r}.")
    return value


def _completed(given: Settings) -> Settings:
    """Fills in the defaults that depend on other settings."""
    folder = Path(given.instance).absolute()
    more: dict[str, Any] = {"instance": str(folder), "origin": given.origin.rstrip("/"), "phone_origin": given.phone_origin.rstrip("/")}
    if not given.database_url:
        folder.mkdir(parents=True, exist_ok=True)
        more["database_url"] = f"sqlite:///{folder / 'console.db'}"
    if given.development:
        more["origin"] = more["origin"] or f"http://localhost:{given.port}"
        more["phone_origin"] = more["phone_origin"] or f"http://*.phone.localhost:{given.port}"
        more["simulator_port"] = given.simulator_port or given.port + 1
        more["private_targets"] = given.private_targets or ("127.0.0.0/8", "::1/128")
        kept = {} if given.secret_key and given.encryption_keys else development_keys(folder)
        more["secret_key"] = given.secret_key or kept["secret_key"]
        more["encryption_keys"] = given.encryption_keys or (kept["encryption_key"],)
    elif given.phone_same_origin == "accepted":
        more["phone_origin"] = more["phone_origin"] or more["origin"]
    return replace(given, **more)


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and text == f"{parts.scheme}://{parts.netloc}" and "@" not in text
    except ValueError:
        return False


def _insecure(origin: str) -> bool:
    host = urlsplit(origin).hostname or ""
    return not origin.startswith("https://") and host not in _LOOPBACK and not host.endswith(".localhost")


def _nested(settings: Settings) -> bool:
    """Console's name has more labels than a phone frame's: the star stands for one label only."""
    return settings.origin.count(".") != settings.phone_origin.count(".")


def _is_fernet_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_KEY_RECIPE = "openssl rand -base64 32 | tr '+/' '-_'"
_CHECKS: tuple[tuple[Callable[[Settings], bool], str], ...] = (
    (lambda s: s.env not in ("development", "production"), "CONSOLE_ENV must be development or production."),
    (
        lambda s: s.development and s.host not in _LOOPBACK,
        "Development serves this machine only: CONSOLE_HOST must be 127.0.0.1, ::1 or localhost. Others need CONSOLE_ENV=production.",
    ),
    (lambda s: s.port > 65535, "CONSOLE_PORT must be a port number up to 65535."),
    (lambda s: s.simulator not in ("on", "off"), "CONSOLE_SIMULATOR must be on or off."),
    (lambda s: s.simulating and s.simulator_port > 65535, "CONSOLE_SIMULATOR_PORT must be a port number up to 65535."),
    (lambda s: s.simulating and s.simulator_port == s.port, "CONSOLE_SIMULATOR_PORT must not be Console's own port."),
    (
        lambda s: s.workers > 1 and not s.redis_url,
        "CONSOLE_WORKERS is more than 1, but several workers share changes through Redis: set CONSOLE_REDIS_URL.",
    ),
    (
        lambda s: s.workers > 1 and s.database_url.startswith("sqlite:"),
        "CONSOLE_WORKERS is more than 1, but with SQLite a worker that waits for another's write stands still with all its sockets: "
        "set CONSOLE_DATABASE_URL to a PostgreSQL database.",
    ),
    (
        lambda s: not s.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")),
        "CONSOLE_DATABASE_URL must begin with sqlite:/// or postgresql://.",
    ),
    (
        lambda s: not s.secret_key,
        "Production needs CONSOLE_SECRET_KEY (or CONSOLE_SECRET_KEY_FILE): a long random text, for example from: openssl rand -base64 48",
    ),
    (lambda s: len(s.secret_key) < 32, "CONSOLE_SECRET_KEY is too short: use at least 32 random characters."),
    (
        lambda s: not s.encryption_keys,
        f"Production needs CONSOLE_ENCRYPTION_KEYS (or CONSOLE_ENCRYPTION_KEYS_FILE), for example from: {_KEY_RECIPE}",
    ),
    (
        lambda s: not all(map(_is_fernet_key, s.encryption_keys)),
        f"Each key in CONSOLE_ENCRYPTION_KEYS must be 32 random bytes in URL-safe base64, for example from: {_KEY_RECIPE}",
    ),
    (lambda s: not s.origin, "Production needs CONSOLE_ORIGIN: the address that browsers use, such as https://console.example.com"),
    (
        lambda s: not _is_origin(s.origin) or "*" in s.origin,
        "CONSOLE_ORIGIN must be an origin without a path, such as https://console.example.com",
    ),
    (lambda s: _insecure(s.origin), "CONSOLE_ORIGIN must begin with https://, because browsers give no microphone to other pages."),
    (
        lambda s: s.phone_same_origin not in ("", "accepted"),
        "CONSOLE_PHONE_SAME_ORIGIN must be empty or accepted.",
    ),
    (
        lambda s: not s.phone_origin,
        "Production needs CONSOLE_PHONE_ORIGIN, an origin of its own for the phone frames, such as https://*.phone.example.com, "
        "so that a vendor's script cannot reach Console's pages. CONSOLE_PHONE_SAME_ORIGIN=accepted takes that risk.",
    ),
    (
        lambda s: not _is_origin(s.phone_origin) or "*" in s.phone_origin.replace("://*.", "://", 1),
        "CONSOLE_PHONE_ORIGIN must be an origin without a path whose first label is * for the connection, such as https://*.phone.example.com",
    ),
    (lambda s: _insecure(s.phone_origin), "CONSOLE_PHONE_ORIGIN must begin with https://, as browsers give no microphone to other pages."),
    (
        lambda s: ("*" not in s.phone_origin or s.shared_phone_origin) and s.phone_same_origin != "accepted",
        "CONSOLE_PHONE_ORIGIN must have a * for the connection, such as https://*.phone.example.com, so that two vendors' scripts cannot "
        "reach each other. CONSOLE_PHONE_SAME_ORIGIN=accepted takes that risk.",
    ),
    (
        lambda s: "*" in s.phone_origin and fnmatchcase(s.origin, s.phone_origin) and not _nested(s),
        "CONSOLE_ORIGIN looks like a phone frame's own address: give CONSOLE_PHONE_ORIGIN a name of its own below, such as "
        "https://*.phone.example.com.",
    ),
    (
        lambda s: not all(map(_is_network, s.trusted_proxies)),
        "CONSOLE_TRUSTED_PROXIES must list addresses or networks, such as 10.0.0.5, 10.1.0.0/16.",
    ),
    (
        lambda s: not all(map(_is_network, s.private_targets)),
        "CONSOLE_PRIVATE_TARGETS must list addresses or networks, such as 192.168.1.10, 10.1.0.0/16.",
    ),
    (lambda s: s.log_level not in ("debug", "info", "warning", "error"), "CONSOLE_LOG_LEVEL must be debug, info, warning or error."),
    (
        lambda s: not s.ping_seconds < s.fence_seconds < s.expire_seconds,
        "CONSOLE_PING_SECONDS must be less than CONSOLE_FENCE_SECONDS, and that less than CONSOLE_EXPIRE_SECONDS: "
        "a phone fences itself before its lease is given away.",
    ),
    (
        lambda s: any(0 < getattr(s, row.name) < 1 for row in SETTINGS if row.name.startswith("keep_")),
        "CONSOLE_KEEP_…_DAYS must be at least 1 day, or 0 for ever.",
    ),
    (
        lambda s: 0 < s.keep_lease_history_days < (s.keep_client_days or 1e9),
        "CONSOLE_KEEP_LEASE_HISTORY_DAYS must not be less than CONSOLE_KEEP_CLIENT_DAYS: what a page that comes back tells counts only "
        "if it had the phone.",
    ),
)
