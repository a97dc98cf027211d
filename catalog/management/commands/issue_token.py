"""`manage.py issue_token`: a bearer token for writing through the API, printed once."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import get_token_model
from knox.settings import knox_settings

from catalog.roles import PERMISSIONS, Role, group_of

LONGEST = 36_500


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:10]) <= LONGEST:
        raise ArgumentTypeError(f"a whole number of days from 1 to {LONGEST}, not '{text}'")
    return int(text)


class Command(BaseCommand):
    help = "Issue a bearer token and print it, once: only its digest is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the name of the user who will write with it")
        parser.add_argument("--days", type=_days, help="how long it is valid (TOKEN_TTL_DAYS without it)")
        parser.add_argument("--role", choices=[role.value for role in Role], help="let the user write as this role")
        parser.add_argument("--new", action="store_true", help="make the user, who cannot log in with a password")

    def handle(self, *args: Any, **options: Any) -> None:
        user = self._user(options["user"], new=options["new"])
        if options["role"]:
            user.groups.add(group_of(Role(options["role"])))
        lifetime = timedelta(days=options["days"]) if options["days"] else knox_settings.TOKEN_TTL
        token, text = get_token_model().objects.create(user=user, expiry=lifetime)
        if not any(user.has_perm(f"catalog.{name}") for name in PERMISSIONS[Role.CURATOR]):
            self.stderr.write(f"{user} may not write yet: give a role (--role registrant), or permissions.")
        self.stderr.write(f"Valid until {token.expiry:%Y-%m-%d %H:%M} UTC. It is shown this once; keep it safe.")
        self.stdout.write(text)

    def _user(self, name: str, *, new: bool) -> Any:
        users = get_user_model()._default_manager
        found = users.filter(username=name).first()
        if found is None and not new:
            raise CommandError(f"There is no user '{name}'. Make one with createsuperuser, or here with --new.")
        if found is not None and not found.is_active:
            raise CommandError(f"The user '{name}' is not active.")
        return found or self._new_user(name)

    def _new_user(self, name: str) -> Any:
        users = get_user_model()
        try:
            users(username=name).clean_fields(exclude={"password"})
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        return users._default_manager.create_user(username=name)
