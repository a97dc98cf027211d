"""The admin's page of bearer tokens: issuing one shows it once, deleting one ends it. Importing this registers it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from knox.models import AuthToken, get_digest_token
from knox.settings import CONSTANTS, knox_settings

LONGEST = 36_500


class TokenForm(forms.ModelForm):
    """Whose token, and for how long."""

    days = forms.IntegerField(
        min_value=1,
        max_value=LONGEST,
        initial=lambda: knox_settings.TOKEN_TTL.days,
        help_text="How many days it is valid.",
    )

    class Meta:
        model = AuthToken
        fields = ("user",)


class TokenAdmin(admin.ModelAdmin):
    """Only a token's digest is kept, so the token itself is shown when it is issued and never again.

    Superusers issue tokens for everyone; others for themselves alone, or they could write as somebody else.
    """

    form = TokenForm
    list_display = ("beginning", "user", "created", "expiry", "is_valid")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    ordering = ("-created",)

    @admin.display(description="token")
    def beginning(self, token: Any) -> str:
        return f"{token.token_key[:8]}…"

    @admin.display(boolean=True, description="valid")
    def is_valid(self, token: Any) -> bool:
        return token.expiry is None or token.expiry > timezone.now()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        tokens = super().get_queryset(request)
        return tokens if request.user.is_superuser else tokens.filter(user=request.user.pk)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "user" and not request.user.is_superuser:
            options["queryset"] = db_field.remote_field.model._default_manager.filter(pk=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.digest, text = get_digest_token()
        obj.token_key = text[: CONSTANTS.TOKEN_KEY_LENGTH]
        obj.expiry = timezone.now() + timedelta(days=form.cleaned_data["days"])
        super().save_model(request, obj, form, change)
        self.message_user(request, f"The token, shown this once: {text}", messages.WARNING)


if admin.site.is_registered(AuthToken):  # knox registers a page of its own
    admin.site.unregister(AuthToken)
admin.site.register(AuthToken, TokenAdmin)
