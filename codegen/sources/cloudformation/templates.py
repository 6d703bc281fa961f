"""CloudFormation templates, whatever wrote them: by hand, SAM, the CDK or `sls package`."""

import posixpath
import shlex
import tomllib
from collections.abc import Iterator
from contextlib import suppress

from ...declarations import Api, Route
from ..documents import read_document
from ..nodes import Node, Table, child, text, texts
from ..reading import Reading, folder_of, given
from ..sam import sam
from . import differences, http_api, openapi, rest_api
from .intrinsics import Resource
from .lambdas import located
from .stacks import Stacks

# What `sam deploy` reads: the first that is there.
_CONFIGS = ("samconfig.toml", "samconfig.yaml", "samconfig.yml")
_COMMANDS = ("global", "deploy")


def read(reading: Reading, path: str) -> tuple[Route, ...]:
    """The routes of one template with the stacks that it nests."""
    stacks = Stacks(reading)
    stacks.add("", path, given(reading.options.parameters))
    _tell_overrides(reading, path)
    return routes_of(stacks)


def _tell_overrides(reading: Reading, path: str) -> None:
    """CG256: parameters to which `sam deploy` gives another value than the template's default, which counts here."""
    declared = child(reading.document(path), "Parameters")
    settings = dict(reading.options.parameters)
    sources = ((name, reading.bytes_of(posixpath.join(folder_of(path), name))) for name in _CONFIGS)
    config, source = next(((name, found) for name, found in sources if found is not None), ("", b""))
    for name, value in _overrides(config, source):
        default = child(declared, name, "Default")
        if isinstance(declared, Table) and name in declared.entries and name not in settings and text(default) != value:
            what = "its default counts here" if default is not None else "it has no value here"
            hint = f'the settings of the source give it: parameters = {{ {name} = "..." }}'
            message = f"{config} gives {name} another value for `sam deploy`: {what}"
            reading.report(declared.at(name), "CG256", message, hint)


def _overrides(config: str, source: bytes) -> Iterator[tuple[str, str]]:
    """The `parameter_overrides` of a default deploy: `Name=value`, in one text or a list."""
    said = _of_toml if config.endswith(".toml") else _of_yaml
    with suppress(ValueError, AttributeError, TypeError):
        for pair in (word for part in said(source) for word in shlex.split(part)):
            name, _, value = pair.removeprefix("ParameterKey=").replace(",ParameterValue=", "=", 1).partition("=")
            yield name, value


def _of_toml(source: bytes) -> Iterator[str]:
    default = tomllib.loads(source.decode("utf-8")).get("default", {})
    for command in _COMMANDS:
        said = default.get(command, {}).get("parameters", {}).get("parameter_overrides", ())
        yield from [said] if isinstance(said, str) else said


def _of_yaml(source: bytes) -> Iterator[str]:
    document, _ = read_document("", source)
    for command in _COMMANDS:
        yield from texts(child(document, "default", command, "parameters", "parameter_overrides"))


def routes_of(stacks: Stacks) -> tuple[Route, ...]:
    """The routes of all stacks, in the order of their resources."""
    apis: dict[tuple[str, str], Api] = {}
    found: list[Route] = []
    for resource in list(stacks.found.values()):
        if resource.type in (sam.REST, sam.HTTP):
            # Methods and routes beside those of its events may be its own, too.
            apis[resource.stack.name, resource.name] = sam.api_of(stacks, resource)
        else:
            differences.of_resource(stacks.reading, resource)
        if resource.type in (rest_api.API, http_api.API):
            made = (rest_api if resource.type == rest_api.API else http_api).api_of(stacks, resource)
            apis[resource.stack.name, resource.name] = made
            found += _of_body(stacks, resource, made)
    found += rest_api.routes(stacks, apis)
    found += http_api.routes(stacks, apis)
    found += sam.routes(stacks)
    return tuple(found)


def _of_body(stacks: Stacks, resource: Resource, api: Api) -> list[Route]:
    """The routes of an API that a document defines."""
    body = resource.get("Body")
    if body is None and resource.get("BodyS3Location") is not None:
        body = _uploaded(stacks, resource)
    if body is None or rest_api.undecided(stacks, resource, resource.place, f"the API {resource.name}"):
        return []
    return list(openapi.whole(stacks, body, api).routes())


def _uploaded(stacks: Stacks, resource: Resource) -> Node | None:
    """A document that is uploaded: a path below the template, or the CDK's asset."""
    said = text(child(resource.metadata, "aws:asset:path")) or resource.text("BodyS3Location")
    path = None if said is None else located(resource, folder_of(resource.stack.path), said)
    if not path:
        place = resource.place_of("BodyS3Location")
        stacks.reading.report(place, "CG151", f"the definition of {resource.name} is not in the code base")
        return None
    document = stacks.reading.document(path, resource.place)
    return None if document is None else resource.stack.resolve(document)
