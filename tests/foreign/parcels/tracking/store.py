from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Parcel:
    code: str
    carrier: str
    grams: int
    to: str
    scans: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


PARCELS: dict[str, Parcel] = {
    "A1": Parcel("A1", "c-1", 1200, "Łódź", [{"depot": "LDZ", "state": "in"}]),
    "B2": Parcel("B2", "c-2", 90, "São Paulo"),
}
