"""The door of the log's declarations: what a handheld asks when it meets a checkpoint under a key that it doesn't know."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from evidence.succession import declared


@require_GET
def succession(request: HttpRequest) -> HttpResponse:
    """The note with which the log named by `after` went over to another, as plain text; 404 where it has not."""
    known = declared(request.GET.get("after", "")[:200].replace("\0", ""))
    if known is None:
        return JsonResponse({"code": "not_found", "facts": {}}, status=404)
    return HttpResponse(
        known.note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
