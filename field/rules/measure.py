"""Coercive measures: their names, their states, and the 24 hours within which a leader has to approve them. Pure.

Sources: administrative coercion law (AFL) arts. 18-20, Order 157 arts. 24, 25, 27-39. The 24 hours are hours of the calendar.
"""

from enum import StrEnum


class Measure(StrEnum):
    """What may be done on the spot (Order 157 art. 24), in the law tables' words."""

    DETAIN_VEHICLE = "detain_vehicle"
    DETAIN_LICENCE = "detain_licence"
    DETAIN_NONMOTOR = "detain_nonmotor"
    TOW = "tow"
    BLOOD_TEST = "blood_test"
    CONFISCATE = "confiscate"
