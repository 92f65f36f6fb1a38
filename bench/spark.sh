#!/bin/sh
# R1 3 3 1 1 (or another SCENARIO) by the embedded engine and on Spark, one after the other: whole processes, JVM start included, no comparison with
# the discipline anywhere. Needs a build with -Pspark (docs/howto/search-on-spark.md) and time. A standalone cluster is started and ended here: a master, and one worker of
# one core, then two.
set -eu
scenario=${1:-r1-bench}
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
[ -x /usr/bin/time ] || { echo "spark.sh: /usr/bin/time is missing (apt-get install time)" >&2; exit 69; }
[ -d "$here/target/spark/jars" ] || { echo "spark.sh: no Spark: mvn -B -Pspark -DskipTests package" >&2; exit 69; }
work=$(mktemp -d)
started=
trap 'for p in $started; do kill "$p" 2>/dev/null || :; done; rm -rf "$work"' EXIT
export SPARK_HOME="$here/target/spark" SPARK_SCALA_VERSION=2.13
options="-Dspark.driver.host=127.0.0.1 -Dspark.driver.bindAddress=127.0.0.1 -Dspark.executor.memory=2g -Dmoat.spark.log=$work/spark.log"

run() { # what, options...
  what=$1
  shift
  echo "--- $what"
  MOAT_HEAP=3g MOAT_JAVA_OPTIONS=$options /usr/bin/time -f '%e s elapsed, %U s user of this process, %M KiB peak' \
    "$here/moat" check "$scenario" -q --save "$work" "$@" 2>&1
}

daemon() { # class, options...
  java -Xmx256m -cp "$SPARK_HOME/jars/*" "org.apache.spark.deploy.$@" >>"$work/daemons.log" 2>&1 &
  started="$! $started"
  sleep 5
}

run "embedded, 1 worker" --no-discipline --workers 1
run "embedded, 2 workers" --no-discipline --workers 2
run "Spark, local[1]" --engine spark --shared "$work/shared" --master "local[1]"
run "Spark, local[2]" --engine spark --shared "$work/shared" --master "local[2]"
daemon master.Master --host 127.0.0.1 --port 17077 --webui-port 0
for executors in 1 2; do
  daemon worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --memory 2g --work-dir "$work/$executors" spark://127.0.0.1:17077
  run "Spark, standalone, executors: $executors" --engine spark --shared "$work/shared" --master spark://127.0.0.1:17077
done
