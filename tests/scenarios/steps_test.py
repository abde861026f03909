"""The built-in steps, locks and large outputs, with a stock worker."""
import os
import subprocess

from rig import Failed, run_scenarios, wait_for

CONFIG = """
local c = BuildmasterConfig
c.protocols = { pb = { port = "tcp:@PORT@:interface=127.0.0.1" } }
c.workers = { worker.Worker{ "w1", "pass" } }
c.schedulers = { schedulers.ForceScheduler{ name = "force", builderNames = { "b", "b2" } } }
local lock = util.MasterLock{ "one", maxCount = 1 }
local f = util.BuildFactory{}
FACTORY
c.builders = {
  util.BuilderConfig{ name = "b", workernames = { "w1" }, factory = f, locks = { LOCKS } },
  util.BuilderConfig{ name = "b2", workernames = { "w1" }, factory = f, locks = { LOCKS } },
}
"""


def expect(what, condition):
    if not condition:
        raise Failed(what)


def with_steps(make, steps, locks=""):
    added = "\n".join("f:addStep(steps.%s)" % step for step in steps)
    master = make(CONFIG.replace("FACTORY", added).replace("LOCKS", locks))
    master.start()
    master.start_worker(master.make_worker("w1", "pass"))
    wait_for("the worker", lambda: master.attached("w1"))
    return master


def forced(master, number=1, patience=60):
    master.shell("force", "force", "b", "reason=test")
    return master.finished("b", number, patience)


def steps_of(master, number=1):
    return {step["name"]: step for step in master.shell("build", "b", str(number))["steps"]}


def results_algebra(make):
    """flags, conditions, exit codes and timeouts of steps lead to the result of the build"""
    master = with_steps(make, [
        'ShellCommand{ name = "warns", command = "exit 3", flunkOnFailure = false, warnOnFailure = true }',
        'ShellCommand{ name = "skipped", command = "true", doStepIf = function(step) return false end }',
        'ShellCommand{ name = "hidden", command = "true", '
        'hideStepIf = function(results, step) return results == SUCCESS end }',
        'ShellCommand{ name = "decoded", command = "exit 5", decodeRC = { [5] = WARNINGS } }',
        'ShellCommand{ name = "silent", command = "sleep 60", timeout = 1, flunkOnFailure = false }',
        'ShellCommand{ name = "stops", command = "false", haltOnFailure = true }',
        'ShellCommand{ name = "never", command = "true" }',
        'ShellCommand{ name = "always", command = "echo ran", alwaysRun = true }',
    ])
    expect("result of the build", forced(master)["results"] == "failure")
    steps = steps_of(master)
    results = {name: step["results"] for name, step in steps.items()}
    expect("results: %s" % results, results == {
        "worker_preparation": "success", "warns": "failure", "skipped": "skipped",
        "hidden": "success", "decoded": "warnings", "silent": "failure", "stops": "failure",
        "always": "success"})
    expect("not hidden", steps["hidden"]["hidden"] and not steps["always"]["hidden"])


def files_and_folders(make):
    """files go to the worker and back whole; folders are made, copied and removed"""
    master = with_steps(make, [
        'StringDownload{ s = "hello world", workerdest = "x/y.txt" }',
        'FileUpload{ workersrc = "x/y.txt", masterdest = "up/y.txt", mode = 416 }',
        'FileDownload{ mastersrc = "up/y.txt", workerdest = "z.txt" }',
        'JSONStringDownload{ o = { a = 1 }, workerdest = "o.json" }',
        'MakeDirectory{ dir = "build/made" }',
        'CopyDirectory{ src = "build", dest = "copied" }',
        'RemoveDirectory{ dir = "build/made" }',
        'FileExists{ file = "build/z.txt" }',
        'ShellCommand{ name = "look", logEnviron = false, '
        'command = "cat ../copied/z.txt; echo; cat o.json; echo; ls -d made ../copied/made" }',
        'ShellCommand{ name = "big", command = "head -c 3000000 /dev/urandom > big; sha256sum < big" }',
        'FileUpload{ workersrc = "big", masterdest = "up/big" }',
        'FileUpload{ workersrc = "missing", masterdest = "up/missing" }',
    ])
    expect("a missing file does not fail the build", forced(master)["results"] == "failure")
    bad = [name for name, step in steps_of(master).items() if step["results"] != "success"]
    expect("failed: %s" % bad, sorted(bad) == ["FileUpload_2", "look"])
    text = master.text_of("b/1", "look")
    expect(text, "hello world" in text and '{"a":1}' in text and "../copied/made" in text)
    path = os.path.join(master.folder, "up", "y.txt")
    expect("mode of the upload", os.stat(path).st_mode & 0o777 == 0o640)
    digest = subprocess.run(["sha256sum", os.path.join(master.folder, "up", "big")],
                            capture_output=True, text=True).stdout.split()[0]
    expect("the upload differs", digest in master.text_of("b/1", "big"))
    expect("left behind", not os.path.exists(os.path.join(master.folder, "up", "missing")))


def git(make):
    """Git clones, then updates to what is new, and says what it got"""
    # The repository lies beside the master, so its path is known once there is one.
    master = make("")
    repository = os.path.join(master.base, "repository")
    def run(command):
        subprocess.run(command, shell=True, check=True, capture_output=True, cwd=master.base)
    run("git init -q -b main repository && cd repository && git config user.email a@b.c && "
        "git config user.name a && echo 1 > f && git add f && git commit -qm one")
    master.configure(CONFIG.replace("LOCKS", "").replace("FACTORY", "\n".join([
        'f:addStep(steps.Git{ repourl = "%s", mode = "full", method = "fresh", branch = "main" })'
        % repository,
        'f:addStep(steps.ShellCommand{ name = "show", '
        'command = { "echo", "got", util.Property("got_revision") } })'])))
    master.start()
    master.start_worker(master.make_worker("w1", "pass"))
    wait_for("the worker", lambda: master.attached("w1"))
    def head():
        return subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True,
                              text=True).stdout.strip()
    expect("clone", forced(master)["results"] == "success")
    expect("revision", "got " + head() in master.text_of("b/1", "show"))
    run("cd repository && echo 2 > f && git commit -qam two")
    expect("update", forced(master, 2)["results"] == "success")
    expect("new revision", "got " + head() in master.text_of("b/2", "show"))


FAKE_SSH = """#!/bin/sh
# Notes what it was called with, then runs the command here instead of elsewhere.
while [ $# -gt 1 ]; do
  [ "$1" = -i ] && cat "$2" >> @BASE@/seen
  case "$1" in UserKnownHostsFile=*) cat "${1#*=}" >> @BASE@/seen ;; esac
  shift
done
exec sh -c "$1"
"""


def git_in_every_way(make):
    """every method of Git, submodules, a retried clone and an ssh key on real repositories"""
    master = make("")
    base = master.base

    def run(command):
        subprocess.run(command, shell=True, check=True, capture_output=True, cwd=base)

    def make_repository(name):
        run("git init -q -b main %s && cd %s && git config user.email a@b.c && "
            "git config user.name a && echo 1 > f && git add f && git commit -qm one" % (name, name))

    make_repository("library")
    make_repository("repository")
    run("cd repository && git -c protocol.file.allow=always submodule -q add ../library sub && "
        "git commit -qm sub")
    run("mkdir bin")
    with open(os.path.join(base, "bin", "ssh"), "w") as file:
        file.write(FAKE_SSH.replace("@BASE@", base))
    os.chmod(os.path.join(base, "bin", "ssh"), 0o755)
    step = ('f:addStep(steps.Git{ name = "%s", workdir = "%s", branch = "main", repourl = "%s", '
            'logEnviron = false, config = { ["protocol.file.allow"] = "always" }, %s })')
    url = "file://%s/repository" % base
    master.configure(CONFIG.replace("LOCKS", "").replace("FACTORY", "\n".join([
        step % ("clobber", "a", url, 'mode = "full", method = "clobber", shallow = 1'),
        step % ("clean", "b", url, 'mode = "full", method = "clean", submodules = true'),
        step % ("copy", "c", url, 'mode = "full", method = "copy"'),
        step % ("incremental", "d", url, 'getDescription = { always = true }'),
        step % ("ssh", "e", "somewhere:%s/repository" % base,
                'sshPrivateKey = "KEY", sshHostKey = "ssh-rsa HOST", '
                'env = { PATH = "%s/bin:${PATH}" }' % base),
        step % ("late", "g", "file://%s/late" % base, 'retry = { 0.5, 60 }'),
        'f:addStep(steps.ShellCommand{ name = "look", logEnviron = false, workdir = "", command = '
        '"ls a b c d; touch a/dirt b/dirt c/dirt d/dirt" })'])))
    master.start()
    worker = master.make_worker("w1", "pass")
    master.start_worker(worker)
    wait_for("the worker", lambda: master.attached("w1"))
    master.shell("force", "force", "b", "reason=test")
    wait_for("the first clone in vain", lambda: master.build("b", 1)
             and "late" in steps_of(master) and "once more after" in master.text_of("b/1", "late"))
    make_repository("late")
    row = master.finished("b", 1, 120)
    expect("clones: %s" % row, row["results"] == "success")
    with open(os.path.join(base, "seen")) as file:
        expect("key and host", file.read().startswith("KEY\n* ssh-rsa HOST\n"))
    expect("the key was left: %s" % os.listdir(worker),
           not any(name.endswith(".buildbot") for name in os.listdir(worker)))
    run("cd repository && echo 2 > f && git commit -qam two")
    row = forced(master, 2, 120)
    expect("updates: %s" % row, row["results"] == "success")
    for name in "abcde":
        with open(os.path.join(worker, "b", name, "f")) as file:
            expect("not updated: " + name, file.read() == "2\n")
    expect("sub", os.path.exists(os.path.join(worker, "b", "b", "sub", "f")))
    dirty = master.text_of("b/2", "look")
    expect("only the incremental one keeps what is not git's: " + dirty,
           dirty.count("\ndirt\n") == 1)
    cloned = [step for step in ("clobber", "clean", "copy", "incremental")
              if " clone --branch main" in master.text_of("b/2", step)]
    expect("cloned again: %s" % cloned, cloned == ["clobber"])


def locks(make):
    """builds that need the same exclusive lock do not overlap"""
    master = with_steps(make, ['ShellCommand{ name = "nap", logEnviron = false, '
                               'command = "date +at=%s.%N; sleep 0.5; date +at=%s.%N" }'],
                        'lock:access("exclusive")')
    for builder in ("b", "b2"):
        master.shell("force", "force", builder, "reason=test")
    spans = []
    for builder in ("b", "b2"):
        master.finished(builder, 1)
        text = master.text_of(builder + "/1", "nap")
        spans.append([float(line[3:]) for line in text.splitlines() if line.startswith("at=")])
    first, second = sorted(spans)
    expect("they overlap: %s" % spans, second[0] >= first[1])


def odd_output(make):
    """bytes that are no UTF-8, NUL, a 50 MB line without an end: stored, in bounded memory"""
    master = with_steps(make, [
        "ShellCommand{ name = \"odd\", command = { \"printf\", \"a\\\\377b\\\\000c\\\\n\" } }",
        'ShellCommand{ name = "long", '
        'command = "head -c 50000000 /dev/zero | tr \'\\\\000\' x; echo; echo the end" }',
    ])
    def resident():
        with open("/proc/%d/status" % master.pid()) as file:
            for line in file:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) // 1024
    before = resident()
    expect("results", forced(master, 1, 240)["results"] == "success")
    expect("odd bytes", "a\ufffdb\0c" in master.text_of("b/1", "odd"))
    log = [log for log in steps_of(master)["long"]["logs"] if log["name"] == "stdio"][0]
    # Stock workers lose parts of long lines; what they send is there.
    expect("lines: %s" % log, log["lines"] > 5000 and log["complete"])
    if "TROUPE_SANITIZED" not in os.environ:  # a sanitizer keeps what was freed
        expect("memory grew from %d to %d MB" % (before, resident()), resident() - before <= 64)


if __name__ == "__main__":
    run_scenarios([results_algebra, files_and_folders, git, git_in_every_way, locks, odd_output])
