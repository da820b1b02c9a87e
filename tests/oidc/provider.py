"""An OpenID Connect provider on loopback: discovery, authorisation code with PKCE, RS256 id_token, and its keys.

OpenID Connect Core 1.0, section 3.1. Whoever comes is signed in as the account that the test names, with no form.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "pubsearch", "a secret of this test"
LIFE_SECONDS = 600


@dataclass
class Provider:
    """A running provider; `email` is who signs in next, and whether it was `verified`; `granted` counts the tokens."""

    url: str
    email: str = "ann@hospital.example"
    verified: object = True
    granted: int = 0
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def secrets(self, port: int) -> str:
        """The secrets.toml of a page on that port of loopback that asks this provider who somebody is."""
        return f"""\
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a long random text of this test"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{self.url}/.well-known/openid-configuration"
"""

    def discovery(self) -> dict[str, object]:
        """What OpenID Connect Discovery 1.0 asks for."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked: dict[str, str]) -> str | None:
        """Where a visitor goes on with a code; None where the request is not one of our client's."""
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            return None
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked | {"email": self.email}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> dict[str, object] | None:
        """The tokens for a code, once; None where code, redirect or PKCE verifier do not fit."""
        given = self.codes.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not given or given["redirect_uri"] != asked["redirect_uri"] or given["code_challenge"] != challenge:
            return None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": given["email"],
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + LIFE_SECONDS,
            "nonce": given["nonce"],
            "email": given["email"],
            "email_verified": self.verified,
        }
        self.granted += 1
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": signed}


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider that answers until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    _Handler.provider = provider
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path == "/.well-known/openid-configuration":
            self._json(self.provider.discovery())
        elif asked.path == "/keys":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif asked.path == "/authorize" and (target := self.provider.authorize(_fields(asked.query))):
            self.send_response(302)
            self.send_header("Location", target)
            self.end_headers()
        else:
            self.send_error(400)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if self.path != "/token" or self.headers["Authorization"] != f"Basic {basic}":
            self.send_error(401)
        elif tokens := self.provider.token(_fields(body)):
            self._json(tokens)
        else:
            self.send_error(400)

    def _json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The test says what it saw."""


def _fields(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query).items()}
