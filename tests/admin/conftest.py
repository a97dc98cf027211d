"""Who works in the admin, and how they fill in its forms."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from catalog.roles import Role, group_of
from tests.admin.browsing import Visitor, VisitorWith


@pytest.fixture
def curator(db: None) -> User:
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.add(group_of(Role.CURATOR))
    return user


@pytest.fixture
def visit(curator: User) -> Visitor:
    """A curator at the admin."""
    return visitor(curator)


@pytest.fixture
def visit_as_root(db: None) -> Visitor:
    return visitor(User.objects.create_superuser("root"))


@pytest.fixture
def visit_with(db: None) -> VisitorWith:
    """Makes a visitor with just the permissions that are named."""

    def visit_with(*codenames: str) -> Visitor:
        user = User.objects.create_user(f"staff {codenames}", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="catalog", codename__in=codenames))
        return visitor(user)

    return visit_with


def visitor(user: User) -> Visitor:
    client = Client(headers={"host": "localhost"}, raise_request_exception=True)
    client.force_login(user)
    return Visitor(client)
