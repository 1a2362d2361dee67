"""The simulator's web application: its page, its API, and the vendors' faces, each a module with
`join(app, exchange, faults)`.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader

from ..config import Settings, SettingsError
from ..domain.languages import DEFAULT_LANGUAGE, LANGUAGE_NAMES
from ..static_files import join_static_files
from . import vcc
from .api import api
from .clock import Clock, RealClock
from .guards import SimulatorError, join_guards
from .page import current_locale, page, problem_page
from .state import Simulator, join_state

OWN = Path(__file__).parent
ROOT = OWN.parent.parent
VENDORS = (vcc,)

ONLY_DEVELOPMENT = (
    "The simulator does not start: it is a pretend telephone exchange for development"
    " (CONSOLE_ENV=development), and this is production."
)


def create_simulator(
    settings: Settings, clock: Clock | None = None, seed: int | None = None
) -> Flask:
    if not settings.development:
        raise SettingsError(ONLY_DEVELOPMENT)
    app = Flask("console.simulator", static_folder=str(ROOT / "static"), root_path=str(ROOT))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(OWN / "templates"), FileSystemLoader(ROOT / "templates")]
    )
    app.config.update(
        MAX_CONTENT_LENGTH=256 * 1024,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE=DEFAULT_LANGUAGE,
    )
    Babel(app, locale_selector=current_locale)
    app.jinja_env.globals["languages"] = LANGUAGE_NAMES
    join_static_files(app, development=True)
    state = Simulator(settings, clock or RealClock(), seed)
    join_state(app, state)
    join_guards(app, settings.simulator_port)
    app.register_blueprint(page)
    app.register_blueprint(api)
    app.register_error_handler(SimulatorError, _refused)
    for vendor in VENDORS:
        vendor.join(app, state.exchange, state.faults)
    return app


def _refused(problem: SimulatorError) -> ResponseReturnValue:
    wants_page = (
        request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"
        and not request.is_json
    )
    if wants_page:
        return problem_page(problem.sentence), problem.status
    return jsonify(sentence=str(problem.sentence)), problem.status
