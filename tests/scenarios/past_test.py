"""What a master remembers of its messages, and what it must not: with stock workers and clients."""
import json
import os
import signal
import subprocess
import sys

from rig import run_scenarios, wait_for
from steps_test import expect

READER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../runtime/journal/read_journal.py")
CONFIG = """
local c = BuildmasterConfig
c.protocols = { pb = { port = "tcp:@PORT@:interface=127.0.0.1" } }
c.title = "TITLE"
c.workers = { worker.Worker{ "w1", "pass" } }
c.change_source = { changes.PBChangeSource{ user = "change", passwd = "changepw" } }
local f = util.BuildFactory{}
f:addStep(steps.ShellCommand{ name = "says", command = "seq 1 3000" })
f:addStep(steps.ShellCommand{ name = "fails", command = { "false" }, flunkOnFailure = false,
                              warnOnFailure = true })
f:addStep(steps.ShellCommand{ name = "waits", command = "sleep WAIT" })
c.builders = { util.BuilderConfig{ name = "b", workernames = { "w1" }, factory = f } }
c.schedulers = {
  schedulers.AnyBranchScheduler{ name = "any", builderNames = { "b" },
                                 change_filter = util.ChangeFilter{ branch = "main" } },
  schedulers.ForceScheduler{ name = "force", builderNames = { "b" } },
}
"""


def config(title="one", wait="0"):
    return CONFIG.replace("TITLE", title).replace("WAIT", wait)


def replayed(master, *options, status=0):
    done = master.run("replay", master.folder, "--json", *options, check=False, patience=300)
    expect("replay: %s %s" % (done.stdout[-2000:], done.stderr[-500:]), done.returncode == status)
    return json.loads(done.stdout)


def lived(make):
    """A master that has seen a change, failing steps, a killed worker, swaps, failures and
    reconfigurations, and still runs."""
    master = make(config())
    master.start()
    folder = master.make_worker("w1", "pass")
    worker = master.start_worker(folder)
    wait_for("the worker", lambda: master.attached("w1"))
    sent = master.sendchange("--revision", "r1")
    expect("sendchange: " + sent.stderr, sent.returncode == 0)
    expect("build", master.finished("b", 1)["results"] == "warnings")
    master.shell("swap", "/botmaster/brd")
    master.shell("swap", "/db")
    master.shell("crash", "/change_svc")
    master.shell("restart", "/scheduler_manager/any")
    master.configure(config("two", "30"))
    master.run("reconfig", master.folder)
    master.shell("force", "force", "b", "reason=test")
    wait_for("the long step", lambda: any(
        step["name"] == "waits" for step in (master.shell("build", "b", "2")["steps"]
                                             if master.build("b", 2) else [])))
    master.shell("swap", "/botmaster/builders/b/2")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    wait_for("the end of the build", lambda: master.build("b", 2)["results"] == "retry")
    master.configure(config("three"))
    master.run("reconfig", master.folder)
    os.remove(os.path.join(folder, "twistd.pid"))
    master.start_worker(folder)
    expect("build", master.finished("b", 3)["results"] == "warnings")
    return master


def a_life(make):
    """a run with failing steps, a killed worker, a reconfiguration, swaps and failures replays to its end"""
    master = lived(make)
    with open(os.path.join(master.folder, "master.lua"), "a") as file:
        file.write("c.tilte = 1\n")
    expect("refused", master.run("reconfig", master.folder, check=False).returncode == 1)
    master.stop()
    seen = replayed(master, "--check")
    expect("differs: %s" % seen, seen["divergence"] is None and not seen["damage"])
    expect("figures: %s" % seen, seen["events"] > 300 and seen["messages_compared"] > 200
           and seen["states_compared"] > 0 and seen["passed_over"] == 0)
    state = replayed(master, "--until", str(seen["last_record"] // 2), "--state", "/botmaster/brd")
    expect("state: %s" % state, "next_build" in state["state"])


def told_by_the_shell(make):
    """the shell tells how a service was, and what led to a message"""
    master = make(config())
    master.start()
    master.start_worker(master.make_worker("w1", "pass"))
    wait_for("the worker", lambda: master.attached("w1"))
    master.shell("force", "force", "b", "reason=test")
    expect("build", master.finished("b", 1)["results"] == "warnings")
    over = master.shell("cause", "/botmaster/brd", "botmaster::build_over")
    cells = [one["cell"] for one in over]
    asked = [one for one in over if one["depth"] == 0]
    expect("chain: %s" % over, "/botmaster/builders/b/1" in cells and cells[0].startswith("/pbmanager/")
           and asked[0]["message"]["fields"]["build"] == 1 and asked[0]["commit"] > 0)
    began = [one for one in master.shell("cause", "/botmaster/brd", "botmaster::add_buildset")
             if one["depth"] == 0][0]
    before = master.shell("at", began["at"], "state", "/botmaster/brd")
    after = master.shell("at", asked[0]["at"], "state", "/botmaster/brd")
    expect("then: %s" % before["state"], before["order"] <= began["order"]
           and before["state"]["started"] == 0)
    expect("later: %s" % after["state"], after["state"]["started"] == 1
           and after["state"]["completed"] == 1)
    expect("same", master.shell("cause", str(asked[0]["order"])) == over)
    expect("unknown", master.shell("cause", "99999999", check=False) is None)
    expect("too early", master.shell("at", "2h", "state", "/botmaster/brd", check=False) is None)
    figures = master.shell("journal")
    expect("journal: %s" % figures, figures["on"] and figures["segments"] == 1
           and figures["segment_list"][0]["records"] >= asked[0]["order"])
    master.shell("record", "begin", "odd")
    master.shell("force", "force", "b", "reason=test")
    master.finished("b", 2)
    expect("ring", master.shell("journal")["folder"].endswith("/journal-odd"))
    expect("again", master.shell("record", "begin", "odd", check=False) is None)
    master.shell("record", "end")
    expect("back", master.shell("journal")["folder"].endswith("/journal"))
    done = master.run("replay", os.path.join(master.folder, "journal-odd"), "--check", "--json",
                      patience=120)
    expect("ring: " + done.stdout, json.loads(done.stdout)["events"] > 100)


SECRETS = ["w0rker-Secret-71c4", "Change_src-Secret-92"]
SECRET_CONFIG = """
local c = BuildmasterConfig
c.protocols = { pb = { port = "tcp:@PORT@:interface=127.0.0.1" } }
c.workers = { worker.Worker{ "w1", "%s", properties = { known = "w0rker-Secret-71c4" } } }
c.change_source = { changes.PBChangeSource{ user = "change", passwd = "%s" } }
local f = util.BuildFactory{}
f:addStep(steps.ShellCommand{ name = "argument", command = { "echo", "w0rker-Secret-71c4" } })
f:addStep(steps.ShellCommand{ name = "environment", env = { PW = "Change_src-Secret-92" },
                              command = "env; echo bytes: $PW | wc -c; env >&2; exit 3",
                              decodeRC = { [3] = SUCCESS } })
f:addStep(steps.ShellCommand{ name = "property",
                              command = { "echo", util.Interpolate("%%(prop:known)s") } })
f:addStep(steps.StringDownload{ s = "x w0rker-Secret-71c4 y", workerdest = "secret.txt" })
f:addStep(steps.FileUpload{ workersrc = "secret.txt", masterdest = "uploaded.txt" })
f:addStep(steps.SetPropertyFromCommand{ name = "set", property = "got",
                                        command = { "cat", "secret.txt" } })
c.builders = { util.BuilderConfig{ name = "b", workernames = { "w1" }, factory = f,
                                   properties = { other = "Change_src-Secret-92" } } }
c.schedulers = {
  schedulers.AnyBranchScheduler{ name = "any", builderNames = { "b" } },
  schedulers.ForceScheduler{ name = "force", builderNames = { "b" } },
}
""" % tuple(SECRETS)


def files_below(folder):
    for root, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(root, name)


def secrets(make):
    """a secret that is planted everywhere reaches neither journal nor store, log file or shell"""
    master = make(SECRET_CONFIG)
    master.start()
    master.start_worker(master.make_worker("w1", SECRETS[0]))
    wait_for("the worker", lambda: master.attached("w1"))
    sent = master.sendchange("--comments", "my password is " + SECRETS[1], "--property",
                             "pw:" + SECRETS[0], "--repository", "https://u:%s@host/r" % SECRETS[0],
                             auth="change:" + SECRETS[1])
    expect("sendchange: " + sent.stderr, sent.returncode == 0)
    expect("build: %s" % master.shell("build", "b", "1"),
           master.finished("b", 1)["results"] == "success")
    with open(os.path.join(master.folder, "uploaded.txt")) as file:
        expect("the work itself is not touched", file.read() == "x %s y" % SECRETS[0])
    expect("the worker had it", "bytes: " in master.text_of("b/1", "environment")
           and "28" in master.text_of("b/1", "environment"))
    master.shell("crash", "/botmaster/brd", "because of " + SECRETS[0])
    master.shell("force", "force", "b", "reason=" + SECRETS[1])
    master.finished("b", 2)
    master.configure(SECRET_CONFIG.replace("f:addStep", "-- f:addStep", 1))
    told = [master.run("reconfig", master.folder).stdout]
    paths = [row["path"] for row in master.shell("tree")]
    for path in paths:
        for command in ("state", "config", "crashes", "info", "mailbox"):
            told.append(master.run("shell", master.folder, "--json", command, path).stdout)
    for words in (["builds"], ["changes"], ["build", "b", "1"], ["acts"], ["reconfigs"], ["restarts"],
                  ["log", "b/1", "argument"], ["log", "b/1", "environment"],
                  ["log", "b/1", "property"], ["log", "b/1", "set"], ["why", "w1"],
                  ["cause", "/change_svc", "change_svc::add_change"],
                  ["at", "1s", "state", "/pbmanager"]):
        told.append(master.run("shell", master.folder, *words).stdout)
    expect("masked: " + master.text_of("b/1", "argument"),
           "*" * len(SECRETS[0]) in master.text_of("b/1", "argument"))
    master.stop()
    seen = replayed(master, "--check")
    expect("differs: %s" % seen, seen["divergence"] is None and seen["events"] > 200)
    records = subprocess.run([sys.executable, READER, os.path.join(master.folder, "journal")],
                             capture_output=True, text=True, check=True).stdout
    for secret in SECRETS:
        hidden = (secret, secret.encode().hex())
        expect("%s is told by the shell: %s" % (secret, [one[:300] for one in told if secret in one]),
               not any(secret in one for one in told))
        expect("%s is in the journal" % secret, not any(one in records for one in hidden))
        for path in files_below(master.folder):
            if path.endswith(("master.lua", "uploaded.txt")):
                continue
            with open(path, "rb") as file:
                expect("%s is in %s" % (secret, path), secret.encode() not in file.read())


if __name__ == "__main__":
    run_scenarios([a_life, told_by_the_shell, secrets])
