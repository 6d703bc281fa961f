"""What happens between reading and answering: permissions, commands, the unit of work."""

from tests.support.handlerwriter.build import Build
from tests.support.handlerwriter.truth import Symbol


def permission(h: Build) -> None:
    """A permission that needs no entity; `owner` is the one that does."""
    if not h.user or not h.chance(0.5):
        return
    if h.operation.row and h.chance(0.6):
        return
    for _ in range(2 if h.chance(0.1) else 1):
        _guard(h, f"not {_asked(h)}")


def _asked(h: Build) -> str:
    """`user.has_permission(...)` for a permission of one of the enums."""
    enum, values = h.rng.choice(h.world.kit.permissions)
    member = h.rng.choice(sorted(values))
    if values[member] not in h.permissions:
        h.permissions.append(values[member])
    argument = f"{h.module.ref(enum)}.{member}"
    context = f"{h.q(h.world.kit.name)}, " if h.chance(0.2) else ""
    user = f"event[{h.q('_auth_context')}].user_object" if h.chance(0.1) else h.user
    return f"{user}.has_permission({context}{argument})"


def _guard(h: Build, condition: str) -> None:
    if h.chance(0.2):
        allowed = h.local("forbidden", "refused")
        h.body.add(f"{allowed} = {condition}")
        condition = allowed
    with h.body.block(f"if {condition}:"):
        h.body.add(f"raise PermissionError({h.q('You may not do this')})")


def owner(h: Build) -> None:
    """Who owns the row may; perhaps others with a permission too."""
    if not h.user or not h.row or h.permissions or h.chance(0.3):
        return
    own = f"{h.user}.id == {h.row}.author_id"
    match h.rng.randrange(6):
        case 0:
            _guard(h, f"{h.user}.id != {h.row}.author_id")
        case 4:
            with h.body.block(f"if {_asked(h)} or {own}:"):
                h.body.add("pass")
            with h.body.block("else:"):
                h.body.add(f"raise PermissionError({h.q('Only its author may')})")
        case 1:
            _guard(h, f"not ({_asked(h)} or {own})")
        case 2:
            _guard(h, f"not ({own} or {_asked(h)})")
        case 3:
            _guard(h, f"{h.row}.author_id != {h.user}.id and not {_asked(h)}")
        case _:
            allowed = h.local("allowed", "may_do_it")
            h.body.add(f"{allowed} = {_asked(h)} or {own}")
            _guard(h, f"not {allowed}")


def run(h: Build) -> None:
    """Load the rows that the answer needs, and send a command where something changes."""
    bus = h.local("bus", "message_bus")
    h.body.add(f"{bus} = container.bootstrap()")
    if h.operation.responses == ("model_list",) or (h.operation.responses[0] == "mapping"):
        _rows(h, bus)
    elif h.operation.row:
        _row(h, bus)
    if h.operation.method != "GET":
        _command(h, bus)


def _key(h: Build) -> str:
    known = [h.variables[name] for name in h.operation.parameters if name in h.variables]
    return known[0] if known else h.q("id-1")


def _unit_of_work(h: Build, bus: str) -> str:
    work = h.local("uow", "unit_of_work")
    h.stack.enter_context(h.body.block(f"async with {bus}.uow_factory() as {work}:"))
    return work


def _rows(h: Build, bus: str) -> None:
    h.row = None
    rows = h.local("rows", "found")
    filters = h.filters or "{}"
    if h.chance(0.3):
        runner = h.module.ref(h.world.kit.executor)
        h.body.add(f"{rows} = await {runner}({bus}, {h.q(h.resource.plural)}, {filters})")
    elif h.chance(0.5):
        work = _unit_of_work(h, bus)
        h.body.add(f"{rows} = await {work}.{h.resource.plural}.query(filters={filters})")
    else:
        work = h.local("uow", "unit")
        with h.body.block(f"async with {bus}.uow_factory() as {work}:"):
            h.body.add(f"{rows} = await {work}.{h.resource.plural}.query(filters={filters})")
    h.variables["rows"] = rows


def _row(h: Build, bus: str) -> None:
    h.row = h.local(h.resource.name, "entity", "found")
    if h.chance(0.5):
        work = _unit_of_work(h, bus)
        h.body.add(f"{h.row} = await {work}.{h.resource.plural}.get({_key(h)})")
    else:
        work = h.local("uow", "unit")
        with h.body.block(f"async with {bus}.uow_factory() as {work}:"):
            h.body.add(f"{h.row} = await {work}.{h.resource.plural}.get({_key(h)})")


def _command(h: Build, bus: str) -> None:
    verb = h.operation.stem.rpartition("/")[2].split("_")[0].title()
    command = Symbol(h.world.kit.commands, f"{verb}{h.resource.title}")
    name = h.module.ref(command)
    cmd = h.local("cmd", "command")
    match h.rng.randrange(3):
        case 0 if h.payload:
            h.body.add(f"{cmd} = {name}(**{h.payload}.model_dump())")
        case 1 if h.payload:
            h.body.add(f"{cmd} = {name}({h.resource.name}_id={_key(h)}, updates={h.payload})")
        case _:
            raw = f"raw={h.variables['raw']}" if "raw" in h.variables else f"key={_key(h)}"
            h.body.add(f"{cmd} = {name}({raw})")
    h.variables["cmd"] = cmd
    if h.operation.row is False and h.operation.responses[0] == "model":
        h.row = h.local(h.resource.name, "entity", "made")
        h.body.add(f"{h.row} = await {bus}.handle({cmd})")
    else:
        h.body.add(f"await {bus}.handle({cmd})")
