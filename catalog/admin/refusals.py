"""From what the one door refuses to an error beside the form's field.

Django's admin validates first and saves later, and the door both validates and writes. So a save that the door
refuses is rolled back and the same request is answered once more, now with the refusal as a validation error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest

from catalog.errors import CatalogError, Conflict

_ATTRIBUTE = "_catalog_refusal"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the door said, and the prefix of the form whose values it was given."""

    error: CatalogError
    prefix: str | None


class Refused(Exception):
    """Carries a refusal out of the transaction that it ends."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.error))
        self.refusal = refusal


@contextmanager
def refusals_of(form: Any) -> Iterator[None]:
    """Say of what the door refuses inside the block that it came from `form`."""
    try:
        yield
    except CatalogError as error:
        raise Refused(Refusal(error, form.prefix)) from error
    except (IntegrityError, OperationalError) as error:
        # Two writers met: a constraint or a deadlock decided between them.
        conflict = Conflict(
            "Somebody else changed the same records at the same time, and nothing was saved. Try again."
        )
        raise Refused(Refusal(conflict, form.prefix)) from error


def remember(request: HttpRequest, refusal: Refusal) -> None:
    """Keep a refusal for the second answer to the same request."""
    setattr(request, _ATTRIBUTE, refusal)


def remembered(request: HttpRequest) -> Refusal | None:
    """The refusal that this request has met, if it has."""
    return getattr(request, _ATTRIBUTE, None)


class DoorForm(forms.ModelForm):
    """A form whose values go through the door: it never writes its instance, and shows what the door refused."""

    refusal: Refusal | None = None
    named: ClassVar[dict[str, str]] = {}
    """The form's names of fields that the door calls otherwise."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.refusal is not None and self.refusal.prefix == self.prefix:
            show(self, self.refusal.error)
        return cleaned

    def _post_clean(self) -> None:
        """The instance stays as the database has it: what the fields say goes to the door, which validates it."""


def show(form: forms.BaseForm, error: CatalogError) -> None:
    """Add each fault to the field that it is about, and to the form as a whole where there is none."""
    for fault in error.faults:
        field, place = _field_and_place(form, fault.pointer)
        form.add_error(field, f"{place}: {fault.detail}" if place else fault.detail)
    if not error.faults:
        form.add_error(None, error.detail)


def _field_and_place(form: forms.BaseForm, pointer: str) -> tuple[str | None, str]:
    """The field that a JSON pointer leads to, and where in the field's value."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if not steps:
        return None, ""
    for length in (2, 1):
        name = "_".join(steps[:length])
        name = getattr(form, "named", {}).get(name, name)
        if name in form.fields:
            return name, ".".join(steps[length:])
    return None, ".".join(steps)
