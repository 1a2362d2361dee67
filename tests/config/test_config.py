from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from console.config import SETTINGS, SettingsError, load_settings

ROOT = Path(__file__).parents[2]
KEY = "A" * 43 + "="
PRODUCTION = {
    "CONSOLE_DATABASE_URL": "sqlite:////nowhere/console.db",
    "CONSOLE_SECRET_KEY": "s" * 40,
    "CONSOLE_ENCRYPTION_KEYS": KEY,
    "CONSOLE_ORIGIN": "https://console.example.com",
    "CONSOLE_PHONE_ORIGIN": "https://*.phones.example.net",
}


DEVELOPMENT = {
    **PRODUCTION,
    "CONSOLE_ENV": "development",
    "CONSOLE_ORIGIN": "",
    "CONSOLE_PHONE_ORIGIN": "",
}


def sentence(**changes: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(
            {**PRODUCTION, **{f"CONSOLE_{name.upper()}": value for name, value in changes.items()}}
        )
    return str(refused.value)


def test_every_setting_has_a_type_and_a_help_text() -> None:
    assert all(
        row.help and row.type in ("str", "int", "float", "tuple[str, ...]") for row in SETTINGS
    )


def test_simulator_runs_in_development_and_never_in_production() -> None:
    development = load_settings({**DEVELOPMENT, "CONSOLE_PORT": "6000"})
    assert development.simulating and development.simulator_origin == "http://localhost:6001"
    assert not load_settings({**DEVELOPMENT, "CONSOLE_SIMULATOR": "off"}).simulating
    assert not load_settings({**PRODUCTION, "CONSOLE_SIMULATOR": "on"}).simulating


def test_a_complete_production_starts() -> None:
    settings = load_settings(PRODUCTION)
    assert (settings.env, settings.host, settings.port, settings.encryption_keys) == (
        "production",
        "127.0.0.1",
        5000,
        (KEY,),
    )


@pytest.mark.parametrize(
    "name",
    ["CONSOLE_SECRET_KEY", "CONSOLE_ENCRYPTION_KEYS", "CONSOLE_ORIGIN", "CONSOLE_PHONE_ORIGIN"],
)
def test_production_refuses_to_start_without(name: str) -> None:
    assert sentence(**{name.removeprefix("CONSOLE_").lower(): ""}).startswith(
        f"Production needs {name}"
    )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"env": "staging"}, "CONSOLE_ENV"),
        ({"port": "http"}, "CONSOLE_PORT must be a whole number, not 'http'."),
        ({"port": "70000"}, "CONSOLE_PORT"),
        ({"port": "-1"}, "CONSOLE_PORT must be greater than zero"),
        ({"simulator": "maybe"}, "CONSOLE_SIMULATOR must be on or off."),
        (
            {"env": "development", "simulator_port": "5000"},
            "CONSOLE_SIMULATOR_PORT must not be Console's own port.",
        ),
        (
            {"env": "development", "port": "65535"},
            "CONSOLE_SIMULATOR_PORT must be a port number up to 65535.",
        ),
        ({"ping_seconds": "nan"}, "CONSOLE_PING_SECONDS must be greater than zero"),
        ({"secret_key": "short"}, "CONSOLE_SECRET_KEY is too short"),
        ({"encryption_keys": f"{KEY},rubbish"}, "CONSOLE_ENCRYPTION_KEYS"),
        ({"origin": "console.example.com"}, "CONSOLE_ORIGIN must be an origin"),
        ({"origin": "https://console.example.com/path"}, "CONSOLE_ORIGIN must be an origin"),
        ({"origin": "https://*.example.com"}, "CONSOLE_ORIGIN must be an origin"),
        ({"origin": "http://console.example.com"}, "CONSOLE_ORIGIN must begin with https://"),
        (
            {"phone_origin": "http://*.phones.example.net"},
            "CONSOLE_PHONE_ORIGIN must begin with https://",
        ),
        ({"phone_origin": "https://a.*.example.com"}, "CONSOLE_PHONE_ORIGIN must be an origin"),
        ({"phone_origin": "https://phones.example.net"}, "CONSOLE_PHONE_ORIGIN must have a *"),
        ({"phone_origin": "https://console.example.com"}, "CONSOLE_PHONE_ORIGIN must have a *"),
        (
            {"origin": "https://console.example.com", "phone_origin": "https://*.example.com"},
            "CONSOLE_ORIGIN looks like a phone frame",
        ),
        ({"phone_origin": "https://*.phone.example.com"}, "another registered domain"),
        (
            {
                "origin": "https://console.acme.com.vn",
                "phone_origin": "https://*.phone.acme.com.vn",
            },
            "another registered domain",
        ),
        (
            {"origin": "https://console.example.com:443"},
            "CONSOLE_ORIGIN must be spelled as browsers send it",
        ),
        ({"origin": "https://Console.Example.com"}, "write https://console.example.com"),
        ({"origin": "HTTPS://console.example.com:0443/"}, "write https://console.example.com"),
        ({"origin": "https://gọi.example.com:8443"}, "write https://xn--gi-68s.example.com:8443"),
        ({"origin": "https://[2001:DB8:0::1]"}, "write https://[2001:db8::1]"),
        ({"origin": "http://localhost:80"}, "write http://localhost"),
        ({"origin": "https://console.example.com:70000"}, "CONSOLE_ORIGIN must be an origin"),
        ({"origin": "https://con sole"}, "CONSOLE_ORIGIN must be an origin"),
        ({"origin": "https://user@console.example.com"}, "CONSOLE_ORIGIN must be an origin"),
        (
            {"phone_origin": "https://*.Phones.example.net:443"},
            "CONSOLE_PHONE_ORIGIN must be spelled as browsers send it",
        ),
        ({"phone_origin": "https://*.điện-thoại.net"}, "write https://*.xn--"),
        ({"phone_same_origin": "yes"}, "CONSOLE_PHONE_SAME_ORIGIN"),
        ({"workers": "2"}, "set CONSOLE_REDIS_URL"),
        (
            {"workers": "2", "redis_url": "redis://127.0.0.1"},
            "set CONSOLE_DATABASE_URL to a PostgreSQL database",
        ),
        ({"database_url": "mysql://x"}, "CONSOLE_DATABASE_URL"),
        ({"trusted_proxies": "proxy.example.com"}, "CONSOLE_TRUSTED_PROXIES"),
        ({"private_targets": "everything"}, "CONSOLE_PRIVATE_TARGETS"),
        ({"log_level": "loud"}, "CONSOLE_LOG_LEVEL"),
        ({"fence_seconds": "40"}, "CONSOLE_FENCE_SECONDS"),
    ],
)
def test_an_invalid_setting_stops_with_a_message(changes: dict[str, str], named: str) -> None:
    assert named in sentence(**changes)


@pytest.mark.parametrize(
    ("origin", "phone_origin"),
    [
        ("https://console.acme.com.vn", "https://*.phone.beta.com.vn"),  # com.vn is a public suffix
        ("https://acme.github.io", "https://*.beta.github.io"),
        ("http://localhost:5000", "http://*.phone.localhost:5000"),
        ("https://127.0.0.1", "https://*.phone.example.com"),
    ],
)
def test_phone_frames_may_have_any_other_registered_domain(origin: str, phone_origin: str) -> None:
    assert load_settings(
        {**PRODUCTION, "CONSOLE_ORIGIN": origin, "CONSOLE_PHONE_ORIGIN": phone_origin}
    )


def test_the_risk_of_shared_phone_origins_can_be_accepted() -> None:
    accepted = {**PRODUCTION, "CONSOLE_PHONE_SAME_ORIGIN": "accepted"}
    assert load_settings({**accepted, "CONSOLE_PHONE_ORIGIN": "https://*.phone.example.com"})
    assert load_settings({**accepted, "CONSOLE_PHONE_ORIGIN": ""}).shared_phone_origin
    assert not load_settings(
        {**accepted, "CONSOLE_PHONE_ORIGIN": "https://phones.example.net"}
    ).shared_phone_origin


def test_secrets_can_stand_in_files(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 40 + "\n")
    given = {**PRODUCTION, "CONSOLE_SECRET_KEY": "", "CONSOLE_SECRET_KEY_FILE": str(file)}
    assert load_settings(given).secret_key == "f" * 40
    assert "cannot be read" in sentence(secret_key_file=str(tmp_path / "missing"))


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    settings = load_settings(
        {
            **PRODUCTION,
            "CONSOLE_REDIS_URL": "redis://:hidden@r",
            "CONSOLE_DATABASE_URL": "postgresql://u:hidden@db/x",
        }
    )
    assert not re.search(r"hidden|ssss|AAAA", repr(settings))


def test_development_makes_its_own_keys_and_keeps_them(tmp_path: Path) -> None:
    given = {
        "CONSOLE_ENV": "development",
        "CONSOLE_INSTANCE": str(tmp_path / "here"),
        "CONSOLE_PORT": "5050",
    }
    first, second = load_settings(given), load_settings(given)
    assert first == second
    assert (first.origin, first.phone_origin) == (
        "http://localhost:5050",
        "http://*.phone.localhost:5050",
    )
    assert (
        load_settings({**given, "CONSOLE_INSTANCE": str(tmp_path / "there")}).secret_key
        != first.secret_key
    )
    assert (tmp_path / "here/development-keys.json").stat().st_mode & 0o077 == 0


def test_development_serves_this_machine_only(tmp_path: Path) -> None:
    given = {
        "CONSOLE_ENV": "development",
        "CONSOLE_INSTANCE": str(tmp_path),
        "CONSOLE_HOST": "0.0.0.0",  # noqa: S104
    }
    with pytest.raises(SettingsError, match="this machine only"):
        load_settings(given)


@pytest.mark.parametrize(
    ("origin", "phone_origin"),
    [
        ("https://console.example.com", "https://*.phone.example.com"),
        ("https://console.example.com", ""),
        ("", "https://*.phone.example.com"),
        ("https://localhost.example.com", ""),
        ("http://192.168.1.10:5000", ""),
        ("https://notlocalhost", ""),
    ],
)
def test_development_has_no_public_address(origin: str, phone_origin: str) -> None:
    said = sentence(env="development", origin=origin, phone_origin=phone_origin)
    assert said.startswith(
        "Development serves this machine only: CONSOLE_ORIGIN and CONSOLE_PHONE_ORIGIN must be"
        " loopback"
    )


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:6000",
        "http://127.0.0.1:6000",
        "http://[::1]:6000",
        "http://console.localhost",
    ],
)
def test_development_may_choose_its_loopback_address(origin: str) -> None:
    assert load_settings({**DEVELOPMENT, "CONSOLE_ORIGIN": origin}).origin == origin


def test_serving_without_keys_ends_at_once_with_a_message(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py")]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Console does not start. Production needs CONSOLE_SECRET_KEY")
    assert "Traceback" not in done.stderr


def test_gunicorn_master_loads_nothing_that_gevent_patches() -> None:
    loads = (
        "import sys, console.config; print(not {'flask', 'ssl', 'socket', 'threading',"
        " 'sqlalchemy'} & set(sys.modules))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", loads], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        == "True\n"
    )
