"""What a running server takes of its machine, as the system counts it."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Server


def memory(server: Server, field: str = "VmRSS") -> int:
    """Bytes."""
    return _kilobytes(Path(f"/proc/{server.process.pid}/status"), field)


def own_memory(server: Server) -> int:
    """Bytes, with what it shares with other processes counted by halves, thirds and so on (PSS)."""
    return _kilobytes(Path(f"/proc/{server.process.pid}/smaps_rollup"), "Pss:")


def _kilobytes(path: Path, field: str) -> int:
    lines = path.read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def descriptors(server: Server) -> int:
    """Open files, sockets and pipes."""
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
