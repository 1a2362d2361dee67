"""Console: the browser workspace of a call-centre agent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from .config import Settings

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """The one place where the parts are joined.

    It imports here, not above: gunicorn's master reads `console.config`, and what gevent has to
    patch must not be loaded there.
    """
    from flask import Flask
    from flask.logging import default_handler

    from . import cli, errors
    from .call_parts import join_call_parts
    from .config import load_settings
    from .log_format import OneLineFormatter
    from .security import join_security
    from .services.database_guard import join_own_database
    from .static_files import join_static_files
    from .storage.database import Database
    from .views.health import health
    from .views.preferences import join_locales, preferences
    from .views.sign_in import sign_in

    settings = settings or load_settings()
    app = Flask(
        "console",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        root_path=str(ROOT),
    )
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
    }  # a line that holds a tag only leaves no blank line
    # A Vietnamese letter as it is, not as six characters: a quarter of what a page brings as JSON.
    app.jinja_env.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False,
        "separators": (",", ":"),
        "sort_keys": True,
    }
    app.secret_key = settings.secret_key
    app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
    join_static_files(app, development=settings.development)
    app.logger.setLevel(settings.log_level.upper())
    default_handler.setFormatter(
        OneLineFormatter(
            "[%(asctime)s] %(levelname)s in %(module)s: %(message)s", "%Y-%m-%d %H:%M:%S %z"
        )
    )
    database = Database(settings.database_url)
    own_database = join_own_database(app, database, development=settings.development)
    join_security(app, settings, database)
    join_locales(app, str(ROOT / "translations"))
    errors.join_errors(app)
    for blueprint in (sign_in, health, preferences):
        app.register_blueprint(blueprint)
    if settings.simulating:
        from .views.simulator_link import simulator_link

        app.register_blueprint(simulator_link)
    app.extensions["console"] = join_call_parts(app, settings, database, own_database)
    cli.join_commands(app, settings, database)
    return app
