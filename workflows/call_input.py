"""What a call workflow is started with, and what it carries over when it continues as new."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from workflows.call.scene import Options


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

    state: dict[str, Any] | None = None
    """Of the run before: the conversation's dump."""
    pending: list[dict[str, Any]] = []
    """Of the run before: signalled items not taken yet."""

    @property
    def options(self) -> Options:
        return Options(self.ivr_after, self.settle, self.linger, self.wrapup_window, self.user_data_key)
