"""Who signs the tokens: Cognito by its region and pool, an issuer given by URLs, or this process in development."""

from dataclasses import dataclass

from src.runtimes.fastapi.settings import Settings

LOCAL_PATH = "/auth/local"
LOCAL_CLIENT_ID = "local"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The three settings of an issuer, and the app client whose tokens count."""

    url: str
    jwks_url: str
    endpoint: str
    client_id: str


def issuer_of(settings: Settings) -> Issuer:
    """What is not given is derived: from region and pool id, or, with neither, the local issuer's."""
    default = _local(settings) if settings.local_issuer else _cognito(settings)
    url = settings.cognito_issuer or default.url
    return Issuer(
        url=url,
        jwks_url=settings.cognito_jwks_url
        or (f"{url}/.well-known/jwks.json" if settings.cognito_issuer else default.jwks_url),
        endpoint=settings.cognito_endpoint or default.endpoint,
        client_id=settings.cognito_client_id or default.client_id,
    )


def _local(settings: Settings) -> Issuer:
    base = f"http://{_reachable(settings.listen_host)}:{settings.port}{LOCAL_PATH}"
    return Issuer(base, f"{base}/.well-known/jwks.json", f"{base}/", LOCAL_CLIENT_ID)


def _cognito(settings: Settings) -> Issuer:
    region = settings.cognito_region or (settings.cognito_user_pool_id or "").partition("_")[0]
    host = f"https://cognito-idp.{region}.amazonaws.com"
    url = f"{host}/{settings.cognito_user_pool_id}"
    return Issuer(url, f"{url}/.well-known/jwks.json", f"{host}/", settings.cognito_client_id or "")


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - what to connect to, not where to listen
