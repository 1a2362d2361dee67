"""Applications and their people, as tests/application.py makes them, and two organisations."""

from tests.application import app, person, quick_passwords, run, settings, store, url
from tests.security.two_organisations import scene

__all__ = ["app", "person", "quick_passwords", "run", "scene", "settings", "store", "url"]
