"""A stock Buildbot master under the same swarm, for the figures that are compared."""
import os
import subprocess
import time

from rig import wait_for
from scratch import Failed, Scratch

CONFIG = """
from buildbot.plugins import changes, schedulers, steps, util, worker
c = BuildmasterConfig = {}
c["buildbotNetUsageData"] = None
c["protocols"] = {"pb": {"port": "tcp:%(port)d:interface=127.0.0.1"}}
c["workers"] = [worker.Worker("w%%d" %% i, "pass") for i in range(%(workers)d)]
c["change_source"] = [changes.PBChangeSource(user="change", passwd="changepw")]
names = ["b%%d" %% b for b in range(%(builders)d)]
f = util.BuildFactory([steps.ShellCommand(name="run", command="true")])
c["builders"] = [util.BuilderConfig(name=name, factory=f, collapseRequests=False, workernames=[
    "w%%d" %% ((b * %(per)d + k) %% %(workers)d) for k in range(%(per)d)])
    for b, name in enumerate(names)]
c["schedulers"] = [schedulers.AnyBranchScheduler(
    name="any", change_filter=util.ChangeFilter(branch="main"), builderNames=names)]
c["db"] = {"db_url": "sqlite:///state.sqlite"}
"""

# Counts completed builds in the master's own database, from outside.
COUNT = "select count(*) from builds where complete_at is not null"


class Peer(Scratch):
    def __init__(self, workers, builders, per_builder):
        super().__init__()
        self.folder = os.path.join(self.base, "buildbot")
        self.call("buildbot", "create-master", self.folder)
        with open(os.path.join(self.folder, "master.cfg"), "w") as file:
            file.write(CONFIG % {"port": self.port, "workers": workers, "builders": builders,
                                 "per": per_builder})

    def call(self, *words):
        done = subprocess.run(words, capture_output=True, text=True, timeout=180, cwd=self.base)
        if done.returncode != 0:
            raise Failed(" ".join(words) + ": " + (done.stderr or done.stdout)[-800:])

    def start(self):
        self.begin_twistd(self.folder)
        wait_for("Buildbot", lambda: "BuildMaster is running" in self.log(), 180)

    def log(self):
        return self.twistd_log(self.folder)

    def attached(self):
        return self.log().count(" attached to ")

    def change(self):
        self.call("buildbot", "sendchange", "--master", "127.0.0.1:%d" % self.port, "--auth",
                  "change:changepw", "--who", "ada", "--branch", "main", "file.c")

    def finished(self):
        import sqlite3
        with sqlite3.connect("file:%s/state.sqlite?mode=ro" % self.folder, uri=True,
                             timeout=30) as db:
            return db.execute(COUNT).fetchone()[0]

    def builds_per_second(self, seconds, changes):
        for _ in range(changes):
            self.change()
        wait_for("the first builds", lambda: self.finished() > 0, 120)
        began, before = time.monotonic(), self.finished()
        time.sleep(seconds)
        after, took = self.finished(), time.monotonic() - began
        return (after - before) / took
