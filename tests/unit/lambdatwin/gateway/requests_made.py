"""Requests that hypothesis makes: odd paths, queries, headers, cookies and bodies, as ASGI hands them over."""

from hypothesis import strategies as st

from src.lambdatwin.gateway.http import RawRequest

_SEGMENTS = st.sampled_from(
    [
        b"products",
        b"a%2Fb",
        b"%25",
        b"a+b",
        b".",
        b"..",
        b"%C3%A9",
        b"caf\xc3\xa9",
        b"",
        b"\xff",
        b"a;b=c",
        b"%zz",
        b"~'()",
    ]
)
_PATHS = st.lists(_SEGMENTS, max_size=5).map(lambda parts: b"/" + b"/".join(parts))
_QUERIES = st.lists(
    st.sampled_from(
        [
            b"limit=5",
            b"a",
            b"a=",
            b"=b",
            b"",
            b"a=1",
            b"a=2",
            b"tags=x%7Cy",
            b"q=caf%C3%A9",
            b"q=a+b%20c",
            b"%61=1",
            b"b==",
            b"c=%FF",
            b"d=%zz",
            b"e=\xc3\xa9",
            b"f=%",
            b"name-like=x",
        ]
    )
    | st.binary(max_size=8).filter(lambda value: b"#" not in value),
    max_size=6,
).map(b"&".join)
_HEADERS = st.lists(
    st.sampled_from(
        [
            (b"host", b"localhost:8000"),
            (b"host", b"[::1]:80"),
            (b"host", b"api.example"),
            (b"user-agent", b"tests/1"),
            (b"accept", b"a/b"),
            (b"accept", b"c/d"),
            (b"cookie", b"a=1; b=2"),
            (b"cookie", b"c=3"),
            (b"cookie", b"d=4;e=5 ;; f"),
            (b"x-3scale-id", b"\xe9"),
            (b"content-type", b"application/json"),
            (b"content-type", b"image/png"),
            (b"x--y", b""),
            (b"x-forwarded-for", b"1.2.3.4, x"),
            (b"x-amzn-trace-id", b"Root=1-2-3"),
            (b"connection", b"close"),
        ]
    ),
    max_size=7,
)
_BODIES = st.sampled_from(
    [b"", b"{}", b'{"a": "\xc3\xa9"}', b"\xff\xfe\x00", b"\xef\xbb\xbf{}", b"\x00", b"x" * 200_000]
) | st.binary(max_size=30)

REQUESTS = st.builds(
    RawRequest,
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
    raw_path=_PATHS,
    query=_QUERIES,
    headers=_HEADERS,
    body=_BODIES,
    source_ip=st.sampled_from(["127.0.0.1", "::1", "fe80::1%eth0", "testclient", "unknown", "", "_x"]),
    protocol=st.just("HTTP/1.1"),
    scheme=st.sampled_from(["http", "https"]),
)
_OBJECTS = st.dictionaries(
    st.sampled_from(["userId", "issuer", "primary"]), st.text(max_size=3) | st.none() | st.booleans(), max_size=3
)
_INNER = st.text(max_size=3) | _OBJECTS
CLAIMS = st.none() | st.dictionaries(
    st.sampled_from(["sub", "exp", "iat", "scope", "cognito:groups", "email_verified"]),
    st.text(max_size=5)
    | st.integers()
    | st.booleans()
    | st.none()
    | st.floats()
    | st.lists(_INNER, max_size=2)
    | _OBJECTS,
    max_size=4,
)
PARAMETERS = st.dictionaries(st.sampled_from(["id", "name"]), st.sampled_from(["a%2Fb", "..", "x+y"]), max_size=2)
