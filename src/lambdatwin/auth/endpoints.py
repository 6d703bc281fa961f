"""Where the issuer is: three addresses that are settings of their own, derived from region and pool where not given."""

from dataclasses import dataclass

from .guards import AuthSettings

LOCAL_PATH = "/auth/local"
LOCAL_CLIENT_ID = "local"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """`issuer` is compared with `iss`; the others are called. `hosted_ui` is None without a domain."""

    issuer: str
    jwks_url: str
    cognito: str
    hosted_ui: str | None


def endpoints(settings: AuthSettings) -> Endpoints:
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


def client_id(settings: AuthSettings) -> str:
    """The app client whose tokens are accepted; raises ValueError without one."""
    if settings.cognito_client_id:
        return settings.cognito_client_id
    if settings.local_issuer:
        return LOCAL_CLIENT_ID
    raise ValueError("COGNITO_CLIENT_ID is not set")


def _service(settings: AuthSettings) -> str | None:
    pool = settings.cognito_user_pool_id
    region = settings.cognito_region or (pool.partition("_")[0] if pool and "_" in pool else None)
    return f"https://cognito-idp.{region}.amazonaws.com" if region else None


def _hosted_ui(settings: AuthSettings) -> str | None:
    domain = settings.cognito_domain
    if domain is None:
        return None
    return (domain if "://" in domain else f"https://{domain}").rstrip("/")
