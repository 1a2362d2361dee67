"""The simulator's web application, and the only place that joins its parts."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader

from ...config import Settings, SettingsError
from ...domain.languages import DEFAULT_LANGUAGE, LANGUAGE_NAMES
from ...static_files import init_static_files
from ..clouds.registry import CLOUDS
from ..exchange.clock import Clock, RealClock
from . import guards, simulator
from .api import api
from .guards import SimulatorError
from .page import current_locale, page, problem_page
from .simulator import Simulator

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[2]

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
    _init_pages(app)
    guards.init_app(app, settings.simulator_port)
    app.register_error_handler(SimulatorError, _refused)
    running = Simulator(settings.origin, clock or RealClock(), seed)
    simulator.init_app(app, running)
    app.register_blueprint(page)
    app.register_blueprint(api)
    for cloud in CLOUDS:
        cloud.init_app(app, running.exchange, running.faults)
    return app


def _init_pages(app: Flask) -> None:
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(FOLDER / "templates"), FileSystemLoader(ROOT / "templates")]
    )
    app.config.update(
        MAX_CONTENT_LENGTH=256 * 1024,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE=DEFAULT_LANGUAGE,
    )
    Babel(app, locale_selector=current_locale)
    app.jinja_env.globals["languages"] = LANGUAGE_NAMES
    init_static_files(app, development=True)


def _refused(error: SimulatorError) -> ResponseReturnValue:
    accepted = request.accept_mimetypes.best_match(("application/json", "text/html"))
    if accepted == "text/html" and not request.is_json:
        return problem_page(error.sentence), error.status
    return jsonify(sentence=str(error.sentence)), error.status
