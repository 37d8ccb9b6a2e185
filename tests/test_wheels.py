"""The folder of wheels for a machine without internet: whose lines it holds, where it refuses.

`.ci/run` makes such folders and installs from one.
"""

import json
import runpy
import shutil
import subprocess
import sys
import sysconfig

import pytest
from conftest import ROOT

WHEELS = runpy.run_path(str(ROOT / "tools/wheels.py"))
EXPORTED = r"""click==8.5.0 \
    --hash=sha256:aa \
    --hash=sha256:bb
colorama==0.4.6 ; sys_platform == 'win32' \
    --hash=sha256:cc
arm-only==1.0 ; platform_machine == 'aarch64' \
    --hash=sha256:dd
soup==2.0 ; python_full_version < '3.11.5' \
    --hash=sha256:ee
soup==4.0 ; python_full_version >= '3.11.5' \
    --hash=sha256:ff
pypy-only==1.0 ; implementation_name == 'pypy' \
    --hash=sha256:99
"""


@pytest.mark.parametrize(
    ("platform", "python", "release", "held"),
    [
        ("win_amd64", "3.12", 0, ["click==8.5.0", "colorama==0.4.6", "soup==4.0"]),
        ("win_amd64", "3.11", 0, ["click==8.5.0", "colorama==0.4.6", "soup==2.0"]),
        ("manylinux_2_28_aarch64", "3.11", 99, ["click==8.5.0", "arm-only==1.0", "soup==4.0"]),
        ("macosx_14_0_arm64", "3.13", 0, ["click==8.5.0", "soup==4.0"]),
    ],
)
def test_markers_are_answered_for_the_other_machine(platform, python, release, held):
    target = WHEELS["PLATFORM"].fullmatch(platform)
    about = WHEELS["environment"](target, python, release)
    found = list(WHEELS["lines_for"](EXPORTED, about))
    assert [bare.partition(" ")[0] for _, bare in found] == held
    assert not any(";" in bare for _, bare in found)
    # The laptop's pip answers the markers that are kept, and finds every hash of the lock.
    assert found[0][1].split()[1:] == ["--hash=sha256:aa", "--hash=sha256:bb"]
    assert any("python_full_version" in line for line, _ in found)


def test_a_wheel_for_an_older_linux_is_good_enough():
    target = WHEELS["PLATFORM"].fullmatch("manylinux_2_28_x86_64")
    tags = WHEELS["tags_of"](target)
    assert {"manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"} <= set(tags)
    assert "manylinux_2_29_x86_64" not in tags


@pytest.mark.parametrize("name", ["windows", "win-amd64", "linux_x86_64"])
def test_a_platform_without_such_a_name_is_refused(name, tmp_path):
    with pytest.raises(SystemExit, match=name):
        WHEELS["make"](tmp_path / "wheels", name, "3.12", [])
    assert not (tmp_path / "wheels").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SystemExit, match="not empty"):
        WHEELS["make"](tmp_path, "win_amd64", "3.12", [])
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def install(folder, platform, python):
    """What the install script of a folder says, where nothing else lies in it."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "tools/install_offline.py", folder / "install.py")
    made_for = json.dumps({"platform": platform, "python": python})
    (folder / "made_for.json").write_text(made_for, encoding="utf-8")
    command = [sys.executable, str(folder / "install.py")]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_another_python_or_machine_is_refused_before_anything_is_made(tmp_path):
    here = "{}.{}".format(*sys.version_info)
    own = WHEELS["own_platform"]()
    (tmp_path / "params").mkdir()
    (tmp_path / "params/defaults.yml").touch()
    older = install(tmp_path / "older", own, "3.9")
    other = install(tmp_path / "other", "win_arm65", here)
    for done, wanted in ((older, "Python 3.9"), (other, "win_arm65")):
        assert done.returncode == 1
        assert wanted in done.stderr and sysconfig.get_platform() in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_folder_outside_a_project_is_refused(tmp_path):
    here = "{}.{}".format(*sys.version_info)
    done = install(tmp_path / "alone", WHEELS["own_platform"](), here)
    assert done.returncode == 1 and str(tmp_path) in done.stderr
    assert not (tmp_path / ".venv").exists()
