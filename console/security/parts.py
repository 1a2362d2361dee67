"""What the security modules share in one application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from ..config import Settings
from ..storage.accounts import Accounts
from .cookies import Cookies
from .sign_in_limits import SignInLimits


@dataclass(frozen=True, slots=True)
class AccountParts:
    settings: Settings
    accounts: Accounts
    cookies: Cookies
    limits: SignInLimits


def account_parts() -> AccountParts:
    return cast(AccountParts, current_app.extensions["accounts"])
