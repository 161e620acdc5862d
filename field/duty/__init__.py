"""Duty: who is on the road, and where they last were. Nobody is located off duty, and each look is recorded."""
