"""What a benchmark prints, and the sizes that several have in common."""
import json

BUILDERS, WORKERS = 1000, 100
MB = 1e6


def tell(bench, value, unit, runs, bound, good, **more):
    line = {"bench": bench, "value": round(value, 3), "unit": unit, "runs": runs, "bound": bound,
            "ok": good}
    line.update(more)
    print(json.dumps(line), flush=True)


def quiet(shell):
    """Whether nothing waits and nothing runs."""
    now = shell.ask("status")
    return now["builds_running"] == 0 and now["requests_waiting"] == 0
