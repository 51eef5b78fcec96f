"""Settings come from the environment; every fault is said at once, and no secret is ever shown."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from activities.shown_url import shown
from workers.cli import app
from workers.settings import Address, ServerPair, Settings, SettingsError, load

WORKER = {
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EXCS_URL": "http://127.0.0.1:1",
    "EX_REGION": "mypurecloud.de",
    "EX_CLIENT_ID": "client",
    "EX_CLIENT_SECRET": "s3cret",
    "ORG_ID": "org",
    "TENANT_ID": "t",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Nothing is set, and there is no `.env`."""
    names = {name.upper() for name in Settings.model_fields} | {"EXCP_INSTANCE"}
    for name in names & {name.upper() for name in os.environ}:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def faults(process: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load(process)
    return [line.strip() for line in str(raised.value).splitlines()[1:]]


def variables(process: str) -> list[str]:
    return sorted(line.partition(":")[0].split()[0] for line in faults(process))


def set_all(environment: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        environment.setenv(name, value)


def test_what_is_missing_and_what_is_wrong_is_said_at_once(environment: pytest.MonkeyPatch) -> None:
    set_all(
        environment,
        REDIS_URL="redis://:pass-word@host:notaport/0",
        EX_REGION="atlantis",
        METRICS_PORT="99999",
        SETTLE="-1",
        LINGER="inf",
        LOG_LEVEL="LOUD",
        VOICE_SERVER_VQ="SIPS1=gw1",
    )
    wrong = ["EX_REGION", "LINGER", "LOG_LEVEL", "METRICS_PORT", "REDIS_URL", "SETTLE", "VOICE_SERVER_VQ"]
    missing = ["EXCS_URL", "EX_CLIENT_ID", "EX_CLIENT_SECRET", "ORG_ID", "TENANT_ID"]
    assert variables("worker") == sorted(wrong + missing)
    assert "pass-word" not in "".join(faults("worker"))


@pytest.mark.parametrize("process", ["ingest", "dispatch", "worker"])
def test_each_process_says_what_it_needs(process: str) -> None:
    needs = {
        "ingest": ["EXCS_URL", "REDIS_URL", "TENANT_ID", "VOICE_SERVER_VQ,"],
        "dispatch": ["REDIS_URL", "TENANT_ID"],
        "worker": sorted({*WORKER} - {"EX_REGION"} | {"EX_REGION,"}),
    }
    assert variables(process) == needs[process]


def test_a_region_and_an_address_contradict_each_other(environment: pytest.MonkeyPatch) -> None:
    set_all(environment, **WORKER, EX_API_URL="http://127.0.0.1:1")
    assert faults("worker") == ["EX_REGION: set it, or EX_API_URL and EX_LOGIN_URL, not both"]


def test_addresses_of_a_region(environment: pytest.MonkeyPatch) -> None:
    set_all(environment, **WORKER)
    settings = load("worker")
    assert (settings.api_url, settings.login_url) == (
        "https://api.mypurecloud.de",
        "https://login.mypurecloud.de",
    )


def test_a_file_gives_what_the_environment_does_not(environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("TENANT_ID=from-file\nREDIS_URL=redis://file/0\n", "utf-8")
    set_all(environment, TENANT_ID="from-environment")
    settings = load("dispatch")
    assert (settings.tenant_id, str(settings.redis_url)) == ("from-environment", "redis://file:6379/0")


def test_sip_servers_of_several_sites(environment: pytest.MonkeyPatch) -> None:
    set_all(environment, VOICE_SERVER_CALL="SIPS1=gw1a:8010/gw1b:8011, SIPS2=[::1]:8010")
    assert load("config").voice_server_call == (
        ServerPair("SIPS1", (Address("gw1a", 8010), Address("gw1b", 8011))),
        ServerPair("SIPS2", (Address("::1", 8010),)),
    )


@pytest.mark.parametrize("value", ["SIPS1", "SIPS1=gw:0", "SIPS1=gw:a", "=gw:1", "S=a:1/b:2/c:3", "S=a:1,S=b:1"])
def test_a_wrong_list_of_sip_servers(environment: pytest.MonkeyPatch, value: str) -> None:
    set_all(environment, VOICE_SERVER_AGENT=value)
    assert variables("config") == ["VOICE_SERVER_AGENT"]


def test_config_shows_every_setting_and_no_secret(environment: pytest.MonkeyPatch) -> None:
    set_all(
        environment,
        **WORKER
        | {
            "REDIS_URL": "rediss://excp:pass%40word@redis:6379/0?password=other-word",
            "EXCS_URL": "https://user:pass-word@excs/base",
            "COLUMNS": "300",
        },
    )
    answer = CliRunner().invoke(app, ["config"])
    assert answer.exit_code == 0
    for name in Settings.model_fields:
        assert ("EXCP_INSTANCE" if name == "instance" else name.upper()) in answer.output
    assert "rediss://excp:**********@redis:6379/0?password=**********" in answer.output
    assert "https://user:**********@excs/base" in answer.output
    for secret in ("s3cret", "pass%40word", "pass-word", "other-word"):
        assert secret not in answer.output


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("redis://redis:6379/0", "redis://redis:6379/0"),
        ("redis://:a:b@c@redis:6379/0", "redis://:**********@redis:6379/0"),
        ("https://token@excs/v1?x=a@b", "https://**********@excs/v1?x=a@b"),
        ("unix:///run/redis.sock?password=p&db=1", "unix:///run/redis.sock?password=**********&db=1"),
        ("SIPS1=gw1a:8010/gw1b:8010", "SIPS1=gw1a:8010/gw1b:8010"),
    ],
)
def test_urls_are_shown_without_passwords(url: str, seen: str) -> None:
    assert shown(url) == seen
