"""The whole scenario library through the pipeline: the EX Org gets what `excp replay` says of the same logs."""

from pathlib import Path

from deploy.lab.lab import Lab
from tests.flows.library import write
from tests.integration.test_pipeline import LINGER, received, replay


async def test_every_flow_table_is_told_as_replay_says(tmp_path: Path) -> None:
    logs = write(tmp_path)
    expected = await replay([f"{site}={log}" for site, log in logs.items()], tmp_path / "mapping.yaml")
    by_site = {site: [log] for site, log in logs.items()}
    async with Lab(tmp_path, tmp_path / "mapping.yaml", by_site, settings=LINGER) as lab:
        lab.play()
        await lab.settle()
        told = await received(lab)
        assert await lab.ex_org.refused() == []
        assert await lab.ex_org.conversations(open_only=True) == []
        ids = expected.events.keys() | told.keys()
        assert [i for i in ids if expected.events.get(i) != told.get(i)] == []
