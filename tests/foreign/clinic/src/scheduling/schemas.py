from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class Booking(BaseModel):
    patient: str = Field(pattern=r'^P-\d+$')
    room: str
    starts_at: datetime


class Move(BaseModel):
    room: str | None = None
    starts_at: datetime | None = None


class Note(BaseModel):
    text: str = Field(min_length=1)


class Appointment(BaseModel):
    id: UUID
    clinic: str
    patient: str
    room: str
    starts_at: datetime
    notes: list[str]
    booked_by: str
    booked_at: datetime
