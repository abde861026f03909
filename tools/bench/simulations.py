"""The simulator: its speed, its seeds, and how small it makes a failing plan."""
import json
import os
import subprocess
import tempfile

from report import tell
from rig import at_part
from scratch import Failed


def simulate(args, *words):
    """The last line of JSON that `troupe sim` prints: of the whole run."""
    done = subprocess.run([args.troupe, "sim", "--json", *words], capture_output=True, text=True)
    if not done.stdout:
        raise Failed("troupe sim: %s" % done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def sim_speed(args, make):
    """200 builders, 200 workers, 100 builds of each builder a day: hours of it in one thread."""
    runs = []
    for _ in range(3):
        lines = simulate(args, "--busy", "12", "--times", "1")
        if lines[-1]["failed"]:
            raise Failed("%s" % lines[0]["violations"])
        runs.append(lines[0])
    rates = [run["simulated_seconds"] / run["seconds"] for run in runs]
    tell("sim_speed", at_part(rates, 0.5), "x real time", len(rates), ">= 10000",
         at_part(rates, 0.5) >= 10000, builds=runs[0]["builds"], messages=runs[0]["messages"],
         builds_per_second=round(runs[0]["builds"] / runs[0]["seconds"], 1))


def sim_seeds(args, make):
    """As CI runs them: each twice, with faults, on both cores."""
    total = simulate(args, "--seeds", "1-1000", "--jobs", "2", "--coverage", "--no-shrink")[-1]
    never = [name for name, count in total["sometimes"].items() if count == 0]
    tell("sim_seeds", total["seconds"], "s", total["seeds"], "1000 in <= 600",
         total["seconds"] <= 600 and total["failed"] == 0 and not never, failed=total["failed"],
         builds=total["builds"], hours=round(total["simulated_seconds"] / 3600, 1), never_seen=never)


def sim_shrink(args, make):
    """What fails after 100,000 messages: one build in hundreds that is stopped with a certain reason."""
    done = subprocess.run([args.troupe, "sim", "--seeds", "1", "--show-plan"], capture_output=True,
                          text=True, check=True)
    plan = json.loads(done.stdout)
    step = {"name": "s0", "halt_on_failure": False, "flunk_on_failure": True,
            "warn_on_failure": False, "always_run": False, "lock": "", "counting": True}
    plan["configured"] = {
        "locks": [], "schedulers": [{"name": "main", "branch": "main", "stable_timer": -1}],
        "workers": [{"name": "w%d" % i, "max_builds": 2, "seconds_max": 20, "lines_max": 10,
                     "line_bytes": 40, "failing": 100, "mischievous": 0} for i in range(3)],
        "builders": [{"name": "b%d" % i, "workers": ["w0", "w1", "w2"], "steps": [step] * 1,
                      "lock": "", "counting": True, "collapse": False, "scheduler": "main"}
                     for i in range(3)]}
    def event(at, what, **more):
        made = {"at": at, "turns": 0, "what": what, "target": "", "amount": 0, "text": ""}
        made.update(more)
        return made
    unit = 1 if isinstance(plan["faults_end"], float) else 1_000_000
    plan["events"] = []
    for i in range(370):
        plan["events"].append(event(i * 25.0 * unit, "change", target="main"))
        if i % 7 == 0:
            plan["events"].append(event((i * 25.0 + 3) * unit, "cut", target="w%d" % (i % 3)))
    plan["events"].append(event(370 * 25.0 * unit, "change", target="main"))
    plan["events"].append(event((370 * 25.0 + 1) * unit, "shell", text="stop b1/last needle"))
    plan["faults_end"] = (370 * 25.0 + 100) * unit
    plan["planted"] = ": needle"
    plan["shuffled"] = False
    if unit != 1:
        for one in plan["events"]:
            one["at"] = int(one["at"])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "plan.json")
        with open(path, "w") as file:
            json.dump(plan, file)
        lines = simulate(args, "--plan", path, "--times", "1", "--keep", folder, "--shrink-limit",
                         "120")
    if not lines[0]["violations"]:
        raise Failed("the plan does not fail")
    small = lines[1]
    good = small["messages_before"] >= 100_000 and small["shrunk_to_events"] <= 20
    tell("sim_shrink", small["seconds"], "s", 1, "<= 60, to <= 20 events", good
         and small["seconds"] <= 60, messages_before=small["messages_before"],
         messages_after=small["messages_after"], events_before=len(plan["events"]),
         events_after=small["shrunk_to_events"], tried=small["tried"])
