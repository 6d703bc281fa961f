"""A whole code base from a seed."""

from pathlib import PurePosixPath
from random import Random

from tests.support.handlerwriter import context, handler, operations, schemas, triggers
from tests.support.handlerwriter.build import World
from tests.support.handlerwriter.kernel import Kernel
from tests.support.handlerwriter.layout import Layout, Names, choose, path_of
from tests.support.handlerwriter.schemas import Schemas
from tests.support.handlerwriter.settings import names_for, settings_text
from tests.support.handlerwriter.truth import CodeBase, Route, Sample
from tests.support.handlerwriter.words import Resource

LEAST = 40


def write(seed: int) -> CodeBase:
    """At least 40 handler modules; the same seed gives the same bytes in every process."""
    rng = Random(f"handlers {seed}")
    configured = rng.random() < 0.4
    names = names_for(rng) if configured else Names()
    layout = choose(rng, names)
    kernel = Kernel(rng, layout)
    files = {name: text.encode() for name, text in kernel.files().items()}
    kits = []
    for name in sorted(layout.contexts):
        kit, texts = context.Writer(rng, layout, kernel, settings=configured).write(name)
        files |= {path: text.encode() for path, text in texts.items()}
        kits.append(kit)
    routes: list[Route] = []
    samples: list[Sample] = []
    for kit in kits:
        world = World(layout, kernel, kit, tuple(kits))
        _context(rng, world, files, routes, samples)
    assert len(routes) >= LEAST, f"seed {seed}: only {len(routes)} handlers"
    _packages(rng, layout, files)
    return CodeBase(seed, files, tuple(routes), tuple(samples), settings_text(names, kits) if configured else "")


def _context(rng: Random, world: World, files: dict[str, bytes], routes: list[Route], samples: list[Sample]) -> None:
    """The schemas, the handlers and the event triggers of one context."""
    layout, name = world.layout, world.kit.name
    path, text = schemas.mixin_file(name, layout, world.kernel, rng)
    files[path] = text.encode()
    exports: list[str] = []
    titles: set[str] = set()
    for resource in layout.contexts[name]:
        writer = schemas.Writer(rng, layout, world.kernel, name, resource)
        known, texts = writer.write()
        files |= {path: text.encode() for path, text in texts.items()}
        exports += writer.package_lines(known)
        titles |= _resource(rng, world, resource, known, files, routes, samples)
    files[path_of(layout.schema_package(name), package=True)] = ("\n".join(exports) + "\n").encode()
    files[path_of(world.kit.commands)] = _commands(world, sorted(titles)).encode()
    if rng.random() < 0.3:
        path, data = triggers.outside(rng, world)
        files[path] = data
    if rng.random() < 0.7:
        path, data, route = triggers.write(rng, world)
        files[path] = data
        routes.append(route)
        samples.append(Sample())


def _resource(
    rng: Random,
    world: World,
    resource: Resource,
    known: Schemas,
    files: dict[str, bytes],
    routes: list[Route],
    samples: list[Sample],
) -> set[str]:
    commands = set()
    chosen = operations.of(rng, resource)
    for operation in operations.for_folders(chosen, resource, world.layout.folders):
        path, data, route, sample = handler.write(rng, world, resource, known, operation)
        assert path not in files, path
        files[path] = data
        routes.append(route)
        samples.append(sample)
        commands.add(operation.stem.rpartition("/")[2].split("_")[0].title() + resource.title)
    return commands


def _commands(world: World, titles: list[str]) -> str:
    base = world.kernel.command
    classes = "\n\n".join(f"class {title}({base.name}):\n    pass\n" for title in titles)
    return f"from {base.module} import {base.name}\n\n\n{classes}"


def _packages(rng: Random, layout: Layout, files: dict[str, bytes]) -> None:
    """Empty `__init__` files where none is written yet, unless this code base does without."""
    if rng.random() < 0.2:
        return
    for path in list(files):
        for folder in list(PurePosixPath(path).parents)[:-1]:
            files.setdefault(f"{folder}/__init__.py", b"")
