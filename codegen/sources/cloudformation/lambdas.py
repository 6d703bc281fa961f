"""Lambda functions and layers of stacks: from what an integration names to the code behind it."""

import re
from dataclasses import dataclass, replace

from ...declarations import MEGABYTES, SECONDS, Handler, Place, Unresolved
from ..nodes import (
    Items,
    Node,
    Opaque,
    Parts,
    Reference,
    Scalar,
    Table,
    child,
    entries,
    is_null,
    items,
    reason,
    references,
    text,
)
from ..reading import Reading, Variables, below, folder_of
from . import differences
from .intrinsics import Resource
from .stacks import Stacks, qualified

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_ALIASES = ("AWS::Lambda::Alias", "AWS::Lambda::Version")
_LAYERS = ("AWS::Lambda::LayerVersion", "AWS::Serverless::LayerVersion")
_GLOBALS = {"AWS::Serverless::Function": "Function"}
# Seconds: what a function has whose template says nothing. Source: AWS, "Configure Lambda function timeout".
_TIMEOUT = 3
NO_LIMIT = "no limit counts here but the gateway's"
# `CMD ["app.handler"]` and `CMD app.handler`.
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_CMD = re.compile(r"""^\s*CMD\s+\[?\s*["']?([^"'\[\]\s]+)["']?\s*\]?\s*$""", re.MULTILINE | re.IGNORECASE)
# What a stage of an image is built on, and the language of which AWS's base images are.
_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)", re.MULTILINE | re.IGNORECASE)
_LANGUAGE = re.compile(r"\blambda/(?!python\b)(\w+)")
# Runtimes of which functions can be made. Source: AWS, "Lambda runtimes".
_RUNTIME = re.compile(r"python3\.(?:9|1[0-9])")
_CONTINUED = re.compile(r"\\[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class NotServed:
    """What stands behind a route is there and runs in AWS, but not here."""

    reason: str


type Target = Handler | Unresolved | NotServed


def handler_behind(stacks: Stacks, node: Node | None, place: Place) -> Target:
    """The function that an ARN, a URI of an integration or a reference names."""
    for reference in references(node):
        resource = _function(stacks, reference)
        if resource is not None:
            return handler_of(stacks, resource)
        named = stacks.reading.named(reference.name, place)
        if named is not None:
            return named
    for name in _parameters(node):
        named = stacks.reading.named(name, place)
        if named is not None:
            return named
    said = _plain(node)
    known = (one.name for one in references(node) if not one.name.startswith("AWS::"))
    key = next(known, next(iter(_parameters(node)), ""))
    if said is None:
        return Unresolved(f"the function is not known: {reason(node)}", place, key)
    named = stacks.reading.named(said, place)
    if named is not None:
        return named
    resource = _with_name(stacks, said)
    if resource is not None:
        return handler_of(stacks, resource)
    words = _WORD.findall(said.rpartition(":function:")[2].partition("/")[0])
    return Unresolved("the function is in no template", place, key or (words[-1] if words else ""))


def _parameters(node: Node | None) -> tuple[str, ...]:
    """Names of parameters without a value."""
    parts = node.parts if isinstance(node, Parts) else (node,)
    return tuple(part.name for part in parts if isinstance(part, Opaque) and part.name)


def _plain(node: Node | None) -> str | None:
    if isinstance(node, Parts):
        opaque = [part for part in node.parts if isinstance(part, Opaque)]
        words = "".join(part if isinstance(part, str) else ":" for part in node.parts)
        return None if opaque and ":function:" not in words else words
    return text(node)


def _with_name(stacks: Stacks, said: str) -> Resource | None:
    """The function of a template whose FunctionName stands in an ARN."""
    _, mark, rest = said.partition(":function:")
    name = rest.partition(":")[0].partition("/")[0] if mark else said
    for resource in stacks.found.values():
        if resource.type in FUNCTIONS and name and resource.text("FunctionName") == name:
            return resource
    return None


def _function(stacks: Stacks, reference: Reference) -> Resource | None:
    # SAM's `!Ref Function.Alias` and `!Ref Function.Version`.
    name, _, attribute = reference.name.partition(".")
    if attribute in ("Alias", "Version"):
        reference = replace(reference, name=name)
    resource = stacks.resource(reference) or _published(stacks, reference)
    if resource is not None and resource.type in _ALIASES:
        target = resource.get("FunctionName")
        inner = next(iter(references(target)), None)
        resource = stacks.resource(inner) if inner is not None else _with_name(stacks, text(target) or "")
    return resource if resource is not None and resource.type in FUNCTIONS else None


def _published(stacks: Stacks, reference: Reference) -> Resource | None:
    """The function of SAM whose `AutoPublishAlias` makes the resource: its name is put together of both."""
    for (stack, name), resource in stacks.found.items():
        if stack == reference.stack and resource.type in _GLOBALS and reference.name.startswith(f"{name}Alias"):
            alias = with_globals(resource).text("AutoPublishAlias") or ""
            if reference.name == f"{name}Alias{alias.replace('-', 'D').replace('_', 'U')}":
                return resource
    return None


def handler_of(stacks: Stacks, resource: Resource) -> Target:
    """The code of a function of a template."""
    resource = with_globals(resource)
    place = resource.place_of("Handler")
    other = other_runtime(stacks.reading, resource.name, resource.get("Runtime")) or _other_image(resource)
    if other is not None:
        return other
    full = resource.get("FunctionName")
    differences.unknown(stacks.reading, full, f"the FunctionName of {resource.name}: it is called so here")
    named = stacks.reading.named(resource.name, place, _code_root(resource))
    found = named or _found(stacks, resource, place)
    if isinstance(found, Unresolved):
        return replace(found, key=resource.name)
    said = resource.get("Timeout")
    number, memory = stacks.reading.number, resource.get("MemorySize")
    timeout = _TIMEOUT if said is None else number(said, "Timeout", *SECONDS, NO_LIMIT)
    found = replace(
        found,
        name=text(full) or qualified(resource.stack, resource.name),
        layers=_layers(stacks, resource),
        timeout=None if timeout is None else float(timeout),
        memory=number(memory, "MemorySize", *MEGABYTES),
        key=resource.name,
    )
    variables = resource.get("Environment")
    variables = child(variables, "Variables") if isinstance(variables, Table) else variables
    return stacks.reading.with_variables(found, environment_of(stacks.reading, variables, resource.name))


def other_runtime(reading: Reading, function: str, node: Node | None) -> NotServed | None:
    """Why a function is not run here, if it is none of Python; a runtime that AWS does not give, or that only the
    deploy tells, is told."""
    runtime = text(node)
    differences.unknown(reading, node, f"the runtime of {function}: it is taken for Python")
    if runtime is None or _RUNTIME.fullmatch(runtime):
        return None
    if not runtime.startswith("python") or node is None:
        return NotServed(f"{function} runs {runtime}, and only Python functions are served")
    message = f"AWS takes no new functions for the runtime {runtime}: the server's Python runs what is written for it"
    reading.report(node.place, "CG256", message)
    return None


def _found(stacks: Stacks, resource: Resource, place: Place) -> Handler | Unresolved:
    """The handler in the folder that the template names, else in that of the settings."""
    said, root = resource.text("Handler"), _code_root(resource)
    if resource.text("PackageType") == "Image":
        said, root = _image(resource)
        place = resource.place
    if root is None and stacks.reading.options.code_root:
        root = below("", stacks.reading.options.code_root)
    if root is None:
        return Unresolved(f"the code of {resource.name} is not in the code base: {_no_code(resource)}", resource.place)
    if said is None:
        return Unresolved(f"the handler of {resource.name} is not known: {reason(resource.get('Handler'))}", place)
    return stacks.reading.handler(said, root, place, _layers(stacks, resource))


def with_globals(resource: Resource) -> Resource:
    """A resource of SAM with what the template's Globals add: tables are merged, lists put together."""
    section = _GLOBALS.get(resource.type)
    added = resource.stack.section("Globals", section) if section else None
    if not isinstance(added, Table):
        return resource
    merged = merge(added, resource.properties)
    return replace(resource, properties=merged) if isinstance(merged, Table) else resource


def merge(base: Node, over: Node) -> Node:
    """As SAM merges Globals: what is more special wins."""
    match base, over:
        case Table(), Table() if not _is_call(base) and not _is_call(over):
            both = {k: merge(base.entries[k], v) if k in base.entries else v for k, v in over.entries.items()}
            return Table({**base.entries, **both}, over.place, {**base.keys, **over.keys})
        case Items(), Items():
            return Items((*base.items, *over.items), over.place)
        case _:
            return over


def _is_call(node: Table) -> bool:
    return len(node.entries) == 1 and next(iter(node.entries)).startswith(("Ref", "Fn::"))


def _code_root(resource: Resource) -> str | None:
    """The folder that a function's code is taken from, below the root."""
    if "InlineCode" in resource.properties.entries:
        return None  # it goes before SAM's CodeUri, which Globals may have
    folder = folder_of(resource.stack.path)
    asset = text(child(resource.metadata, "aws:asset:path"))
    key = "CodeUri" if resource.type == "AWS::Serverless::Function" else "Code"
    said = asset if asset is not None else resource.text(key)
    if key == "CodeUri" and said is None and key not in resource.properties.entries:
        said = "."  # SAM builds the template's own folder
    if folder.rpartition("/")[2] == ".serverless" and resource.get("Code", "S3Key") is not None:
        said = ".."  # `sls package` writes beside the service that it packs
    return None if said is None else located(resource, folder, said)


def located(resource: Resource, folder: str, said: str) -> str | None:
    """A path of a template as a folder below the root; an absolute one may lie below the root too."""
    files = resource.stack.reading.files
    if said.startswith("/"):
        whole = files.root.resolve().as_posix().rstrip("/")
        if said != whole and not said.startswith(f"{whole}/"):
            return None
        folder, said = "", said[len(whole) :].strip("/") or "."
    if said.endswith((".zip", ".jar")):
        return None
    return below(folder, said)


def _no_code(resource: Resource) -> str:
    if "InlineCode" in resource.properties.entries or resource.get("Code", "ZipFile") is not None:
        return "it stands in the template itself"
    asset = text(child(resource.metadata, "aws:asset:path"))
    return f"{asset} is no folder below the root" if asset else "the template names no folder"


def _image(resource: Resource) -> tuple[str | None, str | None]:
    """Handler and code root of a function that is built as an image: what the template says, else its Dockerfile."""
    command = items(resource.get("ImageConfig", "Command"))
    said = text(command[0]) if command else None
    return said or _command(_dockerfile(resource)), _context(resource)


def _context(resource: Resource) -> str | None:
    """The folder that an image is built from."""
    context = text(child(resource.metadata, "DockerContext")) or text(child(resource.metadata, "aws:asset:path"))
    return None if context is None else located(resource, folder_of(resource.stack.path), context)


def _dockerfile(resource: Resource) -> str:
    root = _context(resource)
    file = child(resource.metadata, "Dockerfile") or child(resource.metadata, "aws:asset:dockerfile-path")
    path = None if root is None else below(root, text(file) or "Dockerfile")
    found = resource.stack.reading.bytes_of(path) if path else None
    return _CONTINUED.sub(" ", (found or b"").decode("utf-8", "replace"))


def _other_image(resource: Resource) -> NotServed | None:
    """Why the image of a function is not run here, if it is built on another language's base image."""
    bases = _FROM.findall(_dockerfile(resource)) if resource.text("PackageType") == "Image" else []
    other = _LANGUAGE.search(bases[-1]) if bases else None
    if other is None:
        return None
    return NotServed(f"{resource.name} is an image of {other[1]}, and only Python functions are served")


def _command(dockerfile: str) -> str | None:
    """The handler that the last CMD of a Dockerfile names."""
    found = _CMD.findall(dockerfile)
    return found[-1] if found else None


def _layers(stacks: Stacks, resource: Resource) -> tuple[str, ...]:
    layers = map(stacks.resource, items(resource.get("Layers")))
    return stacks.reading.layered([_layer_folder(layer) for layer in layers])


def _layer_folder(layer: Resource | None) -> str | None:
    """The folder of a layer; None where a template has only its ARN."""
    if layer is None or layer.type not in _LAYERS:
        return None
    key = "ContentUri" if layer.type == "AWS::Serverless::LayerVersion" else "Content"
    said = text(child(layer.metadata, "aws:asset:path")) or layer.text(key)
    return None if said is None else located(layer, folder_of(layer.stack.path), said)


def environment_of(reading: Reading, node: Node | None, function: str) -> Variables:
    """Variables with their places; None for what is known only after the deploy."""
    if node is not None and not isinstance(node, Table) and not is_null(node):
        message = f"the environment of {function} is not known: it runs without these variables ({reason(node)})"
        reading.report(node.place, "CG256", message)
    return {name: (_variable(value), value.place) for name, value in entries(node)}


def _variable(node: Node) -> str | None:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return "true" if node.value else "false"
    said = "" if isinstance(node, Scalar) and node.value is None else text(node)
    return None if said is not None and "{{resolve:" in said else said
