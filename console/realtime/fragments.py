"""Renders live regions from the same partials as the pages, outside of any request, once per
language.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from flask import Flask
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from ..domain.languages import LANGUAGES
from ..providers import call_sentences, lacking
from ..services.reachability_texts import reachability_text
from ..storage import agents, day_numbers, outcomes
from ..storage.callbacks import NOTHING_WAITS, CallbackList
from ..storage.database import Database
from ..storage.day_numbers import DayNumbers
from ..storage.directory import ColleagueView
from ..storage.outcomes import OfferedView


class RowChange(Enum):
    """What happens to a row of a list on one page."""

    new = "new"
    same = "same"
    gone = "gone"


def row_change(
    payload: Mapping[str, Any], audiences: frozenset[str], *, replace: bool = False
) -> RowChange | None:
    """The change of a callback's row for these audiences; None when they never see it.

    `replace`: the page may have missed a state between, so the row is put in again.
    """
    was, stays = (not audiences.isdisjoint(payload[when]) for when in ("before", "after"))
    if stays:
        return RowChange.same if was and not replace else RowChange.new
    return RowChange.gone if was else None


_OWN = (
    ("availability", "_availability.html"),
    ("set-by", "_set_by.html"),
    ("calls", "_calls.html"),
)
_MACROS = ("_components.html", "_words.html")
_TEXT_MACROS = frozenset(
    "icon keys status_icon status_word reason_word direction_word outcome_sentence quality_mark"
    " quality_word quality_cause shortcut".split()
)  # the macros in them whose text depends on nothing but constants


class Fragments:
    def __init__(self, app: Flask, database: Database) -> None:
        self._database = database
        self._environments = {language: _environment(app, language) for language in LANGUAGES}

    def _partial(self, language: str, target: str, template: str, **context: Any) -> str:
        html = self._environments[language].get_template(template).render(context)
        return f'<hx-partial hx-target="#{target}" hx-swap="outerMorph">{html}</hx-partial>'

    def change(self, topic: str, payload: Mapping[str, Any], language: str) -> str:
        """The regions of a topic ("agent", "team") that a journal entry of type `agent` changes."""
        return _CHANGE[topic](self, payload, language)

    def _workspace_change(self, payload: Mapping[str, Any], language: str) -> str:
        agent = payload["agent"]
        html = self._agent(agent, language)
        if payload["history"]:
            with self._database.read() as session:
                recent = agents.recent(session, agent["id"], agents.region_of(session, agent["id"]))
                today = day_numbers.of_agent(session, agent["id"], self._database.now(session))
                offered = outcomes.offered(session, [agent["id"]]).get(agent["id"])
            html += self._own(recent, today, offered, language)
        return html

    def _agent(self, agent: Mapping[str, Any], language: str) -> str:
        return "".join(
            self._partial(language, target, template, agent=agent) for target, template in _OWN
        )

    def recent(self, recent: list[agents.CallView], language: str) -> str:
        return self._partial(language, "recent", "_recent.html", recent=recent)

    def callbacks(self, waiting: CallbackList, language: str, *, wall: bool = False) -> str:
        """The whole list of numbers to call back."""
        template = "_waiting.html" if wall else "_callbacks.html"
        return self._partial(language, "callbacks", template, callbacks=waiting)

    def callback(
        self, payload: Mapping[str, Any], language: str, change: RowChange, *, wall: bool = False
    ) -> str:
        """One row of the list, as a journal entry of type `callback` changes it."""
        target = f"callback-{payload['number'].replace('+', 'p')}"
        gone = f'<hx-partial hx-target="#{target}" hx-swap="delete"></hx-partial>'
        if change is RowChange.gone:
            return gone
        template = "_waiting_row.html" if wall else "_callback.html"
        html = (
            self._environments[language].get_template(template).render(callback=payload["callback"])
        )
        if change is RowChange.same:
            return f'<hx-partial hx-target="#{target}" hx-swap="outerMorph">{html}</hx-partial>'
        # A page that shows the row already must not show it twice.
        return (
            f'{gone}<hx-partial hx-target="#callback-rows" hx-swap="afterbegin">{html}</hx-partial>'
        )

    def today(self, today: DayNumbers, language: str) -> str:
        return self._partial(language, "today", "_today.html", today=today)

    def offered(self, offered: OfferedView | None, language: str) -> str:
        return self._partial(language, "outcomes", "_outcomes.html", outcomes=offered)

    def _own(
        self,
        recent: list[agents.CallView],
        today: DayNumbers,
        offered: OfferedView | None,
        language: str,
    ) -> str:
        return (
            self.recent(recent, language)
            + self.today(today, language)
            + self.offered(offered, language)
        )

    def _colleague_change(self, payload: Mapping[str, Any], language: str) -> str:
        agent = payload["agent"]
        return self._partial(language, f"presence-{agent['id']}", "_presence.html", agent=agent)

    def colleagues(self, colleagues: Sequence[ColleagueView], language: str) -> str:
        return self._partial(language, "colleagues", "_colleagues.html", colleagues=colleagues)

    def _wall_change(self, payload: Mapping[str, Any], language: str) -> str:
        return self._partial(
            language, f"tile-{payload['agent']['id']}", "_tile.html", agent=payload["agent"]
        )

    def workspace(
        self,
        agent: agents.AgentView,
        recent: list[agents.CallView],
        callbacks: str,
        today: DayNumbers,
        offered: OfferedView | None,
        language: str,
    ) -> str:
        """The whole snapshot of a workspace. `callbacks`: its list, which colleagues share."""
        own = self._own(recent, today, offered, language)
        return self._agent(agent, language) + own + callbacks

    def wall(
        self, seen: list[agents.AgentView], language: str, waiting: CallbackList = NOTHING_WAITS
    ) -> str:
        """The whole snapshot of a wall."""
        tiles = self._partial(language, "tiles", "_tiles.html", agents=seen)
        return tiles + self.callbacks(waiting, language, wall=True)


_CHANGE: dict[str, Callable[[Fragments, Mapping[str, Any], str], str]] = {
    "agent": Fragments._workspace_change,
    "team": Fragments._wall_change,
    "colleague": Fragments._colleague_change,
}


class _Folded(NodeTransformer):
    """Replaces calls by their results when a template is compiled: the translation of each
    `_("…")` without values, and the text of a text macro with constant arguments.
    """

    def __init__(
        self, gettext: Callable[[str], str], macros: Mapping[str, Callable[..., str]]
    ) -> None:
        self._gettext = gettext
        self._macros = macros

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (the name that Jinja looks for)
        self.generic_visit(node)
        given = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        constant = len(given) == len(node.args) and not (
            node.kwargs or node.dyn_args or node.dyn_kwargs
        )
        if not (constant and isinstance(node.node, nodes.Name)):
            return node
        if node.node.name == "_" and len(given) == 1:
            return nodes.Const(Markup(self._gettext(given[0])) % {})  # noqa: S704 (translations are our own)
        macro = self._macros.get(node.node.name)
        return nodes.Const(macro(*given)) if macro else node


class _OneLanguage(Environment):
    """An environment whose templates are compiled with their translations."""

    catalogue: gettext.NullTranslations
    text_macros: Mapping[str, Callable[..., str]] = {}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return cast(
            nodes.Template,
            _Folded(self.catalogue.gettext, self.text_macros).visit(
                super()._parse(source, name, filename)
            ),
        )

    def cache_text_macros(self) -> None:
        """Caches the macros that give the same text for the same icon's name or status."""
        found: dict[str, Callable[..., str]] = {}
        for template in _MACROS:
            module = self.get_template(template).module
            for name in _TEXT_MACROS & vars(module).keys():
                found[name] = lru_cache(maxsize=256)(getattr(module, name))
                setattr(module, name, found[name])
        self.text_macros = found


def _environment(app: Flask, language: str) -> _OneLanguage:
    """The application's templates in one language, which render without a request or context."""
    environment = _OneLanguage(
        loader=app.jinja_env.loader,
        autoescape=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
        **app.jinja_options,
    )
    environment.filters.update(app.jinja_env.filters)
    folder = Path(app.root_path) / "translations"
    catalogue = environment.catalogue = gettext.translation(
        "messages", folder, languages=[language], fallback=True
    )
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["locale"] = language
    environment.globals |= {
        "call_sentences": call_sentences,
        "lacking": lacking,
        "reachability_text": reachability_text,
    }
    # A push names the icons as the page does.
    environment.globals["static"] = app.jinja_env.globals.get("static", "/static")
    environment.cache_text_macros()
    return environment
