#!/bin/sh
# The yardstick: writes the reference model R1 for Spin, compiles the generated verifier and times its search.
# Usage: bench/r1-spin.sh [D F R H]     (Debian: apt-get install spin gcc time)
# Every ground action is one d_step, so Spin stores exactly the model's states: its "states, stored" must be R1's count.
set -eu
D=${1:-3} F=${2:-3} R=${3:-1} H=${4:-1}
for tool in spin gcc awk; do
  command -v "$tool" >/dev/null || { echo "r1-spin.sh: $tool is missing (apt-get install spin gcc)" >&2; exit 69; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
awk -v D="$D" -v F="$F" -v R="$R" -v H="$H" '
# Domains 1..D, frames 1..F, references 0..R-1, handles 0..H-1 as on the reference page; arrays are flattened.
function g(d, r) { return (d - 1) * R + r }
function t(x, h) { return (x - 1) * H + h }
function p(x, f) { return (x - 1) * F + f - 1 }
# An expression: handle h of x maps f.
function maps(x, h, f,   e, d, r) {
  e = "0"
  for (d = 1; d <= D; d++) for (r = 0; r < R; r++)
    e = e "||(td[" t(x, h) "]==" d "&&tr[" t(x, h) "]==" r "&&gf[" g(d, r) "]==" f ")"
  return "(" e ")"
}
function anymaps(f,   e, x, h) {
  e = "0"
  for (x = 1; x <= D; x++) for (h = 0; h < H; h++) e = e "||" maps(x, h, f)
  return "(" e ")"
}
function named(d, r,   e, x, h) {
  e = "0"
  for (x = 1; x <= D; x++) for (h = 0; h < H; h++) e = e "||(td[" t(x, h) "]==" d "&&tr[" t(x, h) "]==" r ")"
  return "(" e ")"
}
# Statements that leave rights(x, f) in n.
function rights(x, f,   e, h) {
  e = "n=0;"
  for (h = 0; h < H; h++)
    e = e "if ::" maps(x, h, f) "&&!to[" t(x, h) "]->n=2 ::" maps(x, h, f) "&&to[" t(x, h) "]&&n==0->n=1 ::else fi;"
  return e "if ::ow[" f - 1 "]==" x "->n=2 ::else fi;"
}
function act(guard, effect) { print ":: d_step { " guard " -> " effect " }" }
BEGIN {
  print "byte ow[" F "]; byte gd[" D * R "]; byte gf[" D * R "]; bit gr[" D * R "];"
  print "byte td[" D * H "]; byte tr[" D * H "]; bit to[" D * H "]; byte pt[" D * F "]; byte tl[" D * F "];"
  print "hidden byte n;"
  print "init {\nd_step {"
  for (f = 1; f <= F && f <= D; f++) print "ow[" f - 1 "]=" f "; pt[" p(f, f) "]=2;"
  print "skip };\ndo"
  for (d = 1; d <= D; d++) for (r = 0; r < R; r++) for (e = 1; e <= D; e++) if (e != d)
    for (f = 1; f <= F; f++) for (ro = 0; ro < 2; ro++)
      act("ow[" f - 1 "]==" d "&&gd[" g(d, r) "]==0", "gd[" g(d, r) "]=" e "; gf[" g(d, r) "]=" f "; gr[" g(d, r) "]=" ro)
  for (d = 1; d <= D; d++) for (r = 0; r < R; r++)
    act("gd[" g(d, r) "]!=0&&!" named(d, r), "gd[" g(d, r) "]=0; gf[" g(d, r) "]=0; gr[" g(d, r) "]=0")
  for (x = 1; x <= D; x++) for (h = 0; h < H; h++) for (d = 1; d <= D; d++) if (d != x)
    for (r = 0; r < R; r++) for (ro = 0; ro < 2; ro++) for (f = 1; f <= F; f++)
      act("gd[" g(d, r) "]==" x "&&td[" t(x, h) "]==0&&gf[" g(d, r) "]==" f "&&ow[" f - 1 "]==" d "&&" ro ">=gr[" g(d, r) "]",
          "td[" t(x, h) "]=" d "; tr[" t(x, h) "]=" r "; to[" t(x, h) "]=" ro ";" rights(x, f) \
          "if ::pt[" p(x, f) "]!=0&&pt[" p(x, f) "]!=n->tl[" p(x, f) "]=0 ::else fi; pt[" p(x, f) "]=n; n=0")
  for (x = 1; x <= D; x++) for (h = 0; h < H; h++) for (f = 1; f <= F; f++)
    act("td[" t(x, h) "]!=0&&" maps(x, h, f),
        "td[" t(x, h) "]=0; tr[" t(x, h) "]=0; to[" t(x, h) "]=0;" rights(x, f) \
        "if ::n<pt[" p(x, f) "]->tl[" p(x, f) "]=0 ::else fi; pt[" p(x, f) "]=n; n=0")
  for (d = 1; d <= D; d++) for (f = 1; f <= F; f++) {
    for (w = 1; w <= 2; w++) act("tl[" p(d, f) "]<" w "&&pt[" p(d, f) "]>=" w, "tl[" p(d, f) "]=pt[" p(d, f) "]")
    act("tl[" p(d, f) "]!=0", "tl[" p(d, f) "]=0")
    act("ow[" f - 1 "]==" d "&&!" anymaps(f), "ow[" f - 1 "]=0; pt[" p(d, f) "]=0; tl[" p(d, f) "]=0")
    act("ow[" f - 1 "]==0", "ow[" f - 1 "]=" d "; pt[" p(d, f) "]=2")
  }
  print "od }"
}' >"$work/r1.pml"
cd "$work"
echo "R1 $D $F $R $H: generating and compiling the verifier"
began=$(date +%s)
spin -a r1.pml >/dev/null
# As generous to Spin as we know how: optimised, safety only, no bounds checks, exact (no hash compaction).
gcc -O2 -DSAFETY -DNOBOUNDCHECK -DNOFAIR -DMEMLIM=8000 -w -o pan pan.c
echo "generated and compiled in $(($(date +%s) - began)) s; the search alone:"
if [ -x /usr/bin/time ]; then
  /usr/bin/time -f '%e s elapsed, %M KiB' ./pan -m6000000 -w23 >out 2>err || { cat out err >&2; exit 1; }
  tail -n 1 err
else
  ./pan -m6000000 -w23 >out
fi
grep -E 'states, stored|transitions|pan: elapsed|errors:' out
