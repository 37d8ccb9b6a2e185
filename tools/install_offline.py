"""Install ecolib without internet, from the folder of wheels in which this file lies as `install.py`.

The folder lies in the project, where `.venv` is made anew. Only the standard library is at hand.
"""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

WHEELS = Path(__file__).resolve().parent
PROJECT = WHEELS.parent
ENVIRONMENT = PROJECT / ".venv"


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    made_for = json.loads((WHEELS / "made_for.json").read_text(encoding="utf-8"))
    wanted, here = made_for["python"], "{}.{}".format(*sys.version_info)
    own = sysconfig.get_platform()
    machine = own.rpartition("-")[2]
    fits = made_for["platform"].endswith(f"_{machine}") or machine == "universal2"
    if not fits or wanted != here:
        raise SystemExit(
            f"这些安装包用于 {made_for['platform']}、Python {wanted}；本机运行的是 {own}、Python {here}\n"
            f"These wheels are for {made_for['platform']} and Python {wanted}; this is {own}, {here}"
        )
    if not (PROJECT / "params/defaults.yml").is_file():
        raise SystemExit(
            f"请把本文件夹放进 ecolib 项目文件夹：{PROJECT} 不是\n"
            f"Put this folder into the folder of the project: {PROJECT} is none"
        )
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(
            f"无法建立 {ENVIRONMENT}：{error}（是否有程序正在使用它；Linux 是否装有 python3-venv）\n"
            f"{ENVIRONMENT} cannot be made: {error} (is it in use; on Linux, is python3-venv there?)"
        ) from None
    scripts = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
    alone = ["--isolated", "install", "--quiet", "--no-index", "--find-links", str(WHEELS)]
    hashed = ["--require-hashes", "-r", str(WHEELS / "requirements.txt")]
    done = subprocess.run(
        [str(scripts / "python"), "-m", "pip", *alone, *hashed],
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull},  # an office's may name an index
    )
    if done.returncode:
        raise SystemExit(done.returncode)  # pip has said why
    command = scripts.relative_to(PROJECT) / "ecolib"
    print(f"已安装。在 {PROJECT} 中运行：\nInstalled. In {PROJECT} run:\n")
    print(f"    {command} run lianshan 2019")


if __name__ == "__main__":
    main()
