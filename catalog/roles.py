"""Groups of users by what they may write."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth.models import Group, Permission


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
