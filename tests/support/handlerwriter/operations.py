"""The operations that a resource may have: what each says, before anything is written."""

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from tests.support.handlerwriter.truth import ResponseKind
from tests.support.handlerwriter.words import Resource

type Body = Literal["none", "json", "owned", "path_id", "rated", "raw"]


@dataclass(frozen=True, slots=True)
class Operation:
    """`statuses` are those of success, each with the same answer; `row` says whether one entity is loaded."""

    method: str
    path: str
    stem: str
    words: str
    parameters: tuple[str, ...] = ()
    query: bool = False
    body: Body = "none"
    responses: tuple[ResponseKind, ...] = ("literal",)
    statuses: tuple[int, ...] = (200,)
    row: bool = False
    public: bool = False


def of(rng: Random, resource: Resource) -> list[Operation]:
    base, name, plural = resource.path, resource.name, resource.plural
    key = rng.choice(["id", f"{name}_id", "id", f"{name}_id", f"{name}Id", f"{name}-id"])
    one = f"{base}/{{{key}}}"
    created = rng.choice([(201,), (201,), (200,), (200, 201), (202,)])
    several: tuple[ResponseKind, ...] = ("model_list",)
    removed = rng.choice([(200,), (200,), (204,)])
    always = [
        Operation("GET", base, f"fetch_{name}", f"to list {plural}.", query=True, responses=several),
        Operation("GET", one, f"get_{name}_by_id", "to get one by its id.", (key,), responses=("model",), row=True),
        Operation(
            "POST",
            base,
            f"create_{name}",
            "to create one.",
            body=rng.choice(["owned", "owned", "json"]),
            statuses=created,
        ),
        Operation(
            rng.choice(["PUT", "PATCH"]), one, f"update_{name}", "to change it.", (key,), body="path_id", row=True
        ),
    ]
    child = f"{one}/lines/{{line_id}}"
    entity: tuple[ResponseKind, ...] = ("model", "literal")
    sometimes = [
        Operation("DELETE", one, f"delete_{name}", "to remove it.", (key,), statuses=removed, row=True),
        Operation(
            "POST", f"{base}/copy", f"copy_{name}", "to copy one.", body="owned", responses=entity, statuses=(201,)
        ),
        Operation("POST", f"{one}/rate", f"rate_{name}", "to rate it.", (key,), body="rated", row=True),
        Operation("GET", f"{base}/names", f"fetch_{name}_names", "to list names.", responses=("mapping",)),
        Operation("GET", f"{base}/search/{{name}}", f"search_{name}", "by name.", ("name",), responses=several),
        Operation("POST", f"/webhooks/{plural}", f"{name}_webhook", "from the provider.", body="raw", public=True),
        Operation(
            "PATCH",
            child,
            "update_line",
            "to change a line.",
            (key, "line_id"),
            body="json",
            row=True,
            responses=entity,
        ),
        Operation("GET", f"{one}/summary", "summary", "to tell its story.", (key,), responses=("text",), row=True),
        Operation(
            "GET", f"{base}/report", "report", "with filters.", query=True, responses=("mapping", "text", "literal")
        ),
        Operation("POST", f"{base}/import", "import_all", "from a file.", body="raw", statuses=(202,)),
        Operation("GET", f"{one}/old", "old", "that is gone.", (key,), statuses=(410,)),
        Operation("PUT", f"{one}/settings", "settings", "to set.", (key,), body="json", statuses=(200, 201), row=True),
        Operation("DELETE", f"{one}/lines/{{line_id}}/{{kind}}", "remove_line", "of it.", (key, "line_id", "kind")),
        Operation(
            "GET", f"{base}/{{owner}}/{plural}-of", "fetch_owned", "of one.", ("owner",), query=True, responses=several
        ),
    ]
    return [*always, *rng.sample(sometimes, rng.randint(2, 5))]


def for_folders(operations: list[Operation], resource: Resource, folders: tuple[str, ...] | None) -> list[Operation]:
    """File names: the same ones in every folder when resources have folders, else with the resource's name."""
    if folders is not None:
        where = "/".join((resource.name, *folders))
        return [replace(operation, stem=f"{where}/{operation.stem}") for operation in operations]
    return [op if resource.name in op.stem else replace(op, stem=f"{op.stem}_{resource.name}") for op in operations]
