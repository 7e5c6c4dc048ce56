"""What an event has for those whom steps, noise or distance would keep out."""

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from .kinds import Access


class HasAccess:
    """A column for each, so that the finder can ask for any of them."""

    has_step_free_access: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )
    has_accessible_toilet: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )
    has_sign_language: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )
    has_hearing_loop: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )
    has_quiet_space: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_livestream: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def access(self) -> tuple[str, ...]:
        """The values of `Access` that hold for it."""
        return tuple(each.value for each in Access if getattr(self, each.column))
