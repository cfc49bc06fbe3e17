"""Whether all that is kept is still what it was: `round` looks at everything, `mend` repairs."""

from services.doctor.finding import HARMLESS, LOST, Damage, Finding
from services.doctor.mend import Mender
from services.doctor.reading import Halfway, Stopped
from services.doctor.round import How, SoFar, go_on
from services.doctor.sources import Sources

__all__ = [
    "HARMLESS", "LOST", "Damage", "Finding", "Halfway", "How", "Mender", "SoFar", "Sources",
    "Stopped", "go_on",
]  # fmt: skip
