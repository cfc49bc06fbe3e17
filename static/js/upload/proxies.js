// Answers that aren't ours: a reverse proxy in front of the site refused an upload, or gave up.
import { size } from "../dom.js";
import { _ } from "../language.js";

const CLOUDFLARE = "Cloudflare";
const BY_SERVER = [
  [/cloudflare/i, CLOUDFLARE],
  [/caddy/i, "Caddy"],
  [/nginx|openresty/i, "nginx"],
];

const proxyOf = (header) => BY_SERVER.find(([pattern]) => pattern.test(header ?? ""))?.[1];

const megabytes = (bytes) => Math.ceil((bytes * 1.1) / 1_000_000);

function tooLarge(bytes) {
  return [
    ["nginx", `client_max_body_size ${megabytes(bytes)}m;`, _("In the server block.")],
    ["Caddy", `request_body { max_size ${megabytes(bytes)}MB }`, _("In the site block.")],
    [CLOUDFLARE, "", _("100 MB per upload on its free plan. Use a URL that doesn't go through Cloudflare.")],
  ];
}

const TOO_SLOW = [
  ["nginx", "proxy_read_timeout 600s;", _("In the location block.")],
  ["Caddy", "reverse_proxy 127.0.0.1:8000 { transport http { response_header_timeout 10m } }", _("In the site block.")],
  [CLOUDFLARE, "", _("It waits 100 seconds. Use a URL that doesn't go through Cloudflare.")],
];

const UNREACHABLE = [
  ["nginx", "proxy_pass http://127.0.0.1:8000;", _("Is the site running on this port?")],
  ["Caddy", "reverse_proxy 127.0.0.1:8000", _("Is the site running on this port?")],
  [CLOUDFLARE, "", _("Is the site running, and is the service of the tunnel http://127.0.0.1:8000?")],
];

const isTooLarge = (name, about) =>
  name
    ? _("The proxy {name} in front of this site doesn't accept files of {size}.", about)
    : _("A proxy in front of this site doesn't accept files of {size}.", about);

const stoppedWaiting = (name) =>
  name
    ? _("The proxy {name} in front of this site stopped waiting for it.", { name })
    : _("A proxy in front of this site stopped waiting for it.");

const cannotReach = (name) =>
  name
    ? _("The proxy {name} in front of this site can't reach it.", { name })
    : _("A proxy in front of this site can't reach it.");

// What happened, and per proxy the line to change; the one that answered alone, where it said its name.
export function proxyFault(status, header, bytes) {
  const name = proxyOf(header);
  const faults = {
    413: [isTooLarge(name, { name, size: size(bytes) }), tooLarge(bytes)],
    502: [cannotReach(name), UNREACHABLE],
    504: [stoppedWaiting(name), TOO_SLOW],
    524: [stoppedWaiting(name), TOO_SLOW],
  };
  const [text, lines] = faults[status] ?? [];
  return text && { text, fixes: lines.filter(([other]) => !name || other === name) };
}
