"""The mapping file: read into a Snapshot, or refused with file, line and key of every fault."""

from pathlib import Path

import pytest

from deploy.lab.sample_logs import SAMPLES
from workers.replay.mapping_file import MappingError, load_mapping
from workflows.call.directory import Answer, Role, dn_key, wrapup_key

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)
SOURCE = "source_id: 5b2c0e36-8f57-4b8e-9d0c-3f6a5c1d2e10\n"


def faults(tmp_path: Path, text: str) -> list[str]:
    """The lines of the error, without the file's name."""
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        load_mapping(path)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_the_samples_mapping() -> None:
    mapping = load_mapping(SAMPLES / "mapping.yaml")
    assert mapping.answer(dn_key("SIPS1", "7001")) == Answer(
        role=Role.EXTENSION, site="SIPS1", seat=True, agent="a.khan", user_id="0d8f6f2e-4b61-4c3a-9d57-1a2b3c4d7001"
    )
    assert mapping.answer(dn_key("SIPS1", "7009")) == Answer(role=Role.EXTENSION, site="SIPS1", seat=False)
    assert mapping.answer(wrapup_key("Sold")).code_id == "77aa1b2c-3d4e-4f50-8a6b-7c8d9e0f1a01"


def test_all_but_source_sites_and_name_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(f"{SOURCE}sites:\n  - name: SIPS1\n", encoding="utf-8")
    assert load_mapping(path).sites[0].name == "SIPS1"


def test_dns_stay_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(f"{SOURCE}sites:\n  - {{name: 1, routing_points: [09001, 0x10], extensions: {{7e1: {{}}}}}}\n")
    (site,) = load_mapping(path).sites
    assert site.routing_points == ("09001", "0x10")
    assert list(site.extensions) == ["7e1"]


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    text = f"""{SOURCE}agents: {{"1001": {{agent: a.khan, user_id: 0d8f}}}}
sites:
  - name: SIPS1
    routing_points: ["9001"]
    extensions:
      "7001": {{agent: a.khan, userid: x}}
      "7002": {{}}
      "7002": {{}}
  - trunks:
wrapup_codes: [Sold]
"""
    assert faults(tmp_path, text) == [
        "line 2: agents.1001.user_id: is not a UUID",
        "line 7: sites[0].extensions.7001.userid: is no key of a mapping file",
        "line 9: sites[0].extensions.7002: stands here a second time; first in line 8",
        "line 10: sites[1].name: is missing",
        "line 10: sites[1].trunks: must be a list, e.g. []",
        "line 11: wrapup_codes: must be keys with values, e.g. {}",
    ]


def test_contradictions(tmp_path: Path) -> None:
    text = f"""{SOURCE}sites:
  - name: A
    routing_points: ["1", "9"]
    extensions: {{"9": {{}}}}
  - name: A
wrapup_codes: {{Sold: yes}}
"""
    assert faults(tmp_path, text) == [
        "line 5: sites[0].extensions.9: DN '9' stands under routing_points too",
        "line 6: sites[1].name: 'A' is the name of another site too",
        "line 7: wrapup_codes.Sold: is not a UUID",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: a mapping with the keys source_id and sites is expected"),
        ("- 1", "line 1: a mapping with the keys source_id and sites is expected"),
        ("sites: []", "line 1: sites: is empty"),
        ("a: [", "line 1: expected the node content, but found '<stream end>'"),
        ("source_id: &a [*a]", "an alias (*name) stands within what it names"),
        ("a: " + "[" * 600, "values are nested too deep"),
        (BOMB, "aliases (*name) repeat more than 100000 values"),
    ],
)
def test_what_is_no_mapping_at_all(tmp_path: Path, text: str, fault: str) -> None:
    assert fault in faults(tmp_path, text)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="there is no such mapping file"):
        load_mapping(tmp_path / "mapping.yaml")
