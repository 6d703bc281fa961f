"""Schemas of orders."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter


class ApiOrder(BaseModel):
    id: str
    author_id: str
    title: str
    total: float = 0.0

    @classmethod
    def from_domain(cls, order) -> "ApiOrder":
        return cls(id=order.id, author_id=order.author_id, title=order.title)


class ApiCreateOrder(BaseModel):
    author_id: str
    title: str
    total: float = Field(default=0.0, ge=0)


class ApiUpdateOrder(BaseModel):
    id: str
    title: str
    note: str | None = None


class ApiReview(BaseModel):
    user_id: str
    stars: int


class ApiRate(BaseModel):
    rating: ApiReview = Field(..., description="What the client sends.")


class ApiPage(BaseModel):
    skip: int | None = None
    limit: int | None = None
    sort: str | None = None


class ApiOrderFilter(ApiPage):
    title_like: str | None = None
    status: Literal["open", "done"] | None = None
    total_gte: Annotated[float | None, Field(description="At least this much.")] = None
    created_at_gte: datetime | None = None
    tags: list[str] | None = None


OrdersAdapter = TypeAdapter(list[ApiOrder])
