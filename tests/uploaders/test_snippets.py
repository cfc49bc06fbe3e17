"""curl, Python and PowerShell: run as printed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from blueprints.clients.rendering import as_powershell
from tests.conftest import sample
from tests.uploaders.conftest import Made, needed

Configure = Callable[..., Made]


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    needed("curl")
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True, timeout=30
    )


def test_the_curl_line(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(sample("plain.jpg").read_bytes())
    made = configure("curl", expiration="P1D")
    done = shell(made.file("curl.sh"), tmp_path)
    assert (
        done.returncode == 0
        and '"delete_url"' in done.stdout
        and '"expiration_date_gmt":"20' in done.stdout
    )
    assert "It works" in made.trial()
    (tmp_path / "photo.jpg").write_bytes(b"text")
    done = shell(made.file("curl.sh"), tmp_path)
    assert done.returncode == 22 and "Can't get target upload source info" in done.stdout


def test_the_curl_loop(configure: Configure, tmp_path: Path) -> None:
    for name in ("a.jpg", "b, c; 'd' $e.jpg"):
        (tmp_path / name).write_bytes(sample("plain.jpg").read_bytes())
    done = shell(configure("curl").file("curl-many.sh"), tmp_path)
    links = done.stdout.splitlines()
    assert len(links) == 2 and all(requests.get(link, timeout=10).ok for link in links), done


def python(made: Made, folder: Path, *paths: str) -> subprocess.CompletedProcess[str]:
    script = folder / "keepsake.py"
    script.write_text(made.download("keepsake.py").text)
    return subprocess.run(
        [sys.executable, "-I", str(script), *paths],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_the_python_script(configure: Configure, tmp_path: Path) -> None:
    made = configure("python", link="url_viewer", expiration="P1D")
    (tmp_path / "größe &?.png").write_bytes(sample("alpha.png").read_bytes())
    done = python(made, tmp_path, "größe &?.png", str(sample("clip.mp4")))
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert (
        "/image/" in rows[0][0]
        and "/clip/" in rows[1][0]
        and "Expires" in requests.get(rows[0][0], timeout=10).text
    )
    assert "größe &amp;?" in requests.get(rows[0][0], timeout=10).text
    for row in rows:
        requests.delete(row[2], timeout=10).raise_for_status()


def test_the_python_script_goes_on_after_a_bad_file(configure: Configure, tmp_path: Path) -> None:
    made = configure("python")
    done = python(
        made, tmp_path, str(sample("text-as.jpg")), "nowhere.png", str(sample("alpha.png"))
    )
    assert done.returncode == 1 and len(done.stdout.splitlines()) == 1
    assert "Can't get target upload source info" in done.stderr and "nowhere.png" in done.stderr
    assert python(made, tmp_path).returncode == 1


def test_what_the_powershell_script_sends(configure: Configure) -> None:
    """There is no PowerShell here: its one request is read from the script and sent."""
    made = configure("powershell", expiration="P1D")
    script = made.download("keepsake.ps1").text
    api = re.search(r"^\$api = '([^']+)'$", script, re.MULTILINE)
    key = re.search(r"^\$key = '([^']+)'", script, re.MULTILINE)
    assert api and key and key[1] == made.key
    assert (
        "-Method Post -Uri $api -Headers $headers -ContentType 'application/octet-stream' "
        "-InFile $file.FullName" in script
    )
    assert "@{ 'X-API-Key' = $key; 'X-File-Name' = [uri]::EscapeDataString($file.Name) }" in script
    headers = {
        "X-API-Key": key[1],
        "X-File-Name": quote("größe.png", safe=""),
        "Content-Type": "application/octet-stream",
    }
    image = requests.post(
        api[1], data=sample("alpha.png").open("rb"), headers=headers, timeout=10
    ).json()["image"]
    assert (image["original_filename"], bool(image["expiration_date_gmt"])) == ("größe.png", True)
    assert script.count("{") == script.count("}") and script.count("(") == script.count(")")


@pytest.mark.parametrize(
    ("text", "quoted"), [("a'b", "'a''b'"), ("$x `n", "'$x `n'"), ("\u2019", "'\u2019\u2019'")]
)
def test_powershell_quotes(text: str, quoted: str) -> None:
    assert as_powershell(text) == quoted
