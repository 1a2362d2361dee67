"""The checks of the settings: a condition that must not hold, and the sentence for it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from fnmatch import fnmatchcase
from ipaddress import ip_network
from urllib.parse import urlsplit

from .origin_spelling import as_browsers_send, is_origin
from .settings import SETTINGS, Settings
from .sites import share_a_site


def _spelled(name: str, origin: str) -> str:
    return (
        f"{name} must be spelled as browsers send it, or nothing is served: write"
        f" {as_browsers_send(origin)}"
    )


def _on_this_machine(origin: str) -> bool:
    host = urlsplit(origin).hostname or ""
    return host in _LOOPBACK or host.endswith(".localhost")


def _insecure(origin: str) -> bool:
    return not origin.startswith("https://") and not _on_this_machine(origin)


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
CHECKS: tuple[tuple[Callable[[Settings], bool], str | Callable[[Settings], str]], ...] = (
    (
        lambda s: s.env not in ("development", "production"),
        "CONSOLE_ENV must be development or production.",
    ),
    (
        lambda s: s.development and s.host not in _LOOPBACK,
        (
            "Development serves this machine only: CONSOLE_HOST must be 127.0.0.1, ::1 or"
            " localhost. Others need CONSOLE_ENV=production."
        ),
    ),
    (lambda s: s.port > 65535, "CONSOLE_PORT must be a port number up to 65535."),
    (lambda s: s.simulator not in ("on", "off"), "CONSOLE_SIMULATOR must be on or off."),
    (
        lambda s: s.simulating and s.simulator_port > 65535,
        "CONSOLE_SIMULATOR_PORT must be a port number up to 65535.",
    ),
    (
        lambda s: s.simulating and s.simulator_port == s.port,
        "CONSOLE_SIMULATOR_PORT must not be Console's own port.",
    ),
    (
        lambda s: s.workers > 1 and not s.redis_url,
        (
            "CONSOLE_WORKERS is more than 1, but several workers share changes through Redis: set"
            " CONSOLE_REDIS_URL."
        ),
    ),
    (
        lambda s: s.workers > 1 and s.database_url.startswith("sqlite:"),
        (
            "CONSOLE_WORKERS is more than 1, but with SQLite a worker that waits for another's"
            " write blocks all its sockets: set CONSOLE_DATABASE_URL to a PostgreSQL"
            " database."
        ),
    ),
    (
        lambda s: (
            not s.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://"))
        ),
        "CONSOLE_DATABASE_URL must begin with sqlite:/// or postgresql://.",
    ),
    (
        lambda s: not s.secret_key,
        (
            "Production needs CONSOLE_SECRET_KEY (or CONSOLE_SECRET_KEY_FILE): a long random text,"
            " for example from: openssl rand -base64 48"
        ),
    ),
    (
        lambda s: len(s.secret_key) < 32,
        "CONSOLE_SECRET_KEY is too short: use at least 32 random characters.",
    ),
    (
        lambda s: not s.encryption_keys,
        (
            "Production needs CONSOLE_ENCRYPTION_KEYS (or CONSOLE_ENCRYPTION_KEYS_FILE), for"
            f" example from: {_KEY_RECIPE}"
        ),
    ),
    (
        lambda s: not all(map(_is_fernet_key, s.encryption_keys)),
        (
            "Each key in CONSOLE_ENCRYPTION_KEYS must be 32 random bytes in URL-safe base64, for"
            f" example from: {_KEY_RECIPE}"
        ),
    ),
    (
        lambda s: not s.origin,
        (
            "Production needs CONSOLE_ORIGIN: the address that browsers use, such as"
            " https://console.example.com"
        ),
    ),
    (
        lambda s: not is_origin(s.origin) or "*" in s.origin,
        "CONSOLE_ORIGIN must be an origin without a path, such as https://console.example.com",
    ),
    (
        lambda s: s.origin != as_browsers_send(s.origin),
        lambda s: _spelled("CONSOLE_ORIGIN", s.origin),
    ),
    (
        lambda s: s.phone_same_origin not in ("", "accepted"),
        "CONSOLE_PHONE_SAME_ORIGIN must be empty or accepted.",
    ),
    (
        lambda s: not s.phone_origin,
        (
            "Production needs CONSOLE_PHONE_ORIGIN, an origin of its own for the phone frames, such"
            " as https://*.phones.example.net, so that a vendor's script cannot reach Console's"
            " pages. CONSOLE_PHONE_SAME_ORIGIN=accepted takes that risk."
        ),
    ),
    (
        lambda s: not is_origin(s.phone_origin) or "*" in s.phone_origin.replace("://*.", "://", 1),
        (
            "CONSOLE_PHONE_ORIGIN must be an origin without a path whose first label is * for the"
            " connection, such as https://*.phones.example.net"
        ),
    ),
    (
        lambda s: s.phone_origin != as_browsers_send(s.phone_origin),
        lambda s: _spelled("CONSOLE_PHONE_ORIGIN", s.phone_origin),
    ),
    (
        lambda s: (
            s.development and not (_on_this_machine(s.origin) and _on_this_machine(s.phone_origin))
        ),
        (
            "Development serves this machine only: CONSOLE_ORIGIN and CONSOLE_PHONE_ORIGIN must be"
            " loopback addresses, such as http://localhost:5000. Others need"
            " CONSOLE_ENV=production."
        ),
    ),
    (
        lambda s: _insecure(s.origin),
        (
            "CONSOLE_ORIGIN must begin with https://, because browsers give no microphone to other"
            " pages."
        ),
    ),
    (
        lambda s: _insecure(s.phone_origin),
        (
            "CONSOLE_PHONE_ORIGIN must begin with https://, as browsers give no microphone to other"
            " pages."
        ),
    ),
    (
        lambda s: (
            ("*" not in s.phone_origin or s.shared_phone_origin)
            and s.phone_same_origin != "accepted"
        ),
        (
            "CONSOLE_PHONE_ORIGIN must have a * for the connection, such as"
            " https://*.phones.example.net, so that two vendors' scripts cannot reach each other."
            " CONSOLE_PHONE_SAME_ORIGIN=accepted takes that risk."
        ),
    ),
    (
        lambda s: (
            "*" in s.phone_origin and fnmatchcase(s.origin, s.phone_origin) and not _nested(s)
        ),
        (
            "CONSOLE_ORIGIN looks like a phone frame's own address: give CONSOLE_PHONE_ORIGIN a"
            " name of its own below, such as https://*.phones.example.net."
        ),
    ),
    (
        lambda s: s.phone_same_origin != "accepted" and share_a_site(s.origin, s.phone_origin),
        (
            "CONSOLE_PHONE_ORIGIN must be of another registered domain than CONSOLE_ORIGIN, such as"
            " https://*.phones.example.net: a vendor's script could set cookies for both and lock"
            " its agent out. CONSOLE_PHONE_SAME_ORIGIN=accepted takes that risk."
        ),
    ),
    (
        lambda s: not all(map(_is_network, s.trusted_proxies)),
        "CONSOLE_TRUSTED_PROXIES must list addresses or networks, such as 10.0.0.5, 10.1.0.0/16.",
    ),
    (
        lambda s: not all(map(_is_network, s.private_targets)),
        (
            "CONSOLE_PRIVATE_TARGETS must list addresses or networks, such as 192.168.1.10,"
            " 10.1.0.0/16."
        ),
    ),
    (
        lambda s: s.log_level not in ("debug", "info", "warning", "error"),
        "CONSOLE_LOG_LEVEL must be debug, info, warning or error.",
    ),
    (
        lambda s: not s.ping_seconds < s.fence_seconds < s.expire_seconds,
        (
            "CONSOLE_PING_SECONDS must be less than CONSOLE_FENCE_SECONDS, and that less than"
            " CONSOLE_EXPIRE_SECONDS: a phone fences itself before its lease is given away."
        ),
    ),
    (
        lambda s: any(
            0 < getattr(s, row.name) < 1 for row in SETTINGS if row.name.startswith("keep_")
        ),
        "CONSOLE_KEEP_…_DAYS must be at least 1 day, or 0 for ever.",
    ),
    (
        lambda s: 0 < s.keep_lease_history_days < (s.keep_client_days or 1e9),
        (
            "CONSOLE_KEEP_LEASE_HISTORY_DAYS must not be less than CONSOLE_KEEP_CLIENT_DAYS: the"
            " late events of a page count only if it had the phone."
        ),
    ),
)
