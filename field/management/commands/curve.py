"""Says what share of events falls on the worst tenth of the roads, for any two files, without a database."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from field.targeting import curve
from field.targeting.events import Condition, Events, NotEvents, read_events
from field.targeting.road_rows import Attributes, NotRoads, RoadRow, open_roads
from field.targeting.segments import Line, Segments, TooWide, cut
from field.targeting.snapping import snap

SEED = 20260302


class Command(BaseCommand):
    help = "Print what share of the events lies on the worst tenth of the roads, beside what chance alone would give"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--roads", type=Path, nargs="+", required=True, help="GeoJSON (also .gz), shapefile, GeoPackage"
        )
        parser.add_argument(
            "--events", type=Path, nargs="+", required=True, help="CSV (also packed), or a file of points"
        )
        parser.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="COLUMN=VALUE[,VALUE]",
            help="only these; may be repeated",
        )
        parser.add_argument(
            "--one-per",
            default="",
            metavar="COLUMN[,COLUMN]",
            help="rows alike in these columns are one event",
        )
        parser.add_argument(
            "--cut", default="junction", help="junction, or a length such as 200m (default: junction)"
        )
        parser.add_argument(
            "--max-m", type=float, default=30.0, help="how far from a road an event may lie (30)"
        )
        parser.add_argument("--seed", type=int, default=SEED, help="of the draws for chance and band")
        parser.add_argument("--json", action="store_true", help="print all of it as JSON")

    def handle(self, *args: Any, **asked: Any) -> None:
        if not 0 < asked["max_m"] <= 1000:
            raise CommandError("--max-m is a number of metres from 0 to 1000")
        for path in (*asked["roads"], *asked["events"]):
            if not path.is_file():
                raise CommandError(f"there is no file {path}")
        try:
            lines = [line for path in asked["roads"] for line in _lines(path)]
            if not lines:
                raise CommandError("there are no roads in it")
            segments = cut(lines, _every_m(asked["cut"]))
            events = read_events(
                asked["events"],
                where=[Condition.parse(one) for one in asked["where"]],
                one_per=[one.strip() for one in asked["one_per"].split(",") if one.strip()],
            )
        except (NotRoads, NotEvents, TooWide) as reason:
            raise CommandError(str(reason)) from reason
        said = _measure(segments, events, max_m=asked["max_m"], draws=np.random.default_rng(asked["seed"]))
        said["read_as"] = {name: asked[name] for name in ("where", "one_per", "cut", "max_m", "seed")}
        self.stdout.write(
            json.dumps(said, ensure_ascii=False) if asked["json"] else "\n".join(_in_words(said))
        )


def _lines(path: Path) -> list[Line]:
    """:raises NotRoads: the file can't be read as a network"""
    return [
        one.line
        for row in open_roads(path, Attributes())
        if isinstance(row, list)
        for one in row
        if isinstance(one, RoadRow)
    ]


def _every_m(text: str) -> float | None:
    """:raises CommandError: neither `junction` nor a length"""
    if text == "junction":
        return None
    try:
        length = float(text.removesuffix("m"))
    except ValueError:
        length = 0.0
    if not 10 <= length <= 100_000:
        raise CommandError(f"--cut is junction or a length of at least 10m, not {text!r}")
    return length


def _measure(
    segments: Segments, events: Events, *, max_m: float, draws: np.random.Generator
) -> dict[str, Any]:
    near = snap(events.places, segments, max_m)
    counts = np.bincount(near.segment, minlength=len(segments))
    said: dict[str, Any] = {
        "events": len(events.places),
        "snapped": len(near.event),
        "too_far": len(events.places) - len(near.event),
        "left_out": dict(events.left_out),
        "alike": events.alike,
        "segments": len(segments),
        "segments_hit": int((counts > 0).sum()),
        "length_km": round(float(segments.lengths.sum()) / 1000, 3),
        **dict.fromkeys(("share", "chance", "band", "persistence", "curve", "is_mostly_chance")),
    }
    if not len(near.event):
        return said
    seen = curve.shares(counts, segments.lengths)
    blind = curve.chance(len(near.event), segments.lengths, draws)
    years = events.years[near.event]
    lasted = curve.persistence(near.segment[years > 0], years[years > 0], segments.lengths)
    return said | {
        "share": seen.as_dict(),
        "chance": blind.as_dict(),
        "band": curve.band(counts, segments.lengths, draws),
        "persistence": lasted
        and {name: round(one, 4) if isinstance(one, float) else one for name, one in asdict(lasted).items()},
        "curve": curve.points(counts, segments.lengths),
        "is_mostly_chance": curve.is_mostly_chance(seen, blind),
    }


def _in_words(said: dict[str, Any]) -> list[str]:
    lines = [
        f"{said['events']} events, {said['snapped']} of them on one of {said['segments']} segments ({said['length_km']} km);"
        f" {said['too_far']} are too far from any road."
    ]
    lines += [f"  left out: {count} ({why.replace('_', ' ')})" for why, count in said["left_out"].items()]
    if said["alike"]:
        lines.append(
            f"  {said['alike']} rows share place and time with an earlier one: if a row is a party, use --one-per"
        )
    if said["share"] is None:
        return [*lines, "No event lies on a road: there is no curve."]
    of = {
        "count": "of all segments, by events",
        "length": "of all length, by events per metre",
        "hit": f"of the {said['segments_hit']} segments with an event",
    }
    lines.append("On the worst tenth                    share    95 in 100        by chance alone")
    for name, what in of.items():
        low, high = said["band"][name]
        lines.append(
            f"  {what:<36}{said['share'][name]:6.1%}   {low:.1%} to {high:.1%}   {said['chance'][name]:6.1%}"
        )
    if said["is_mostly_chance"]:
        lines.append(
            "So few events would look as concentrated by chance: over all segments this curve says little."
        )
    if lasted := said["persistence"]:
        lines.append(
            "Ranked on {}–{}, met in {}–{}: ".format(*lasted["earlier"], *lasted["later"])
            + f"{lasted['count']:.1%} of {lasted['events']} events on the tenth of segments that was worst before,"
            f" {lasted['length']:.1%} on the tenth of length; with hindsight {lasted['best_count']:.1%} and {lasted['best_length']:.1%}."
        )
    return lines
