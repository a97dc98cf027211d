"""Groups of users by what they may write, and what a user may."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, User
from django.db.models import BigIntegerField, TextField

from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Asked, Compiled, Given


class Role(StrEnum):
    """A registrant adds versions, links and evaluations, and freezes comparisons.

    A curator also amends and withdraws, and defines metrics.
    """

    REGISTRANT = "registrant"
    CURATOR = "curator"


_REGISTRANT = frozenset({"add_artifactversion", "add_link", "add_evaluation", "add_frozencomparison"})

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.REGISTRANT: _REGISTRANT,
    Role.CURATOR: _REGISTRANT
    | {"change_artifactversion", "delete_link", "change_evaluation", "add_metricdefinition", "change_metricdefinition"},
}


def group_of(role: Role) -> Group:
    """The group of a role, made and given its permissions where they are missing."""
    group, _ = Group.objects.get_or_create(name=role.value)
    group.permissions.add(*Permission.objects.filter(content_type__app_label="catalog", codename__in=PERMISSIONS[role]))
    return group


class HeldPermissions(ModelBackend):
    """Asks in one query for what a user may by themselves and by their groups, where Django's own backend asks twice.

    It is named before that one, which signs users in, and finds here what it would ask for.
    """

    def authenticate(self, *args: Any, **credentials: Any) -> None:
        return None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if user_obj.is_active and not user_obj.is_superuser and obj is None and not hasattr(user_obj, "_perm_cache"):
            keep_permissions(user_obj, _held(read_vendor()).asked(user=user_obj.pk))
        return super().get_all_permissions(user_obj, obj)


def keep_permissions(user: Any, asked: Asked) -> None:
    """Let a user have the permissions that were `asked` for, where Django's backends look first.

    A superuser has all there are, which Django looks up by itself.
    """
    if not user.is_superuser:
        user._perm_cache = {f"{app}.{codename}" for app, codename in asked.rows()}


def permissions_of_bearer(token_key: str) -> Asked:
    """What the user may that a token is of, by the key that it is found by, asked for."""
    return _held_by_bearer(read_vendor()).asked(key=token_key)


@cache
def _held(vendor: str) -> Compiled:
    return _permissions(pk=Given("user", BigIntegerField()))


@cache
def _held_by_bearer(vendor: str) -> Compiled:
    return _permissions(auth_token_set__token_key=Given("key", TextField()))


def _permissions(**of_user: Given) -> Compiled:
    """The permissions of the user that is described so, and of their groups."""
    users = User.objects.filter(**of_user).order_by().values("pk")
    own, by_group = (Permission.objects.filter(**{who: users}).order_by() for who in ("user__in", "group__user__in"))
    columns = ("content_type__app_label", "codename")
    return Compiled.of(own.values_list(*columns).union(by_group.values_list(*columns)))
