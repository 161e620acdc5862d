"""A private certificate authority for `--lan`: handhelds need https for the camera, the keys and the service worker.

The cryptography runs in the product's environment (certificates.py); this module only asks for it.
"""

import hashlib
import json
import socket
import ssl
import subprocess
from pathlib import Path

from deploy.bringup import environment, say
from deploy.bringup.places import ROOT, DataFolder
from deploy.bringup.say import Trouble
from deploy.bringup.stack import Lan


def addresses() -> list[str]:
    """This machine's IPv4 addresses in its networks, the likeliest first."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # nothing is sent: the system only says which address it would use
            probe.connect(("198.51.100.1", 9))
            found.append(probe.getsockname()[0])
        except OSError:
            pass
    listed = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout.split()
    found += [one for one in listed if "." in one and one not in found]
    return [one for one in found if not one.startswith("127.")]


def provide(data: DataFolder, name: str = "") -> Lan:
    """Make the authority once, and a certificate for today's addresses, the name before them where one is given.

    :raises Trouble: this machine is in no network and has no name there
    """
    hosts = [*([name] if name else ()), *(one for one in addresses() if one != name)]
    if not hosts:
        raise Trouble(
            "this machine has no address that a handheld could reach",
            "Join a network, say --lan NAME with a name that handhelds know, or leave out --lan.",
        )
    folder = data.path / "authority"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    with say.step("certificate"):
        say.run(
            [
                environment.python(),
                "-m",
                "deploy.bringup.certificates",
                folder,
                json.dumps(list(dict.fromkeys([*hosts, "localhost", "127.0.0.1"]))),
            ],
            log=data.logs / "certificates.log",
            todo="See above.",
            cwd=ROOT,
        )
    return Lan(hosts[0], tuple(hosts), folder / "server.crt", folder / "server.key", folder / "authority.crt")


def fingerprint(certificate: Path) -> str:
    """SHA-256 of a certificate, in pairs, as phones show it."""
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text())).hexdigest().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
