"""Who may write. Reading is public; writing needs the permission that the view names for the method."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

REGISTER = "catalog.add_artifactversion"
AMEND = "catalog.change_artifactversion"
ADD_LINK = "catalog.add_link"
WITHDRAW_LINK = "catalog.delete_link"
ADD_EVALUATION = "catalog.add_evaluation"
RETRACT_EVALUATION = "catalog.change_evaluation"
FREEZE = "catalog.add_frozencomparison"


class PublicReadingPermittedWriting(BasePermission):
    """Lets everyone read, and those write who hold `write_permissions[method]` of the view.

    A view that writes and names no permission lets no one.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS:
            return True
        needed = getattr(view, "write_permissions", {}).get(request.method)
        self.message = f"This needs the permission {needed}."
        return needed is not None and bool(request.user.is_authenticated) and request.user.has_perm(needed)
