"""What the settings say of authentication: the issuer's addresses, the app clients, the user pools behind authorizers,
and what prevents a start."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from pydantic import SecretStr

from ..ports import Cognito, Jwt
from ..project import COMMAND
from ..settings import Settings
from .cognito import ClientCredentials

LOCAL_PATH = "/auth/local"
LOCAL_CLIENT_ID = "local"


_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound
# A sidecar may stand between this process and Cognito: there is no network on the way. What is compared
# with `iss` stays a real address.
_MAY_BE_BESIDE_US = frozenset({"cognito_jwks_url", "cognito_endpoint"})
_BESIDE_US = frozenset({"localhost", "127.0.0.1", "::1"})
_SHORTEST_SECRET = 32
_DEVELOPMENT_WORDS = frozenset({"local", "development", "changeme", "example", "dummy", "password", "insecure"})
_COGNITO_ISSUER = re.compile(r"https://(?:issuer-)?cognito-idp\.(?P<host>[a-z0-9-]+\.amazonaws\.com(?:\.cn)?)/[^/]+")
_POOL = re.compile(r"(?P<region>[\w-]+)_[0-9A-Za-z]+")
_POOL_ARN = re.compile(r"arn:aws[\w-]*:cognito-idp:(?P<region>[\w-]+):\d*:userpool/(?P<pool>[\w-]+)")
_HOST = re.compile(r"[A-Za-z0-9.:-]+")
_MOST_SECRETS = 2
_REPEATED = 0.7  # of a text's characters
_FEWEST_LETTERS = 8  # different ones: a random text of 32 has more


type TokenAuthorizer = Cognito | Jwt


class AuthorizerError(ValueError):
    """An authorizer that cannot decide here; the message says why."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """`issuer` is compared with `iss`; the others are called. `hosted_ui` is None without a domain."""

    issuer: str
    jwks_url: str
    cognito: str
    hosted_ui: str | None


def endpoints(settings: Settings) -> Endpoints:
    """The addresses; raises ValueError where nothing says whose tokens are meant."""
    if settings.local_issuer:
        base = f"http://127.0.0.1:{settings.port}{LOCAL_PATH}"
        return Endpoints(base, f"{base}/.well-known/jwks.json", f"{base}/", base)
    issuer, service = settings.cognito_issuer, _service(settings)
    if issuer is None:
        if service is None or settings.cognito_user_pool_id is None:
            raise ValueError("neither COGNITO_ISSUER nor COGNITO_USER_POOL_ID is set")
        issuer = f"{service}/{settings.cognito_user_pool_id}"
    jwks_url = settings.cognito_jwks_url or f"{issuer}/.well-known/jwks.json"
    # Another issuer than Cognito's own may serve its API below the issuer's address, as the local one does.
    return Endpoints(issuer, jwks_url, settings.cognito_endpoint or f"{service or issuer}/", _hosted_ui(settings))


def names_issuer(settings: Settings) -> bool:
    return bool(settings.cognito_issuer or settings.cognito_user_pool_id)


def is_user_pool(issuer: str) -> bool:
    return _COGNITO_ISSUER.fullmatch(issuer) is not None


def discovery_url(issuer: str) -> str:
    """Where an OIDC issuer says where its keys are (OpenID Connect Discovery §4); raises `AuthorizerError`."""
    if not _is_url(issuer):
        raise AuthorizerError(f"the issuer {issuer} is no URL")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _BESIDE_US:
        raise AuthorizerError(f"the issuer {issuer} must be an https URL: anyone between could put other keys in")
    return f"{issuer.removesuffix('/')}/.well-known/openid-configuration"


def client_ids(settings: Settings) -> tuple[str, ...]:
    """The app clients whose tokens are accepted; /auth/* and /docs use the first. Raises ValueError without one."""
    if settings.cognito_client_id:
        return settings.cognito_client_id
    if settings.local_issuer:
        return (LOCAL_CLIENT_ID,)
    raise ValueError("COGNITO_CLIENT_ID is not set")


def client_credentials(settings: Settings) -> ClientCredentials:
    return ClientCredentials(client_ids(settings)[0], _revealed(settings.cognito_client_secret))


def session_secrets(settings: Settings) -> tuple[str, ...]:
    """The secrets of session mode: the first encrypts, an older one after it still decrypts."""
    revealed = _revealed(settings.session_secret) or ""
    return tuple(part.strip() for part in revealed.split(",") if part.strip())


class Pools:
    """The issuers of an app's authorizers. `default` is that of the settings.

    With one user pool in all declarations it is the settings' own, whatever its ARN: a stage may have another one. Of
    several each must be known by its ARN, but one, which is the settings' own.
    """

    def __init__(self, authorizers: Iterable[TokenAuthorizer], settings: Settings, default: str) -> None:
        self._authorizers, self._default = tuple(authorizers), default
        self._decided = settings.local_issuer
        self._names = {pool: one.name for one in self._authorizers for pool in _pools(one)}

    def issuers(self, authorizer: Cognito) -> tuple[str, ...]:
        """Those whose tokens a Cognito authorizer takes."""
        if len(self._names) < 2 or self._decided:
            return (self._default,)
        found = (_issuer_of(pool) or self._default for pool in _pools(authorizer))
        return tuple(dict.fromkeys(found)) or (self._default,)

    def undecided(self) -> list[str]:
        """What only a deploy tells apart, a sentence each: tokens of one would be taken for those of another."""
        if self._decided:
            return []
        pools = {pool: name for pool, name in self._names.items() if _issuer_of(pool) is None}
        untold = [one for one in self._authorizers if isinstance(one, Jwt) and None in one.audience]
        audiences = {_audience(one): one.name for one in untold}
        found = {"user pools": pools, "audiences": audiences}
        return [_sentence(what, different) for what, different in found.items() if len(different) > 1]


def leave_to_settings(authorizers: Iterable[TokenAuthorizer]) -> bool:
    """Whether only the settings tell the issuer or the clients of one of them."""
    return any(
        isinstance(one, Cognito) or one.issuer is None or not one.audience or None in one.audience
        for one in authorizers
    )


def _pools(authorizer: TokenAuthorizer) -> tuple[str, ...]:
    """What tells a user pool from others: an ARN, or the name of what tells it; without one the authorizer's own."""
    match authorizer:
        case Cognito(name=name, pools=pools):
            return tuple(pool or name for pool in pools)
        case Jwt(issuer=None, unknown=unknown):
            return unknown[:1]
        case _:
            return ()


def _audience(authorizer: Jwt) -> str:
    return ", ".join(authorizer.unknown[1 if authorizer.issuer is None else 0 :]) or authorizer.name


def _issuer_of(pool: str) -> str | None:
    found = _POOL_ARN.fullmatch(pool)
    return f"{_cognito(found['region'])}/{found['pool']}" if found else None


def _sentence(what: str, found: Mapping[str, str]) -> str:
    names, known = ", ".join(sorted(set(found.values()))), ", ".join(sorted(found))
    return (
        f"the authorizers {names} differ in {what} ({known}) that only a deploy tells, and COGNITO_* names one:"
        " write them out where the authorizers are declared"
    )


def _cognito(region: str) -> str:
    return f"https://cognito-idp.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


def _service(settings: Settings) -> str | None:
    """Cognito's API of the pool's region; an issuer of either of Cognito's two forms names the region too."""
    issued = _COGNITO_ISSUER.fullmatch(settings.cognito_issuer or "")
    if issued is not None:
        return f"https://cognito-idp.{issued['host']}"
    pool = settings.cognito_user_pool_id
    region = settings.cognito_region or (pool.partition("_")[0] if pool and "_" in pool else None)
    if region is None:
        return None
    return _cognito(region)


def _hosted_ui(settings: Settings) -> str | None:
    domain = settings.cognito_domain
    if domain is None:
        return None
    return (domain if "://" in domain else f"https://{domain}").rstrip("/")


def auth_problems(settings: Settings, *, needed: bool = True) -> list[str]:
    """Problems that prevent a start; empty when there are none. Where no issuer is `needed`, the settings may leave
    out all that belongs to one."""
    found = _session_problems(settings) + _pool_problems(settings)
    found += [f"{settings.variable(field)} is no URL" for field, url in _urls(settings).items() if not _is_url(url)]
    if not needed and not _says_anything(settings):
        return found
    if settings.local_issuer:
        return found + _exposure_problems(settings)
    if not names_issuer(settings):
        found.append("COGNITO_USER_POOL_ID (or COGNITO_ISSUER) is missing: nothing says whose tokens to accept")
    if not settings.cognito_client_id:
        found.append("COGNITO_CLIENT_ID is missing: tokens for any client of the pool would be accepted")
    if settings.cognito_issuer and settings.cognito_issuer.endswith("/"):
        found.append("COGNITO_ISSUER ends with a slash: no token has such an `iss`, and all would be refused")
    return found + (_production_problems(settings) if settings.production else [])


def _says_anything(settings: Settings) -> bool:
    others = (settings.cognito_user_pool_id, settings.cognito_client_id, settings.cognito_client_secret)
    return bool(_urls(settings) or any(others) or settings.session_secret)


def _pool_problems(settings: Settings) -> list[str]:
    pool, region = settings.cognito_user_pool_id, settings.cognito_region
    named = _POOL.fullmatch(pool) if pool else None
    if pool and named is None:
        return ["COGNITO_USER_POOL_ID is no id of a user pool: it is like eu-west-1_Ab12Cd34E"]
    if named is not None and region not in (None, named["region"]):
        return [f"COGNITO_REGION={region} is not the region of COGNITO_USER_POOL_ID: leave it out"]
    return []


def _exposure_problems(settings: Settings) -> list[str]:
    """Development listens where it is told to; elsewhere the known password must not open a network's address."""
    if settings.development or settings.listen_host in _BESIDE_US:
        return []
    host = settings.variable("host")
    exposed = f"{host}={settings.listen_host} would serve the local issuer and its known password to the network"
    return [f"{exposed}: set {host}=127.0.0.1, or COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID"]


def _session_problems(settings: Settings) -> list[str]:
    found = []
    secrets, uri = session_secrets(settings), settings.auth_redirect_uri
    secret_name, uri_name = settings.variable("session_secret"), settings.variable("auth_redirect_uri")
    if (not secrets) != (uri is None):
        found.append(f"{secret_name} and {uri_name} belong together: session mode needs both, bearer mode none")
    if len(secrets) > _MOST_SECRETS:
        found.append(f"{secret_name} has more than two values: the new secret, and the one that it replaces")
    found += [f"{secret_name} {problem}" for secret in secrets for problem in _secret_problems(secret)]
    if uri is not None and not uri.endswith("/auth/callback"):
        found.append(f"{uri_name} must end with /auth/callback: that is where logins come back to")
    if uri is not None and not settings.local_issuer and not settings.cognito_domain:
        found.append("COGNITO_DOMAIN is missing: session mode logs in at the pool's hosted pages")
    return found


def _secret_problems(secret: str) -> list[str]:
    if len(secret) < _SHORTEST_SECRET:
        return [f"is shorter than {_SHORTEST_SECRET} characters: `{COMMAND} secret`"]
    # A repeated or counted-up text compresses well, a random one of 32 characters does not.
    if len(set(secret)) < _FEWEST_LETTERS or _repeats(secret):
        return [f"is not random: `{COMMAND} secret` makes one"]
    return []


def _repeats(secret: str) -> bool:
    """Whether the text is mostly one pattern again and again, or steps through the alphabet."""
    for period in range(1, len(secret) // 2 + 1):
        same = sum(one == other for one, other in zip(secret, secret[period:], strict=False))
        if same >= _REPEATED * (len(secret) - period):
            return True
    steps = [ord(second) - ord(first) for first, second in pairwise(secret)]
    return steps.count(1) + steps.count(-1) >= _REPEATED * len(steps)


def _urls(settings: Settings) -> dict[str, str]:
    urls = {
        "cognito_issuer": settings.cognito_issuer,
        "cognito_jwks_url": settings.cognito_jwks_url,
        "cognito_endpoint": settings.cognito_endpoint,
        "cognito_domain": _hosted_ui(settings),
        "auth_redirect_uri": settings.auth_redirect_uri,
    }
    return {field: url for field, url in urls.items() if url}


def _is_url(text: str) -> bool:
    """False for brackets without an IPv6 address in them, and for a port that is none."""
    try:
        _ = urlsplit(text).port
    except ValueError:
        return False
    return True


def _production_problems(settings: Settings) -> list[str]:
    found = [
        f"{settings.variable(field)} {problem}"
        for field, url in _urls(settings).items()
        if _is_url(url)
        for problem in _url_problems(field, url)
    ]
    texts = {
        "cognito_client_id": " ".join(settings.cognito_client_id),
        "cognito_client_secret": _revealed(settings.cognito_client_secret),
        "session_secret": _revealed(settings.session_secret),
    }
    return found + [
        f"{settings.variable(field)} is a development leftover"
        for field, value in texts.items()
        if value and not _DEVELOPMENT_WORDS.isdisjoint(re.split("[^a-z0-9]+", value.lower()))
    ]


def _url_problems(field: str, url: str) -> list[str]:
    parts = urlsplit(url)
    if parts.path.startswith("/auth/local"):
        return ["names the local issuer, which is for development only"]
    if field in _MAY_BE_BESIDE_US and parts.scheme in ("http", "https") and parts.hostname in _BESIDE_US:
        return []
    if parts.scheme != "https" or _HOST.fullmatch(parts.hostname or "") is None:
        return ["must be an https URL: anyone between could put other keys in"]
    if (parts.hostname or "") in _LOOPBACK or (parts.hostname or "").endswith((".local", ".localhost", ".test")):
        return ["names this machine: a development leftover"]
    return []


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
