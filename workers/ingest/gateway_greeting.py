"""The first frame of a gateway, and what it means when there is none."""

import asyncio

from activities.personal_data import quoted
from activities.tls import TlsFiles
from workers.ingest.gateway_codec import Malformed
from workers.ingest.gateway_frames import ConnectionEndedError, Frames
from workers.ingest.gateway_protocol import PROTOCOL, Error, ErrorCode, ServerHello
from workers.ingest.gateway_socket import closed_early, no_gateway


async def greeting(frames: Frames, tls: TlsFiles | None, within: float) -> ServerHello:
    """The gateway's hello. `within`: seconds. Raises ConnectionEndedError."""
    try:
        async with asyncio.timeout(within):
            first = await frames.next()
    except TimeoutError:
        raise ConnectionEndedError("the gateway sends no hello: is this a TLib gateway's port?") from None
    except (ConnectionEndedError, ConnectionError):
        raise ConnectionEndedError(closed_early(tls)) from None
    if isinstance(first, Error):
        raise refused(first)
    if not isinstance(first, ServerHello):
        said = first.reason if isinstance(first, Malformed) else "another frame"
        raise ConnectionEndedError(f"no hello first, but {said}: {no_gateway(tls)}", patient=True)
    if first.protocol != PROTOCOL:
        raise ConnectionEndedError(
            f"the gateway speaks protocol {first.protocol}, this ingest {PROTOCOL}: update the older one",
            patient=True,
        )
    return first


def refused(error: Error) -> ConnectionEndedError:
    """A fatal error of the gateway's as the end of the connection."""
    patient = error.code in (ErrorCode.PROTOCOL_VERSION, ErrorCode.BAD_FEED)
    return ConnectionEndedError(f"refused by the gateway: {error.code}: {quoted(error.message or '')}", patient=patient)
