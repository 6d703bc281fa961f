"""The routes of iam. Roles given and taken here are seen at once by both runtimes."""

from tests.integration.lambdatwin.parity.rows import STRANGER, USER, Row, Scenario, no_json, strangers

_NEW = "44444444-4444-4444-8444-444444444444"
_OTHER = "55555555-5555-4555-8555-555555555555"
_ADMIN_ID = "11111111-1111-4111-8111-111111111111"
_USER_ID = "22222222-2222-4222-8222-222222222222"
_ROLE = {"context": "products_catalog", "name": "product_manager"}

SCENARIOS: dict[str, Scenario] = {
    "iam-reads": [
        Row("all users", 200, "GET", "/users"),
        Row("a filter", 200, "GET", "/users?role=administrator&sort=id"),
        Row("repeated and piped ids", 200, "GET", f"/users?id={_USER_ID}%7C{_OTHER}&id={_ADMIN_ID}&sort=id"),
        Row("a bad date", 422, "GET", "/users?created-at_gte=x"),
        Row("no permission", 403, "GET", "/users", USER),
        Row("me", 200, "GET", "/users/me", USER),
        Row("myself by id", 200, "GET", f"/users/{_USER_ID}", USER),
        Row("somebody else", 403, "GET", f"/users/{_ADMIN_ID}", USER),
        Row("anybody for a manager", 200, "GET", f"/users/{_USER_ID}"),
        Row("unknown id", 404, "GET", f"/users/{STRANGER}"),
        Row("encoded id", 404, "GET", "/users/a%2Fb"),
        Row("roles", 200, "GET", "/roles", USER),
        *strangers("GET", "/users"),
        *strangers("GET", "/users/me"),
        *strangers("GET", f"/users/{_USER_ID}"),
        *strangers("GET", "/roles"),
    ],
    "iam-users": [
        Row("not known yet", 401, "GET", "/users/me", _NEW),
        Row("create", 201, "POST", "/users", json={"id": _NEW}),
        Row("known at once", 200, "GET", "/users/me", _NEW),
        Row("again", 409, "POST", "/users", json={"id": _NEW}),
        Row("invalid field", 422, "POST", "/users", json={"id": "a b"}),
        Row("an unknown field is ignored", 201, "POST", "/users", json={"id": "parity", "roles": []}),
        Row("no permission", 403, "POST", "/users", USER, json={"id": "x"}),
        Row("no permission to delete", 403, "DELETE", f"/users/{_NEW}", USER),
        Row("delete", 200, "DELETE", f"/users/{_NEW}"),
        Row("deleted twice", 404, "DELETE", f"/users/{_NEW}"),
        Row("the last administrator", 409, "DELETE", f"/users/{_ADMIN_ID}"),
        *strangers("DELETE", f"/users/{_USER_ID}"),
        *no_json("POST", "/users"),
        *strangers("POST", "/users", json={"id": "x"}),
    ],
    "iam-roles": [
        Row("create", 201, "POST", "/users", json={"id": _OTHER}),
        Row("may not yet", 403, "POST", "/products", _OTHER, json={"name": "Role product"}),
        Row("assign", 200, "POST", f"/assign-role/{_OTHER}", json=_ROLE),
        Row("assign again", 200, "POST", f"/assign-role/{_OTHER}", json=_ROLE),
        Row("may at once", 201, "POST", "/products", _OTHER, json={"name": "Role product"}),
        Row("remove", 200, "DELETE", f"/assign-role/{_OTHER}/products_catalog/product_manager"),
        Row("may no more", 403, "POST", "/products", _OTHER, json={"name": "Role product 2"}),
        Row("remove the only role there", 200, "DELETE", f"/assign-role/{_OTHER}/products_catalog/user"),
        Row("no role there", 403, "GET", "/products", _OTHER),
        Row("no such role", 422, "POST", f"/assign-role/{_OTHER}", json={"context": "iam", "name": "king"}),
        Row("no such context", 422, "POST", f"/assign-role/{_OTHER}", json={"context": "x", "name": "user"}),
        Row("no such user", 404, "POST", f"/assign-role/{STRANGER}", json=_ROLE),
        Row("last administrator", 400, "DELETE", f"/assign-role/{_ADMIN_ID}/iam/administrator"),
        Row("no permission", 403, "POST", f"/assign-role/{_OTHER}", USER, json=_ROLE),
        Row("no permission to remove", 403, "DELETE", f"/assign-role/{_OTHER}/iam/user", USER),
        *no_json("POST", f"/assign-role/{_OTHER}"),
        *strangers("POST", f"/assign-role/{_OTHER}", json=_ROLE),
        *strangers("DELETE", f"/assign-role/{_OTHER}/iam/user"),
    ],
}
