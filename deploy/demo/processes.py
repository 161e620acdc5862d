"""Letting the story happen in two processes, half of the squadrons in each: what one core would do in minutes."""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from django.db import connection, connections

from deploy.demo.planned import Plan, Window
from deploy.demo.story import Story

FEW = 300
"""So few violations happen in this process: starting others would take longer, and a test's transaction is seen by nobody else."""
PROCESSES = 2


class StoryBroke(Exception):
    """A process that let half of the story happen ended with an error, which it has printed."""


def settle_later() -> None:
    """Commit without waiting for the disk: a demonstration that is lost in a power cut is made again. Photos are flushed all the same."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def happen(story: Story, plan: Plan, *, together: bool) -> None:
    """Let the whole plan happen; `together`: in this process.

    :raises StoryBroke: a process failed
    """
    if together:
        story.happen(plan.windows)
        return
    # a child must not inherit the parent's line to the database
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    done: Synchronized[int] = fork.Value("i", 0)
    parts = []
    for part in range(PROCESSES):
        mine = [one for one in plan.windows if one.sector % PROCESSES == part]
        here, there = fork.Pipe(duplex=False)
        child = fork.Process(target=_part, args=(story, mine, done, there))
        child.start()
        there.close()
        parts.append((child, here))
    shown = 0
    told: list[dict[str, Any] | None] = [None] * len(parts)
    while any(one is None for one in told):
        for index, (_, here) in enumerate(parts):
            if told[index] is None and here.poll(0.2):
                told[index] = _receive(here)
        story.step(done.value - shown)
        shown = done.value
    for child, _ in parts:
        child.join()
    for one in told:
        if not one:
            raise StoryBroke
        story.documents |= one["documents"]
        for handheld in story.handhelds:
            seq, newest = one["chains"].get(handheld.id, (0, ""))
            if seq > handheld.seq:
                handheld.seq, handheld.newest = seq, newest


def _receive(here: Connection) -> dict[str, Any]:
    try:
        told: dict[str, Any] = here.recv()
    except EOFError:
        return {}
    return told


def _part(story: Story, windows: Sequence[Window], done: "Synchronized[int]", there: Connection) -> None:
    def step(count: int) -> None:
        with done.get_lock():
            done.value += count

    settle_later()
    story.step = step
    story.happen(windows)
    chains = {one.id: (one.seq, one.newest) for one in story.handhelds}
    there.send({"documents": story.documents, "chains": chains})
    connections.close_all()
