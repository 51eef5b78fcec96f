#!/bin/sh
# Runs the gateway with the jars of the Platform SDK for Java.
#
#   ./run.sh /path/to/platform-sdk/lib [--check]
#
# Settings come from the environment, see README.md. PSDK_GATEWAY_JAR: another jar than build/psdk-gateway.jar.
# JAVA_OPTS: options of the JVM.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
jar=${PSDK_GATEWAY_JAR:-"$here/build/psdk-gateway.jar"}

if [ $# -lt 1 ] || [ ! -d "$1" ]; then
    echo "usage: run.sh /path/to/platform-sdk/lib [--check]" >&2
    exit 1
fi
if [ ! -f "$jar" ]; then
    echo "run.sh: $jar is missing: run build.sh first" >&2
    exit 1
fi
lib=$1
shift
# shellcheck disable=SC2086 # several options may stand in JAVA_OPTS
exec java -Xmx512m -XX:+ExitOnOutOfMemoryError ${JAVA_OPTS:-} -cp "$jar:$lib/*" excp.gateway.Main "$@"
