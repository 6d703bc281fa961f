"""Rules about one handler: where its docstring disagrees with its code. The code decides, the docstring is reported."""

from ..diagnostics import Finding
from ..model import Operation
from ..routing.docstring import Docstring
from .interpreter.protocol import Interpreter


def check(
    operation: Operation,
    doc: Docstring,
    machine: Interpreter,
    *,
    auth_known: bool,
    followed: bool,
    statuses_known: bool,
) -> list[Finding]:
    """`followed`: no decorator may read or answer what is not seen."""
    return [
        *parameters_agree(operation, doc, machine, followed=followed),
        *(statuses_agree(operation, doc) if statuses_known else ()),
        *(has_success(operation, doc) if statuses_known else ()),
        *(authentication_agrees(operation, doc) if auth_known else ()),
        *(public_says_so(operation, doc) if auth_known else ()),
        *body_agrees(operation, doc),
    ]


def parameters_agree(operation: Operation, doc: Docstring, machine: Interpreter, *, followed: bool) -> list[Finding]:
    """CG202: a parameter of the path that the code reads under another name, or not at all, or only the code knows."""
    found: list[Finding] = []
    reads = machine.seen.path_reads
    certain = followed and all(finding.code != "CG112" for finding in machine.seen.findings)
    for parameter in operation.path_parameters:
        if parameter.reads is None and not certain:
            continue  # it may be the one that is read under a computed name, or in a decorator
        if parameter.reads is None:
            message = f"the code never reads the path parameter {{{parameter.name}}}"
            found.append(Finding("CG202", message, operation.spot, skip=doc.place.skip))
        elif parameter.reads != parameter.name:
            message = f"the code reads the path parameter {{{parameter.name}}} as {parameter.reads!r}"
            hint = "call it alike in both; the path is documented as it is written"
            found.append(Finding("CG202", message, reads[parameter.reads], hint, other=operation.spot))
    used = {parameter.reads for parameter in operation.path_parameters}
    for name, spot in reads.items():
        if name not in used:
            message = f"the code reads a path parameter {name!r} that the path does not have"
            found.append(Finding("CG202", message, spot, other=operation.spot))
    return found


def statuses_agree(operation: Operation, doc: Docstring) -> list[Finding]:
    """CG203: a documented success that the code never returns, or a returned one that is not documented.

    Errors are raised, and answered by the middleware: a documented 404 needs no `return`.
    """
    documented = {status for status, _, _ in doc.responses}
    found = [
        Finding("CG203", f"the code never returns {status}", operation.spot, skip=place.skip)
        for status, _, place in doc.responses
        if status < 400 and status not in operation.statuses
    ]
    if documented:
        found += [
            Finding("CG203", f"the code returns {status}, which the docstring does not name", operation.spot)
            for status in operation.statuses
            if status not in documented
        ]
    return found


def has_success(operation: Operation, doc: Docstring) -> list[Finding]:
    """CG208: a handler that returns no 2xx, and no redirect that the docstring names."""
    said = {status for status, _, _ in doc.responses if 300 <= status < 400}
    if operation.status is not None or not operation.statuses or said & set(operation.statuses):
        return []
    return [Finding("CG208", "the handler returns no success status", operation.spot, skip=doc.place.skip)]


def authentication_agrees(operation: Operation, doc: Docstring) -> list[Finding]:
    """CG204: `Auth: public` over a decorator with authentication, or the reverse."""
    if operation.auth is not None and doc.says_public:
        message = f"the docstring says public, the decorator authenticates for {operation.auth}"
        return [Finding("CG204", message, operation.spot, skip=doc.auth_place.skip)]
    if operation.auth is None and doc.auth is not None and not doc.says_public:
        message = "the docstring asks for authentication, the decorator has none: the route is public"
        return [Finding("CG204", message, operation.spot, skip=doc.auth_place.skip)]
    return []


def public_says_so(operation: Operation, doc: Docstring) -> list[Finding]:
    """CG205: a public route that does not say `Auth: public`."""
    if operation.auth is not None or doc.auth is not None:
        return []
    message = "the route is public, and its docstring does not say so"
    hint = "write `Auth: public` under Request:, or add an authentication middleware"
    return [Finding("CG205", message, operation.spot, hint, skip=doc.auth_place.skip)]


def body_agrees(operation: Operation, doc: Docstring) -> list[Finding]:
    """CG210: `Body: none` over code that reads a body."""
    says_none = doc.body is not None and doc.body.strip(" .`-").lower() in ("none", "no", "empty", "n/a", "")
    if says_none and operation.request is not None:
        return [Finding("CG210", "the docstring says that there is no body, the code reads one", operation.spot)]
    return []
