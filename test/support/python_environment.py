"""Makes the virtual environment that the tests run dbt and Python in, and prints its interpreter.

It is kept beside the node modules until requirements.txt or the Python changes. Several processes may ask at the same
time: one makes it and the others wait. Whoever is killed leaves neither a lock nor a half-made environment in its place.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "test" / "requirements.txt"
CACHE = ROOT / "node_modules" / ".cache" / "python"


def main() -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:16]
    environment = CACHE / key
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not environment.exists():
            make(environment)
    print(environment / "bin" / "python")


def make(environment: Path) -> None:
    for outdated in CACHE.iterdir():
        if outdated.is_dir():
            shutil.rmtree(outdated)
    unfinished = CACHE / "unfinished"
    venv.create(unfinished, with_pip=True)
    # Every package is pinned, so there is nothing to resolve; wheels alone, so nothing of theirs runs to install them.
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "-r", str(REQUIREMENTS)]
    subprocess.run([str(unfinished / "bin" / "python"), *install], check=True, stdout=sys.stderr)
    unfinished.rename(environment)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        # The command has said why.
        sys.exit(f"ended with exit code {error.returncode}: {' '.join(map(str, error.cmd[:4]))}")
