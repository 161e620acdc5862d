"""Bring the whole product up on one machine. Standard library only: this runs before anything is installed."""
