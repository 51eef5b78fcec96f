"""What a call workflow is started with, and what it carries over when it continues as new."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from workflows.call.scene import Options
from workflows.call_view import View


class Before(BaseModel):
    """What a run takes over from the one before it."""

    model_config = ConfigDict(extra="ignore")

    conversation: dict[str, Any]
    """The conversation's dump."""
    inbox: list[Any] = []
    """Signalled items not taken yet."""
    newest: tuple[int, int] = (0, 0)
    """Time of the newest event, and when it was taken, microseconds."""
    view: View = Field(default_factory=View)


class CallInput(BaseModel):
    """Argument of EngageCallWorkflow. Times in seconds."""

    model_config = ConfigDict(extra="ignore")

    call: str
    """Root CallUUID."""
    ivr_after: float = 1.0
    settle: float = 3.0
    linger: float = 10.0
    wrapup_window: float = 30.0
    silence: float = 4 * 3600.0
    user_data_key: str = "DispositionCode"
    injection_queue: str = "excp-calls-injection"

    before: Before | None = None
    """Set when the run continues another one."""

    @property
    def options(self) -> Options:
        return Options(self.ivr_after, self.settle, self.linger, self.wrapup_window, self.user_data_key)
