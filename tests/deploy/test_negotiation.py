"""What a client says it accepts closes no door."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    "accept", ["text/plain", "image/avif,image/webp", "application/json", "*/*", "nonsense"]
)
def test_the_log_key_is_given_whatever_a_client_accepts(client: Client, accept: str) -> None:
    answer = client.get("/api/log/key", headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_body_that_is_no_json_is_refused_in_json(client: Client, db: None) -> None:
    answer = client.post("/api/sync", b"<xml/>", content_type="text/xml")

    assert answer.status_code == 415
    assert answer.json()["code"]
