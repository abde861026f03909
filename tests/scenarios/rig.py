"""A troupe master in a scratch folder, and stock Buildbot programs beside it, for scenarios."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 30  # seconds that anything awaited may take


class Failed(Exception):
    pass


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(what, condition, patience=PATIENCE):
    """The first true answer of `condition`; fails with `what` after `patience` seconds."""
    end = time.monotonic() + patience
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failed("waited in vain for " + what)
        time.sleep(0.05)


class Master:
    def __init__(self, troupe, lua):
        self.troupe = troupe
        self.base = tempfile.mkdtemp(prefix="troupe-")
        self.folder = os.path.join(self.base, "master")
        self.port = free_port()
        self.workers = {}
        os.makedirs(self.folder)
        self.configure(lua)

    def configure(self, lua):
        with open(os.path.join(self.folder, "master.lua"), "w") as file:
            file.write(lua.replace("@PORT@", str(self.port)))

    def run(self, *words, check=True):
        done = subprocess.run([self.troupe, *words], capture_output=True, text=True, timeout=60)
        if check and done.returncode != 0:
            raise Failed("%s -> %d: %s" % (" ".join(words), done.returncode, done.stderr.strip()))
        return done

    def start(self):
        self.run("start", self.folder)

    def stop(self):
        self.run("stop", self.folder)

    def pid(self):
        with open(os.path.join(self.folder, "troupe.pid")) as file:
            return int(file.read())

    def shell(self, *words, check=True):
        """The content of the shell's answer to a one-shot command."""
        done = self.run("shell", self.folder, "--json", *words, check=False)
        if done.returncode != 0:
            if check:
                raise Failed("%s: %s" % (" ".join(words), done.stderr.strip()))
            return None
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        return json.loads(lines[-1]) if lines else None

    def log(self):
        with open(os.path.join(self.folder, "troupe.log")) as file:
            return file.read()

    def sendchange(self, *words, auth="change:changepw", branch="main"):
        """Debian's own client, not ours."""
        return subprocess.run(
            ["buildbot", "sendchange", "--master", "127.0.0.1:%d" % self.port, "--auth", auth,
             "--who", "ada", "--branch", branch, *words, "file.c"],
            capture_output=True, text=True, timeout=60)

    def make_worker(self, name, password, *options, folder=None):
        path = os.path.join(self.base, folder or name)
        subprocess.run(["buildbot-worker", "create-worker", *options, path,
                        "127.0.0.1:%d" % self.port, name, password],
                       check=True, capture_output=True, timeout=60)
        return path

    def start_worker(self, path):
        # In the foreground, so that it is ours to signal and to wait for.
        env = dict(os.environ)
        process = subprocess.Popen(
            ["twistd3" if shutil.which("twistd3") else "twistd", "--nodaemon", "--no_save",
             "--logfile=twistd.log", "--python=buildbot.tac"],
            cwd=path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.workers[path] = process
        return process

    def worker_log(self, path):
        try:
            with open(os.path.join(path, "twistd.log")) as file:
                return file.read()
        except FileNotFoundError:
            return ""

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

    def close(self, keep=False):
        for process in self.workers.values():
            if process.poll() is None:
                try:
                    process.send_signal(signal.SIGCONT)
                    process.kill()
                except ProcessLookupError:
                    pass
                process.wait()
        try:
            os.kill(self.pid(), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            pass
        if not keep:
            shutil.rmtree(self.base, ignore_errors=True)


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
