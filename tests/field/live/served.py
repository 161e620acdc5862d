"""The socket application as it is served, with the floor's fifteen seconds and the slow line's thirty taken from the environment."""

import os

from deploy.asgi import application_of
from field.live.following import LOOK_EVERY_S, Following
from field.live.hub import SLOW_AFTER_S, Hub

application = application_of(
    Following(
        Hub(slow_after_s=float(os.environ.get("TEST_SLOW_AFTER_S", SLOW_AFTER_S))),
        look_every_s=float(os.environ.get("TEST_LOOK_EVERY_S", LOOK_EVERY_S)),
    )
)
