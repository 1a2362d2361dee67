"""The services of the application that the security modules use."""

from __future__ import annotations

from typing import Protocol, cast

from flask import current_app

from ..config import Settings
from ..storage.accounts import Accounts
from .cookies import Cookies
from .sign_in_limits import SignInLimits


class SecurityServices(Protocol):
    """The part of `app_services.Services` that this package needs; imports point one way."""

    @property
    def settings(self) -> Settings: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def cookies(self) -> Cookies: ...
    @property
    def sign_in_limits(self) -> SignInLimits: ...


def security_services() -> SecurityServices:
    return cast(SecurityServices, current_app.extensions["console"])
