#!/bin/sh
# Builds psdk-gateway.jar with the JDK alone: compiles the stubs of the Platform SDK, the gateway against them, and
# packs the gateway. The stubs never go into the jar: at run time the customer's own jars take their place.
#
#   ./build.sh [FOLDER]      FOLDER: where to build, `build` beside this file if left out
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-"$here/build"}

for tool in javac jar; do
    command -v "$tool" >/dev/null || {
        echo "build.sh: there is no $tool: install a JDK, version 17 or later" >&2
        exit 1
    }
done

rm -rf "$out/stubs" "$out/classes"
mkdir -p "$out/stubs" "$out/classes"
find "$here/stubs" -name '*.java' > "$out/stubs.txt"
javac --release 17 -encoding UTF-8 -Xlint:all -Werror -d "$out/stubs" "@$out/stubs.txt"
javac --release 17 -encoding UTF-8 -Xlint:all -Werror -cp "$out/stubs" -d "$out/classes" "$here"/src/excp/gateway/*.java
jar --create --file "$out/psdk-gateway.jar" --main-class excp.gateway.Main -C "$out/classes" .
echo "built $out/psdk-gateway.jar"
