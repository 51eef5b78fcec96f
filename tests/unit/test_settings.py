"""Settings come from the environment; every fault is said at once, and no secret is ever shown."""

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from activities.shown_url import shown
from activities.tls import TlsFiles
from workers.cli import app
from workers.errors import ExcpError
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
    for name in os.environ:
        if name.upper().removesuffix("_FILE") in names:
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
    missing = ["EXCS_URL", "EX_CLIENT_ID", "EX_CLIENT_SECRET", "TENANT_ID"]
    assert variables("worker") == sorted(wrong + missing)
    assert "pass-word" not in "".join(faults("worker"))


@pytest.mark.parametrize("process", ["ingest", "dispatch", "worker"])
def test_each_process_says_what_it_needs(process: str) -> None:
    needs = {
        "ingest": ["EXCS_URL", "REDIS_URL", "TENANT_ID", "VOICE_SERVER_VQ,"],
        "dispatch": ["REDIS_URL", "TENANT_ID"],
        "worker": sorted({*WORKER} - {"EX_REGION", "ORG_ID"} | {"EX_REGION,"}),
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
    set_all(environment, VOICE_SERVER_CALL="SIPS1=gw1a:8010/gw1b:8011, SIPS2=tls://[::1]:8010")
    assert load("config").voice_server_call == (
        ServerPair("SIPS1", (Address("gw1a", 8010), Address("gw1b", 8011))),
        ServerPair("SIPS2", (Address("::1", 8010),), tls=True),
    )
    assert str(load("config").voice_server_call[1]) == "SIPS2=tls://::1:8010"


@pytest.mark.parametrize(
    "value",
    [
        *("SIPS1", "SIPS1=gw:0", "SIPS1=gw:a", "=gw:1", "S=a:1/b:2/c:3", "S=a:1/tls://b:1", "S=tsl://a:1"),
        *("S=a:1,S=b:1", "S=a:1/a:1", "S=a:1,T=b:1/a:1"),
    ],
)
def test_a_wrong_list_of_sip_servers(environment: pytest.MonkeyPatch, value: str) -> None:
    set_all(environment, VOICE_SERVER_AGENT=value)
    assert variables("config") == ["VOICE_SERVER_AGENT"]


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("redis://redis:6379", True),
        ("redis://redis:6379/", True),
        ("rediss://redis:6379/12?ssl_ca_certs=ca.pem", True),
        ("unix://localhost:6379/run/redis.sock?db=3", True),
        ("redis://redis:6379/excp", False),
        ("rediss://redis:6379/-1", False),
    ],
)
def test_the_database_in_the_redis_url_is_a_number(environment: pytest.MonkeyPatch, url: str, right: bool) -> None:
    """redis-py takes any other for 0."""
    set_all(environment, REDIS_URL=url)
    if right:
        assert str(load("config").redis_url).startswith(url)
    else:
        assert variables("config") == ["REDIS_URL"]


def test_the_files_of_tls_have_to_be_there(environment: pytest.MonkeyPatch) -> None:
    set_all(environment, TLS_CA_FILE="none.pem")
    assert variables("config") == ["TLS_CA_FILE"]
    Path("none.pem").touch()
    assert load("config").tls_files == TlsFiles(Path("none.pem"))


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
    assert re.search(r"TEMPORAL_ADDRESS *│ localhost:7233 .*\n.*TEMPORAL_NAMESPACE *│ default ", answer.output)
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


def test_a_secret_comes_from_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret from a file\n", "utf-8")
    (tmp_path / "redis").write_text("p@ss/word", "utf-8")
    set_all(environment, **WORKER | {"REDIS_URL": "redis://excp@redis/0"})
    environment.delenv("EX_CLIENT_SECRET")
    set_all(environment, EX_CLIENT_SECRET_FILE=str(tmp_path / "secret"))
    Path(".env").write_text(f"REDIS_PASSWORD_FILE={tmp_path / 'redis'}\n", "utf-8")
    settings = load("worker")
    assert settings.ex_client_secret is not None
    assert settings.ex_client_secret.get_secret_value() == "s3cret from a file"
    assert settings.redis_address == "redis://excp:p%40ss%2Fword@redis:6379/0"
    shown_settings = CliRunner().invoke(app, ["config"], env={"COLUMNS": "300"}).output
    for secret in ("s3cret", "p@ss", "p%40ss"):
        assert secret not in shown_settings + repr(settings)


def test_a_file_that_cannot_be_used_is_named(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", "utf-8")
    (tmp_path / "binary").write_bytes(b"s3cret \xff")
    (tmp_path / "url").write_text("not-a-url s3cret", "utf-8")
    set_all(environment, **WORKER)
    for name, file in (("EX_CLIENT_ID", "empty"), ("EX_CLIENT_SECRET", "binary"), ("EXCS_URL", "url")):
        environment.delenv(name)
        set_all(environment, **{f"{name}_FILE": str(tmp_path / file)})
    set_all(environment, REDIS_URL_FILE="nowhere", TASK_QUEUE_FILE="nowhere")
    found = {fault.partition(":")[0]: fault for fault in faults("worker")}
    assert {name: fault.rpartition(": ")[2] for name, fault in found.items()} == {
        "EX_CLIENT_ID": "it is empty",
        "EX_CLIENT_SECRET": "it is not UTF-8 text",
        "EXCS_URL": "Input should be a valid URL, relative URL without a base",
        "REDIS_URL": "set it or REDIS_URL_FILE, not both",
        "TASK_QUEUE": "No such file or directory",
    }
    assert "s3cret" not in "".join(found.values())


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"SILENCE": "10", "LINGER": "10", "WRAPUP_WINDOW": "5"}, "SILENCE (10 s) has to be more than LINGER (10 s)"),
        ({"SILENCE": "20"}, "SILENCE (20 s) has to be more than WRAPUP_WINDOW (30 s)"),
        ({"EXCS_REFRESH": "300"}, "EXCS_REFRESH (300 s) has to be less than EXCS_MAX_AGE (300 s)"),
        (
            {"REDIS_URL": "redis://:a@redis/0", "REDIS_PASSWORD": "b"},
            "REDIS_PASSWORD: set it, or a password in REDIS_URL, not both",
        ),
        ({"TLS_KEY_FILE": __file__}, "TLS_KEY_FILE: it is the key of TLS_CERTIFICATE_FILE, which is not set"),
    ],
)
def test_settings_that_contradict_each_other(
    environment: pytest.MonkeyPatch, values: dict[str, str], fault: str
) -> None:
    set_all(environment, **WORKER | values)
    [found] = faults("worker")
    assert found.startswith(fault)


def test_what_is_empty_is_not_set(environment: pytest.MonkeyPatch) -> None:
    """Compose files write `BUILD_ID: ${BUILD_ID:-}`."""
    set_all(environment, **WORKER | {"BUILD_ID": "", "METRICS_PORT": ""})
    settings = load("worker")
    assert settings.build_id
    assert settings.metrics_port is None


def test_an_unreadable_dotenv_is_named() -> None:
    Path(".env").write_bytes(b"TENANT_ID=\xff\n")
    with pytest.raises(ExcpError, match=r"\.env cannot be read"):
        load("config")
