"""Finding out why from a journal, with `troupe replay -i`: over the record of a real master."""
import importlib.util
import json
import os
import shutil
import subprocess

from past_test import READER, config
from rig import run_scenarios, wait_for
from steps_test import expect

UNKNOWN_VERSION = "0.0.9"


def recorded(make):
    """The folder of a master that has built twice, and has stopped."""
    master = make(config())
    master.start()
    master.start_worker(master.make_worker("w1", "pass"))
    wait_for("the worker", lambda: master.attached("w1"))
    sent = master.sendchange()
    expect("sendchange: " + sent.stderr, sent.returncode == 0)
    expect("build", master.finished("b", 1)["results"] == "warnings")
    master.shell("swap", "/db")
    master.shell("crash", "/change_svc")
    master.shell("force", "force", "b", "reason=test")
    expect("build", master.finished("b", 2)["results"] == "warnings")
    master.stop()
    return master


def piped(master, script, *options, journal=None):
    """What `replay -i` says to the lines of a script, and how it ends."""
    return subprocess.run([master.troupe, "replay", "-i", *options, journal or master.folder],
                          input="\n".join(script) + "\n", capture_output=True, text=True,
                          timeout=300)


def answers(master, *script, status=0, options=()):
    done = piped(master, script, "--json", *options)
    expect("status %d: %s" % (done.returncode, done.stderr), done.returncode == status)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    expect("an answer each: %s" % done.stdout, len(lines) == len(script)
           and all(line["troupe_replay"] == 1 for line in lines)
           and [line["command"] for line in lines] == [one.split()[0] for one in script])
    return [line.get("content", line.get("error")) for line in lines]


def a_search(make):
    """a script finds out why a build began, and stands where it likes"""
    master = recorded(make)
    broke, stop, before, message, stepped, after, why, back, again = answers(
        master, "break /botmaster/brd botmaster::build_over where build=2", "continue",
        "state /botmaster/brd completed", "message", "step", "state /botmaster/brd completed",
        "cause", "back 1", "state /botmaster/brd completed")
    expect("break: %s" % broke, broke["number"] == 1)
    expect("stop: %s" % stop, stop["why"] == "breakpoint"
           and stop["next"]["cell"] == "/botmaster/brd"
           and stop["next"]["doing"] == "botmaster::build_over")
    expect("message: %s" % message, message["known"] and not message["taken"]
           and message["message"]["fields"]["build"] == 2)
    expect("before %s, after %s, again %s" % (before, after, again),
           (before, after, again) == (1, 2, 1))
    expect("stepped: %s" % stepped, stepped["last"] == stop["next"])
    expect("back: %s" % back, back["next"] == stop["next"] and back["position"] == stop["position"])
    cells = [link["cell"] for link in why]
    expect("why: %s" % why, cells[0].startswith("/pbmanager/")
           and "/botmaster/builders/b/2" in cells)
    # Whatever way one comes, all services are as they were.
    stop_at = stop["position"]
    end, _, tree = answers(master, "continue", "goto %d" % stop_at, "tree")
    last = end["last"]["order"]
    paths = [row["path"] for row in tree]
    expect("end: %s" % end, end["why"] == "end" and last > stop_at and "/botmaster/brd" in paths)
    for at in (last - 30, stop_at, last // 2, 40):
        looks = ["tree"] + ["state " + path for path in paths]
        forth = piped(master, ["goto %d" % at] + looks, "--json").stdout.splitlines()
        roundabout = piped(master, ["continue", "back 2", "goto 7", "goto %d" % at] + looks, "--json")
        expect("at %d" % at, forth == roundabout.stdout.splitlines()[3:] and len(forth) == len(looks) + 1)
    checked = answers(master, "check on", "until %d" % (last // 2), "back 30", "continue")
    expect("checked: %s" % checked[-1], checked[-1]["why"] == "end" and checked[-1]["differs"] is None)
    when = stop["next"]["at"]
    timed, watch, changed = answers(master, "until " + when, "watch /botmaster/brd completed",
                                    "continue")
    expect("time: %s" % timed, timed["next"]["at"] >= when)
    expect("watch: %s" % changed, changed["why"] == "watch" and changed["changed"]["before"] == 1
           and changed["changed"]["after"] == 2)


def a_script(make):
    """a script ends at its first error, a program's goes on; wrong words name the nearest"""
    master = recorded(make)
    done = piped(master, ["# a comment", "step 3", "wehre", "step"])
    expect("status", done.returncode == 1)
    expect("words: " + done.stderr, "there is no command wehre; is it where?" in done.stderr)
    expect("no prompt: " + done.stdout, done.stdout.startswith("played record 3 ")
           and done.stdout.count("played") == 1)
    good, bad, then = answers(master, "step 3", "wehre", "step", status=1)
    expect("goes on: %s" % then, bad["code"] == "not_found" and then["last"]["order"] == 4)
    done = piped(master, ["step", "quit", "nonsense"])
    expect("quit", done.returncode == 0)
    done = master.run("replay", "-i", master.folder, "--until", "4", check=False)
    expect("usage: " + done.stderr, done.returncode == 2)
    expect("nothing", piped(master, [], journal="/nowhere").returncode == 1)


def another_version(make):
    """a journal of an older version says so, and is played"""
    master = recorded(make)
    spec = importlib.util.spec_from_file_location("read_journal", READER)
    reader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reader)
    old = os.path.join(master.folder, "old")
    shutil.copytree(os.path.join(master.folder, "journal"), old)
    ours = master.run("--version").stdout.split()[0].encode()  # the commit is behind it
    for name in os.listdir(old):
        path = os.path.join(old, name)
        with open(path, "rb") as file:
            data = file.read()
        size = int.from_bytes(data[17:21], "little")
        about = data[29:29 + size].replace(ours, UNKNOWN_VERSION.encode(), 1)
        expect("another: %s" % about, about != data[29:29 + size] and len(about) == size)
        with open(path, "wb") as file:
            file.write(data[:21] + reader.fingerprint(about).to_bytes(8, "little") + about
                       + data[29 + size:])
    told = "recorded by troupe %s, played by %s" % (UNKNOWN_VERSION, ours.decode())
    done = master.run("replay", old, "--check")
    expect("told: " + done.stderr, told in done.stderr)
    seen = json.loads(master.run("replay", old, "--check", "--json").stdout)
    expect("seen: %s" % seen, seen["recorded_by"] == [UNKNOWN_VERSION] and seen["events"] > 100
           and seen["divergence"] is None and told in seen["notes"][0])
    expect("told: ", told in piped(master, ["step"], journal=old).stdout)
    same = json.loads(master.run("replay", master.folder, "--json").stdout)
    expect("same: %s" % same, same["notes"] == [] and same["recorded_by"] == [ours.decode()])


if __name__ == "__main__":
    run_scenarios([a_search, a_script, another_version])
