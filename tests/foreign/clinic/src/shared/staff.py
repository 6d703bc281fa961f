from dataclasses import dataclass

from sqlalchemy import text


@dataclass(frozen=True)
class Member:
    sub: str
    name: str
    clinic: str
    role: str | None

    def may(self, *roles):
        return self.role in roles


# A warm function keeps whom it has seen. Nothing is ever taken out: functions do not live long.
_seen = {}
_listeners = []


async def lookup(pg, sub):
    if sub not in _seen:
        async with pg.connect() as connection:
            row = (await connection.execute(text('SELECT * FROM staff WHERE sub = :sub'), {'sub': sub})).first()
        if row is None:
            return None
        _seen[sub] = Member(row.sub, row.name, row.clinic, row.role)
    return _seen[sub]


def forget(sub):
    _seen.pop(sub, None)


def on_role_changed(listener):
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def role_changed(sub):
    for listener in list(_listeners):
        listener(sub)
