"""How fast files leave the server, beside nginx and copyparty. Ratios of one run: the rounds take
turns.

    make bench

Needs wrk; nginx and copyparty where they are there: ``apt install wrk nginx``, copyparty comes into
``.venv-bench``.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

from PIL import Image

ROOT = Path(__file__).parent.parent
ROUNDS, SECONDS, CONNECTIONS = 3, 3, 8
FOLDER = "images/2026/01/01"
GOALS = [  # what, against what, at least
    ("Keepsake", "copyparty", "thumb", 4.0),
    ("Keepsake", "nginx", "file", 1.2),
    ("Keepsake, 304", "Keepsake", "thumb", 1.0),
    ("nginx before Keepsake", "nginx", "thumb", 0.95),
    ("nginx before Keepsake", "nginx", "file", 0.95),
]
HEADERS = """add_header Cache-Control "public, max-age=31536000, immutable";
  add_header X-Content-Type-Options nosniff;
  add_header Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'; sandbox";
  add_header Cross-Origin-Resource-Policy cross-origin;"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_files(public: Path) -> None:
    """A thumb of some 30 KB and a file of 2.2 MB."""
    folder = public / FOLDER
    folder.mkdir(parents=True)
    photo = Image.effect_noise((320, 320), 90).convert("RGB")
    photo.save(folder / "a.th.jpg", quality=45)
    (folder / "a.jpg").write_bytes(os.urandom(2_200_000))
    print(
        f"thumb {(folder / 'a.th.jpg').stat().st_size:,} bytes, file 2,200,000 bytes, wrk -t1 "
        f"-c{CONNECTIONS} -d{SECONDS}, median of {ROUNDS} rounds\n"
    )


@contextlib.contextmanager
def running(words: list[str], address: str, **environ: str) -> Iterator[None]:
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                urlopen(address, timeout=5).close()
                break
            time.sleep(0.1)
        else:
            raise SystemExit(f"{words[0]} does not answer at {address}")
        yield
    finally:
        process.terminate()
        process.wait(20)


def nginx_conf(folder: Path, port: int, public: Path, keepsake: int | None) -> Path:
    """nginx with one worker, bare or as docs/running.md puts it before Keepsake."""
    fallback = (
        f"location @keepsake {{ proxy_pass http://127.0.0.1:{keepsake}; }} location / {{ "
        f"proxy_pass http://127.0.0.1:{keepsake}; }}"
        if keepsake
        else ""
    )
    serve = f"try_files $uri @keepsake; {HEADERS}" if keepsake else HEADERS  # the same answer
    path = folder / f"nginx-{port}.conf"
    path.write_text(f"""daemon off; worker_processes 1; user root;
pid {folder}/nginx-{port}.pid; error_log /dev/null;
events {{ worker_connections 256; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
 types {{ image/jpeg jpg; }}
 server {{ listen 127.0.0.1:{port}; location /images/ {{ root {public}; {serve} }}
 {fallback} }} }}""")
    return path


def copyparty() -> str | None:
    """The Python of an environment that has it; made at the first run."""
    home = ROOT / ".venv-bench"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "copyparty"],
        capture_output=True,
    )
    return str(python) if done.returncode == 0 else None


def measure(address: str, *headers: str) -> tuple[float, float]:
    """Answers and megabytes a second."""
    words = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{SECONDS}",
        *[word for header in headers for word in ("-H", header)],
        address,
    ]
    text = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in text and not headers:
        raise SystemExit(f"{address} answers with errors:\n{text}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    transfer = re.search(r"Transfer/sec:\s+([\d.]+)(\w+)", text)
    assert rate and transfer
    return float(rate[1]), float(transfer[1]) * {"B": 1e-6, "KB": 1e-3, "MB": 1.0, "GB": 1e3}[
        transfer[2]
    ]


def main() -> None:
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not here: apt install wrk")
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as servers:
        data = Path(name) / "data"
        Path(name).chmod(0o755)
        port = free_port()
        addresses = {"Keepsake": f"http://127.0.0.1:{port}"}
        servers.enter_context(
            running(
                [sys.executable, "app.py"],
                f"{addresses['Keepsake']}/healthz",
                KEEPSAKE_DATA=str(data),
                KEEPSAKE_PORT=str(port),
            )
        )
        make_files(data / "public")  # once the folder is Keepsake's
        if shutil.which("nginx"):
            for label, behind in (("nginx", None), ("nginx before Keepsake", port)):
                own = free_port()
                addresses[label] = f"http://127.0.0.1:{own}"
                conf = nginx_conf(Path(name), own, data / "public", behind)
                servers.enter_context(
                    running(["nginx", "-c", str(conf)], f"{addresses[label]}/{FOLDER}/a.th.jpg")
                )
        else:
            print("nginx is not here: left out")
        if python := copyparty():
            own = free_port()
            addresses["copyparty"] = f"http://127.0.0.1:{own}"
            words = [
                python, "-m", "copyparty", "-q", "-i", "127.0.0.1", "-p", str(own), "-v",
                f"{data / 'public'}::r", "--no-thumb",
            ]  # fmt: skip
            servers.enter_context(running(words, f"{addresses['copyparty']}/{FOLDER}/a.th.jpg"))
        else:
            print("copyparty can't be installed: left out")
        report(rounds(addresses))


def rounds(addresses: dict[str, str]) -> dict[tuple[str, str], float]:
    """The median of each server and kind: thumbs in answers a second, files in megabytes a
    second.
    """
    found: dict[tuple[str, str], list[float]] = {}
    with urlopen(f"{addresses['Keepsake']}/{FOLDER}/a.th.jpg") as answer:
        etag = answer.headers["ETag"]
    for _ in range(ROUNDS):
        for label, address in addresses.items():
            found.setdefault((label, "thumb"), []).append(
                measure(f"{address}/{FOLDER}/a.th.jpg")[0]
            )
            found.setdefault((label, "file"), []).append(measure(f"{address}/{FOLDER}/a.jpg")[1])
        conditional = measure(
            f"{addresses['Keepsake']}/{FOLDER}/a.th.jpg", f"If-None-Match: {etag}"
        )
        found.setdefault(("Keepsake, 304", "thumb"), []).append(conditional[0])
    return {key: statistics.median(values) for key, values in found.items()}


def report(found: dict[tuple[str, str], float]) -> None:
    for (label, kind), value in found.items():
        print(f"  {label:24} {kind:6} {value:10,.0f} {'a second' if kind == 'thumb' else 'MB/s'}")
    print()
    for label, other, kind, goal in GOALS:
        if (label, kind) in found and (other, kind) in found:
            ratio = found[label, kind] / found[other, kind]
            print(
                f"  {label} : {other}, {kind:6} {ratio:6.2f}   goal {goal}   "
                f"{'reached' if ratio >= goal else 'NOT reached'}"
            )


if __name__ == "__main__":
    main()
