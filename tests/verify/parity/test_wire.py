"""Made requests over a real socket: the handler behind FastAPI must see the event that the harness's gateway builds."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.lambdatwin.parity.api import Api, HeaderCase, Kind
from src.lambdatwin.parity.comparison import Verdict
from src.lambdatwin.parity.harness import Harness, Setup, harness
from src.lambdatwin.parity.lambda_side.router import routes_in
from src.lambdatwin.parity.requests import Request
from src.runtimes.fastapi.project import MenuPlanning

REQUESTS = 2_000
DATABASE = "postgresql://127.0.0.1:1/none"
TOYS = Path("tests/integration/lambdatwin/parity/toys")

# Everything that may stand in a request line: also what a careful client would have encoded.
_PATH = st.text(st.sampled_from("ab0-._~!$&'()*+,;=:@%2Fé\"<>[]^`{|}\\"), min_size=1, max_size=12)
_QUERY = st.text(st.sampled_from("ab0&&==+%%2CFé;,|[]{}\"'<>?/:@!\\^`"), max_size=24)
_NAMES = st.text(st.sampled_from("aBz09-!#$%&'*+.^_`|~"), min_size=1, max_size=10).map(lambda name: f"X-{name}")
_VALUES = st.text(st.sampled_from('a B\té\xff,;="\\%{}'), max_size=12).map(lambda value: value.strip(" \t"))
_HEADERS = st.lists(
    st.tuples(_NAMES, _VALUES)
    | st.sampled_from(
        [("Cookie", "a=1; b=2"), ("Accept", "a/b"), ("accept", "c/d"), ("Host", "h:1"), ("Content-Type", "x/y")]
    ),
    max_size=6,
)
_BODIES = st.binary(max_size=40) | st.text(max_size=20).map(str.encode) | st.just(b"x" * 70_000)


def _ascii(text: str) -> str:
    """The bytes of the wire must be ASCII here: what a server does with others is its own affair."""
    return text.encode("ascii", "replace").decode()


APIS = {
    "rest": Api(),
    "rest, lower case": Api(stage="live", binary_media_types=("x/*",), header_case=HeaderCase.LOWER),
    "http-1.0": Api(Kind.HTTP_1),
    "http-2.0": Api(Kind.HTTP_2, stage="live", stage_variables={"colour": "blue"}),
}


@pytest.fixture(scope="module", params=APIS)
def toys(request: pytest.FixtureRequest) -> Iterator[Harness]:
    setup = Setup(
        MenuPlanning(), routes_in(TOYS / "routes.json"), DATABASE, DATABASE, listed=True, api=APIS[request.param]
    )
    with harness(setup) as running:
        yield running


def test_made_requests_are_seen_alike(toys: Harness) -> None:
    numbers = iter(range(1_000_000))
    verdicts: Counter[Verdict] = Counter()

    with toys.fastapi_side.client() as client:

        @settings(max_examples=REQUESTS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(_PATH, _QUERY, _HEADERS, _BODIES)
        def prove(path: str, query: str, headers: list[tuple[str, str]], body: bytes) -> None:
            target = f"/echo/{_ascii(path)}" + (f"?{_ascii(query)}" if query else "")
            request = Request(f"wire-{next(numbers)}", "POST", target.replace("#", ""), tuple(headers), body)
            seen = toys.compare(request, client)
            verdicts[seen.verdict] += 1
            assert seen.differences == ()

        prove()
    made, kind = verdicts.total(), toys.lambda_side.api.kind
    equal, undecided = verdicts[Verdict.EQUAL], verdicts[Verdict.UNDECIDED]
    print(f"\nwire parity ({kind}): {made} made requests over a socket, {equal} equal, {undecided} without a source")
    assert equal > REQUESTS / 4
