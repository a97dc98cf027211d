"""Groups of users by what they may write, and what a user may."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, User
from django.db.models import BigIntegerField, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Concat

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
            found = _held(read_vendor()).rows(user=user_obj.pk)  # none of a user who is gone meanwhile
            know(user_obj, found[0][0] if found else None)
        return super().get_all_permissions(user_obj, obj)


def know(user: Any, held: str | None) -> None:
    """Have a user know what they may, as `Held` says it; a superuser may everything, and who is not active nothing."""
    if user.is_active and not user.is_superuser:
        user._perm_cache = set((held or "").split())


class Held(Subquery):
    """What the user of a row may, by themselves and by their groups, in words: null where that is nothing."""

    template = "(SELECT %(function)s(held.permission, ' ') FROM (%(subquery)s) held)"

    def __init__(self, user: Any) -> None:
        name = Concat("content_type__app_label", Value("."), "codename")
        own, by_group = (
            Permission.objects.filter(**{who: user}).order_by().values(permission=name)
            for who in ("user", "group__user")
        )
        super().__init__(own.union(by_group), TextField(null=True), function="string_agg")

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="group_concat", **context)


@cache
def _held(vendor: str) -> Compiled:
    user = Given("user", BigIntegerField())
    return Compiled.of(User.objects.filter(pk=user).order_by().values_list(Held(OuterRef("pk"))))
