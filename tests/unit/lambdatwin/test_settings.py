"""The settings of the gateway."""

import pytest

from src.lambdatwin.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GATEWAY_STAGE", "a/b", "a stage is"),
        ("GATEWAY_STAGE_VARIABLES", "a=b", "JSON object"),
        ("GATEWAY_STAGE_VARIABLES", '["a"]', "dictionary"),
        ("GATEWAY_PAYLOAD", "http-3.0", "http-2.0"),
        ("GATEWAY_HEADER_CASE", "UPPER", "train"),
    ],
)
def test_a_setting_of_the_gateway_that_means_nothing_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name}: .*{words}"):
        load_settings()


def test_stage_variables_are_a_json_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("GATEWAY_STAGE", "$default")
    monkeypatch.setenv("GATEWAY_STAGE_VARIABLES", '{"table": "a,b"}')
    settings = load_settings()
    assert (settings.gateway_stage, settings.gateway_stage_variables) == ("$default", {"table": "a,b"})
    monkeypatch.setenv("GATEWAY_STAGE_VARIABLES", " ")
    assert load_settings().gateway_stage_variables == {}


@pytest.mark.parametrize(
    ("payload", "text", "fault"),
    [
        ("http-2.0", '{"AllowOrigins": ["https://a.b"], "MaxAge": 5}', None),
        ("http-1.0", "", None),
        ("rest", "", None),
        ("rest", '{"AllowOrigins": ["*"]}', "GATEWAY_CORS: only an HTTP API has it"),
        ("http-2.0", '{"allowOrigins": ["*"]}', "GATEWAY_CORS: write a JSON object with the keys AllowOrigins"),
        ("http-2.0", '{"AllowOrigins": "*"}', "GATEWAY_CORS"),
        ("http-2.0", "*", "GATEWAY_CORS: write a JSON object"),
        ("http-2.0", '{"AllowOrigins": ["*"], "AllowCredentials": true}', "GATEWAY_CORS: AllowCredentials needs named"),
    ],
)
def test_the_cors_of_an_http_api(monkeypatch: pytest.MonkeyPatch, payload: str, text: str, fault: str | None) -> None:
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("GATEWAY_PAYLOAD", payload)
    monkeypatch.setenv("GATEWAY_CORS", text)
    if fault is None:
        found = load_settings().gateway_cors
        assert (found is None) == (not text)
        assert found is None or (found.allow_origins, found.max_age) == (("https://a.b",), 5)
    else:
        with pytest.raises(SettingsError, match=fault):
            load_settings()
