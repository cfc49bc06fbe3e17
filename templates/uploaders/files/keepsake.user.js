// ==UserScript==
// @name         Upload to {{ given.name | as_one_line }}
// @namespace    {{ given.base | as_one_line }}
// @version      1.0
// @description  Uploads a photo from any page. Choose it in the menu of the script manager, then click a photo.
// @match        *://*/*
// @grant        GM_registerMenuCommand
// @grant        GM_xmlhttpRequest
// @grant        GM_setClipboard
// @grant        GM_notification
// @connect      *
// @noframes
// ==/UserScript==

// This file holds a key. Keep it to yourself. Pages can't read it; the script manager keeps it apart.
const API = {{ given.api | as_js }};
const KEY = {{ given.key | as_js }};
const FIELDS = {{ dict(given.parameters, format="json") | as_js }};

{% include "uploaders/files/_pick.js" %}
function request(details) {
  return new Promise((resolve, reject) => {
    const onerror = () => reject(new Error("No answer from " + new URL(details.url).host));
    GM_xmlhttpRequest({ ...details, onload: resolve, onerror });
  });
}

async function fileAt(address) {
  if (/^(data|blob):/.test(address)) return (await fetch(address)).blob();
  const answer = await request({
    method: "GET", url: address, responseType: "blob", headers: { Referer: location.href },
  });
  if (answer.status !== 200) throw new Error("The page's server answered " + answer.status);
  return answer.response;
}

function nameOf(address) {
  if (/^(data|blob):/.test(address)) return "photo";
  const name = new URL(address).pathname.split("/").pop();
  try { return decodeURIComponent(name) || "photo"; } catch { return name; }
}

async function upload(address) {
  try {
    const form = new FormData();
    for (const [name, value] of Object.entries(FIELDS)) form.append(name, value);
    form.append("source", await fileAt(address), nameOf(address));
    const answer = await request({ method: "POST", url: API, headers: { "X-API-Key": KEY }, data: form });
    const said = JSON.parse(answer.responseText);
    if (answer.status !== 200) throw new Error(said.error.message);
    GM_setClipboard(said.image.{{ given.link }});
    GM_notification({ title: "Link copied", text: said.image.{{ given.link }},
      onclick: () => open(said.image.url_viewer) });
  } catch (error) {
    GM_notification({ title: "Not uploaded", text: error.message });
  }
}

GM_registerMenuCommand("Upload a photo from this page", () => pick(upload));
