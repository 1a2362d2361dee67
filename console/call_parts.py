"""The parts that calls flow through, joined: recorder → switchboard → hub → sockets."""

from __future__ import annotations

import os
import socket

from flask import Flask

from .config import Settings
from .domain.lease_model import LeaseTimings
from .outgoing_http import OutgoingHttp
from .providers import call_sentences, lacking
from .realtime.backplane import open_backplane
from .realtime.endpoint import join_realtime
from .realtime.fragments import Fragments
from .realtime.hub import Hub
from .realtime.presence import Presence
from .registry import Services
from .security.secrets_at_rest import Vault
from .services.commands import Commands
from .services.database_guard import OwnDatabase
from .services.ownership import Ownership
from .services.reachability_texts import reach_words
from .services.switchboard import Switchboard
from .services.unit_of_work import UnitsOfWork
from .storage.database import Database
from .storage.journal import JournalEntry
from .storage.leases import Leases
from .views import agent, commands, contacts, phone, supervisor


def join_call_parts(
    app: Flask, settings: Settings, database: Database, own_database: OwnDatabase
) -> Services:
    timings = LeaseTimings(
        **{
            name: round(getattr(settings, f"{name}_seconds") * 1000)
            for name in (
                "ping",
                "suspect",
                "expire",
                "fence",
                "takeover",
                "comeback",
                "start_grace",
            )
        }
    )
    units = UnitsOfWork(database, round(settings.silent_call_seconds * 1000))
    leases = Leases(database, timings)
    switchboard = Switchboard(units, leases)
    orders = Commands(switchboard, round(settings.command_seconds * 1000))
    ring = round(settings.ring_seconds * 1000)
    ownership = Ownership(switchboard, round(settings.carry_seconds * 1000), ring)
    fragments = Fragments(app, database)
    hub = Hub(database, fragments, settings.wall_gather_seconds)
    backplane = open_backplane(settings.redis_url)
    worker = f"{socket.gethostname()}:{settings.port}:{os.environ.get('CONSOLE_WORKER', '0')}"
    accounts = app.extensions["accounts"].accounts
    presence = Presence(hub, units, ownership, orders, fragments, accounts, settings, worker)

    def announce(lines: list[JournalEntry]) -> None:
        hub.take(lines)
        backplane.publish(lines)

    units.announce = announce
    for blueprint in (
        agent.blueprint,
        commands.blueprint,
        contacts.blueprint,
        phone.blueprint,
        supervisor.blueprint,
    ):
        app.register_blueprint(blueprint)
    app.add_template_global(call_sentences)
    app.add_template_global(lacking)
    app.add_template_global(reach_words)
    join_realtime(app, presence, settings.origin, settings.hello_seconds)
    vault = Vault(settings.encryption_keys)
    http = OutgoingHttp(settings.private_targets)
    return Services(
        settings,
        database,
        vault,
        units,
        leases,
        switchboard,
        orders,
        ownership,
        hub,
        presence,
        backplane,
        http,
        own_database,
    )
