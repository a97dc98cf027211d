"""Who asks: the bearer of a token, kept as a digest and with an end."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

_TOKEN = re.compile(rb"[0-9A-Za-z_-]{1,200}\Z")


class BearerAuthentication(TokenAuthentication):
    """Knox's tokens, after a look at whether the bytes can be one: others are no text, or no text of a database."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not _TOKEN.match(token):
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: Any) -> bool:
        """Delete the token where it has ended. Knox would look at all others of its user too, on each request."""
        has_ended = auth_token.expiry is not None and auth_token.expiry < timezone.now()
        if has_ended:
            auth_token.delete()
        return has_ended
