"""A provider: where it asks people who they are, and what it tells of them. Code flow with PKCE."""

from __future__ import annotations

import functools
import hmac
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from models.base import random_id
from services.openid.asking import bound, check_url, document
from services.openid.faults import NotThere, NotTrue
from services.openid.told import Begun, Told

DISCOVERY = "/.well-known/openid-configuration"
FRESH_SECONDS = 3600.0  # of what the provider says of itself
AT_ONCE = 3  # threads of ours that wait for a provider; the site needs the others
AWAY_SECONDS = 10.0  # nobody waits for it again so soon after it didn't answer
ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512",
              "EdDSA", "Ed25519"]  # fmt: skip
LEEWAY = 60  # seconds that clocks may differ
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
MAX_SUBJECT = 255  # characters (OpenID Connect Core, 2)
# What libraries and we raise at an answer that has not the form that it must have.
MALFORMED = (AuthlibBaseError, JoseError, AttributeError, KeyError, TypeError, ValueError,
             RecursionError)  # fmt: skip
SCOPE = "openid profile email"


class Provider:
    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self.issuer = issuer
        self._id, self._secret = client_id, client_secret
        self._seats = threading.BoundedSemaphore(AT_ONCE)
        self._facts: dict[str, Any] = {}
        self._read_at = self._away_at = float("-inf")

    def begin(self, redirect_uri: str, *, asks_again: bool = False) -> tuple[str, Begun]:
        """The address to send a browser to. ``asks_again``: also who is logged in there already.
        Raises ProviderFault.
        """
        facts = self._discovered()
        begun = Begun(random_id(43), random_id(43), random_id(64))
        with self._session(redirect_uri) as session:
            url, _ = session.create_authorization_url(
                facts["authorization_endpoint"],
                state=begun.state,
                code_verifier=begun.verifier,
                nonce=begun.nonce,
                **({"prompt": "login", "max_age": "0"} if asks_again else {}),
            )
        return url, begun

    def finish(self, redirect_uri: str, code: str, issuer: str, begun: Begun) -> Told:
        """Who it is, for the code that the browser brought. ``issuer`` is what the browser said of
        it (RFC 9207), or "". Raises ProviderFault.
        """
        facts = self._discovered()
        says_issuer = facts.get("authorization_response_iss_parameter_supported") is True
        if issuer != self.issuer and (issuer or says_issuer):
            raise NotTrue("the answer is another provider's")
        with self._seat(), self._session(redirect_uri) as session:
            try:
                token = session.fetch_token(
                    facts["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=begun.verifier,
                )
                claims = self._claims(session, facts, token, begun)
                told = {**claims, **self._more(session, facts, claims)}
            except MALFORMED as error:
                raise NotTrue(f"{type(error).__name__} {getattr(error, 'error', '')}") from error
        return Told(self.issuer, claims["sub"], _name(told), _groups(told), _asked_at(claims))

    @contextmanager
    def _seat(self) -> Iterator[None]:
        """Nobody waits for one. Raises NotThere."""
        if not self._seats.acquire(blocking=False):
            raise NotThere("too many wait for it")
        try:
            yield
        finally:
            self._seats.release()

    def _discovered(self) -> dict[str, Any]:
        if time.monotonic() - self._read_at < FRESH_SECONDS:
            return self._facts
        if time.monotonic() - self._away_at < AWAY_SECONDS:
            raise NotThere("it didn't answer a moment ago")
        with self._seat():
            try:
                self._facts = self._discover()
            except NotThere:
                self._away_at = time.monotonic()
                raise
        self._read_at = time.monotonic()
        return self._facts

    def _discover(self) -> dict[str, Any]:
        with requests.Session() as session:
            bound(session)
            facts = document(session.get(self.issuer.rstrip("/") + DISCOVERY))
        if facts.get("issuer") != self.issuer:
            raise NotTrue("it says that it is another issuer")
        for name in ENDPOINTS:
            check_url(str(facts.get(name, "")))
        return facts

    def _session(self, redirect_uri: str) -> Any:
        session = OAuth2Session(
            self._id,
            self._secret or None,
            token_endpoint_auth_method=self._authentication(),
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )
        bound(session)
        return session

    def _authentication(self) -> str:
        if not self._secret:
            return "none"
        known = self._facts.get("token_endpoint_auth_methods_supported", [])
        is_post = "client_secret_post" in known and "client_secret_basic" not in known
        return "client_secret_post" if is_post else "client_secret_basic"

    def _claims(
        self, session: Any, facts: Mapping[str, Any], token: Mapping[str, Any], begun: Begun
    ) -> dict[str, Any]:
        """Of the ID token (OpenID Connect Core, 3.1.3.7). Raises NotTrue, or what libraries do."""
        keys = document(session.get(facts["jwks_uri"], withhold_token=True))
        found = [key for key in keys["keys"] if key.get("use", "sig") == "sig"]
        signed = [key for key in found if key.get("kty") in ("RSA", "EC", "OKP")]
        decoded = jwt.decode(
            token["id_token"], KeySet.import_key_set({"keys": signed}), algorithms=ALGORITHMS
        )
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._id},
            },
            {
                "nonce": begun.nonce,
                "client_id": self._id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=LEEWAY)
        subject, nonce = claims["sub"], str(claims["nonce"])
        if not hmac.compare_digest(nonce.encode(), begun.nonce.encode()):
            raise NotTrue("another nonce")
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
            raise NotTrue("no subject")
        return dict(claims)

    def _more(
        self, session: Any, facts: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What it tells at another address, where it has one."""
        if not facts.get("userinfo_endpoint"):
            return {}
        told = document(session.get(facts["userinfo_endpoint"]))
        if told.get("sub") != claims["sub"]:
            raise NotTrue("it tells of somebody else")
        return told


@functools.cache
def provider_of(issuer: str, client_id: str, client_secret: str) -> Provider:
    """The same all through a process."""
    return Provider(issuer, client_id, client_secret)


def _name(told: Mapping[str, Any]) -> str:
    names = (told.get("preferred_username"), told.get("nickname"), told.get("email"))
    return next((str(one).partition("@")[0] for one in names if one), "")


def _asked_at(claims: Mapping[str, Any]) -> float:
    at = claims.get("auth_time")
    return float(at) if isinstance(at, int | float) else 0.0


def _groups(told: Mapping[str, Any]) -> frozenset[str]:
    groups = told.get("groups", ())
    return frozenset(map(str, groups if isinstance(groups, list) else ()))
