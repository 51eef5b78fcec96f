"""Before the gateway runs: its settings, and the Platform SDK it finds."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.psdk_gateway.conftest import SOURCES, run
from tests.psdk_gateway.process import Built, environment
from tests.psdk_gateway.tserver import TServer

SDK = "com/genesyslab/platform"


def check(class_path: str, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", class_path, "excp.gateway.Main", *arguments]
    return subprocess.run(command, env=environment(settings), capture_output=True, text=True, timeout=30)


def test_settings_and_sdk_that_will_do(built: Built) -> None:
    done = check(built.with_fake_sdk, "--check", sip_server="sips1:8000/sips2:8000")
    assert (done.returncode, done.stdout) == (0, "")
    assert "settings and Platform SDK will do" in done.stderr


def test_every_fault_of_the_settings_is_told_at_once(built: Built, tmp_path: Path) -> None:
    wrong: Mapping[str, object] = {
        "sip_server": "a:1/b/c",
        "listen": "nowhere",
        "feeds": "VQ,ALL",
        "heartbeat": "soon",
        "inbox": 1,
        "tls_certificate": __file__,
        "client_password_file": tmp_path,
        "sip_tls_ca": tmp_path / "none.pem",
        "charset": "no charset",
        "vq_address_types": "Queue,VQ",
        "call_monitoring": "All",
        "snapshot_complete": "always",
        "windows": 5,
    }
    done = check(built.with_fake_sdk, **wrong)
    assert done.returncode == 2, done.stderr
    faults = re.findall(r"^  (GATEWAY_\w+): (.*)$", done.stderr, re.MULTILINE)
    assert [name for name, _ in faults] == [
        *("GATEWAY_SIP_SERVER", "GATEWAY_SIP_SERVER", "GATEWAY_SIP_SERVER", "GATEWAY_LISTEN", "GATEWAY_FEEDS"),
        *("GATEWAY_TLS_KEY", "GATEWAY_SIP_TLS_CA", "GATEWAY_SIP_TLS", "GATEWAY_CLIENT_PASSWORD_FILE"),
        *(
            "GATEWAY_CHARSET",
            "GATEWAY_VQ_ADDRESS_TYPES",
            "GATEWAY_CALL_MONITORING",
            "GATEWAY_SNAPSHOT_COMPLETE",
            "GATEWAY_INBOX",
            "GATEWAY_HEARTBEAT",
        ),
        "GATEWAY_WINDOWS",
    ]
    assert dict(faults)["GATEWAY_WINDOWS"] == "there is no such setting; see the README"


def test_the_example_names_every_setting(built: Built) -> None:
    source = (SOURCES / "src/excp/gateway/SettingsReader.java").read_text()
    readers = "text|whole|millis|choice|several|file|secret|address"
    names = set(re.findall(rf'\b(?:{readers})\("([A-Z_]+)"', source))
    settings = {f"GATEWAY_{name}" for name in names}
    example = (SOURCES / "gateway.env.example").read_text()
    assert set(re.findall(r"^#?(GATEWAY_\w+)=", example, re.MULTILINE)) == settings
    enabled = dict(re.findall(r"^(GATEWAY_\w+)=(.*)$", example, re.MULTILINE))
    lower = {name.removeprefix("GATEWAY_").lower(): value for name, value in enabled.items()}
    assert check(built.with_fake_sdk, "--check", **lower).returncode == 0


def test_without_a_platform_sdk_it_says_so(built: Built) -> None:
    done = check(str(built.jar), sip_server="a:1")
    assert done.returncode == 3
    assert "there is no Platform SDK on the class path at all" in done.stderr
    assert "run.sh /path/to/lib" in done.stderr


def uses_of(built: Built) -> list[str]:
    done = check(built.with_stubs, "--list-sdk")
    assert done.returncode == 0
    return done.stdout.splitlines()


def test_the_stubs_hold_what_is_used_and_what_is_looked_up(built: Built) -> None:
    """No type stands in the stubs that the gateway does not use itself, as a supertype or by reflection."""
    used = {line.removeprefix("interface ").split(" ")[0] for line in uses_of(built)}
    types = {use if use.split(".")[-1][0].isupper() else use.rpartition(".")[0] for use in used}
    source = "".join(path.read_text() for path in (SOURCES / "stubs").rglob("*.java"))
    for path in (SOURCES / "stubs").rglob("*.java"):
        name = path.stem
        referred = len(re.findall(rf"\b{name}\b", source)) > source.count(f"class {name}") + source.count(
            f"interface {name}"
        )
        full = ".".join(path.relative_to(SOURCES / "stubs").with_suffix("").parts)
        assert full in types or referred or ".events." in full, f"{full} is not used"


def test_the_stubs_hold_no_member_that_is_not_used(built: Built) -> None:
    used = {re.split(r"[ .]", line)[-2] for line in uses_of(built) if "(" in line}
    callbacks = {"onMessage", "invoke", "dispose"}
    for path in sorted((SOURCES / "stubs").rglob("*.java")):
        if path.stem == "KVList" or "callmonitoring/Event" in str(path):
            continue  # the methods of java.util.Collection; getters that are looked up by name
        methods = set(re.findall(r"^    [\w\s\[\]]*?\b(\w+)\([^)]*\)", path.read_text(), re.MULTILINE))
        spare = {
            name
            for name in methods - used - callbacks - {path.stem, "super", "UnsupportedOperationException"}
            if not name.startswith("on")
        }
        assert spare == set(), path.name


STUB: dict[str, tuple[str, tuple[tuple[str, str], ...], str]] = {
    "a class that is missing": ("standby/WSConfig", (), "standby.WSConfig: no such class, usually in warmstandby"),
    "another return type": (
        "voice/protocol/ConnectionId",
        (("public long toLong", "public Long toLong"),),
        "voice.protocol.ConnectionId: has no public toLong ()J",
    ),
    "a method that is missing": (
        "voice/protocol/EventMask",
        (("clearAll", "clear"),),
        "voice.protocol.EventMask: has no public clearAll ()V",
    ),
    "a class that is an interface": (
        "voice/protocol/tserver/TimeStamp",
        (("abstract class", "interface"), ("public Integer", "default Integer")),
        "voice.protocol.tserver.TimeStamp: is an interface here",
    ),
    "a static method that is not": (
        "voice/protocol/tserver/AddressType",
        (("static ", ""),),
        "voice.protocol.tserver.AddressType: has no public valueOf",
    ),
    "a callback more": (
        "standby/IWSHandler",
        (("void onChannelOpened", "void onMore(); void onChannelOpened"),),
        "standby.IWSHandler: may call onMore, which this gateway does not have",
    ),
    "another message id": (
        "voice/protocol/tserver/events/EventQueued",
        (("57", "58"),),
        "events.EventQueued: its ID is 58 here, 57 expected",
    ),
    "a member that is missing": (
        "voice/protocol/tserver/RegisterMode",
        (("ModeShare", "Share"),),
        "voice.protocol.tserver.RegisterMode: has no public ModeShare",
    ),
}


@pytest.mark.parametrize("case", STUB)
def test_a_platform_sdk_that_differs_is_named(built: Built, tmp_path: Path, case: str) -> None:
    """The stubs with one difference, in place of the customer's jars."""
    name, changes, told = STUB[case]
    classes = tmp_path / "classes"
    shutil.copytree(built.stubs, classes)
    (classes / SDK / f"{name}.class").unlink()
    if changes:
        source = tmp_path / f"{name.rpartition('/')[2]}.java"
        text = (SOURCES / "stubs" / SDK / f"{name}.java").read_text()
        for old, new in changes:
            text = text.replace(old, new)
        source.write_text(text)
        run("javac", "-cp", str(classes), "-d", str(classes), str(source))
    done = check(f"{built.jar}:{classes}", sip_server="a:1")
    assert done.returncode == 3
    assert told in done.stderr


def test_a_getter_that_is_missing_costs_an_attribute_only(built: Built, tmp_path: Path) -> None:
    name = "voice/protocol/tserver/events/callmonitoring/EventCallDeleted"
    source = tmp_path / "EventCallDeleted.java"
    text = (SOURCES / "fake" / SDK / f"{name}.java").read_text()
    source.write_text(text.replace("extends FakeCallEvent", "extends excp.gateway.FakeEvent"))
    run("javac", "-cp", built.with_fake_sdk, "-d", str(tmp_path), str(source))
    done = check(f"{tmp_path}:{built.with_fake_sdk}", "--check", sip_server="a:1")
    assert done.returncode == 0
    assert "EventCallDeleted.getCtrlParty" in done.stderr


async def test_an_address_that_is_taken_is_told(built: Built) -> None:
    async with TServer.listening() as server:
        done = check(built.with_fake_sdk, sip_server="a:1", listen=f"127.0.0.1:{server.port}")
    assert done.returncode == 1
    assert "Address already in use" in done.stderr


def test_the_run_script_takes_the_jars_of_a_folder(built: Built, tmp_path: Path) -> None:
    classes, lib = tmp_path / "classes", tmp_path / "lib with a space"
    lib.mkdir()
    for part in (built.stubs, built.fake):
        shutil.copytree(part, classes, dirs_exist_ok=True)
    run("jar", "--create", "--file", str(lib / "sdk.jar"), "-C", str(classes), ".")
    script = str(SOURCES / "run.sh")
    kept = environment({"sip_server": "a:1"}) | {"PSDK_GATEWAY_JAR": str(built.jar)}
    done = subprocess.run([script, str(lib), "--check"], env=kept, capture_output=True, text=True, timeout=30)
    assert (done.returncode, "settings and Platform SDK will do" in done.stderr) == (0, True), done.stderr
    done = subprocess.run([script, "nowhere"], env=kept, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (1, "usage: run.sh /path/to/platform-sdk/lib [--check]\n")


def test_the_jar_holds_no_stub(built: Built) -> None:
    done = subprocess.run(["jar", "tf", str(built.jar)], check=True, capture_output=True, text=True)
    assert "excp/gateway/Main.class" in done.stdout
    assert "genesyslab" not in done.stdout
