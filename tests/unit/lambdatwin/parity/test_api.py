"""The options of an API, which both sides get."""

import json

import pytest

from src.lambdatwin.parity.api import Api, Cors, HeaderCase, Kind, cors_of
from src.lambdatwin.parity.fastapi_side.process import StartFailed
from src.lambdatwin.parity.harness import Setup, harness
from src.runtimes.fastapi.project import MenuPlanning


def test_defaults_need_no_other_variable() -> None:
    assert Api().environment() == {"GATEWAY_PAYLOAD": "rest"}
    assert (Api().stage_name, Api().integration_seconds) == ("prod", 29.0)
    assert (Api(Kind.HTTP_2).stage_name, Api(Kind.HTTP_2).integration_seconds) == ("$default", 30.0)


def test_every_option_reaches_the_other_side() -> None:
    rest = Api(Kind.REST, "dev", {"a": "b=c"}, ("image/*", "application/pdf"), HeaderCase.LOWER, 3.0)
    assert rest.environment() == {
        "GATEWAY_PAYLOAD": "rest",
        "GATEWAY_STAGE": "dev",
        "GATEWAY_STAGE_VARIABLES": '{"a": "b=c"}',
        "GATEWAY_HEADER_CASE": "lower",
        "GATEWAY_TIMEOUT": "3.0",
        "BINARY_MEDIA_TYPES": "image/*,application/pdf",
    }
    http = Api(Kind.HTTP_2, cors=Cors(("*",), max_age=5)).environment()
    assert (http["GATEWAY_PAYLOAD"], http.get("GATEWAY_TIMEOUT")) == ("http-2.0", None)
    assert json.loads(http["GATEWAY_CORS"]) == {"AllowOrigins": ["*"], "MaxAge": 5}


class _Newer(Api):
    def environment(self) -> dict[str, str]:
        return {"GATEWAY_NOT_KNOWN": "x"}


def test_a_run_does_not_begin_with_an_option_that_only_one_side_has() -> None:
    with (
        pytest.raises(StartFailed, match="no setting GATEWAY_NOT_KNOWN"),
        harness(Setup(MenuPlanning(), [], "a", "b", api=_Newer())),
    ):
        pass


def test_a_cors_policy_is_read_with_awss_names() -> None:
    text = '{"AllowOrigins": ["https://a"], "AllowMethods": ["GET"], "AllowHeaders": ["x"], "ExposeHeaders": ["y"]}'
    assert cors_of(text) == Cors(("https://a",), ("GET",), ("x",), ("y",))
    assert cors_of('{"MaxAge": 5, "AllowCredentials": true}') == Cors(max_age=5, allow_credentials=True)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"Origins": []}', '{"AllowOrigins": "*"}', '{"AllowOrigins": [1]}', '{"MaxAge": true}']
)
def test_another_policy_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words, or ours
        cors_of(text)


def test_an_api_has_what_its_kind_has() -> None:
    for build, words in (
        (lambda: Api(cors=Cors()), "only an HTTP API has a CORS policy"),
        (lambda: Api(stage="$default"), "only an HTTP API has the stage"),
        (lambda: Api(Kind.HTTP_2, binary_media_types=("a/b",)), "only a REST API has binary"),
        (lambda: Api(timeout=-1), "a number of seconds, at most 86400"),
        (lambda: Api(timeout=float("inf")), "a number of seconds, at most 86400"),
        (lambda: Api(timeout=float("nan")), "a number of seconds, at most 86400"),
        (lambda: Api(Kind.HTTP_2, cors=Cors(("*",), allow_credentials=True)), "credentials are for named origins"),
    ):
        with pytest.raises(ValueError, match=words):
            build()
