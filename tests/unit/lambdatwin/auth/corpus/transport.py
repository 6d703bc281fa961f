"""Headers that carry a good token in a bad way, or none."""

from functools import partial

from tests.unit.lambdatwin.auth.corpus.world import Headers, Item, access_claims, token


def _one(value: bytes) -> Headers:
    return [(b"authorization", value)]


def _shapes(good: bytes) -> dict[str, Headers]:
    head, _, tail = good.partition(b".")
    return {
        "no header at all": [],
        "empty header": _one(b""),
        "only blanks": _one(b"   "),
        "scheme alone": _one(b"Bearer"),
        "scheme and a space": _one(b"Bearer "),
        "no scheme": _one(good),
        "Basic": _one(b"Basic " + good),
        "Basic credentials": _one(b"Basic YWRtaW46YWRtaW4="),
        "Digest": _one(b'Digest username="a"'),
        "Token scheme": _one(b"Token " + good),
        "JWT scheme": _one(b"JWT " + good),
        "DPoP scheme": _one(b"DPoP " + good),
        "scheme twice": _one(b"Bearer Bearer " + good),
        "scheme glued on": _one(b"Bearer" + good),
        "scheme with a colon": _one(b"Bearer: " + good),
        "scheme with a comma": _one(b"Bearer, " + good),
        "scheme with an equals sign": _one(b"Bearer=" + good),
        "two spaces": _one(b"Bearer  " + good),
        "tab": _one(b"Bearer\t" + good),
        "tab and space": _one(b"Bearer \t" + good),
        "leading space": _one(b" Bearer " + good),
        "trailing space": _one(b"Bearer " + good + b" "),
        "trailing tab": _one(b"Bearer " + good + b"\t"),
        "trailing line feed": _one(b"Bearer " + good + b"\n"),
        "trailing carriage return": _one(b"Bearer " + good + b"\r"),
        "folded line": _one(b"Bearer\r\n " + good),
        "injected header": _one(b"Bearer " + good + b"\r\nx-admin: 1"),
        "no-break space": _one(b"Bearer\xa0" + good),
        "no-break space in UTF-8": _one(b"Bearer\xc2\xa0" + good),
        "ideographic space": _one("Bearer\u3000".encode() + good),
        "vertical tab": _one(b"Bearer\x0b" + good),
        "NUL before": _one(b"\x00Bearer " + good),
        "NUL instead of the space": _one(b"Bearer\x00" + good),
        "NUL after": _one(b"Bearer " + good + b"\x00"),
        "NUL inside": _one(b"Bearer " + head + b"\x00." + tail),
        "byte order mark": _one(b"\xef\xbb\xbfBearer " + good),
        "Kelvin-like letters in the scheme": _one("Be\u0430rer ".encode() + good),
        "full-width scheme": _one("\uff22\uff45\uff41\uff52\uff45\uff52 ".encode() + good),
        "non-ASCII after": _one(b"Bearer " + good + b"\xff"),
        "UTF-16": _one("Bearer ".encode("utf-16") + good.decode().encode("utf-16-le")),
        "quoted token": _one(b'Bearer "' + good + b'"'),
        "token in angle brackets": _one(b"Bearer <" + good + b">"),
        "token as a parameter": _one(b"Bearer token=" + good),
        "percent-encoded dots": _one(b"Bearer " + good.replace(b".", b"%2E")),
        "comma-joined with itself": _one(b"Bearer " + good + b", Bearer " + good),
        "comma-joined without a space": _one(b"Bearer " + good + b",Bearer " + good),
        "comma-joined with Basic": _one(b"Basic YTpi, Bearer " + good),
        "comma at the end": _one(b"Bearer " + good + b","),
        "semicolon at the end": _one(b"Bearer " + good + b";"),
        "a second word": _one(b"Bearer " + good + b" extra"),
        "two headers, both good": _one(b"Bearer " + good) * 2,
        "two headers, the first bad": _one(b"Bearer x.y.z") + _one(b"Bearer " + good),
        "two headers, the second bad": _one(b"Bearer " + good) + _one(b"Bearer x.y.z"),
        "two headers, one empty": _one(b"Bearer " + good) + _one(b""),
        "two headers, one Basic": _one(b"Basic YTpi") + _one(b"Bearer " + good),
        "two headers in two cases": [(b"Authorization", b"Bearer " + good), (b"authorization", b"Bearer " + good)],
        "another header": [(b"x-authorization", b"Bearer " + good)],
        "proxy header": [(b"proxy-authorization", b"Bearer " + good)],
        "header with an underscore": [(b"http_authorization", b"Bearer " + good)],
        "token in a cookie": [(b"cookie", b"access_token=" + good)],
        "token in a session cookie": [(b"cookie", b"__Host-session=" + good + b"; __Host-access=" + good)],
        "x-amzn-oidc header": [(b"x-amzn-oidc-data", good), (b"x-amzn-oidc-identity", b"admin")],
        "word": _one(b"Bearer undefined"),
        "null": _one(b"Bearer null"),
        "dots": _one(b"Bearer .."),
        "8 kB of nothing": _one(b"Bearer " + b"a" * 8192),
        "60 kB of dots": _one(b"Bearer " + b"." * 60_000),
        "60 kB token": _one(b"Bearer " + b"a" * 30_000 + b"." + b"a" * 29_000 + b".a"),
    }


def _shape(name: str) -> Headers:
    return _shapes(token())[name]


def _oversized() -> Headers:
    return _one(b"Bearer " + token(access_claims(padding="x" * 8192)))


def items() -> list[Item]:
    """Every item sends the same good token; only how it is sent is wrong."""
    names = list(_shapes(b"a.b.c"))
    made = [Item(f"transport: {name}", partial(_shape, name)) for name in names]
    return [*made, Item("transport: a signed token over the size limit", _oversized)]
