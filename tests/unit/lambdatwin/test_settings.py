"""The settings: what they take, and the variables that they are read from."""

from pathlib import Path

import pytest

from src.lambdatwin.auth.config import auth_problems
from src.lambdatwin.project import ProjectError, tool_table
from src.lambdatwin.settings import Settings, SettingsError, load_settings


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GATEWAY_STAGE", "a/b", "a stage is"),
        ("GATEWAY_STAGE_VARIABLES", "a=b", "JSON object"),
        ("GATEWAY_STAGE_VARIABLES", '["a"]', "dictionary"),
        ("GATEWAY_PAYLOAD", "http-3.0", "http-2.0"),
        ("GATEWAY_HEADER_CASE", "UPPER", "train"),
        ("BINARY_MEDIA_TYPES", "image/*,pdf", "'pdf' is no media type"),
        ("BINARY_MEDIA_TYPES", "image/png image/gif", "with commas"),
        ("COGNITO_CLIENT_ID", "web mobile", "with commas"),
    ],
)
def test_a_setting_that_means_nothing_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name}: .*{words}"):
        load_settings()


def test_the_payload_that_the_generator_reads_says_the_kind_of_api(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENVIRONMENT", "test")
    assert load_settings().gateway_payload == "rest"
    (tmp_path / "pyproject.toml").write_text('[tool.codegen]\npayload = "2.0"\n', encoding="utf-8")
    assert load_settings().gateway_payload == "http-2.0"
    monkeypatch.setenv("GATEWAY_PAYLOAD", "http-1.0")
    assert load_settings().gateway_payload == "http-1.0"


@pytest.mark.parametrize("text", ["tool = 3", "tool = ['a']", "[tool]\ncodegen = 1", "[tool]\nlambdatwin = [1]"])
def test_a_tool_that_is_no_table_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=r"pyproject\.toml: tool(\.\w+)? is not a table"):
        [tool_table(name, tmp_path) for name in ("codegen", "lambdatwin")]


def test_stage_variables_are_a_json_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("GATEWAY_STAGE", "$default")
    monkeypatch.setenv("GATEWAY_STAGE_VARIABLES", '{"table": "a,b"}')
    settings = load_settings()
    assert (settings.gateway_stage, settings.gateway_stage_variables) == ("$default", {"table": "a,b"})
    monkeypatch.setenv("GATEWAY_STAGE_VARIABLES", " ")
    assert load_settings().gateway_stage_variables == {}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without `.env`, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        for prefix in ("", "SHOP_"):
            monkeypatch.delenv(f"{prefix}{field}".upper(), raising=False)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_what_has_not_the_prefix_is_the_backends_own(monkeypatch: pytest.MonkeyPatch) -> None:
    backends = {"ENVIRONMENT": "staging", "DOCS": "internal", "METRICS_TOKEN": "m", "GATEWAY_TIMEOUT": "soon"}
    for name, value in backends.items():
        monkeypatch.setenv(name, value)
    settings = load_settings("SHOP_")
    assert (settings.environment, settings.docs, settings.metrics_token) == ("development", "open", None)
    monkeypatch.setenv("SHOP_ENVIRONMENT", "production")
    assert load_settings("SHOP_").production


@pytest.mark.usefixtures("folder")
def test_four_kinds_of_names_count_without_the_prefix_too(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {"HOST": "0.0.0.0", "PORT": "8001", "DATABASE_URL": "postgresql://a@b/c", "COGNITO_CLIENT_ID": "one,two"}
    for name, value in plain.items():
        monkeypatch.setenv(name, value)
    settings = load_settings("SHOP_")
    assert (settings.host, settings.port, settings.cognito_client_id) == ("0.0.0.0", 8001, ("one", "two"))
    assert settings.database_url is not None
    monkeypatch.setenv("SHOP_PORT", "8002")
    monkeypatch.setenv("SHOP_COGNITO_CLIENT_ID", "three")
    settings = load_settings("SHOP_")
    assert (settings.host, settings.port, settings.cognito_client_id) == ("0.0.0.0", 8002, ("three",))


@pytest.mark.parametrize("name", ["GATEWAY_TIMEOUT", "DATABASE_POOL_WAIT"])
@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "0"])
@pytest.mark.usefixtures("folder")
def test_a_time_is_a_finite_number(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"- {name}: "):
        load_settings()


@pytest.mark.usefixtures("folder")
def test_a_database_of_another_kind_is_the_backends_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://shop@db/shop")
    assert load_settings("SHOP_").database_url is None
    with pytest.raises(SettingsError, match="- DATABASE_URL: must be like postgresql://"):
        load_settings()
    monkeypatch.setenv("SHOP_DATABASE_URL", "mysql://shop@db/shop")
    with pytest.raises(SettingsError, match="- SHOP_DATABASE_URL: must be like postgresql://"):
        load_settings("SHOP_")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "none"), ("SHOP_PORT", "none"), ("SHOP_GATEWAY_STAGE", "a/b"), ("SHOP_ENVIRONMENT", "prod")],
)
@pytest.mark.usefixtures("folder")
def test_a_fault_is_named_as_its_variable_is_written(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"  - {name}: "):
        load_settings("SHOP_")


def test_the_file_of_development_has_the_prefix_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("SHOP_GATEWAY_STAGE=dev", "GATEWAY_STAGE=theirs", "PORT=8001", "COGNITO_REGION=eu-west-1", "DOCS=theirs")
    (folder / ".env").write_text("\n".join(lines), encoding="utf-8")
    settings = load_settings("SHOP_")
    assert (settings.gateway_stage, settings.port, settings.cognito_region) == ("dev", 8001, "eu-west-1")
    monkeypatch.setenv("SHOP_ENVIRONMENT", "test")
    assert load_settings("SHOP_").gateway_stage is None


@pytest.mark.usefixtures("folder")
def test_what_prevents_a_start_is_named_with_the_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_ENVIRONMENT", "production")
    monkeypatch.setenv("SHOP_SESSION_SECRET", "short")
    monkeypatch.setenv("SHOP_COGNITO_ISSUER", "http://issuer.example/pool")
    problems = auth_problems(load_settings("SHOP_"))
    assert any(problem.startswith("SHOP_SESSION_SECRET and SHOP_AUTH_REDIRECT_URI belong") for problem in problems)
    assert any(problem.startswith("SHOP_SESSION_SECRET is shorter") for problem in problems)
    assert any(problem.startswith("SHOP_COGNITO_ISSUER must be an https URL") for problem in problems)
    assert any(problem.startswith("COGNITO_CLIENT_ID is missing") for problem in problems)


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
