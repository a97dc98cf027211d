"""Groups of users by what they may write, and what a user may."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import BigIntegerField

from catalog.replication.routing import read_vendor
from catalog.statements.compiled import Compiled, Given


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
            held = _held(read_vendor()).rows(user=user_obj.pk)
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in held}
        return super().get_all_permissions(user_obj, obj)


@cache
def _held(vendor: str) -> Compiled:
    user = Given("user", BigIntegerField())
    own, by_group = (Permission.objects.filter(**{who: user}).order_by() for who in ("user", "group__user"))
    columns = ("content_type__app_label", "codename")
    return Compiled.of(own.values_list(*columns).union(by_group.values_list(*columns)))
