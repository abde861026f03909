"""A recorded journal as a stress test: what stock workers and clients did, played in copies, with
failures, and to a master that runs."""
import json

from past_test import config, lived
from rig import run_scenarios
from steps_test import expect


def a_recorded(make):
    master = lived(make)
    master.shell("worker", "w1", "pause")
    master.shell("worker", "w1", "unpause")
    master.stop()
    return master


def played(master, *options, status=0, patience=600):
    done = master.run("replay", master.folder, "--json", *options, check=False, patience=patience)
    expect("played: %s %s" % (done.stdout[-3000:], done.stderr[-1000:]), done.returncode == status)
    return json.loads(done.stdout)


def copies(make):
    """copies of a recorded run leave a master clean, with failures and swaps in any order as well"""
    master = a_recorded(make)
    seen = played(master, "--copies", "100")
    expect("recorded: %s" % seen["recorded"], seen["recorded"]["workers"] == 1
           and seen["recorded"]["changes"] == 1 and seen["recorded"]["commands"] >= 6
           and seen["recorded"]["settings"] == 3 and not seen["recorded"]["notes"]
           and seen["recorded"]["left_out"] == 0)
    tally = seen["played"]
    expect("played: %s" % tally, tally["changes"] == 100 and tally["changes_acknowledged"] == 100
           and tally["reconfigurations"] == 2 and tally["workers"]["unknown"] == 0)
    expect("builds: %s" % seen["builds"], seen["builds"]["warnings"] >= 100)
    expect("violations", seen["violations"] == [])
    wild = ("--copies", "5", "--kill", "2", "--swap", "2", "--shuffle", "--speed", "2", "--seed", "3")
    seen = played(master, *wild)
    expect("faults: %s" % seen, seen["kills"] > 0 and seen["swaps"] > 0)
    expect("acknowledged: %s" % seen["played"],
           seen["changes"] >= seen["played"]["changes_acknowledged"])
    again = played(master, *wild)
    expect("the same again", seen["messages"] == again["messages"]
           and seen["builds"] == again["builds"])


def against(make):
    """a recorded run is played to a master that runs, which takes it as its workers' and clients' own"""
    recorded = a_recorded(make)
    fresh = make(config().replace('worker.Worker{ "w1", "pass" }',
                                  'worker.Worker{ "w1", "pass" }, worker.Worker{ "w1.2", "other" }')
                 .replace('workernames = { "w1" }', 'workernames = { "w1", "w1.2" }'))
    fresh.start()
    seen = played(recorded, "--against", fresh.folder, "--copies", "3")
    tally = seen["played"]
    expect("played: %s" % tally, tally["changes"] == 3 and tally["changes_acknowledged"] == 3
           and tally["workers"]["attached"] >= 2 and tally["workers"]["completed"] >= 6)
    expect("told by name: %s" % tally, tally["workers_left_out"] == ["w1.3"])
    builds = fresh.shell("builds")
    expect("builds: %s" % builds, seen["builds"] == len(builds) >= 3
           and all(one["worker"] in ("w1", "w1.2") and one["results"] in ("warnings", "retry")
                   for one in builds))
    expect("the log: " + fresh.text_of("b/1", "says"), "3000" in fresh.text_of("b/1", "says"))
    expect("changes: %s" % fresh.shell("changes"),
           {one["revision"] for one in fresh.shell("changes")} == {"r1", "r1~2", "r1~3"})
    expect("violations", seen["violations"] == [])
    seen = played(recorded, "--against", fresh.folder, "--kill", "3", "--swap", "3", "--speed", "2",
                  "--copies", "4")
    expect("faults: %s" % seen, seen["kills"] > 0 and seen["swaps"] > 0)
    status = fresh.shell("status")
    expect("it goes on: %s" % status, status["builds_running"] == 0
           and status["requests_waiting"] == 0 and not fresh.shell("reconfigs"))
    fresh.stop()
    refused = recorded.run("replay", recorded.folder, "--against", fresh.folder, check=False)
    expect("nobody runs: " + refused.stderr, refused.returncode == 1
           and "no master runs in" in refused.stderr)


if __name__ == "__main__":
    run_scenarios([copies, against])
