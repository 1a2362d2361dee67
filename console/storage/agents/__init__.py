"""Agents in the database: lookups, and views for templates and the journal."""

from __future__ import annotations

from .agent_views import AgentView, views
from .call_views import CallView, QualityView, call_view, call_views, recent
from .lookups import (
    connections_of,
    find,
    find_status,
    names,
    of_teams,
    region_of,
    status_of,
    supervises,
    team_names,
    teams_seen_by,
)

__all__ = [
    "AgentView",
    "CallView",
    "QualityView",
    "call_view",
    "call_views",
    "connections_of",
    "find",
    "find_status",
    "names",
    "of_teams",
    "recent",
    "region_of",
    "status_of",
    "supervises",
    "team_names",
    "teams_seen_by",
    "views",
]
