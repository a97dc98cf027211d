"""Who asks: the bearer of a token, kept as a digest and with an end."""

from __future__ import annotations

import re
from functools import cache
from hmac import compare_digest
from typing import Any

from django.db.models import OuterRef, TextField
from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import get_token_model
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from catalog.replication.routing import read_vendor
from catalog.roles import Held, know
from catalog.statements.compiled import CompiledModels, Given

_TOKEN = re.compile(rb"[0-9A-Za-z_-]{1,200}\Z")


class BearerAuthentication(TokenAuthentication):
    """Knox's tokens, after a look at whether the bytes can be one: others are no text, or no text of a database."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        """As Knox does it, by a query that is built once: each request that bears a token begins with it.

        It brings what the user may along, which whoever writes is asked next.
        """
        if _TOKEN.match(token):
            text = token.decode()
            for found in _tokens(read_vendor()).found(key=text[: CONSTANTS.TOKEN_KEY_LENGTH]):
                if not self._cleanup_token(found) and compare_digest(hash_token(text), found.digest):
                    know(found.user, found.held)
                    return self.validate_user(found)
        raise AuthenticationFailed("Invalid token.")

    def _cleanup_token(self, auth_token: Any) -> bool:
        """Delete the token where it has ended. Knox would look at all others of its user too, on each request."""
        has_ended = auth_token.expiry is not None and auth_token.expiry < timezone.now()
        if has_ended:
            auth_token.delete()
        return has_ended


@cache
def _tokens(vendor: str) -> CompiledModels[Any]:
    tokens = get_token_model().objects.filter(token_key=Given("key", TextField())).order_by()
    return CompiledModels(tokens.select_related("user").annotate(held=Held(OuterRef("user"))))
