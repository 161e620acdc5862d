"""compose.yaml, the Dockerfile and the part list tell the same story, and that story is the settings'."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.bringup import nginx
from deploy.bringup.parts import COMPOSE_PORTS, EVERYWHERE, PARTS

MACHINE = Path(__file__).resolve().parents[2] / "deploy" / "machine"
COMPOSE: dict[str, Any] = yaml.safe_load((MACHINE / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
SETTINGS = (MACHINE.parent / "settings.py").read_text()
STORES = {"postgres", "redis", "nginx"}


def test_the_containers_are_the_parts_and_the_stores() -> None:
    assert set(SERVICES) == {part.name for part in PARTS} | STORES | {"migrate", "backup"}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_container_runs_the_very_command_that_up_runs(part: Any) -> None:
    wanted = part.argv("python", host=EVERYWHERE, ports=COMPOSE_PORTS, run="/run/luqin")

    assert SERVICES[part.name]["command"] == wanted


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_part_runs_in_production_with_few_rights(part: Any) -> None:
    service = SERVICES[part.name]

    assert service["environment"]["LUQIN_MODE"] == "production"
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert "ports" not in service


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_setting_that_is_given_is_read(part: Any) -> None:
    for name in SERVICES[part.name]["environment"]:
        if name != "LUQIN_DATABASE_SECRET":  # read by the entry script
            assert f'"{name}"' in SETTINGS, f"{name} is set in compose.yaml and read by nobody"


def test_only_the_sealer_sees_the_logs_key_and_numbers_under_its_own_role() -> None:
    holders = {
        name
        for name, service in SERVICES.items()
        if any("log_private" in one for one in service.get("volumes", []))
    }

    assert holders == {"sealer", "migrate"}
    assert "sealer_url" in SERVICES["sealer"]["secrets"]
    assert "database_url" not in SERVICES["sealer"]["secrets"]
    for part in PARTS:
        if part.name != "sealer":
            assert "sealer_url" not in SERVICES[part.name]["secrets"]
            assert "owner_url" not in SERVICES[part.name]["secrets"]


def test_no_secret_stands_in_the_file() -> None:
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    for service in SERVICES.values():
        for secret in service.get("secrets", []):
            assert secret in COMPOSE["secrets"]
        for name, value in (service.get("environment") or {}).items():
            if re.search("SECRET|PASSWORD|KEY", name):
                assert "/" in str(value) or name == "LUQIN_DATABASE_SECRET", (
                    f"{name} holds a value, not a file's name"
                )


def test_what_the_outside_reaches_is_the_web_server_alone() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


@pytest.mark.parametrize("name", [*sorted(STORES), "rest", "sockets", "worker"])
def test_health_is_asked(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_images_install_by_hash_and_run_as_nobody_special() -> None:
    text = (MACHINE / "Dockerfile").read_text()

    assert "pip install --no-cache-dir --require-hashes -r requirements.txt" in text
    assert "npm ci --ignore-scripts" in text
    for stage in re.split(r"^FROM ", text, flags=re.M)[1:]:
        name = re.search(r" AS (\w+)", stage)
        assert name
        if name[1] in ("app", "web"):
            users = re.findall(r"^USER (\w+)", stage, re.M)
            assert users and users[-1] != "root"


def test_the_containers_web_server_is_configured_from_the_same_template() -> None:
    text = nginx.render(nginx.CONTAINER)

    assert f"server rest:{COMPOSE_PORTS['rest']};" in text
    assert f"server sockets:{COMPOSE_PORTS['sockets']};" in text
    assert "listen 8443 ssl;" in text
    assert "return 308 https://$host/;" in text
    assert not re.search(r"\$\{[A-Z_]+\}|^#(if|end)", text, re.M)


def test_a_settled_backup_is_marked_last() -> None:
    text = (MACHINE / "backup").read_text()

    assert (
        text.index("FROM checkpoint")
        < text.index("pg_dump")
        < text.index("shelve_photos")
        < text.index('mark_backup "$size"')
    )


def test_the_backup_runs_on_the_image_that_we_ship() -> None:
    service = SERVICES["backup"]
    entry = (MACHINE / "entry").read_text()

    assert service["command"] == ["deploy/machine/backup", "/shelf"]
    assert service["profiles"] == ["backup"], "it runs when it is asked to, not for ever"
    assert any(volume.endswith(":/shelf") for volume in service["volumes"])
    assert service["environment"]["LUQIN_DATABASE_SECRET"] == "owner_url" in service["secrets"]
    assert "LUQIN_DATABASE_SECRET" in entry
    assert "postgresql-client" in (MACHINE / "Dockerfile").read_text(), "psql, pg_dump and pg_restore"
    assert "docker compose run --rm backup" in (MACHINE / "README.md").read_text()
