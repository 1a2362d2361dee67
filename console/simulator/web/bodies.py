"""The bodies of the simulator's requests, as JSON or as a form, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from flask import request
from flask_babel import lazy_gettext as _
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    field_validator,
    model_validator,
)

from ...domain.languages import Language
from ..exchange import Device
from ..exchange.faults import Faults
from .guards import SimulatorError
from .page_texts import input_sentence

LONGEST_SECONDS = 14_400


def _without_separators(number: object) -> str:
    return re.sub(r"[\s.\-()]", "", str(number))


Number = Annotated[str, BeforeValidator(_without_separators), Field(pattern=r"^\+?\d{3,15}$")]
Seconds = Annotated[float | None, Field(ge=0, le=LONGEST_SECONDS)]


class Body(BaseModel):
    """A field that a form sends empty has its default. `sentences`: of fields that are wrong, where
    the field is not a number with limits.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True, allow_inf_nan=False)
    sentences: ClassVar[Mapping[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value not in (None, "")}


class CustomerCall(Body):
    sentences = {"number": _("A number has 3 to 15 digits, such as 0912345678.")}

    number: Number
    to: str = "queue"
    talk: Seconds = None
    patience: Seconds = None


class NewAgent(Body):
    sentences = {
        "extension": _("An extension has 1 to 7 digits and does not begin with 0."),
        "default_device": _("default_device must be 1, 2, 3, 4 or 6."),
    }

    extension: str = Field(pattern=r"^[1-9]\d{0,6}$")
    name: str = ""
    default_device: Device = Device.BROWSER
    lines: Annotated[int, Field(ge=1, le=8)] = 1


class FaultSettings(RootModel[dict[str, float]]):
    @field_validator("root", mode="before")
    @classmethod
    def _check(cls, given: dict[str, Any]) -> dict[str, float]:
        return {name: Faults.checked(name, value) for name, value in given.items()}


class Cut(Body):
    agent: str | None = None


class ScenarioChoice(Body):
    """`text`: a scenario of the test's own."""

    name: str | None = None
    text: str | None = None


class Restart(Body):
    seed: Annotated[int | None, Field(ge=0, le=999_999_999)] = None


class Preferences(BaseModel):
    """Language and look of the page; an empty theme follows the browser's."""

    locale: Language | None = None
    theme: Literal["light", "dark", ""] | None = None


Model = TypeVar("Model", bound=BaseModel)


def body(model: type[Model]) -> Model:
    """The request's body, or a SimulatorError that names the first wrong field."""
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(given, dict):
        raise SimulatorError(400, _("This request is invalid."))
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise SimulatorError(422, _sentence(model, error)) from None


def _sentence(model: type[BaseModel], error: ValidationError) -> Any:
    first = error.errors()[0]
    if first["type"] == "value_error":
        return input_sentence(first["ctx"]["error"])
    name = str(first["loc"][0])
    if issubclass(model, Body) and name in model.sentences:
        return model.sentences[name]
    limits = {
        kind: getattr(limit, kind)
        for limit in model.model_fields[name].metadata
        for kind in ("ge", "le")
        if hasattr(limit, kind)
    }
    if not limits:
        return _("%(name)s has a wrong value.", name=name)
    return _(
        "%(name)s must be a number from %(low)s to %(high)s.",
        name=name,
        low=f"{limits['ge']:g}",
        high=f"{limits['le']:g}",
    )
