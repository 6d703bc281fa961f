"""The tables of the schema `iam`."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from src.contexts.shared_kernel.adapters.orm import Base, EntityRow

USER_ID_LENGTH = 128
SCHEMA = {"schema": "iam"}


class UserRow(EntityRow):
    """A `User`."""

    __tablename__ = "users"
    __table_args__ = SCHEMA

    id: Mapped[str] = mapped_column(String(USER_ID_LENGTH), primary_key=True)
    access_lost: Mapped[bool] = mapped_column(default=False)
    roles: Mapped[list["UserRoleRow"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class UserRoleRow(Base):
    """A role that a user has."""

    __tablename__ = "user_roles"
    __table_args__ = SCHEMA

    user_id: Mapped[str] = mapped_column(ForeignKey(UserRow.id, ondelete="CASCADE"), primary_key=True)
    context: Mapped[str] = mapped_column(String(50), primary_key=True)
    name: Mapped[str] = mapped_column(String(50), primary_key=True)
