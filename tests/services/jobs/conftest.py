"""Workers with a clock that a test sets, and jobs of kinds made for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from models import Job, Payload, db, utcnow
from server.worker import Worker
from services.jobs.kind import Kind
from services.jobs.limits import LIMITS
from services.site import Site
from tests.conftest import Person


@dataclass
class Clock:
    at: datetime = field(default_factory=utcnow)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        self.at += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(ann: Person) -> Site:
    site: Site = ann.app.extensions["keepsake"]
    return site


@pytest.fixture
def make_worker(app: Flask, site: Site, clock: Clock) -> Callable[..., Worker]:
    def make(kinds: Mapping[str, Kind], **limits: Any) -> Worker:
        return Worker(app, site, kinds, replace(LIMITS, **limits), clock)

    return make


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def add(clock: Clock, *kinds: str, payload: Payload | None = None) -> None:
    for kind in kinds:
        Job.add(kind, payload, run_at=clock())
    db.session.commit()


def jobs() -> list[Job]:
    """As they are in the database now."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(db.select(Job).order_by(Job.id)))
