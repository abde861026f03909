"""The journal of a real master: read by another program, and played again."""
import json
import os
import re
import subprocess
import sys

from rig import run_scenarios
from steps_test import expect, forced, with_steps

READER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../runtime/journal/read_journal.py")


def read_with_python(path):
    done = subprocess.run([sys.executable, READER, path], capture_output=True, text=True,
                          timeout=300)
    expect("the reader: %s" % done.stderr[-500:], done.returncode == 0 and not done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def read_with_troupe(master, path, *options):
    """Turns that were played, the last record's order, …, turns that were not."""
    done = master.run("replay", path, "--json", *options, check=False, patience=300)
    seen = json.loads(done.stdout)
    expect("replay: %s" % seen, done.returncode == 0 and not seen["damage"])
    return [seen[key] for key in ("events", "last_record", "messages", "messages_compared",
                                  "states_compared")] + [seen["passed_over"] + seen["looking_around"]]


def two_readers(make):
    """a reader that was written from docs/JOURNAL.md finds the records that troupe finds"""
    master = with_steps(make, ['ShellCommand{ name = "says", command = "seq 1 20000" }'])
    expect("result", forced(master)["results"] == "success")
    master.stop()
    master.start()
    master.stop()
    folder = os.path.join(master.folder, "journal")
    names = sorted(os.listdir(folder))
    expect("segments: %s" % names, names[:2] == ["00000001.journal", "00000002.journal"])
    for path in [os.path.join(folder, name) for name in names] + [folder]:
        records = read_with_python(path)
        headers = [one for one in records if one["kind"] == "segment"]
        records = [one for one in records if one["kind"] != "segment"]
        played, last, _, _, _, passed_over = read_with_troupe(master, path)
        expect("events of %s: %d, %d + %d" % (path, len([one for one in records
                                                        if one["kind"] == "event"]),
                                             played, passed_over),
               len([one for one in records if one["kind"] == "event"]) == played + passed_over)
        expect("the last of %s is %d" % (path, last), records[-1]["order"] == last)
        if path != folder and headers[0]["number"] == 1:
            expect("orders", [one["order"] for one in records] == list(range(1, last + 1)))
    expect("runs: %s" % headers, len({one["process"] for one in headers}) == 2
           and [one["number"] for one in headers] == list(range(1, len(names) + 1)))
    whole = [one for one in records if one["cell"].startswith("/botmaster/builders/b/")
             and one["doing"] == "init"]
    expect("the build began", len(whole) == 1)
    expect("what the worker said is in it: 19999",
           any("\n19999\n".encode().hex() in one.get("message", {}).get("hex", "")
               for one in records))


def played_again(make):
    """a master's journal is played again and nothing differs"""
    master = with_steps(make, ['ShellCommand{ name = "one", command = "echo one" }',
                               'ShellCommand{ name = "two", command = "false" }'])
    expect("result", forced(master)["results"] == "failure")
    expect("result", forced(master, 2)["results"] == "failure")
    master.stop()
    played, last, messages, compared, states, _ = read_with_troupe(master, master.folder, "--check")
    expect("figures: %d %d %d %d %d" % (played, last, messages, compared, states),
           played > 100 and last > played and compared > 50 and states > 0)


def switched_off(make):
    """c.journal = false: nothing is written"""
    master = make("local c = BuildmasterConfig\nc.journal = false\n")
    master.start()
    master.stop()
    expect("written", not os.path.exists(os.path.join(master.folder, "journal")))


def switched_while_it_runs(make):
    """off and on again in one run: what happened between is a gap, not a difference"""
    master = with_steps(make, ['ShellCommand{ name = "one", command = "echo one" }'])
    expect("result", forced(master)["results"] == "success")
    path = os.path.join(master.folder, "master.lua")
    with open(path) as file:
        on = file.read()
    for number, lua in ((2, on + "\nc.journal = false\n"), (3, on)):
        with open(path, "w") as file:
            file.write(lua)
        master.run("reconfig", master.folder)
        expect("result", forced(master, number)["results"] == "success")
    master.stop()
    records = [one for one in read_with_python(os.path.join(master.folder, "journal"))
               if one["kind"] != "segment"]
    begun = [one["cell"] for one in records if one["doing"] == "init"
             and re.fullmatch("/botmaster/builders/b/[0-9]+", one["cell"])]
    expect("builds: %s" % begun, begun == ["/botmaster/builders/b/1", "/botmaster/builders/b/3"])
    gaps = [after["order"] for before, after in zip(records, records[1:])
            if after["order"] != before["order"] + 1]
    expect("gaps: %s" % gaps, len(gaps) == 1)
    read_with_troupe(master, master.folder, "--check")


if __name__ == "__main__":
    run_scenarios([two_readers, played_again, switched_off, switched_while_it_runs])
