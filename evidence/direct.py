"""A connection to the same database that is ours alone: for the sealer, for listening, for the verifier's long reads.

LISTEN, a lock that must not outlive its holder and a cursor over the whole log can't be shared with a pool of requests.
"""

from typing import Any

import psycopg
from django.db import connections

Database = psycopg.Connection[Any]


def connect(part: str, options: str = "") -> Database:
    """Open an autocommit connection to Django's default database; `part` names it in pg_stat_activity.

    :raises psycopg.OperationalError: the server can't be reached
    """
    said = connections["default"].settings_dict
    return psycopg.connect(
        dbname=said["NAME"],
        user=said["USER"] or None,
        password=said["PASSWORD"] or None,
        host=said["HOST"] or None,
        port=said["PORT"] or None,
        application_name=f"luqin-{part}",
        options=options,
        connect_timeout=5,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        autocommit=True,
    )
