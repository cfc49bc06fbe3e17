// Answers that aren't ours: a reverse proxy in front of the site refused an upload, or gave up.
import { size } from "../dom.js";

const CLOUDFLARE = "Cloudflare";
const BY_SERVER = [
  [/cloudflare/i, CLOUDFLARE],
  [/caddy/i, "Caddy"],
  [/nginx|openresty/i, "nginx"],
];

export const proxyOf = (header) => BY_SERVER.find(([pattern]) => pattern.test(header ?? ""))?.[1];

const megabytes = (bytes) => Math.ceil((bytes * 1.1) / 1_000_000);

function tooLarge(bytes) {
  return [
    ["nginx", `client_max_body_size ${megabytes(bytes)}m;`, "In the server block."],
    ["Caddy", `request_body { max_size ${megabytes(bytes)}MB }`, "In the site block."],
    [CLOUDFLARE, "", "100 MB per upload on its free plan. Use an address that doesn't go through Cloudflare."],
  ];
}

const TOO_SLOW = [
  ["nginx", "proxy_read_timeout 600s;", "In the location block."],
  ["Caddy", "reverse_proxy 127.0.0.1:8000 { transport http { response_header_timeout 10m } }", "In the site block."],
  [CLOUDFLARE, "", "It waits 100 seconds. Use an address that doesn't go through Cloudflare."],
];

const UNREACHABLE = [
  ["nginx", "proxy_pass http://127.0.0.1:8000;", "Is the site running, and at this port?"],
  ["Caddy", "reverse_proxy 127.0.0.1:8000", "Is the site running, and at this port?"],
  [CLOUDFLARE, "", "Is the tunnel's service http://127.0.0.1:8000, and is the site running?"],
];

// What happened, and per proxy the line to change; the one that answered alone, where it said its name.
export function proxyFault(status, header, bytes) {
  const name = proxyOf(header);
  const who = name ? `${name}, the proxy in front of this site,` : "The proxy in front of this site";
  const faults = {
    413: [`${who} doesn't accept files of ${size(bytes)}.`, tooLarge(bytes)],
    502: [`${who} can't reach the site.`, UNREACHABLE],
    504: [`${who} stopped waiting for the site.`, TOO_SLOW],
    524: [`${who} stopped waiting for the site.`, TOO_SLOW],
  };
  const [text, lines] = faults[status] ?? [];
  return text && { text, fixes: lines.filter(([other]) => !name || other === name) };
}
