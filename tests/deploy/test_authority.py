"""`--lan`: the private authority, the certificates that it signs, and the web server that shows them."""

import datetime as dt
import http.client
import os
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from deploy.bringup import authority, nginx, packages, process
from deploy.bringup.certificates import make_server
from deploy.bringup.places import free_port

NOW = dt.datetime.now(dt.UTC)
HOSTS = ["192.0.2.7", "localhost", "127.0.0.1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("authority")
    make_server(made, HOSTS, now=NOW)
    return made


def test_the_authority_is_made_once_and_the_certificate_each_time(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(folder, again)

    make_server(again, [*HOSTS, "192.0.2.8"], now=NOW)

    assert (again / "authority.crt").read_bytes() == (folder / "authority.crt").read_bytes()
    assert (again / "server.crt").read_bytes() != (folder / "server.crt").read_bytes()


def test_a_phone_takes_it_as_what_it_is(folder: Path) -> None:
    chain = x509.load_pem_x509_certificates((folder / "server.crt").read_bytes())
    names = chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.7", "127.0.0.1"]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert chain[0].not_valid_after_utc - chain[0].not_valid_before_utc <= dt.timedelta(days=398)
    assert chain[1].extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not chain[0].extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    chain[0].verify_directly_issued_by(chain[1])


@pytest.mark.parametrize("name", ["authority.key", "server.key"])
def test_the_keys_are_their_owners(folder: Path, name: str) -> None:
    assert (folder / name).stat().st_mode & 0o077 == 0


def test_the_fingerprint_is_the_one_that_openssl_says(folder: Path) -> None:
    said = subprocess.run(
        ["openssl", "x509", "-in", folder / "authority.crt", "-noout", "-fingerprint", "-sha256"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said.strip().endswith(authority.fingerprint(folder / "authority.crt"))


@pytest.mark.server
def test_the_web_server_speaks_tls_and_hands_out_the_authority(folder: Path, tmp_path: Path) -> None:
    web, plain, nobody = free_port(None, set()), free_port(None, set()), free_port(None, set())
    dist = tmp_path / "dist" / "app"
    dist.mkdir(parents=True)
    (dist / "index.html").write_text("the app")
    site = nginx.Site(
        origin=f"https://localhost:{web}",
        listen=f"127.0.0.1:{web}",
        rest=f"127.0.0.1:{nobody}",
        sockets=f"127.0.0.1:{nobody}",
        run=str(tmp_path / "run"),
        dist=str(dist.parent),
        tiles=str(tmp_path),
        access_log=str(tmp_path / "access.log"),
        certificate=str(folder / "server.crt"),
        key=str(folder / "server.key"),
        authority=str(folder / "authority.crt"),
        plain_listen=f"127.0.0.1:{plain}",
    )
    conf = nginx.write(site, tmp_path / "run")
    running = process.start(
        [packages.provide(tmp_path).nginx, "-e", "stderr", "-p", tmp_path / "run", "-c", conf],
        log=tmp_path / "errors.log",
        env={"PATH": os.environ["PATH"]},
        cwd=tmp_path,
    )
    try:

        def answers() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", web)) == 0

        assert process.wait_until(answers, within_s=10), (tmp_path / "errors.log").read_text()
        trusting = ssl.create_default_context(cafile=str(folder / "authority.crt"))
        line = http.client.HTTPSConnection("localhost", web, context=trusting, timeout=10)
        line.request("GET", "/app/")
        assert line.getresponse().read() == b"the app"
        line.close()

        outside = http.client.HTTPConnection("127.0.0.1", plain, timeout=10)
        outside.request("GET", "/luqin-authority.crt")
        handed = outside.getresponse()
        assert handed.headers["Content-Type"] == "application/x-x509-ca-cert"
        assert handed.read() == (folder / "authority.crt").read_bytes()
        outside.request("GET", "/t/q5vX0sJmT0mC3u7nB1wZ9A")
        sent = outside.getresponse()
        sent.read()
        outside.close()
        assert (sent.status, sent.headers["Location"]) == (308, f"https://localhost:{web}/")
    finally:
        process.stop(running)
