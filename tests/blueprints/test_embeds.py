"""What other sites and programs make of a page: Open Graph, JSON-LD, oEmbed, embed codes."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlencode

import micawber.exceptions
import micawber.providers
import pytest
import segno
from extruct import extract  # type: ignore[attr-defined]

from tests.conftest import Person, path_of


def test_open_graph_and_json_ld_by_extruct(ann: Person) -> None:
    image = ann.uploaded(
        "plain.jpg",
        title='Tower & <"bridge">',
        description="Seen at </script> noon",
        alt_text="A tower at noon",
    )
    read = extract(
        ann.client.get(image["path_viewer"]).text,
        base_url="http://localhost",
        syntaxes=["opengraph", "json-ld"],
    )
    graph = dict(read["opengraph"][0]["properties"])
    assert graph["og:title"] == 'Tower & <"bridge">'
    assert (graph["og:image"], graph["og:image:width"], graph["og:image:alt"]) == (
        image["medium"]["url"],
        "750",
        "A tower at noon",
    )
    assert graph["og:url"] == image["url_viewer"]
    ld = read["json-ld"][0]
    assert (ld["@type"], ld["name"], ld["contentUrl"], ld["caption"]) == (
        "ImageObject",
        'Tower & <"bridge">',
        image["url"],
        "A tower at noon",
    )
    assert ld["description"] == "Seen at </script> noon"


def test_a_video_by_extruct(ann: Person) -> None:
    image = ann.uploaded("clip.mp4")
    read = extract(
        ann.client.get(image["path_viewer"]).text,
        base_url="http://localhost",
        syntaxes=["opengraph", "json-ld"],
    )
    graph = dict(read["opengraph"][0]["properties"])
    assert (graph["og:type"], graph["og:video"], graph["og:image"]) == (
        "video.other",
        image["url"],
        image["url_frame"],
    )
    assert (read["json-ld"][0]["@type"], read["json-ld"][0]["duration"]) == ("VideoObject", "PT12S")


class Consumer(micawber.providers.Provider):
    """micawber, fetching from the application instead of from the network."""

    def __init__(self, client: Any) -> None:
        super().__init__("http://localhost/oembed")  # type: ignore[no-untyped-call]
        self.client = client

    def fetch(self, url: str) -> str | bool:
        answer = self.client.get(path_of(url))
        return answer.text if answer.status_code == 200 else False


def test_oembed_by_micawber(ann: Person) -> None:
    photo, clip = ann.uploaded("plain.jpg", alt_text="Coffee"), ann.uploaded("clip.mp4")
    consumer: Any = Consumer(ann.client)
    found = consumer.request(photo["url_viewer"], maxwidth=800)
    assert (found["type"], found["url"], found["width"], found["height"], found["alt_text"]) == (
        "photo",
        photo["medium"]["url"],
        750,
        562,
        "Coffee",
    )
    assert consumer.request(photo["url_short"])["url"] == photo["url"]
    found = consumer.request(clip["url_viewer"], maxwidth=248)
    assert (found["type"], found["width"], found["height"]) == ("video", 248, 180) and clip[
        "url"
    ] in found["html"]
    for bad in (
        "http://localhost/image/nothing1",
        "http://elsewhere.example" + photo["path_viewer"],
    ):
        # it makes nothing of a 404
        with pytest.raises((micawber.exceptions.ProviderException, TypeError)):
            consumer.request(bad)


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        ({"maxwidth": 400}, (320, 320)),
        ({"maxheight": 600}, (750, 562)),
        ({"maxwidth": 100}, (100, 100)),
        ({}, (1600, 1200)),
    ],
)
def test_oembed_keeps_its_limits(
    limits: dict[str, int], size: tuple[int, int], ann: Person
) -> None:
    image = ann.uploaded("plain.jpg")
    found = ann.client.get(
        "/oembed?" + urlencode({"url": image["url_viewer"], **limits})
    ).get_json()
    assert (found["width"], found["height"]) == size


def test_oembed_is_discovered_and_refuses(ann: Person) -> None:
    image, hidden = ann.uploaded("plain.jpg"), ann.uploaded("plain.jpg", nsfw="1")
    link = re.search(
        r'type="application/json\+oembed" href="([^"]+)"', ann.client.get(image["path_viewer"]).text
    )
    assert link and ann.client.get(path_of(html.unescape(link[1]))).get_json()["version"] == "1.0"
    for query, status in (
        ({"url": hidden["url_viewer"]}, 404),
        ({}, 404),
        ({"url": "x" * 5000}, 404),
        ({"url": image["url_viewer"], "format": "xml"}, 501),
        ({"url": image["url_viewer"], "maxwidth": "-1"}, 400),
    ):
        assert ann.client.get("/oembed?" + urlencode(query)).status_code == status


def codes_of(page: str) -> dict[str, str]:
    found = re.findall(
        r'<label for="(code-\d-\d)">([^<]+)</label>.*?value="([^"]*)"', page, re.DOTALL
    )
    return {f"{n}/{label}": html.unescape(code) for n, label, code in found}


def test_embed_codes_of_a_picture(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="A *cup*", alt_text='Cup "of" <coffee>')
    codes = list(codes_of(ann.client.get(image["path_viewer"]).text).values())
    v, u, m, t = image["url_viewer"], image["url"], image["medium"]["url"], image["thumb"]["url"]
    alt, md = "Cup &quot;of&quot; &lt;coffee&gt;", 'Cup "of" \\<coffee\\>'
    assert codes == [
        v,
        u,
        m,
        t,
        f'<img src="{u}" alt="{alt}" width="1600" height="1200">',
        f'<a href="{v}"><img src="{u}" alt="{alt}" width="1600" height="1200"></a>',
        f'<a href="{v}"><img src="{m}" alt="{alt}" width="750" height="562"></a>',
        f'<a href="{v}"><img src="{t}" alt="{alt}" width="320" height="320"></a>',
        f"![{md}]({u})",
        f"[![{md}]({u})]({v})",
        f"[![{md}]({m})]({v})",
        f"[![{md}]({t})]({v})",
        f"[img]{u}[/img]",
        f"[url={v}][img]{u}[/img][/url]",
        f"[url={v}][img]{m}[/img][/url]",
        f"[url={v}][img]{t}[/img][/url]",
    ]


def test_embed_codes_of_a_video(ann: Person) -> None:
    image = ann.uploaded("clip.mp4")
    codes = list(codes_of(ann.client.get(image["path_viewer"]).text).values())
    v, u, f = image["url_viewer"], image["url"], image["url_frame"]
    assert f'<video src="{u}" poster="{f}" width="496" height="360" controls></video>' in codes
    assert (
        f"[video]{u}[/video]" in codes
        and f"[![clip]({f})]({v})" in codes
        and f"[clip]({u})" in codes
        and f in codes
    )


def test_the_qr_code_is_of_the_page(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    answer = ann.client.get(f"/qr/{image['id_encoded']}.svg")
    assert answer.mimetype == "image/svg+xml"
    expected = (
        segno.make(image["url_viewer"], error="m")
        .svg_inline(scale=6, border=3, light="#fff", dark="#000")
        .encode()
    )
    drawn = re.findall(rb' d="([^"]+)"', answer.data)
    assert drawn and drawn == re.findall(rb' d="([^"]+)"', expected)
    assert ann.client.get("/qr/nothing1.svg").status_code == 404
