"""What is measured, as Prometheus reads it. Its library is imported by who asks, and keeps nothing:
each answer is made from the numbers of this process and of the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from config.version import version
from models import DatabaseFault, KnownDamage, SiteFact, measured
from models.site_fact import LAST_BACKUP, LAST_PROVEN
from services.backup import last_backup
from services.disk import disk_usage
from services.doctor import Damage
from services.measures import BOUNDS, Measures, Timed
from services.proven import last_proven
from services.site import Site

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric


def exposition(site: Site) -> tuple[bytes, str]:
    """The text and its content type."""
    from prometheus_client import CollectorRegistry, ProcessCollector
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)  # memory, CPU, file descriptors, start
    registry.register(_Collector(site))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class _Collector:
    def __init__(self, site: Site) -> None:
        self._site = site

    def describe(self) -> list[Any]:
        return []

    def collect(self) -> Iterator[Metric]:
        site, measures = self._site, self._site.measures
        yield _family("info", "Always 1; has the version.", {(version(),): 1}, "version")
        yield from _requests(measures)
        yield from _work(measures)
        yield from _server(measures)
        yield from _disk(site)
        try:
            yield from _kept()
            yield _proven()
        except DatabaseFault:  # what else there is can be told all the same
            yield _family("database_up", "Whether the database answers.", {(): 0})
        else:
            yield _family("database_up", "Whether the database answers.", {(): 1})


def _requests(measures: Measures) -> Iterator[Metric]:
    """The routes of the site map are their only labels, so their number is limited."""
    from prometheus_client.metrics_core import HistogramMetricFamily

    asked = list(measures.requests.items())
    counts = {
        (method, route, f"{status}xx"): timed.times for (method, route, status), timed in asked
    }
    yield _counter("requests", "Requests answered.", counts, "method", "route", "status")
    seconds = HistogramMetricFamily(
        "keepsake_request_seconds", "From a thread's begin to its answer.", labels=["route"]
    )
    for route, timed in _by_route(asked).items():
        seconds.add_metric([route], _buckets(timed), timed.seconds)
    yield seconds
    sizes = {"in": measures.received_bytes, "out": measures.sent_bytes}
    by_way = {(way,): size for way, size in sizes.items()}
    yield _counter("body_bytes", "Bytes of bodies of requests and answers.", by_way, "way")


def _by_route(asked: list[tuple[tuple[str, str, int], Timed]]) -> dict[str, Timed]:
    routes: dict[str, Timed] = {}
    for (_, route, _), timed in asked:
        of_route = routes.setdefault(route, Timed())
        of_route.seconds += timed.seconds
        of_route.classes = [a + b for a, b in zip(of_route.classes, timed.classes, strict=True)]
    return routes


def _buckets(timed: Timed) -> list[tuple[str, float]]:
    """Cumulative, as Prometheus has them."""
    sums = [sum(timed.classes[: number + 1]) for number in range(len(timed.classes))]
    return list(zip([*map(str, BOUNDS), "+Inf"], sums, strict=True))


def _work(measures: Measures) -> Iterator[Metric]:
    uploads = dict(list(measures.uploads.items()))
    yield _counter("uploads", "Uploads, by what became of them.", uploads, "outcome", "format")
    jobs = list(measures.jobs.items())
    runs = {kind: timed.times for kind, timed in jobs}
    yield _counter("job_runs", "Turns of jobs in the background.", runs, "kind", "outcome")
    seconds: dict[tuple[str, ...], float] = {}
    for (kind, _), timed in jobs:
        seconds[kind,] = seconds.get((kind,), 0.0) + timed.seconds
    yield _counter("job_seconds", "How long they took.", seconds, "kind")


def _server(measures: Measures) -> Iterator[Metric]:
    if measures.serving is None:
        return
    now = measures.serving()
    lanes = now.lanes.items()
    yield _family("connections", "Open connections.", {(): now.connections})
    yield _family("most_connections", "As many as there may be.", {(): now.most_connections})
    for what, text in (
        ("threads", "Threads of a lane."),
        ("busy", "Threads of a lane that are at work."),
        ("waiting", "Requests that wait for a thread of a lane."),
    ):
        values = {(name,): getattr(lane, what) for name, lane in lanes}
        yield _family(f"lane_{what}", text, values, "lane")


def _disk(site: Site) -> Iterator[Metric]:
    try:
        usage = disk_usage(site)
    except OSError:
        return  # it isn't mounted: what is missing here is an alarm
    disk = {("free",): usage.free, ("used",): usage.used}
    yield _family("disk_bytes", "The disk of the data folder.", disk, "what")
    yield _family("database_bytes", "The database and its log.", {(): usage.database})


def _kept() -> Iterator[Metric]:
    totals = measured.totals()
    yield _family("kept_uploads", "Uploads of members.", {(): totals.uploads})
    yield _family("kept_bytes", "All files of all uploads.", {(): totals.stored_bytes})
    people = {(role, state): number for role, state, number in measured.people()}
    yield _family("people", "Accounts.", people, "role", "state")
    jobs = {(kind, state): number for kind, state, number in measured.jobs()}
    yield _family("jobs", "Jobs in the background.", jobs, "kind", "state")
    done = last_backup(SiteFact.read(LAST_BACKUP))
    text = "When the last backup was begun, in seconds since 1970; 0 for none."
    yield _family("last_backup_timestamp_seconds", text, {(): done.at.timestamp() if done else 0})
    known = KnownDamage.counts()
    damage = {(kind.value,): known.get(kind, 0) for kind in Damage}
    yield _family("findings", "Damage that the doctor knows of.", damage, "kind")


def _proven() -> Metric:
    last = last_proven(SiteFact.read(LAST_PROVEN))
    text = "When a restore of a backup was proven last, in seconds since 1970; 0 for never."
    at = last.at.timestamp() if last else 0
    return _family("last_proven_restore_timestamp_seconds", text, {(): at})


def _family(name: str, text: str, values: Mapping[Any, float], *labels: str) -> Metric:
    from prometheus_client.metrics_core import GaugeMetricFamily

    family = GaugeMetricFamily(f"keepsake_{name}", text, labels=labels)
    for of, value in values.items():
        family.add_metric(list(of), value)
    return family


def _counter(name: str, text: str, values: Mapping[Any, float], *labels: str) -> Metric:
    from prometheus_client.metrics_core import CounterMetricFamily

    family = CounterMetricFamily(f"keepsake_{name}", text, labels=labels)
    for of, value in values.items():
        family.add_metric(list(of), value)
    return family
