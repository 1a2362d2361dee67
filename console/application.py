"""The one place where the parts of Console are joined."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flask import Blueprint, Flask

from .app_services import Services
from .cli import init_cli
from .config import Settings, load_settings
from .config.timings import Timings
from .domain.enums import Cause
from .domain.lease_model import LeaseTimings
from .errors import init_errors
from .log_format import init_log_format
from .outgoing_http import OutgoingHttp
from .providers import call_sentences, lacking
from .realtime.backplane import Backplane, open_backplane
from .realtime.endpoint import init_realtime
from .realtime.fragments import Fragments
from .realtime.hub import Hub
from .realtime.wiring import Foundation, build_realtime
from .security import init_security
from .security.cookies import Cookies
from .security.secrets_at_rest import Vault
from .security.sign_in_limits import SignInLimits
from .services.carriers import Carriers
from .services.commands import Commands
from .services.database_guard import DatabaseGuard, init_database_guard
from .services.due_work import DueWork
from .services.lease_notices import LeaseNotices
from .services.ownership import Ownership
from .services.reachability_texts import reachability_text
from .services.sign_outs import SignOuts
from .services.switchboard import Switchboard
from .services.unit_of_work import UnitsOfWork
from .static_files import init_static_files
from .storage.accounts import DAY, HOUR, Accounts, SessionAge
from .storage.database import Database
from .storage.journal import JournalEntry
from .storage.leases import Leases
from .views import (
    agent,
    agent_day,
    commands,
    contact_forms,
    contact_pages,
    contacts,
    directory,
    health,
    history,
    phone,
    preferences,
    sign_in,
    supervisor,
    wall_day,
)
from .views import settings as settings_page

ROOT = Path(__file__).parent.parent
_LARGEST_BODY = 256 * 1024  # bytes of a request


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or load_settings()
    app = _empty_app(settings)
    # First: the templates of pushed fragments take the address of static files as it is then.
    init_static_files(app, development=settings.development)
    services = _services(app, settings)
    app.extensions["console"] = services
    init_log_format(app, settings.log_level)
    init_database_guard(app, services.database_guard)
    init_security(app, services)
    preferences.init_locales(app, str(ROOT / "translations"))
    init_errors(app)
    init_realtime(app, services.realtime.sessions, settings.origin)
    for blueprint in _blueprints(settings):
        app.register_blueprint(blueprint)
    init_cli(app)
    return app


def _empty_app(settings: Settings) -> Flask:
    app = Flask(
        "console",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        root_path=str(ROOT),
    )
    # A line that holds a tag only leaves no blank line.
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    # A Vietnamese letter is one character, not six: a quarter of a page's JSON.
    app.jinja_env.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False,
        "separators": (",", ":"),
        "sort_keys": True,
    }
    for text in (call_sentences, lacking, reachability_text):
        app.add_template_global(text)
    app.jinja_env.globals["causes"] = list(Cause)
    app.secret_key = settings.secret_key
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    return app


def _blueprints(settings: Settings) -> Iterator[Blueprint]:
    yield from (sign_in.sign_in, health.health, preferences.preferences, agent.blueprint)
    yield from (commands.blueprint, contacts.blueprint, directory.blueprint)
    yield from (history.blueprint, phone.blueprint, supervisor.blueprint, wall_day.blueprint)
    yield from (contact_pages.blueprint, contact_forms.blueprint, agent_day.blueprint)
    yield settings_page.blueprint
    if settings.simulating:
        # Not above: production does not even load it.
        from .views.simulator_link import simulator_link

        yield simulator_link


def _services(app: Flask, settings: Settings) -> Services:
    timings = Timings.of(settings)
    database = Database(settings.database_url)
    accounts = Accounts(database, _session_age(settings))
    callbacks_kept = round(settings.keep_callback_days * 86_400_000)
    units = UnitsOfWork(database, timings.silent_call, callbacks_kept)
    leases = Leases(database, _lease_timings(timings))
    switchboard = Switchboard(units, leases, leases.clock, timings.silent_call)
    carriers = Carriers(database, units, leases.clock, switchboard, timings)
    commands = Commands(units, leases, timings.command)
    notices = LeaseNotices(leases, switchboard)
    ownership = Ownership(leases, notices)
    sign_outs = SignOuts(units, leases, switchboard, notices)
    fragments = Fragments(app, database)
    hub = Hub(database, fragments, timings.wall_gather / 1000)
    backplane = open_backplane(settings.redis_url)
    units.announce = partial(_announce, hub, backplane)
    realtime = build_realtime(
        Foundation(
            settings=settings,
            timings=timings,
            database=database,
            units=units,
            leases=leases,
            switchboard=switchboard,
            carriers=carriers,
            notices=notices,
            ownership=ownership,
            sign_outs=sign_outs,
            due_work=DueWork(database, units, leases, notices, carriers),
            commands=commands,
            accounts=accounts,
            fragments=fragments,
            hub=hub,
            worker=_worker(settings),
        )
    )
    return Services(
        settings=settings,
        timings=timings,
        database=database,
        database_guard=DatabaseGuard(database, development=settings.development),
        vault=Vault(settings.encryption_keys),
        accounts=accounts,
        cookies=Cookies(settings),
        sign_in_limits=SignInLimits(settings.redis_url),
        http=OutgoingHttp(settings.private_targets),
        units=units,
        leases=leases,
        switchboard=switchboard,
        commands=commands,
        carriers=carriers,
        ownership=ownership,
        sign_outs=sign_outs,
        hub=hub,
        realtime=realtime,
        backplane=backplane,
    )


def _announce(hub: Hub, backplane: Backplane, entries: list[JournalEntry]) -> None:
    hub.take(entries)
    backplane.publish(entries)


def _worker(settings: Settings) -> str:
    """The name of this worker's process in the database."""
    return f"{socket.gethostname()}:{settings.port}:{os.environ.get('CONSOLE_WORKER', '0')}"


def _session_age(settings: Settings) -> SessionAge:
    return SessionAge(
        whole=int(settings.session_days * DAY), idle=int(settings.session_idle_hours * HOUR)
    )


def _lease_timings(timings: Timings) -> LeaseTimings:
    return LeaseTimings(
        ping=timings.ping,
        suspect=timings.suspect,
        expire=timings.expire,
        fence=timings.fence,
        takeover=timings.takeover,
        comeback=timings.comeback,
        start_grace=timings.start_grace,
        carry_max=timings.carry,
    )
