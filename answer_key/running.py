"""`answer-key run`: runs the suite that is installed, or the one of this folder, from anywhere."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from answer_key.subject import find_folder

_PACKAGE = Path(__file__).parent
# In the wheel the suite lies inside the package; in a checkout the package lies in the suite.
_SUITES = (_PACKAGE / "suite", _PACKAGE.parent)


def specification(asked: Path | None = None) -> Path:
    """The folder of the specification: the one asked for, this folder's, or the one installed.

    Raises ValueError if there is none.
    """
    for place in (asked,) if asked is not None else (Path.cwd(), *_SUITES):
        folder = find_folder(place)
        if folder is not None:
            return folder
    raise ValueError(f"{asked or Path.cwd()}: no specification, which has a file answer_key.toml")


def run(folder: Path, arguments: Sequence[str]) -> int:
    """Run pytest on a specification, and return its exit code.

    Arguments are pytest's; `q03` means the module of question 3. Whatever is written goes into
    `report/` of the current folder.
    """
    suite = folder.parent
    asked = list(_paths(folder, arguments))
    others = [each for each in arguments if not is_question(each)]
    names_paths = bool(asked) or any("::" in each or each.endswith(".py") for each in others)
    settings, report = suite / "pytest.ini", Path.cwd() / "report"
    command = [
        *(sys.executable, "-m", "pytest", f"--rootdir={suite}"),
        *([f"--config-file={settings}"] if settings.exists() else ()),
        *([] if (suite / "conftest.py").exists() else ["-p", "answer_key.plugin"]),
        "--override-ini=enable_assertion_pass_hook=true",
        f"--override-ini=cache_dir={report / '.cache'}",
        f"--override-ini=report_folder={report}",
        *(asked or ([] if names_paths else [str(folder)])),
        *others,
    ]
    path = os.pathsep.join(filter(None, (str(suite), os.environ.get("PYTHONPATH"))))
    # The installation may be another user's: nothing is written into it.
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, env=environment, check=False).returncode


def is_question(argument: str) -> bool:
    return re.fullmatch(r"q\d\d", argument) is not None


def _paths(folder: Path, arguments: Sequence[str]) -> Iterator[str]:
    """The modules of the questions that are asked for. Raises ValueError if there is no such."""
    for question in filter(is_question, arguments):
        modules = sorted(folder.glob(f"test_{question}_*.py"))
        if not modules:
            known = ", ".join(sorted(path.name[5:8] for path in folder.glob("test_q*.py")))
            raise ValueError(f"{question}: no such question; choose from {known}")
        yield from map(str, modules)
