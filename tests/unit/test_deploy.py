"""What lies in deploy/ fits the product: settings, commands, metrics and files that it names are there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import typer.main
import yaml
from dotenv import dotenv_values
from prometheus_client.metrics import MetricWrapperBase
from typer.core import TyperGroup

import activities.metrics
import workers.telemetry
from deploy.grafana import dashboard
from workers.cli import app
from workers.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = DEPLOY / "compose" / "compose.yaml"
MANIFESTS = sorted((DEPLOY / "kubernetes").rglob("*.yaml"))
ALERTS = DEPLOY / "grafana" / "alerts.yaml"
SETTINGS = {name.upper() for name in Settings.model_fields} - {"INSTANCE"} | {"EXCP_INSTANCE"}
TEMPORAL = {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
ENV_FILES = [file for file in sorted(DEPLOY.rglob("*.env*")) if "psdk-gateway" not in file.parts]
PROCESSES = {"ingest", "dispatch", "worker"}


def is_setting(variable: str) -> bool:
    """A setting, or the file that holds its value."""
    return variable.removesuffix("_FILE") in SETTINGS | TEMPORAL


def excp_services() -> dict[str, Any]:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    return {name: service for name, service in services.items() if service["image"].startswith("excp:")}


def excp_containers() -> Iterator[tuple[str, dict[str, Any]]]:
    """Kind and container of every workload of the manifests."""
    for document in documents():
        if document["kind"] in ("Deployment", "StatefulSet"):
            for container in document["spec"]["template"]["spec"].get("containers", ()):
                yield document["kind"], container


def documents() -> list[dict[str, Any]]:
    return [document for file in MANIFESTS for document in yaml.safe_load_all(file.read_text())]


# Settings


@pytest.mark.parametrize("file", ENV_FILES, ids=lambda file: str(file.relative_to(DEPLOY)))
def test_an_environment_file_holds_settings_alone(file: Path) -> None:
    assert [name for name in dotenv_values(file) if not is_setting(name)] == []
    commented = re.findall(r"^#([A-Z_]+)=", file.read_text(), re.M)
    assert [name for name in commented if not is_setting(name)] == []


def test_compose_and_kubernetes_set_settings_alone() -> None:
    compose = {name for service in excp_services().values() for name in service["environment"]}
    kubernetes = {variable["name"] for _, container in excp_containers() for variable in container["env"]}
    assert {name for name in compose | kubernetes if not is_setting(name)} == set()


def test_the_copies_of_the_topologies_are_the_same() -> None:
    kubernetes = DEPLOY / "kubernetes"
    for topology, places in {"one-site": [""], "several-sites": ["sips1", "sips2", "vqs"]}.items():
        for place in places:
            copy = dotenv_values(kubernetes / topology / place / "ingest.env")
            assert copy == dotenv_values(DEPLOY / "topologies" / topology / f"ingest-{place or 'sips1'}.env")


# Commands and files


def test_the_processes_are_commands() -> None:
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    compose = [service["command"] for service in excp_services().values()]
    kubernetes = [container["args"] for _, container in excp_containers()]
    assert {name for [name] in [*compose, *kubernetes]} == PROCESSES <= set(command.commands)
    assert sorted(name for [name] in compose) == sorted([*PROCESSES, *PROCESSES])


def test_the_commands_the_texts_name_are_there() -> None:
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    texts = [file.read_text() for file in [DEPLOY / "README.md", ALERTS, *MANIFESTS, COMPOSE]]
    for name in {name for text in texts for name in re.findall(r"`excp ([a-z]+)", text)}:
        assert name in command.commands


def test_the_files_an_image_copies_are_there() -> None:
    for name, context in (("Dockerfile", DEPLOY.parent), ("psdk-gateway.Dockerfile", DEPLOY / "psdk-gateway")):
        text = (DEPLOY / "images" / name).read_text()
        copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M)
        assert [path for line in copied for path in line.split() if not (context / path).exists()] == []
        assert re.search(r"^USER 10001:10001$", text, re.M)
        assert "STOPSIGNAL SIGTERM" in text


def test_the_files_compose_and_kustomize_name_are_there() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    mounts = [volume.split(":")[0] for service in services.values() for volume in service.get("volumes", ())]
    assert [path for path in mounts if path.startswith(".") and not (COMPOSE.parent / path).exists()] == []
    for file in (DEPLOY / "kubernetes").rglob("kustomization.yaml"):
        content = yaml.safe_load(file.read_text())
        generated = [env for config in content.get("configMapGenerator", ()) for env in config["envs"]]
        patches = [patch["path"] for patch in content.get("patches", ())]
        assert [
            p for p in [*content.get("resources", ()), *generated, *patches] if not (file.parent / p).exists()
        ] == []


# Kubernetes


def test_every_container_can_be_watched_and_does_what_it_may() -> None:
    containers = list(excp_containers())
    assert {container["name"] for _, container in containers} == PROCESSES
    for _, container in containers:
        [port] = container["ports"]
        assert {variable["name"]: variable.get("value") for variable in container["env"]}["METRICS_PORT"] == str(
            port["containerPort"]
        )
        assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": port["name"]}
        assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": port["name"]}
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert "memory" in container["resources"]["limits"]


def test_a_pod_that_goes_has_the_time_it_needs() -> None:
    from workers.calls.process import GRACE

    needs = {"ingest": Settings.model_fields["stop_within"].default, "dispatch": 10, "worker": GRACE.total_seconds()}
    for document in documents():
        if document["kind"] in ("Deployment", "StatefulSet") and document["metadata"]["name"] in needs:
            pod = document["spec"]["template"]["spec"]
            assert pod["terminationGracePeriodSeconds"] > needs[document["metadata"]["name"]] + 5
    for name, service in excp_services().items():
        assert int(service["stop_grace_period"].removesuffix("s")) > needs[name.partition("-")[0]] + 5


# Metrics


def metrics(expression: str) -> set[tuple[str, tuple[str, ...]]]:
    """The metrics a PromQL expression reads, each with the labels it selects by."""
    found = set()

    def visit(node: Any) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.add((str(node.name), tuple(sorted(matcher.name for matcher in node.matchers.matchers))))
        for name in ("expr", "lhs", "rhs", "vector_selector", "vs"):
            if (child := getattr(node, name, None)) is not None:
                visit(child)
        for child in getattr(node, "args", ()) or ():
            visit(child)

    visit(promql_parser.parse(expression))
    return found


def samples(metric: MetricWrapperBase) -> set[str]:
    """The names under which Prometheus has a metric."""
    [description] = metric.describe()
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
    return {description.name + suffix for suffix in suffixes.get(description.type, ("",))}


def ours() -> list[MetricWrapperBase]:
    """The product's metrics."""
    values = [*vars(activities.metrics).values(), *vars(workers.telemetry).values()]
    return [value for value in values if isinstance(value, MetricWrapperBase)]


def expressions() -> list[str]:
    panels = [target["expr"] for panel in dashboard.dashboard()["panels"] for target in panel.get("targets", ())]
    rules = [rule["expr"] for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    return [*panels, *rules]


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_the_metrics_of_an_expression_are_the_products(expression: str) -> None:
    known = {name: {*metric._labelnames, "le"} for metric in ours() for name in samples(metric)}
    foreign = {"up", "process_cpu_seconds_total", "process_resident_memory_bytes"}
    found = metrics(expression)
    assert found
    for name, labels in found:
        assert name in known.keys() | foreign
        assert set(labels) <= known.get(name, set()) | {"instance", "job", "process"}


def test_the_dashboard_is_what_its_program_writes() -> None:
    assert dashboard.FILE.read_text("utf-8") == dashboard.text()


def test_every_metric_is_shown() -> None:
    shown = {name for expression in expressions() for name, _ in metrics(expression)}
    assert [names for metric in ours() if not shown & (names := samples(metric))] == []
