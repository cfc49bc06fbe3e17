"""What to write into the configuration of a reverse proxy, by what is wrong."""

from __future__ import annotations

from typing import NamedTuple


class Lines(NamedTuple):
    proxy: str
    text: str


_NGINX, _CADDY, _TRAEFIK, _CLOUDFLARE = "nginx", "Caddy", "Traefik", "Cloudflare"
_FORWARD = {
    _NGINX: "proxy_set_header X-Forwarded-Proto $scheme;",
    _CADDY: "reverse_proxy 127.0.0.1:8000    # sends it; behind another proxy: trusted_proxies",
    _TRAEFIK: "entryPoints.websecure.forwardedHeaders.trustedIPs: [...]    # of a proxy before it",
    _CLOUDFLARE: "SSL/TLS → Overview → Full (strict)",
}
_CHAIN = {
    _NGINX: "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    _CADDY: "reverse_proxy 127.0.0.1:8000    # sends it, and drops what strangers send",
    _TRAEFIK: "entryPoints.websecure.forwardedHeaders.insecure: false",
    _CLOUDFLARE: "Rules → Transform Rules → Managed Transforms: leave X-Forwarded-For as it is",
}
# about, reason (or "" for any): proxy: lines. "%%" is a percent sign.
LINES: dict[tuple[str, str], dict[str, str]] = {
    ("redirect", ""): {
        _NGINX: "server { listen 80; return 301 https://$host$request_uri; }",
        _CADDY: "# does so by itself for a site with a name",
        _TRAEFIK: "entryPoints.web.http.redirections.entryPoint: { to: websecure, scheme: https }",
        _CLOUDFLARE: "SSL/TLS → Edge Certificates → Always Use HTTPS: on",
    },
    ("https", ""): {
        _NGINX: "listen 443 ssl; ssl_certificate ...; ssl_certificate_key ...;",
        _CADDY: "home.example { reverse_proxy 127.0.0.1:8000 }",
        _TRAEFIK: "traefik.http.routers.keepsake.tls.certresolver=letsencrypt",
        _CLOUDFLARE: "SSL/TLS → Overview → Full (strict)",
    },
    ("scheme", "no_header"): _FORWARD,
    ("scheme", "wrong"): _FORWARD,
    ("scheme", "not_trusted"): {"config.toml": "trusted_proxies = %(hops)s"},
    ("host", ""): {
        _NGINX: "proxy_set_header Host $http_host;",
        _CADDY: "# hands the host on by itself: remove header_up Host",
        _TRAEFIK: "traefik.http.services.keepsake.loadbalancer.passhostheader=true",
        _CLOUDFLARE: "Rules → Origin Rules: no Host Header override",
    },
    ("proxies", "too_few"): {"config.toml": "trusted_proxies = %(hops)s"},
    ("proxies", "too_many"): {"config.toml": "trusted_proxies = %(hops)s", **_CHAIN},
    ("forged", ""): _CHAIN,
    ("body", ""): {
        _NGINX: "client_max_body_size %(wanted)sm;",
        _CADDY: "request_body { max_size %(wanted)sMB }    # or no such line",
        _TRAEFIK: "buffering.maxRequestBodyBytes: 0    # or no buffering middleware",
        _CLOUDFLARE: "Network → Maximum Upload Size; 100 MB in the free plan: else DNS only",
    },
    ("requests", ""): {
        _NGINX: "proxy_request_buffering off;",
        _CADDY: "reverse_proxy 127.0.0.1:8000    # without request_buffers",
        _TRAEFIK: "# remove the buffering middleware",
        _CLOUDFLARE: "# always keeps requests; DNS only avoids it",
    },
    ("answers", ""): {
        _NGINX: "proxy_buffering off;",
        _CADDY: "reverse_proxy 127.0.0.1:8000 { flush_interval -1 }",
        _TRAEFIK: "# remove the buffering middleware",
        _CLOUDFLARE: "Caching → Cache Rules → Bypass cache",
    },
    ("ranges", ""): {
        _NGINX: "# remove proxy_set_header Range, max_ranges 0 and slices; with proxy_cache:\n"
        "proxy_force_ranges on;",
        _CADDY: "# remove header_up -Range and encode for images and videos",
        _TRAEFIK: "# remove the compress and buffering middlewares for /images",
        _CLOUDFLARE: "Caching → Cache Rules → Bypass cache for /images",
    },
    ("head", ""): {
        _NGINX: "proxy_cache_convert_head off;    # and no limit_except",
        _CADDY: "# no method matcher before reverse_proxy",
        _TRAEFIK: "# no Method() in the router's rule",
        _CLOUDFLARE: "Security → WAF: no rule that blocks HEAD",
    },
    ("types", ""): {
        _NGINX: "proxy_pass_header Content-Type;    # no proxy_hide_header X-Content-Type-Options",
        _CADDY: "# remove header -X-Content-Type-Options",
        _TRAEFIK: "headers.contentTypeNosniff: true",
        _CLOUDFLARE: "Rules → Transform Rules: remove none of these headers",
    },
    ("pages", "plain"): {
        _NGINX: "proxy_set_header Accept-Encoding $http_accept_encoding;",
        _CADDY: "encode gzip    # or no header_up Accept-Encoding",
        _TRAEFIK: "traefik.http.middlewares.pack.compress=true",
        _CLOUDFLARE: "Rules → Compression Rules: default",
    },
    ("files", ""): {
        _NGINX: "gzip_types text/css application/javascript;    # no image/*, no video/*, no *",
        _CADDY: "encode { gzip; match { header Content-Type text/* } }",
        _TRAEFIK: "compress.includedContentTypes: [text/html, text/css, application/json]",
        _CLOUDFLARE: "Speed → Image Optimization: Polish off",
    },
    ("cache", ""): {
        _NGINX: "expires off;    # no add_header Cache-Control, no proxy_hide_header ETag",
        _CADDY: "# remove header Cache-Control",
        _TRAEFIK: "# no customResponseHeaders.Cache-Control",
        _CLOUDFLARE: "Caching → Configuration → Browser Cache TTL: Respect Existing Headers",
    },
    ("photos", ""): {
        _NGINX: "# serve /images as deploy/nginx.conf has it, or leave it to Keepsake:\n"
        "location / { proxy_pass http://127.0.0.1:8000; }",
        _CADDY: "# serve /images as deploy/Caddyfile has it, or without file_server",
        _TRAEFIK: "# no router of its own for /images, and no headers middleware",
        _CLOUDFLARE: "Rules → Transform Rules: remove none of these headers",
    },
    ("wait", ""): {
        _NGINX: "proxy_read_timeout 120s; proxy_send_timeout 120s; client_body_timeout 120s;",
        _CADDY: "servers { timeouts { read_body 0 } }",
        _TRAEFIK: "entryPoints.websecure.transport.respondingTimeouts.readTimeout: 0",
        _CLOUDFLARE: "# ends after 100 seconds; DNS only avoids it",
    },
}
