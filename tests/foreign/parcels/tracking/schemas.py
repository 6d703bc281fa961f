from pydantic import BaseModel, Field


class NewParcel(BaseModel):
    grams: int = Field(gt=0, le=30_000)
    to: str = Field(min_length=2)


class Scan(BaseModel):
    depot: str = Field(pattern="^[A-Z]{3}$")
    state: str


class ParcelOut(BaseModel):
    code: str
    carrier: str
    grams: int
    to: str
    scans: list[Scan]
