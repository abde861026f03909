"""A troupe master in a scratch folder, and stock Buildbot programs beside it, for scenarios."""
import json
import os
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools/bench"))
import scratch  # noqa: E402
from scratch import PATIENCE, Failed, wait_for  # noqa: E402,F401


class Master(scratch.Master):
    def __init__(self, troupe, lua):
        super().__init__(troupe, lua)
        self.workers = {}

    def stop(self):
        self.run("stop", self.folder)

    def shell(self, *words, check=True):
        """The content of the shell's answer to a one-shot command."""
        done = self.run("shell", self.folder, "--json", *words, check=False)
        last = json.loads(done.stdout.splitlines()[-1])
        if last["troupe_shell"] != 1 or last["command"] != words[0]:
            raise Failed("not the answer of the shell: %s" % last)
        if ("error" in last) != (done.returncode != 0):
            raise Failed("exit status %d with %s" % (done.returncode, last))
        if check and "error" in last:
            raise Failed("%s: %s" % (" ".join(words), last["error"]["message"]))
        content = last.get("content")
        return content["services"] if words[0] == "tree" and content else content

    def log(self):
        with open(os.path.join(self.folder, "troupe.log")) as file:
            return file.read()

    def sendchange(self, *words, auth="change:changepw", branch="main"):
        """Debian's own client, not ours."""
        return subprocess.run(
            ["buildbot", "sendchange", "--master", "127.0.0.1:%d" % self.port, "--auth", auth,
             "--who", "ada", "--branch", branch, *words, "file.c"],
            capture_output=True, text=True, timeout=60)

    def start_worker(self, path):
        self.workers[path] = self.begin_twistd(path)
        return self.workers[path]

    def attached(self, name):
        return any(row["name"] == name and row["attached"] for row in self.shell("workers"))

    def build(self, builder, number):
        for row in self.shell("builds", builder, "100"):
            if row["number"] == number:
                return row
        return None

    def finished(self, builder, number, patience=PATIENCE):
        def over():
            row = self.build(builder, number)
            return row if row and row["results"] != "running" else None
        return wait_for("the end of build %s/%d" % (builder, number), over, patience)

    def text_of(self, build, step, log=None):
        done = self.run("shell", self.folder, "log", build, step, *([log] if log else []))
        return done.stdout


def run_scenarios(scenarios):
    """Each is a function of the path of troupe; prints a line each; exits with 1 if one failed."""
    troupe = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2:]
    bad = 0
    for scenario in scenarios:
        title = scenario.__doc__.strip().splitlines()[0]
        if wanted and not any(word in scenario.__name__ for word in wanted):
            continue
        masters = []
        try:
            scenario(lambda lua: masters.append(Master(troupe, lua)) or masters[-1])
            print("ok      " + title, flush=True)
        except Exception as problem:  # a scenario fails as a whole, with what it saw
            bad += 1
            print("FAILED  %s: %s: %s" % (title, type(problem).__name__, problem), flush=True)
            for master in masters:
                try:
                    print(master.log()[-3000:], flush=True)
                except FileNotFoundError:
                    pass
        finally:
            for master in masters:
                master.close()
    sys.exit(1 if bad else 0)
