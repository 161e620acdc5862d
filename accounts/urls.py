"""Addresses of this room, below /api/."""

from django.urls import path, register_converter

from accounts import api, look_list_api, people_api


class KeyId:
    """Sixteen hexadecimal digits in an address."""

    regex = "[0-9a-f]{16}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PoliceNumber(KeyId):
    """A police number in an address: six digits; auxiliaries F and five."""

    regex = "[0-9]{6}|F[0-9]{5}"


register_converter(KeyId, "key_id")
register_converter(PoliceNumber, "police_number")

urlpatterns = [
    path("session", api.SessionView.as_view(), name="session"),
    path("session/challenge", api.ChallengeView.as_view(), name="challenge"),
    path("session/sign-in", api.SignInView.as_view(), name="sign-in"),
    path("session/resume", api.ResumeView.as_view(), name="resume"),
    path("session/sign-out", api.SignOutView.as_view(), name="sign-out"),
    path("session/password", people_api.ChoosePasswordView.as_view(), name="choose-password"),
    path("shift/close", api.CloseShiftView.as_view(), name="close-shift"),
    path("enrol", api.EnrolView.as_view(), name="enrol"),
    path("enrol/<key_id:terminal>", api.EnrolledView.as_view(), name="enrolled"),
    path("units", api.UnitsView.as_view(), name="units"),
    path("people", people_api.PeopleView.as_view(), name="people"),
    path("people/table", people_api.TableView.as_view(), name="people-table"),
    path("people/codes", people_api.CodesForView.as_view(), name="people-codes"),
    path(
        "people/<police_number:police_number>/transfer",
        people_api.TransferView.as_view(),
        name="person-transfer",
    ),
    path(
        "people/<police_number:police_number>/suspend",
        people_api.SuspendPersonView.as_view(),
        name="person-suspend",
    ),
    path(
        "people/<police_number:police_number>/reinstate",
        people_api.ReinstateView.as_view(),
        name="person-reinstate",
    ),
    path("looks", look_list_api.LooksView.as_view(), name="looks"),
    path("terminals", api.TerminalsView.as_view(), name="terminals"),
    path("terminals/codes", api.CodesView.as_view(), name="terminal-codes"),
    path("terminals/<key_id:terminal>/approve", api.ApproveView.as_view(), name="terminal-approve"),
    path("terminals/<key_id:terminal>/suspend", api.SuspendView.as_view(), name="terminal-suspend"),
    path("terminals/<key_id:terminal>/resume", api.ResumeTerminalView.as_view(), name="terminal-resume"),
    path("terminals/<key_id:terminal>/revoke", api.RevokeView.as_view(), name="terminal-revoke"),
]
