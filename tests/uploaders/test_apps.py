"""uPic, ishare, the phones, Home Assistant, n8n: their files, interpreted as the programs do.
Node-RED: itself.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import shlex
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jinja2
import pytest
import requests
import yaml
import zxingcpp
from defusedxml import ElementTree
from PIL import Image

from blueprints.clients.tools import TOOLS
from tests.conftest import Server, free_port, sample, until
from tests.uploaders.conftest import Made, needed, node
from tests.uploaders.sharex import at_path

Configure = Callable[..., Made]
PNG = sample("alpha.png").read_bytes()
FILE = ("alpha.png", PNG, "image/png")


def test_upic(configure: Configure) -> None:
    """An array of hosts whose data is JSON in a string, with more JSON in strings; a form where a
    form content type is configured.
    """
    made = configure("upic", expiration="P1D")
    [host] = json.loads(made.download("upic.json").text)
    assert host["type"] == "custom" and re.fullmatch(r"\d{10}", host["id"])
    data = json.loads(host["data"])
    assert set(data) == {
        "url",
        "method",
        "field",
        "headers",
        "bodys",
        "resultPath",
        "domain",
        "saveKeyPath",
        "suffix",
        "useBase64",
    }
    headers = {pair["key"]: pair["value"] for pair in json.loads(data["headers"])}
    # the boundary comes from the HTTP library
    assert headers.pop("Content-Type") == "multipart/form-data"
    fields = {pair["key"]: pair["value"] for pair in json.loads(data["bodys"])}
    answer = requests.request(
        data["method"],
        data["url"],
        headers=headers,
        data=fields,
        files={data["field"]: FILE},
        timeout=10,
    ).json()
    for name in json.loads(data["resultPath"]):
        answer = answer[name]
    assert requests.get(answer, timeout=10).content == PNG and "It works" in made.trial()


def test_upic_as_json(configure: Configure) -> None:
    """Without the content type it sends a JSON object, the file as base64: that works with the same
    host, too (clients).
    """
    data = json.loads(json.loads(configure("upic").file("upic.json"))[0]["data"])
    headers = {
        pair["key"]: pair["value"]
        for pair in json.loads(data["headers"])
        if pair["key"] != "Content-Type"
    }
    body = {data["field"]: base64.b64encode(PNG).decode(), "format": "json"}
    assert requests.post(data["url"], json=body, headers=headers, timeout=10).json()["image"]["url"]


def test_ishare(configure: Configure) -> None:
    made = configure("ishare", link="url_viewer")
    answer = made.download("ishare.iscu")
    assert answer.headers["Content-Disposition"].endswith(".iscu")
    given = answer.json()
    headers = {**given["headers"], "x-file-name": "Screen Shot.png"}
    said = requests.post(
        given["requestURL"],
        headers=headers,
        data=given["formData"],
        files={given["fileFormName"]: FILE},
        timeout=10,
    ).json()
    url, deletion = (
        re.sub(r"\{\{(.+?)\}\}", lambda found: at_path(said, found[1]), given[name])
        for name in ("responseURL", "deletionURL")
    )
    assert "/image/alpha." in url and "It works" in made.trial()
    assert requests.request(given["deleteRequestType"], deletion, headers=headers, timeout=10).ok
    assert requests.get(url, timeout=10).status_code == 404


def test_the_iphone_reads_its_qr_code(configure: Configure) -> None:
    """The code is read by a reader that is not ours; then what the shortcut does with the
    dictionary in it.
    """
    made = configure("iphone", expiration="P1D")
    given = json.loads(read_qr(made.page))
    assert given["url"] == f"{made.base}/api/1/upload?expiration=P1D" and set(given) == {
        "url",
        "key",
    }
    answer = requests.post(
        given["url"],
        headers={"X-API-Key": given["key"]},
        files={"source": ("IMG_0001.HEIC", sample("iphone.heic").read_bytes())},
        timeout=20,
    )
    image = answer.json()["image"]
    assert (
        image["url"].endswith(".heic")
        and image["expiration_date_gmt"]
        and "It works" in made.trial()
    )
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', made.page)
    assert len(addresses) > 10 and not any(given["key"] in one for one in addresses)


def read_qr(page: str) -> str:
    """Draws the SVG of the code by itself, in black and white, and lets a reader look at it."""
    found = re.search(r'src="data:image/svg\+xml[^,]*,([^"]+)"', page)
    assert found
    svg = ElementTree.fromstring(unquote(html.unescape(found[1])))
    picture = Image.new("L", (int(svg.attrib["width"]), int(svg.attrib["height"])), 255)
    strokes = next(
        path
        for path in svg.iter("{http://www.w3.org/2000/svg}path")
        if "qrline" in path.attrib.get("class", "")
    )
    scale = re.search(r"scale\((\d+)\)", ElementTree.tostring(svg, "unicode"))
    assert scale
    paint(picture, strokes.attrib["d"], float(scale[1]))
    [code] = zxingcpp.read_barcodes(picture)
    return str(code.text)


def paint(picture: Image.Image, path: str, scale: float) -> None:
    """The horizontal strokes of a path: M and m move, h draws."""
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]*)", path):
        values = [float(number) for number in numbers.split()]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            box = (
                round(x * scale),
                round((y - 0.5) * scale),
                round((x + values[0]) * scale),
                round((y + 0.5) * scale),
            )
            picture.paste(0, box)
            x += values[0]


def test_android(configure: Configure, node_modules: Path) -> None:
    """HTTP Shortcuts: the checks of its importer, its request, and its script run by a real
    JavaScript engine.
    """
    made = configure("android", expiration="P1D")
    document = made.download("http-shortcuts.json").json()
    assert document["version"] > 0
    [category] = document["categories"]
    [shortcut] = category["shortcuts"]
    ids = [
        category["id"],
        shortcut["id"],
        *(entry["id"] for entry in shortcut["headers"] + shortcut["parameters"]),
    ]
    assert len({uuid.UUID(text) for text in ids}) == len(ids)
    assert shortcut["name"].strip() and 250 <= shortcut["timeout"] <= 24 * 60 * 60 * 1000
    assert shortcut["executionType"] == "app" and shortcut["requestBodyType"] == "form_data"
    parts: dict[str, tuple[str | None, Any]] = {}
    for parameter in shortcut["parameters"]:
        if parameter["type"] == "file":
            assert parameter["fileUploadOptions"] == {"fileUploadType": "file_picker"}
            parts[parameter["key"]] = ("IMG_2026.png", PNG)
        else:
            parts[parameter["key"]] = (None, parameter["value"])
    headers = {entry["key"]: entry["value"] for entry in shortcut["headers"]}
    answer = requests.request(
        shortcut["method"], shortcut["url"], headers=headers, files=parts, timeout=10
    )
    program = f"""
        const response = {{ body: {json.dumps(answer.text)} }};
        const showToast = () => {{}}, copyToClipboard = (text) => console.log(text);
        {shortcut["codeOnSuccess"]}
    """
    copied = subprocess.run(
        [node(), "-e", program], capture_output=True, text=True, timeout=20
    ).stdout.strip()
    assert requests.get(copied, timeout=10).content == PNG and "It works" in made.trial()
    # a second import replaces the first
    assert (
        configure("android").download("http-shortcuts.json").json()["categories"][0]["id"]
        == category["id"]
    )


# --- Home Assistant


def home_assistant() -> jinja2.Environment:
    """Its templates: Jinja in a sandbox with filters of its own."""
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment()
    environment.filters.update(to_json=json.dumps, from_json=json.loads)
    return environment


@pytest.mark.parametrize("fields", [{}, {"title": 'The "front" door {{ 1 }}'}])
def test_home_assistant_rest_command(fields: dict[str, str], configure: Configure) -> None:
    made = configure("home-assistant", expiration="P1D")
    command = yaml.safe_load(made.file("home-assistant.yaml"))["rest_command"]["keepsake"]
    render = home_assistant().from_string
    payload = render(command["payload"]).render(source=base64.b64encode(PNG).decode(), **fields)
    headers = {name: render(value).render() for name, value in command["headers"].items()} | {
        "Content-Type": command["content_type"]
    }
    answer = requests.request(
        command["method"],
        render(command["url"]).render(),
        headers=headers,
        data=payload.encode(),
        timeout=command["timeout"],
    )
    image = answer.json()["image"]
    assert image["expiration_date_gmt"] and image["title"] == fields.get("title")
    assert "It works" in made.trial()


def test_home_assistant_snapshot(configure: Configure, tmp_path: Path) -> None:
    """A shell_command is split, its arguments rendered, and run without a shell; the script goes on
    with what it printed.
    """
    needed("curl")
    made = configure("home-assistant")
    document = yaml.safe_load(made.file("home-assistant-snapshot.yaml"))
    snapshot, upload, notify = document["script"]["upload_front_door"]["sequence"]
    picture = tmp_path / Path(snapshot["data"]["filename"]).name
    picture.write_bytes(sample("plain.jpg").read_bytes())
    assert (
        upload["action"] == "shell_command.keepsake_file"
        and upload["data"]["file"] == snapshot["data"]["filename"]
    )
    program, arguments = document["shell_command"]["keepsake_file"].split(" ", 1)
    rendered = home_assistant().from_string(arguments).render(file=str(picture))
    done = subprocess.run(
        [program, *shlex.split(rendered)], capture_output=True, text=True, timeout=30
    )
    message = (
        home_assistant()
        .from_string(notify["data"]["message"])
        .render({upload["response_variable"]: done})
    )
    assert (
        requests.get(message, timeout=10).ok
        and "/front_door" in message
        and "It works" in made.trial()
    )


# --- automation


def test_n8n(configure: Configure) -> None:
    """The HTTP Request node 4.2: headers and form fields by name, the file from the binary
    field.
    """
    made = configure("n8n", expiration="P1D")
    document = made.download("n8n.json").json()
    request, link = document["nodes"]
    assert (request["type"], request["typeVersion"]) == ("n8n-nodes-base.httpRequest", 4.2)
    assert document["connections"] == {
        request["name"]: {"main": [[{"node": link["name"], "type": "main", "index": 0}]]}
    }
    asked = request["parameters"]
    assert (
        asked["sendHeaders"] and asked["sendBody"] and asked["contentType"] == "multipart-form-data"
    )
    binary = {"data": FILE}
    parts: dict[str, tuple[Any, ...]] = {}
    for field in asked["bodyParameters"]["parameters"]:
        parts[field["name"]] = (
            binary[field["inputDataFieldName"]]
            if field["parameterType"] == "formBinaryData"
            else (None, field["value"])
        )
    headers = {pair["name"]: pair["value"] for pair in asked["headerParameters"]["parameters"]}
    said = requests.request(
        asked["method"], asked["url"], headers=headers, files=parts, timeout=10
    ).json()
    [assignment] = link["parameters"]["assignments"]["assignments"]
    path = re.fullmatch(r"=\{\{ \$json\.(.+) \}\}", assignment["value"])
    assert (
        path
        and requests.get(at_path(said, path[1]), timeout=10).content == PNG
        and "It works" in made.trial()
    )


def test_node_red_itself(configure: Configure, node_modules: Path, tmp_path: Path) -> None:
    """The flow in a running Node-RED: only the path is another, and the button is pressed at the
    start.
    """
    made = configure("node-red", expiration="P1D")
    flow = made.download("node-red.json").json()
    [inject] = [node for node in flow if node["type"] == "inject"]
    inject["props"][0]["v"], inject["once"] = str(sample("plain.jpg")), True
    [debug] = [node for node in flow if node["type"] == "debug"]
    debug["console"] = True
    (tmp_path / "flows.json").write_text(json.dumps(flow))
    (tmp_path / "settings.js").write_text(
        "module.exports = { flowFile: 'flows.json', logging: { console: { level: 'info' } }, "
        "telemetry: { enabled: false } };"
    )
    command = [
        node(),
        str(node_modules / "node-red" / "red.js"),
        "--userDir",
        str(tmp_path),
        "--port",
        str(free_port()),
    ]
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "HOME": str(tmp_path)},
        )
    try:
        until(
            lambda: process.poll() is not None or "It works" in made.trial(),
            60,
            every=0.1,
            otherwise=log.read_text,
        )
        until(lambda: process.poll() is not None or links(log), 60, otherwise=log.read_text)
        assert process.poll() is None, log.read_text()
    finally:
        process.terminate()
        process.wait(20)
    assert requests.get(links(log)[0], timeout=10).ok


def links(log: Path) -> list[str]:
    return re.findall(r"http://\S+/images/\S+plain\S*\.jpg", log.read_text())


def test_every_tool_sends_the_album_that_was_chosen(configure: Configure, server: Server) -> None:
    album = server.command("album", "create", "ann", "Holiday").split()[-1]
    for tool in TOOLS.values():
        if tool.has_key:
            made = configure(tool.slug, album_id=album)
            texts = [read_qr(made.page)] if tool.slug == "iphone" else list(made.files.values())
            assert all(
                album in text and made.key in text and made.base in text for text in texts
            ), tool.slug
