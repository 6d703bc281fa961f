from pydantic import BaseModel

from shop.orders.schemas import ApiPage

CREATED = 201


class ApiThing(BaseModel):
    id: str

    @classmethod
    def from_domain(cls, thing):
        return cls(id=thing.id)


class ApiThingFilter(ApiPage):
    name: str | None = None
