"""Addresses of this room, below /api/."""

from django.urls import path, register_converter

from accounts import api, look_list_api


class KeyId:
    """Sixteen hexadecimal digits in an address."""

    regex = "[0-9a-f]{16}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KeyId, "key_id")

urlpatterns = [
    path("session", api.SessionView.as_view(), name="session"),
    path("session/challenge", api.ChallengeView.as_view(), name="challenge"),
    path("session/sign-in", api.SignInView.as_view(), name="sign-in"),
    path("session/resume", api.ResumeView.as_view(), name="resume"),
    path("session/sign-out", api.SignOutView.as_view(), name="sign-out"),
    path("shift/close", api.CloseShiftView.as_view(), name="close-shift"),
    path("enrol", api.EnrolView.as_view(), name="enrol"),
    path("enrol/<key_id:terminal>", api.EnrolledView.as_view(), name="enrolled"),
    path("units", api.UnitsView.as_view(), name="units"),
    path("looks", look_list_api.LooksView.as_view(), name="looks"),
    path("terminals", api.TerminalsView.as_view(), name="terminals"),
    path("terminals/codes", api.CodesView.as_view(), name="terminal-codes"),
    path("terminals/<key_id:terminal>/approve", api.ApproveView.as_view(), name="terminal-approve"),
    path("terminals/<key_id:terminal>/suspend", api.SuspendView.as_view(), name="terminal-suspend"),
    path("terminals/<key_id:terminal>/resume", api.ResumeTerminalView.as_view(), name="terminal-resume"),
    path("terminals/<key_id:terminal>/revoke", api.RevokeView.as_view(), name="terminal-revoke"),
]
