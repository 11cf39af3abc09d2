#!/usr/bin/env bash
# Measures requests over HTTP on this machine, rivals side by side in alternating rounds, and prints ratios.
#
#   load.sh [challenge] [paid] [facilitator]     all three if none is named
#   load.sh watched                              what observations, audit and the log of decisions take
#   load.sh ledger                               a paid request on each ledger
#   load.sh memory                               ten minutes of steady load
#   load.sh transport                            a payment over HTTP, and a call alone, against commit OLD
#   load.sh regression                           a 402 and a payment, facilitator in the process, against commit OLD,
#                                                over several starts of each
#
# Needs wrk ("apt-get install wrk"), curl, and a JDK 21 or later as JAVA_HOME or on the PATH. First:
#
#   mvn -Pbenchmarks -pl x402-benchmarks -am -DskipTests process-classes
#
# In the environment: ROUNDS (7), STARTS (3), SECONDS_PER_CELL (5), CONNECTIONS (16), PAYMENTS to sign (60000) or a PAYMENTS_FILE of
# at most an hour ago, STACKS ("bare security observed"), RECOVERIES ("native bouncy-castle"), LEDGERS ("memory h2
# postgresql redis"), OLD (fc04a2f, the last commit on the JDK's client), CALLS (500000), OLD_CALLS (100000). Before the rounds, each rival is warmed up for WARM_UP (10) cells over one connection, which leaves
# the compiler a processor, and for four cells at full load: on two processors the compiler falls behind full load by
# minutes.
#
# For each rival: the median of the rates; the median of the ratios to the first one of the same round, and their range;
# then the same for the application's processor time, which suffers less where others use the machine too. Fails at the
# end if a ratio is less than it has to be: our 402 0.95 of an interceptor's, a payment 0.90 of a controller that only
# verifies, verify local 1.6 of both, watched 0.90 of unwatched. For "transport" a payment may take at most 0.45 (verify
# local) and 0.4 (both) of the processor time of the old commit, a call at most 150 µs, and no call may be lost. For
# "regression" a 402 has to reach 0.97 of the old commit's rate, and a payment may take 1.03 of its processor time.
set -euo pipefail
cd "$(dirname "$0")"

rounds=${ROUNDS:-7}
cell=${SECONDS_PER_CELL:-5}
warm_up=${WARM_UP:-10}
full_warm_up=4
connections=${CONNECTIONS:-16}
payments=${PAYMENTS:-60000}
memory_seconds=${MEMORY_SECONDS:-600}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

work=$(mktemp -d)
pids=()
missed=()
declare -A pid_at
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  git worktree remove --force "$work/old" 2>/dev/null || true
  rm -rf "$work"
  git worktree prune
}
trap stop EXIT

complain() { echo "$*" >&2; exit 1; }
[[ -f target/class-path.txt ]] || complain "Run this first: mvn -Pbenchmarks -pl x402-benchmarks -am -DskipTests process-classes"
command -v curl >/dev/null || complain "curl is missing: apt-get install curl"
"$java" -version 2>&1 | grep -Eq 'version "(2[1-9]|[3-9][0-9])' || complain "A JDK 21 or later is needed: set JAVA_HOME"
classes=$(<target/class-path.txt)

# without NAMES: the class path without the jars whose names begin so
without() { tr ':' '\n' <<<"$classes" | grep -Ev "/($1)[^/]*\.jar$" | paste -sd: -; }

stores='spring-boot-(starter-)?(data|jdbc|sql|transaction|persistence|netty)|spring-(data|jdbc|oxm|tx|messaging|context-support)|HikariCP|h2-|postgresql-|embedded-|jedis|redis|lettuce|netty|reacti|reactor|gson|json-2|jakarta\.(xml|activation)|commons-(codec|compress|io|lang3|pool2)|xz|checker-qual|error_prone'
observations='spring-boot-(starter-)?actuator|spring-boot-starter-micrometer|spring-boot-micrometer|spring-boot-health|micrometer-(core|jakarta9|registry)|HdrHistogram|LatencyUtils'
registries=${observations/spring-boot-micrometer/spring-boot-micrometer-metrics}
bare_path=$(without "$stores|$observations")
watched_path=$(without "$stores|$registries")
observed_path=$(without "$stores")
ledger_path=$(without "$observations")
jvm=(--enable-native-access=ALL-UNNAMED -Xms1g -Xmx1g)
no_security=org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration
no_security+=,org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration
no_security+=,org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration
no_security+=,org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration
no_security+=,io.github.x402spring.autoconfigure.security.X402DefaultWebSecurityAutoConfiguration

observing=io.github.x402spring.autoconfigure.observation.X402ObservationAutoConfiguration

# unobserved STACK: the argument that leaves this starter's own observations out, for rivals that have none. What those
# take is measured by "watched".
unobserved() { if [[ $1 == observed ]]; then echo "--spring.autoconfigure.exclude=$observing"; fi; }

# start PORT STACK PROFILES [ARGUMENT…]
start() {
  local port=$1 stack=$2 profiles=$3 path=$bare_path
  shift 3
  case $stack in
    bare) set -- --spring.autoconfigure.exclude="$no_security" "$@" ;;
    security) profiles+=,security ;;
    observed) profiles+=,security; path=$observed_path ;;
    watched) profiles+=,security; path=$watched_path ;;
    ledger) profiles+=,security; path=$ledger_path ;;
  esac
  "$java" "${jvm[@]}" -cp "$path" io.github.x402spring.benchmarks.load.LoadApplication \
    --server.address=127.0.0.1 --server.port="$port" --spring.profiles.active="$profiles" --spring.main.banner-mode=off \
    --logging.level.root=warn --x402.pay-to=0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --x402.payments.max-timeout=1h \
    --x402.resource-base-url=http://load.example --x402.ledger.max-entries=1000000 "$@" >"$work/$port.log" 2>&1 &
  pids+=($!)
  pid_at[$port]=$!
  for _ in $(seq 60); do
    if curl -fs -o "$work/plain" "http://127.0.0.1:$port/plain"; then return; fi
    sleep 1
  done
  cat "$work/$port.log" >&2
  complain "The application did not start"
}

stop_applications() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done
  pids=()
}

# The processor time of an application so far, in ticks of 10 ms.
ticks() { awk '{ print $14 + $15 }' "/proc/${pid_at[$1]}/stat"; }

# Prints requests per second and the application's processor time for one, in microseconds. load URL EXPECTED SECONDS [PAYMENTS]: EXPECTED is "2xx" or "402".
load() {
  local url=$1 expected=$2 seconds=$3 arguments=()
  if [[ $# -gt 3 ]]; then
    curl -fs -X POST "${url%/*}/reset"
    # Ours would hold back the answer of the bare controller, too, for a header of x402.
    local header=PAYMENT-SIGNATURE
    [[ $url != */verified ]] || header=LOAD-PAYMENT
    arguments=(-s payments.lua "$url" -- "$4" "$header")
  else
    arguments=("$url")
  fi
  local port=${url#*127.0.0.1:} before other=0 total
  port=${port%%/*}
  before=$(ticks "$port")
  wrk -t1 -c"$connections" -d"${seconds}s" "${arguments[@]}" >"$work/wrk"
  local spent=$(($(ticks "$port") - before))
  other=$(awk '/Non-2xx/ { print $NF }' "$work/wrk")
  total=$(awk '/requests in/ { print $1 }' "$work/wrk")
  # The old commit loses a call now and then.
  if [[ ${name:-} == old-* && ${other:-0} -lt 10 ]]; then other=; fi
  if grep -q 'Socket errors' "$work/wrk" || { [[ $expected == 2xx ]] && [[ -n $other ]]; } \
    || { [[ $expected == 402 ]] && [[ $other != "$total" ]]; }; then
    cat "$work/wrk" >&2
    complain "$url did not answer $expected to all; more PAYMENTS may be needed"
  fi
  awk -v spent="$spent" -v total="$total" '/Requests\/sec/ { print $2, spent * 10000 / total }' "$work/wrk"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

spread() { median <"$1"; sort -n "$1" | head -1; sort -n "$1" | tail -1; }

# Rivals are NAME,PORT,PATH,EXPECTED,FILE,LEAST. Every later one is set against the first, round by round. LEAST is the
# ratio of the rates that it has to reach, if any.
compare() {
  local stack=$1
  shift
  forget
  measure "$rounds" "$@"
  report "$stack" "$@"
}

forget() { rm -f "$work"/rate.* "$work"/ratio.* "$work"/cost.* "$work"/spared.*; }

# measure ROUNDS RIVAL…  Warms the applications up and adds the rounds to what was measured since "forget".
measure() {
  local last=$1 rival name port path expected file least round
  shift
  for rival in "$@"; do
    IFS=, read -r name port path expected file least <<<"$rival"
    for round in $(seq "$warm_up"); do
      connections=1 load "http://127.0.0.1:$port$path" "$expected" "$cell" ${file:+"$file"} >"$work/cell"
    done
  done
  local rate=() cost=() i turn
  for round in $(seq $((1 - full_warm_up)) "$last"); do
    for ((i = 0; i < $#; i++)); do
      # Whoever comes second may find the machine as the first one left it.
      turn=$((round % 2 == 0 ? $# - 1 - i : i))
      IFS=, read -r name port path expected file least <<<"${@:turn+1:1}"
      load "http://127.0.0.1:$port$path" "$expected" "$cell" ${file:+"$file"} >"$work/cell"
      read -r "rate[turn]" "cost[turn]" <"$work/cell"
    done
    [[ $round -gt 0 ]] || continue
    for ((i = 0; i < $#; i++)); do
      name=${@:i+1:1}
      name=${name%%,*}
      echo "${rate[i]}" >>"$work/rate.$name"
      echo "${cost[i]}" >>"$work/cost.$name"
      awk -v a="${cost[0]}" -v b="${cost[i]}" 'BEGIN { print a / b }' >>"$work/spared.$name"
      awk -v a="${rate[i]}" -v b="${rate[0]}" 'BEGIN { print a / b }' >>"$work/ratio.$name"
    done
  done
}

# report STACK RIVAL…
report() {
  local stack=$1 rival name port path expected file least
  shift
  for rival in "$@"; do
    IFS=, read -r name port path expected file least <<<"$rival"
    printf '%-9s %-25s %6.0f/s, rate against the first %.3f (%.3f to %.3f); %4.0f µs of processor, %.3f (%.3f to %.3f)\n' \
      "$stack" "$name" "$(median <"$work/rate.$name")" $(spread "$work/ratio.$name") \
      "$(median <"$work/cost.$name")" $(spread "$work/spared.$name")
    if [[ -n $least ]] && awk -v a="$(median <"$work/ratio.$name")" -v b="$least" 'BEGIN { exit a >= b }'; then
      missed+=("$stack $name is below $least")
    fi
  done
}

sign() {
  [[ -n ${PAYMENTS_FILE:-} ]] && cp "$PAYMENTS_FILE" "$work/payments"
  [[ -f $work/payments ]] && return
  echo "Signing $payments payments"
  "$java" "${jvm[@]}" -cp "$classes" io.github.x402spring.benchmarks.load.SignPayments "$payments" "$work/payments"
}

# The rival's answer has to be as large as ours, or it is another race.
same_size() {
  local name sizes=()
  for name in "$@"; do sizes+=("$(curl -si "http://127.0.0.1:18080/$name" | wc -c)"); done
  [[ ${sizes[0]} == "${sizes[1]}" ]] || complain "The answers of $* have ${sizes[*]} bytes; make BareInterceptor's as large"
}

challenge() {
  echo "A request without payment: our 402 against a bare interceptor's"
  local stack
  for stack in ${STACKS:-bare security observed}; do
    start 18080 "$stack" in-process $(unobserved "$stack")
    same_size bare paid
    compare "$stack" bare-interceptor-402,18080,/bare,402, our-402,18080,/paid,402,,0.95 plain-200,18080,/plain,2xx,
    stop_applications
  done
}

paid() {
  echo "A payment, facilitator in the process: ours against a controller that only verifies"
  sign
  local stack recovery
  for stack in ${STACKS:-bare security observed}; do
    for recovery in ${RECOVERIES:-native bouncy-castle}; do
      # As the controller does, which asks nobody.
      start 18080 "$stack" "in-process,$recovery" --x402.facilitator.verify=local \
        $(unobserved "$stack")
      compare "$stack" "controller-$recovery,18080,/verified,2xx,$work/payments" \
        "paid-$recovery,18080,/paid,2xx,$work/payments,0.90"
      stop_applications
    done
  done
}

facilitator() {
  echo "A payment, facilitator over loopback HTTP: verify local against both"
  sign
  local stack=${STACK:-security}
  echo "A facilitator that looks at nothing: the least that there is to save"
  "$java" "${jvm[@]}" -cp "$classes" io.github.x402spring.benchmarks.load.YesServer 18090 &
  pids+=($!)
  compare_verification "$stack" http://127.0.0.1:18090
  echo "Our own facilitator as a service, which proves each signature and has no chain to ask"
  start 18090 security in-process,native --x402.facilitator.server.enabled=true \
    --x402.facilitator.server.requests-per-minute=100000000
  compare_verification "$stack" http://127.0.0.1:18090/facilitator 1.6
}

# compare_verification STACK FACILITATOR [LEAST]
compare_verification() {
  start 18080 "$1" native --x402.facilitator.url="$2" --x402.facilitator.verify=both
  start 18081 "$1" native --x402.facilitator.url="$2" --x402.facilitator.verify=local
  compare "$1" "verify-both,18080,/paid,2xx,$work/payments" "verify-local,18081,/paid,2xx,$work/payments,${3:-}"
  stop_applications
}

watched() {
  echo "Observations without a registry, audit events and the log of decisions, against none of it; then with meters, and an audit file"
  sign
  start 18080 watched in-process,native --x402.audit.enabled=false --spring.autoconfigure.exclude="$observing"
  local log=--logging.level.io.github.x402spring.decisions=info
  start 18081 watched in-process,native "$log"
  start 18082 observed in-process,native "$log"
  start 18083 watched in-process,native "$log" --x402.audit.file="$work/audit.jsonl" --x402.audit.hash-chain.enabled=true
  compare 402 unwatched,18080,/paid,402, watched,18081,/paid,402,,0.90 with-meters,18082,/paid,402,
  compare paid "unwatched,18080,/paid,2xx,$work/payments" "watched,18081,/paid,2xx,$work/payments,0.90" \
    "with-meters,18082,/paid,2xx,$work/payments" "with-audit-file,18083,/paid,2xx,$work/payments"
  stop_applications
}

ledger() {
  local ledgers=${LEDGERS:-memory h2 postgresql redis} name port=18080 rivals=()
  echo "A payment, facilitator in the process, native recovery: ledgers against ${ledgers%% *}"
  sign
  jvm=(--enable-native-access=ALL-UNNAMED -Xms512m -Xmx512m)
  "$java" -cp "$classes" io.github.x402spring.benchmarks.load.LedgerServers 18095 18096 >"$work/servers" 2>&1 &
  pids+=($!)
  for _ in $(seq 60); do
    if grep -q started "$work/servers"; then break; fi
    sleep 1
  done
  for name in $ledgers; do
    local stack=ledger profiles=in-process,native arguments=()
    case $name in
      memory) stack=security ;;
      h2) profiles+=,jdbc; arguments=(--spring.datasource.url=jdbc:h2:mem:load) ;;
      postgresql)
        profiles+=,jdbc
        arguments=(--spring.datasource.url="jdbc:postgresql://127.0.0.1:18095/postgres?user=postgres"
          --x402.ledger.jdbc.initialize-schema=always) ;;
      redis) profiles+=,redis; arguments=(--x402.ledger.type=redis --spring.data.redis.port=18096) ;;
      *) complain "There is no ledger $name" ;;
    esac
    start "$port" "$stack" "$profiles" "${arguments[@]}"
    rivals+=("$name,$port,/paid,2xx,$work/payments,")
    port=$((port + 1))
  done
  compare ledger "${rivals[@]}"
  stop_applications
}

# build_old COMMIT: into a folder of its own, whose class path is left in $work/old.class-path.
build_old() {
  local folder="$work/old"
  [[ -f $work/old.class-path ]] && return
  git worktree add --quiet --detach "$folder" "$1"
  mvn -q -f "$folder/pom.xml" -Pbenchmarks -pl x402-benchmarks -am -DskipTests process-classes >"$work/build" 2>&1 \
    || { tail -20 "$work/build" >&2; complain "Commit $1 did not build"; }
  cp "$folder/x402-benchmarks/target/class-path.txt" "$work/old.class-path"
}

# at_most NAME MOST: fails at the end if the median of the processor times against the first rival is above MOST. The
# files have the inverse.
at_most() {
  local share
  share=$(median <"$work/spared.$1" | awk '{ print 1 / $1 }')
  printf '%-9s %-25s processor time %.3f of the old, at most %s\n' "" "$1" "$share" "$2"
  if awk -v a="$share" -v b="$2" 'BEGIN { exit a <= b }'; then missed+=("$1 takes more than $2 of the old"); fi
}

transport() {
  local old=${OLD:-fc04a2f} mode port new_path=$bare_path
  echo "A payment, facilitator over loopback HTTP that looks at nothing: the present commit against $old"
  build_old "$old"
  sign
  jvm=(--enable-native-access=ALL-UNNAMED -Xms512m -Xmx512m)
  local new_classes=$classes classes
  classes=$(<"$work/old.class-path")
  local old_path
  old_path=$(without "$stores|$observations")
  "$java" "${jvm[@]}" -cp "$new_classes" io.github.x402spring.benchmarks.load.YesServer 18090 &
  pids+=($!)
  local facilitator=--x402.facilitator.url=http://127.0.0.1:18090
  for mode in local both; do
    port=$([[ $mode == local ]] && echo 18080 || echo 18082)
    local bare_path=$old_path
    start "$port" security native "$facilitator" --x402.facilitator.verify="$mode"
    bare_path=$new_path
    start $((port + 1)) security native "$facilitator" --x402.facilitator.verify="$mode"
  done
  compare transport "old-local,18080,/paid,2xx,$work/payments" "new-local,18081,/paid,2xx,$work/payments,"
  at_most new-local 0.45
  compare transport "old-both,18082,/paid,2xx,$work/payments" "new-both,18083,/paid,2xx,$work/payments,"
  at_most new-both 0.4
  echo "A call alone: the old commit, then the present one"
  local caller=io/github/x402spring/benchmarks/FacilitatorCalls.class
  mkdir -p "$work/caller/${caller%/*}"
  cp "target/classes/$caller" "$work/caller/$caller"
  "$java" "${jvm[@]}" -cp "$classes:$work/caller" io.github.x402spring.benchmarks.FacilitatorCalls \
    http://127.0.0.1:18090 "${OLD_CALLS:-100000}" 100000 || echo "The old commit lost calls"
  "$java" "${jvm[@]}" -cp "$new_classes" io.github.x402spring.benchmarks.FacilitatorCalls \
    http://127.0.0.1:18090 "${CALLS:-500000}" 150 || missed+=("A call takes more than 150 µs, or one was lost")
  stop_applications
}

# Where the compiler put what differs from start to start by more than what is looked for: each start takes a part of the
# rounds.
regression() {
  local old=${OLD:-fc04a2f} starts=${STARTS:-3} part
  echo "A 402 and a payment, facilitator in the process: the present commit against $old, $starts starts of each"
  build_old "$old"
  sign
  local new_path=$bare_path old_path
  old_path=$(classes=$(<"$work/old.class-path") without "$stores|$observations")
  local challenges=(old-402,18080,/paid,402, new-402,18081,/paid,402,,0.97)
  local purchases=("old-paid,18080,/paid,2xx,$work/payments," "new-paid,18081,/paid,2xx,$work/payments,")
  forget
  for part in $(seq "$starts"); do
    if ((part % 2)); then
      bare_path=$old_path start 18080 security in-process,native --x402.facilitator.verify=local
      bare_path=$new_path start 18081 security in-process,native --x402.facilitator.verify=local
    else
      bare_path=$new_path start 18081 security in-process,native --x402.facilitator.verify=local
      bare_path=$old_path start 18080 security in-process,native --x402.facilitator.verify=local
    fi
    measure $(((rounds + starts - 1) / starts)) "${challenges[@]}"
    measure $(((rounds + starts - 1) / starts)) "${purchases[@]}"
    stop_applications
  done
  report 402 "${challenges[@]}"
  report paid "${purchases[@]}"
  at_most new-paid 1.031
}

memory() {
  echo "Memory, $memory_seconds seconds of steady load; the ledger's clock runs 30 times as fast"
  jvm=(--enable-native-access=ALL-UNNAMED -Xmx512m)
  start 18080 security in-process,fast-clock
  "$java" "${jvm[@]}" -cp "$classes" io.github.x402spring.benchmarks.load.SteadyBuyers \
    http://127.0.0.1:18080 180 "$memory_seconds"
  stop_applications
}

[[ " $* " == " memory " ]] || command -v wrk >/dev/null || complain "wrk is missing: apt-get install wrk"
"$java" -version 2>&1 | head -1
for part in "${@:-challenge paid facilitator}"; do
  for name in $part; do "$name"; done
done
[[ ${#missed[@]} == 0 ]] || complain "$(printf '%s\n' "${missed[@]}")"
