"""Probes for whoever runs the server: is the process up, and can it serve?"""

import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.replication.servers import servers

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of the database, so that an outage there restarts nothing here."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers too, or a replica of it, from which reading goes on; 503 where none does."""
    if _primary_answers():
        return JsonResponse({"status": "ready", "database": "ok"})
    if any(replica.serves() for replica in servers().replicas):
        return JsonResponse({"status": "ready", "database": "read-only"})
    return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)


def _primary_answers() -> bool:
    if settings.REPLICAS:  # then it is looked at anyway, by who does not wait for it
        return servers().primary.answers()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        # The reason may name hosts and users: it is for the log, not for whoever asks.
        logger.exception("The database does not answer")
        return False
    return True
