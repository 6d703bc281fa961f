from pydantic import BaseModel, Field


class NewInvoice(BaseModel):
    number: int
    patient: str
    cents: int = Field(gt=0)


class Payment(BaseModel):
    cents: int = Field(gt=0)


class Invoice(BaseModel):
    number: int
    clinic: str
    patient: str
    cents: int
    paid: int
