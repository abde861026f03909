"""Stock Buildbot programs against a troupe master: every way in which a worker comes and goes."""
import os
import re
import signal
import time

from rig import Failed, run_scenarios, wait_for

CONFIG = """
local c = BuildmasterConfig
c.protocols = { pb = { port = "tcp:@PORT@:interface=127.0.0.1" } }
c.workers = {
  worker.Worker{ "w1", "pass", keepalive_interval = KEEPALIVE },
  worker.Worker{ "w2", "pass2" },
}
c.change_source = { changes.PBChangeSource{ user = "change", passwd = "changepw" } }
c.schedulers = {
  schedulers.AnyBranchScheduler{ name = "any", change_filter = util.ChangeFilter{ branch = "main" },
                                 builderNames = { "tests" } },
  schedulers.AnyBranchScheduler{ name = "slow", change_filter = util.ChangeFilter{ branch = "slow" },
                                 builderNames = { "slow" } },
  schedulers.ForceScheduler{ name = "force", builderNames = { "tests", "slow" } },
}
local f = util.BuildFactory{}
f:addStep(steps.ShellCommand{ name = "say", command = { "sh", "-c", "echo out; echo err >&2; echo $GREETING" },
                              env = { GREETING = util.Interpolate("hello %(prop:branch)s") } })
f:addStep(steps.SetPropertyFromCommand{ command = "echo ' found '", property = "found" })
f:addStep(steps.ShellCommand{ name = "use", command = { "echo", util.Property("found") } })
local slow = util.BuildFactory{}
slow:addStep(steps.ShellCommand{ name = "wait", command = "echo began; while [ ! -e ../../go ]; do sleep 0.1; done; echo ended" })
c.builders = {
  util.BuilderConfig{ name = "tests", workernames = { "w1" }, factory = f },
  util.BuilderConfig{ name = "slow", workernames = { "w1" }, factory = slow },
}
"""


def config(keepalive="3600"):
    return CONFIG.replace("KEEPALIVE", keepalive)


def with_worker(make, lua=None, name="w1", password="pass", *options):
    master = make(lua or config())
    master.start()
    path = master.make_worker(name, password, *options)
    master.start_worker(path)
    wait_for("the worker", lambda: master.attached(name))
    return master, path


def expect(what, condition):
    if not condition:
        raise Failed(what)


def begin_slow(master):
    done = master.sendchange(branch="slow")
    expect("sendchange failed: " + done.stderr, done.returncode == 0)
    wait_for("the step to say that it began",
             lambda: master.build("slow", 1) and "began" in master.text_of("slow/1", "wait"))


def let_go(master, path):
    open(os.path.join(path, "go"), "w").close()


def green_build(make):
    """a stock worker builds what stock sendchange brought; its log is read back"""
    master, path = with_worker(make)
    done = master.sendchange("--revision", "abc", "--comments", "first", "--property", "p:v")
    expect("sendchange said: " + done.stdout + done.stderr, "change sent successfully" in done.stdout)
    row = master.finished("tests", 1)
    expect("results: %s" % row, row["results"] == "success")
    text = master.text_of("tests/1", "say")
    for line in ("out", "err", "hello main", "program finished with exit code 0"):
        expect("'%s' is not in the log:\n%s" % (line, text), line in text)
    expect("the property was not used", re.search(r"^found$", master.text_of("tests/1", "use"), re.M))


def wrong_password(make):
    """a worker with a wrong password is refused and tries again; others are not disturbed"""
    master, _ = with_worker(make)
    path = master.make_worker("w2", "wrong")
    process = master.start_worker(path)
    wait_for("the refusal", lambda: "login of 'w2' refused" in master.log())
    wait_for("the worker to see it", lambda: "UnauthorizedLogin" in master.twistd_log(path)
             or "unauthorized login" in master.twistd_log(path).lower())
    expect("the worker's process ended", process.poll() is None)
    expect("w1 was lost", master.attached("w1"))


def unknown_worker(make):
    """an unknown worker is refused like one with a wrong password"""
    master = make(config())
    master.start()
    process = master.start_worker(master.make_worker("nobody", "pass"))
    wait_for("the refusal", lambda: "login of 'nobody' refused" in master.log())
    expect("the worker's process ended", process.poll() is None)


def sendchange_wrong_password(make):
    """sendchange with a wrong password is refused and nothing is built"""
    master = make(config())
    master.start()
    done = master.sendchange(auth="change:wrong")
    expect("exit status %d" % done.returncode, done.returncode == 1)
    expect("a change was stored", master.shell("changes") == [])


def duplicate_worker(make):
    """of two workers of one name the second is refused and its process ends"""
    master, _ = with_worker(make)
    second = master.start_worker(master.make_worker("w1", "pass", folder="second"))
    wait_for("the second worker's process to end", lambda: second.poll() is not None)
    expect("the first one was lost", master.attached("w1"))
    expect("no line says so", "duplicate worker 'w1'" in master.log())


def killed_worker(make):
    """a worker killed in mid-build: the build is retried when it comes again"""
    master, path = with_worker(make)
    begin_slow(master)
    master.workers[path].kill()
    row = master.finished("slow", 1)
    expect("results: %s" % row, row["results"] == "retry")
    expect("text: %s" % row, "lost connection" in row["text"])
    let_go(master, path)
    master.start_worker(path)
    row = master.finished("slow", 2)
    expect("results of the second: %s" % row, row["results"] == "success")
    expect("a third build", master.build("slow", 3) is None)


def stopped_worker(make):
    """a worker stopped in mid-build closes its connection; the build is retried"""
    master, path = with_worker(make)
    begin_slow(master)
    master.workers[path].terminate()
    expect("not retried", master.finished("slow", 1)["results"] == "retry")
    wait_for("the detach", lambda: not master.attached("w1"))


def network_cut(make):
    """a worker that answers no keepalive is disconnected; its build is retried"""
    master, path = with_worker(make, config("1"))
    begin_slow(master)
    master.workers[path].send_signal(signal.SIGSTOP)
    row = master.finished("slow", 1)
    expect("results: %s" % row, row["results"] == "retry")
    expect("no line says so", "did not answer a keepalive" in master.log())
    let_go(master, path)
    master.workers[path].send_signal(signal.SIGCONT)
    expect("not built again", master.finished("slow", 2)["results"] == "success")


def duplicate_of_a_dead_one(make):
    """a second connection wins when the first one does not answer"""
    master, path = with_worker(make)
    master.workers[path].send_signal(signal.SIGSTOP)
    second = master.make_worker("w1", "pass", folder="second")
    master.start_worker(second)
    wait_for("the older one to be dropped", lambda: "did not answer within 10 s" in master.log())
    wait_for("the second to attach", lambda: master.attached("w1"))
    master.sendchange()
    expect("no green build", master.finished("tests", 1)["results"] == "success")


def graceful_shutdown(make):
    """a worker that asks for a graceful shutdown ends its build first and gets no other"""
    master, path = with_worker(make, None, "w1", "pass", "--allow-shutdown=signal")
    begin_slow(master)
    master.workers[path].send_signal(signal.SIGHUP)
    wait_for("the wish", lambda: "wants to shut down" in master.log())
    master.sendchange()
    time.sleep(1)  # long enough for a build to begin, if it did
    expect("a new build began", master.build("tests", 1) is None)
    let_go(master, path)
    expect("the running build was hurt", master.finished("slow", 1)["results"] == "success")
    wait_for("the worker to end", lambda: master.workers[path].poll() is not None)


def stop_a_build(make):
    """a build stopped on purpose is cancelled and its request complete"""
    master, path = with_worker(make)
    begin_slow(master)
    master.shell("stop", "slow/1", "enough")
    row = master.finished("slow", 1)
    expect("results: %s" % row, row["results"] == "cancelled")
    expect("text: %s" % row, "enough" in row["text"])
    wait_for("the request to be complete", lambda: master.shell("requests") == [])


def killed_master(make):
    """after kill -9 of the master nothing acknowledged is lost and what ran is run again, once"""
    master, path = with_worker(make)
    begin_slow(master)
    done = master.sendchange("--revision", "kept")
    expect("not acknowledged", done.returncode == 0)
    os.kill(master.pid(), signal.SIGKILL)
    let_go(master, path)
    # The kernel takes a moment to end the process and let its lock go.
    wait_for("the next start",
             lambda: master.run("start", master.folder, check=False).returncode == 0)
    expect("the running build is not retry", master.finished("slow", 1)["results"] == "retry")
    expect("not run again", master.finished("slow", 2, 60)["results"] == "success")
    expect("the change was lost", len(master.shell("changes")) == 2)
    wait_for("all requests to be complete", lambda: master.shell("requests") == [])
    expect("run more than once", master.build("slow", 3) is None)


def stop_and_start(make):
    """an orderly stop retries running builds; the next start runs them"""
    master, path = with_worker(make)
    begin_slow(master)
    master.stop()
    let_go(master, path)
    master.start()
    row = master.finished("slow", 1)
    expect("not retry: %s" % row, row["results"] == "retry")
    expect("text: %s" % row, "Master Shutdown" in row["text"] and "lost" not in row["text"])
    expect("not run again", master.finished("slow", 2, 60)["results"] == "success")


def reconfigured_in_mid_build(make):
    """a reconfiguration leaves running builds alone; a bad one changes nothing and names the line"""
    master, path = with_worker(make)
    begin_slow(master)
    good = config()
    master.configure(good.replace('workernames = { "w1" }, factory = f', 'workernames = { "w9" }, factory = f'))
    done = master.run("reconfig", master.folder, check=False)
    expect("a bad configuration was taken", done.returncode == 1)
    expect("no line is named: " + done.stderr, re.search(r"master\.lua:\d+", done.stderr))
    master.configure(good.replace("echo ended", "echo changed"))
    master.run("reconfig", master.folder)
    let_go(master, path)
    expect("the build was hurt", master.finished("slow", 1)["results"] == "success")
    expect("it ran new steps", "ended" in master.text_of("slow/1", "wait"))
    master.sendchange(branch="slow")
    expect("the next build failed", master.finished("slow", 2)["results"] == "success")
    expect("it ran old steps", "changed" in master.text_of("slow/2", "wait"))


def remove_slow(master):
    without = re.sub(r'  util.BuilderConfig\{ name = "slow".*\n', "", config())
    without = re.sub(r'  schedulers.AnyBranchScheduler\{ name = "slow"(.*\n){2}', "", without)
    master.configure(without.replace('{ "tests", "slow" }', '{ "tests" }'))
    master.run("reconfig", master.folder)


def builder_comes_back(make):
    """a builder that is removed and added again in mid-build keeps its build, and its numbers"""
    master, path = with_worker(make)
    begin_slow(master)
    remove_slow(master)
    time.sleep(1)  # long enough for the worker to lose what it no longer serves, if it did
    master.configure(config())
    done = master.run("reconfig", master.folder, check=False)
    expect("not taken: " + done.stdout + done.stderr, done.returncode == 0)
    let_go(master, path)
    expect("the build was hurt", master.finished("slow", 1)["results"] == "success")
    expect("the log lost lines", "ended" in master.text_of("slow/1", "wait"))
    master.sendchange(branch="slow")
    expect("the next build failed", master.finished("slow", 2)["results"] == "success")


def removed_builder(make):
    """a builder that is removed in mid-build ends its build first"""
    master, path = with_worker(make)
    begin_slow(master)
    remove_slow(master)
    time.sleep(1)
    let_go(master, path)
    expect("the build was hurt", master.finished("slow", 1)["results"] == "success")
    wait_for("the builder to go", lambda: "/botmaster/builders/slow" not in
             [row["path"] for row in master.shell("tree")])


def every_service_crashes(make):
    """every service is made to fail in the middle of a build; the build ends well or is retried"""
    master, path = with_worker(make)
    begin_slow(master)
    nodes = [row["path"] for row in master.shell("tree")]
    own_connection = [one for one in nodes if re.match(r"/(pbmanager|workers)/.", one)]
    for one in nodes:
        if one != "/" and one not in own_connection and one != "/debug":
            master.shell("crash", one, "on purpose")
    wait_for("all to be up again", lambda: all(
        row["state"] == "running" for row in master.shell("tree")))
    let_go(master, path)
    row = master.finished("slow", 1)
    expect("results: %s" % row, row["results"] == "success")
    expect("the log lost lines", "ended" in master.text_of("slow/1", "wait"))
    wait_for("the request to be complete", lambda: master.shell("requests") == [])
    os.remove(os.path.join(path, "go"))
    master.sendchange(branch="slow")
    wait_for("the second build",
             lambda: master.build("slow", 2) and "began" in master.text_of("slow/2", "wait"))
    for one in own_connection:
        if one in [row["path"] for row in master.shell("tree")]:
            master.shell("crash", one, "on purpose")
    expect("its own connection failed and it is not retried",
           master.finished("slow", 2)["results"] == "retry")
    let_go(master, path)
    expect("not built again", master.finished("slow", 3, 60)["results"] == "success")


if __name__ == "__main__":
    run_scenarios([
        green_build, wrong_password, unknown_worker, sendchange_wrong_password, duplicate_worker,
        killed_worker, stopped_worker, network_cut, duplicate_of_a_dead_one, graceful_shutdown,
        stop_a_build, killed_master, stop_and_start, reconfigured_in_mid_build,
        removed_builder, builder_comes_back, every_service_crashes,
    ])
