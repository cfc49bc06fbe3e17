"""Whether all that is kept is still what it was: `round` looks at everything, `mend` repairs."""

from services.doctor.finding import HARMLESS, LOST, Damage, Finding
from services.doctor.reading import Stopped
from services.doctor.round import How, SoFar, go_on

__all__ = ["HARMLESS", "LOST", "Damage", "Finding", "How", "SoFar", "Stopped", "go_on"]
