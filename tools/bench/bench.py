#!/usr/bin/env python3
"""Benchmarks of a master, each against a fresh one in a scratch folder, on loopback.

    tools/bench/bench.py TROUPE SWARM [--only NAME] [--peer]

Prints one line of JSON for each: {"bench", "value", "unit", "runs", "bound", "ok", …}. Where a commit
to disk is part of the figure, "fsync_ms" is what this disk took for one flush just before. TMPDIR says
where the folders are made. --peer runs the same swarm against a stock Buildbot master where that
is asked for.
"""
import argparse
import json
import os
import subprocess
import sys
import threading
import time

from peer import Peer
from reconfigurations import reconfigurations_in_a_row, reconfigure, reconfigure_all
from report import BUILDERS, MB, WORKERS, quiet, tell
from rig import (Master, at_part, begin_swarm, cpu_seconds, fsync_ms, lua_config, rss_mb,
                 wait_for)
from scratch import Failed
from simulations import sim_seeds, sim_shrink, sim_speed

def request_to_first_command(args, make):
    master = make(lua_config(4, 4, 4))
    disk = fsync_ms(master.base)
    master.start()
    shell = master.shell()
    swarm = master.swarm(args.swarm, 4, "--lines", "1", trace=True)
    master.attached(shell, 4)
    took = []
    for i in range(args.runs + 10):
        began = time.monotonic()
        asked = shell.send("force", "force", "b%d" % (i % 4))
        line = json.loads(swarm.stdout.readline())
        if i >= 10:  # the first ones warm up
            took.append((line["at"] - began) * 1000)
        shell.answer(asked)
        wait_for("the build's end", lambda: quiet(shell), pause=0.01)
    tell("request_to_first_command", at_part(took, 0.5), "ms p50", len(took), "<= 5",
         at_part(took, 0.5) <= 5, p99=round(at_part(took, 0.99), 3), best=round(min(took), 3),
         fsync_ms=disk)


def builds_per_second(args, make):
    builders, per_builder, each = 100, 4, 20
    master = make(lua_config(WORKERS, builders, per_builder))
    disk = fsync_ms(master.base)
    master.start()
    shell = master.shell()
    master.swarm(args.swarm, WORKERS, "--lines", "1")
    master.attached(shell, WORKERS)
    shell.ask("force", "force", *("b%d" % b for b in range(builders)))
    wait_for("the first builds", lambda: quiet(shell))
    cpu, began = cpu_seconds(master.pid()), time.monotonic()
    before = shell.ask("status")["builds"]
    for _ in range(each):
        shell.ask("force", "force", *("b%d" % b for b in range(builders)))
    wait_for("all builds", lambda: quiet(shell), 300, 0.1)
    took = time.monotonic() - began
    count = shell.ask("status")["builds"] - before
    more = {"fsync_ms": disk, "cpu_ms_per_build": round((cpu_seconds(master.pid()) - cpu) / count * 1e3, 2)}
    if count != builders * each:
        raise Failed("%d builds instead of %d" % (count, builders * each))
    if args.peer:
        master.close()
        peer = Peer(WORKERS, builders, per_builder)
        try:
            peer.start()
            begin_swarm(peer, args.swarm, WORKERS, "--lines", "1")
            wait_for("Buildbot's workers", lambda: peer.attached() >= WORKERS)
            more["peer"] = round(peer.builds_per_second(30, 6), 2)
            more["ratio"] = round(count / took / max(more["peer"], 1e-9), 1)
        finally:
            peer.close()
    tell("builds_per_second", count / took, "1/s", count, ">= 200", count / took >= 200, **more)


def recording_builds(args, make):
    """What recording costs at full load: builds with it and without, in turns."""
    rates, cpu = {True: [], False: []}, {True: [], False: []}
    builders, each = 100, 15
    for run in range(args.recording_runs):
        for on in (run % 2 == 0, run % 2 == 1):
            master = make(lua_config(WORKERS, builders, 4) + "c.journal = %s\n" % str(on).lower())
            master.start()
            shell = master.shell()
            master.swarm(args.swarm, WORKERS, "--lines", "1")
            master.attached(shell, WORKERS)
            names = ["b%d" % b for b in range(builders)]
            shell.ask("force", "force", *names)
            wait_for("the first builds", lambda: quiet(shell))
            spent, began = cpu_seconds(master.pid()), time.monotonic()
            for _ in range(each):
                shell.ask("force", "force", *names)
            wait_for("all builds", lambda: quiet(shell), 300, 0.05)
            rates[on].append(builders * each / (time.monotonic() - began))
            cpu[on].append((cpu_seconds(master.pid()) - spent) * 1e3 / (builders * each))
            master.close()
    cost = 100 * (1 - at_part([a / b for a, b in zip(rates[True], rates[False])], 0.5))
    tell("recording_builds", cost, "% of builds per second", args.recording_runs, "<= 5", cost <= 5,
         builds_per_second=round(at_part(rates[True], 0.5), 1),
         without=round(at_part(rates[False], 0.5), 1),
         cpu_ms_per_build=round(at_part(cpu[True], 0.5), 3),
         cpu_without=round(at_part(cpu[False], 0.5), 3))


def start_to_ready(args, make):
    master = make(lua_config(WORKERS, BUILDERS, 10))
    first = master.start()
    again = []
    for _ in range(3):
        master.run("stop", master.folder)
        again.append(master.start())
    value = at_part(again, 0.5)
    tell("start_to_ready", value, "s", len(again), "<= 1", value <= 1, first=round(first, 3),
         builders=BUILDERS, workers=WORKERS)


def runtime(args, make):
    """Swaps under load, restarts, large trees: without a master."""
    program = os.path.join(os.path.dirname(args.troupe), "troupe-bench")
    if not os.path.exists(program):
        raise Failed("%s is not built: ninja tools/troupe-bench" % program)
    if subprocess.run([program, "swaps", str(args.swaps), "restarts", "trees"]).returncode:
        raise Failed("not all of the figures are within their bounds")


class Peak:
    """The largest resident size while it watches, in MB."""

    def __init__(self, pid):
        self.pid, self.most, self.anon, self.over = pid, rss_mb(pid), 0, False
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while not self.over:
            try:
                self.most = max(self.most, rss_mb(self.pid))
                self.anon = max(self.anon, rss_mb(self.pid, "RssAnon"))
            except (Failed, FileNotFoundError):
                return
            time.sleep(0.02)

    def end(self):
        self.over = True
        self.thread.join()
        return self.most


def lines_of(shell, build, step):
    """The stored lines of a step's first log."""
    for one in shell.ask("build", *build)["steps"]:
        if one["name"] == step:
            return one["logs"][0]
    raise Failed("no step %s in %s" % (step, build))


def log_intake(args, make):
    workers, lines = 8, 400_000  # 32 MB each
    master = make(lua_config(workers, workers, 1))
    disk = fsync_ms(master.base)
    master.start()
    shell = master.shell()
    master.swarm(args.swarm, workers, "--lines", str(lines), "--line-bytes", "80")
    master.attached(shell, workers)
    idle, cpu = rss_mb(master.pid()), cpu_seconds(master.pid())
    peak = Peak(master.pid())
    began = time.monotonic()
    shell.ask("force", "force", *("b%d" % b for b in range(workers)))
    wait_for("the builds", lambda: quiet(shell), 600, 0.05)
    took = time.monotonic() - began
    for b in range(workers):
        log = lines_of(shell, ("b%d" % b, "last"), "run")
        if not lines <= log["lines"] <= lines + 20:
            raise Failed("%d lines instead of %d" % (log["lines"], lines))
    rate = workers * lines * 80 / MB / took
    tell("log_intake", rate, "MB/s", workers, ">= 40", rate >= 40, fsync_ms=disk,
         rss_over_idle_mb=round(peak.end() - idle, 1), anon_peak_mb=round(peak.anon, 1),
         cpu_ms_per_mb=round((cpu_seconds(master.pid()) - cpu) * 1e3 / (rate * took), 2))


def recording_logs(args, make):
    """The same for the intake of logs."""
    rates = {True: [], False: []}
    workers, lines = 8, 200_000
    for run in range(args.recording_runs):
        for on in (run % 2 == 0, run % 2 == 1):
            master = make(lua_config(workers, workers, 1) + "c.journal = %s\n" % str(on).lower())
            master.start()
            shell = master.shell()
            master.swarm(args.swarm, workers, "--lines", str(lines), "--line-bytes", "80")
            master.attached(shell, workers)
            began = time.monotonic()
            shell.ask("force", "force", *("b%d" % b for b in range(workers)))
            wait_for("the builds", lambda: quiet(shell), 600, 0.02)
            rates[on].append(workers * lines * 80 / MB / (time.monotonic() - began))
            master.close()
    cost = 100 * (1 - at_part([a / b for a, b in zip(rates[True], rates[False])], 0.5))
    tell("recording_logs", cost, "% of MB per second", args.recording_runs, "<= 5", cost <= 5,
         mb_per_second=round(at_part(rates[True], 0.5), 1),
         without=round(at_part(rates[False], 0.5), 1))


def at_state(args, make):
    """The past of services, while builds run: at some point of a segment that fills."""
    builders = 100
    master = make(lua_config(WORKERS, builders, 4))
    master.start()
    shell = master.shell()
    master.swarm(args.swarm, WORKERS, "--lines", "10")
    master.attached(shell, WORKERS)
    asked = []
    for service in ("/botmaster/brd", "/workers/w7", "/botmaster/builders/b7", "/") * 10:
        for _ in range(3):  # a segment of the journal holds some ten
            shell.ask("force", "force", *("b%d" % b for b in range(builders)))
        wait_for("the builds", lambda: quiet(shell))
        time.sleep(2)
        began = time.monotonic()
        state = shell.ask("at", "1s", "state", service)
        asked.append(time.monotonic() - began)
        if "kind" not in state:
            raise Failed("no state of %s: %s" % (service, state))
    tell("at_state", max(asked), "s at most", len(asked), "<= 1", max(asked) <= 1,
         p50=round(at_part(asked, 0.5), 3))


def replay_hour(args, make):
    """The record of an hour of 100 workers, each busy with builds of a minute, played again."""
    builders, each = 100, 60
    master = make(lua_config(WORKERS, builders, 4))
    master.start()
    shell = master.shell()
    master.swarm(args.swarm, WORKERS, "--lines", "10")
    master.attached(shell, WORKERS)
    for _ in range(each):
        shell.ask("force", "force", *("b%d" % b for b in range(builders)))
    wait_for("all builds", lambda: quiet(shell), 300, 0.1)
    master.run("stop", master.folder)
    took, seen = [], {}
    for _ in range(3):
        began = time.monotonic()
        done = subprocess.run([args.troupe, "replay", master.folder, "--check", "--json"],
                              capture_output=True, text=True)
        took.append(time.monotonic() - began)
        seen = json.loads(done.stdout)
        if seen["divergence"] or seen["damage"]:
            raise Failed("the replay differs: %s" % done.stdout)
    tell("replay_hour", at_part(took, 0.5), "s", len(took), "<= 4", at_part(took, 0.5) <= 4,
         builds=builders * each, events=seen["events"], messages=seen["messages_compared"],
         states=seen["states_compared"])


def idle(args, make):
    master = make(lua_config(WORKERS, WORKERS, 10))
    master.start()
    shell = master.shell()
    master.swarm(args.swarm, WORKERS)
    master.attached(shell, WORKERS)
    shell.ask("status")
    time.sleep(3)
    cpu, began = cpu_seconds(master.pid()), time.monotonic()
    time.sleep(10)
    share = (cpu_seconds(master.pid()) - cpu) / (time.monotonic() - began) * 100
    rss = rss_mb(master.pid())
    tell("idle", share, "% of a core", 1, "< 1, rss <= 64 MB", share < 1 and rss <= 64,
         rss_mb=round(rss, 1), anon_mb=round(rss_mb(master.pid(), "RssAnon"), 1))


def memory_flat(args, make):
    lines, line = 1_000_000_000 // 80, 50_000_000
    long_line = """{ "python3", "-c", "import sys; sys.stdout.write('x' * %d)" }""" % line
    master = make(lua_config(2, 2, 1, long_line))
    master.start()
    shell = master.shell()
    # Named as the second worker of the configuration; the swarm is the first.
    master.begin_twistd(master.make_worker("w1", "pass"))
    master.swarm(args.swarm, 1, "--lines", str(lines), "--line-bytes", "80")
    master.attached(shell, 2)
    rest = rss_mb(master.pid())
    over, began = {}, time.monotonic()
    for name, builder in (("long_line_mb", "b1"), ("gigabyte_mb", "b0")):
        peak = Peak(master.pid())
        shell.ask("force", "force", builder)
        wait_for(name, lambda: quiet(shell), 900, 0.1)
        over[name] = round(peak.end() - rest, 1)
    log = lines_of(shell, ("b0", "last"), "run")
    if not lines <= log["lines"] <= lines + 20:
        raise Failed("%d lines instead of %d" % (log["lines"], lines))
    # The stock worker cuts long lines itself, and loses a part of each (its util/lineboundaries.py):
    # what it sent must be there, in as many lines as it made of them.
    log = lines_of(shell, ("b1", "last"), "run")
    text = master.run("shell", master.folder, "log", "b1/last", "run", patience=120).stdout
    if log["lines"] < line // 4096 or len(text) + log["lines"] < log["bytes"]:
        raise Failed("%d characters of %s" % (len(text), log))
    worst = max(over.values())
    tell("memory_flat", worst, "MB over idle", 2, "<= 64", worst <= 64, idle_mb=round(rest, 1),
         seconds=round(time.monotonic() - began, 1), **over)


BENCHES = (request_to_first_command, builds_per_second, start_to_ready, reconfigure, reconfigure_all,
           reconfigurations_in_a_row, runtime, recording_builds, recording_logs, at_state,
           replay_hour, log_intake, idle, memory_flat, sim_speed, sim_seeds, sim_shrink)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("troupe", type=os.path.abspath)
    parser.add_argument("swarm", type=os.path.abspath)
    parser.add_argument("--only", action="append", choices=[one.__name__ for one in BENCHES])
    parser.add_argument("--peer", action="store_true", help="a stock Buildbot master beside it")
    parser.add_argument("--runs", type=int, default=200, help="of request_to_first_command")
    parser.add_argument("--reconfigurations", type=int, default=10000, help="in a row")
    parser.add_argument("--recording-runs", type=int, default=8, help="pairs, with and without")
    parser.add_argument("--swaps", type=int, default=1000000, help="under load")
    args = parser.parse_args()
    bad = 0
    for bench in BENCHES:
        if args.only and bench.__name__ not in args.only:
            continue
        masters = []

        def make(lua):
            masters.append(Master(args.troupe, lua))
            return masters[-1]

        try:
            bench(args, make)
        except Exception as problem:  # a benchmark fails as a whole, with what it saw
            bad += 1
            print(json.dumps({"bench": bench.__name__, "ok": False,
                              "error": "%s: %s" % (type(problem).__name__, problem)}), flush=True)
        finally:
            for master in masters:
                master.close()
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
