"""Reads the sources of a code base: those of the settings, or those that are found."""

import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from ..declarations import Declared, Place, Route, Source, SourceKind
from ..discovery import Files
from ..settings import Settings
from .route_settings import RouteSource

if TYPE_CHECKING:
    from ..sources.reading import Reading

type Read = Callable[..., tuple[Route, ...]]


def sources_of(files: Files, settings: Settings) -> tuple[tuple[Source, RouteSource], ...]:
    """What is read, in the order of its authority. Once the settings name a source, nothing is searched."""
    if settings.route_source:
        named = [(Source(s.kind, _path(files, s), "the settings name it"), s) for s in settings.route_source]
        return tuple(sorted(named, key=lambda pair: pair[0].kind.rank))
    from ..sources.search import search, search_code

    found = [*search(files), *search_code(files, settings.sources, settings.exclude)]
    return tuple((source, RouteSource(source.kind, source.path)) for source in found)


def _path(files: Files, source: RouteSource) -> str:
    """What the settings name, else what is there under a name that is looked for."""
    from ..sources.search import NAMES

    names = NAMES.get(source.kind, ("",))
    found = (name for name in names if files.state(name) is not None or files.is_folder(name))
    return source.path.strip("/").removeprefix("./") or next(found, names[0])


def read_table(files: Files, source: Source, said: RouteSource, settings: Settings) -> Declared:
    """The routes of one table; whatever is wrong with the file is a finding."""
    from ..sources import reading as room
    from ..sources.nodes import TooMuch

    reading = reading_of(files, said, settings)
    routes: tuple[Route, ...] = ()
    try:
        if room.below("", source.path) != source.path or not source.path:
            reading.report(Place(source.path or "."), "CG151", "the source does not lie below the root")
        else:
            found = _reader(source.kind)(reading, source.path)
            routes = tuple(replace(room.with_authorizer(reading, one), source=source.kind) for one in found)
    except TooMuch:
        reading.report(Place(source.path), "CG151", "the file expands to more values than can be read")
    except RecursionError:
        reading.report(Place(source.path), "CG151", "the file is nested too deeply to be read")
    findings = tuple(dict.fromkeys(reading.findings))
    return Declared(source, routes, findings, frozenset(reading.consulted), tuple(reading.unserved))


def reading_of(files: Files, said: RouteSource, settings: Settings) -> "Reading":
    """What one source is read with."""
    from ..sources.reading import Options, Reading

    code_root = said.code_root.strip("/")
    options = Options(said.parameters, said.layers, settings.functions, code_root, said.api, said.run)
    return Reading(files, options, said.kind)


def _reader(kind: SourceKind) -> Read:
    from ..sources import routes_file
    from ..sources.cloudformation import cdk, openapi, templates
    from ..sources.serverless import service

    readers: dict[SourceKind, Read] = {
        SourceKind.ROUTES: routes_file.read,
        SourceKind.CLOUDFORMATION: templates.read,
        SourceKind.SAM: templates.read,
        SourceKind.CDK: cdk.read,
        SourceKind.SERVERLESS: service.read,
        SourceKind.OPENAPI: openapi.read,
    }
    return readers[kind]


def stand_ins(files: Files) -> dict[str, object]:
    """What `[tool.lambdatwin.authorizers]` names for authorizers."""
    with suppress(UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError):
        table = tomllib.loads((files.read("pyproject.toml") or b"").decode())
        named = table.get("tool", {}).get("lambdatwin", {}).get("authorizers", {})
        return named if isinstance(named, dict) else {}
    return {}
