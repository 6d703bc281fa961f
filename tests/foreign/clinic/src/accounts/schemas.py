from typing import Literal

from pydantic import BaseModel, ConfigDict


class Colleague(BaseModel):
    sub: str
    name: str
    clinic: str
    role: str | None


class NewRole(BaseModel):
    model_config = ConfigDict(extra='forbid')

    role: Literal['manager', 'desk']
