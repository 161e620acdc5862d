"""Fill in the web server's configuration: the same template for one machine and for the containers."""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy import policy
from deploy.bringup.places import ROOT

TEMPLATE = ROOT / "deploy" / "machine" / "nginx.conf.template"


@dataclass(frozen=True)
class Site:
    """All that differs between places."""

    origin: str
    listen: str
    rest: str
    sockets: str
    run: str
    dist: str
    tiles: str
    access_log: str
    mime_types: str = "/etc/nginx/mime.types"
    certificate: str = ""
    key: str = ""
    authority: str = ""
    plain_listen: str = ""
    inside: bool = False
    """In a network of containers, whose addresses may ask how the parts are."""


def render(site: Site, template: str | None = None) -> str:
    """The finished configuration.

    :raises KeyError: the template names something that the site doesn't have
    """
    text = TEMPLATE.read_text() if template is None else template
    holds = {"tls": bool(site.certificate), "plain": bool(site.plain_listen), "inside": site.inside}
    kept, keeping = [], True
    for one in text.splitlines():
        if one.startswith("#if "):
            keeping = holds[one.removeprefix("#if ").strip()]
        elif one.strip() == "#end":
            keeping = True
        elif keeping:
            kept.append(one)
    values = {
        "USER": "user root;" if os.geteuid() == 0 and not site.inside else "",
        "ORIGIN": site.origin,
        "LISTEN": site.listen + (" ssl" if site.certificate else ""),
        "REST": site.rest,
        "SOCKETS": site.sockets,
        "RUN": site.run,
        "DIST": site.dist,
        "TILES": site.tiles,
        "ACCESS_LOG": site.access_log,
        "MIME_TYPES": site.mime_types,
        "CERTIFICATE": site.certificate,
        "KEY": site.key,
        "AUTHORITY": site.authority,
        "PLAIN_LISTEN": site.plain_listen,
    }
    return re.sub(r"\$\{([A-Z_]+)\}", lambda name: values[name[1]], "\n".join(kept) + "\n")


def application_headers() -> str:
    """The headers of the built front end; `add_header` replaces those of the level above, so each place includes these."""
    return "".join(
        f'add_header {name} "{value}" always;\n'
        for name, value in (
            ("Content-Security-Policy", policy.application(os.environ.get("LUQIN_PRINT_BRIDGE", ""))),
            ("Permissions-Policy", policy.APPLICATION_MAY),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        )
    )


def write(site: Site, folder: Path) -> Path:
    """Write the configuration and what it includes below this folder; return its path."""
    for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        (folder / "nginx" / name).mkdir(parents=True, exist_ok=True)
    (folder / "nginx" / "application.conf").write_text(application_headers())
    conf = folder / "nginx.conf"
    conf.write_text(render(site))
    return conf


CONTAINER = Site(
    origin="https://$host",
    listen="8443",
    rest="rest:8001",
    sockets="sockets:8002",
    run="/srv/nginx",
    dist="/srv/luqin/frontend/dist",
    tiles="/data/tiles",
    access_log="/dev/stdout",
    certificate="/run/secrets/tls_certificate",
    key="/run/secrets/tls_key",
    plain_listen="8080",
    authority="/run/secrets/tls_certificate",
    inside=True,
)

if __name__ == "__main__":
    write(CONTAINER, Path(sys.argv[1]))
