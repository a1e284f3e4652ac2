"""What must not go wrong: bad specifications, odd claims, processes that die, odd targets."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT

GOOD = '''
def test_adds(self):
    """Two and two is **four**."""
    assert 2 + 2 == 4
'''
ALSO = '''
def test_also(self):
    """Three and one is **four**."""
    assert 3 + 1 == 4
'''
HEAD = '''"""What is an array?

The **short** answer.
"""
import pytest
from answer_key import holds
'''
PART = 'class TestPart:\n    """A part of the answer."""\n'


def refused(project, *lines, args=()):
    result = project.run(*args)
    told = result.stderr.str() + result.stdout.str()
    assert result.ret == pytest.ExitCode.USAGE_ERROR, told
    result.stderr.fnmatch_lines([*lines])
    assert "Traceback" not in told
    assert "INTERNALERROR" not in told
    assert not list(project.path.glob("report/*.json"))


# Modules that Python may read, or not


def test_a_byte_order_mark_hides_no_claim(project):
    path = project.question(GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert project.run().ret == 0
    assert project.outcomes == {"adds": "holds"}


@pytest.mark.parametrize(
    "name",
    ["spec/test_q02_sums.py", "spec/counterexamples/q01.py", "fixtures/odd.py"],
)
@pytest.mark.parametrize("text", ["def f(:\n", '"""caf\xe9"""\n'.encode("latin-1"), "a = '\0'\n"])
def test_a_module_that_python_cannot_read_is_named(project, name, text):
    project.question(GOOD)
    path = project.write(name, "")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    refused(project, f"*{name}:1: *")


def test_a_folder_named_like_a_module_is_named(project):
    project.question(GOOD)
    (project.path / "spec/test_q02_sums.py").mkdir()

    refused(project, "*spec/test_q02_sums.py:1: cannot be read: *")


@pytest.mark.parametrize("character", ["\x0c", "\x0b", "\x1c", "\x85", "\u2028"])
def test_a_line_ends_where_python_says_so(project, character):
    project.question(f'def test_adds(self):\n    """It **is**."""\n    assert "{character}" != 4\n')

    assert project.run().ret == 0
    assert project.outcomes == {"adds": "holds"}
    assert "assert" in project.page


# Claims that pytest and the reader do not see alike

UNSEEN = {
    "nested class": f"{PART}{GOOD}\n    class TestInner:\n        def test_deep(self): assert 1\n",
    "conditional": PART + GOOD + "\n    if True:\n        def test_cond(self): assert 1\n",
    "inherited": "class Base:\n    def test_base(self): assert 1\n"
    + PART.replace(":", "(Base):", 1)
    + GOOD,
    "with __init__": PART + "    def __init__(self): pass\n" + GOOD,
    "__test__": PART + "    __test__ = False\n" + GOOD,
    "skipped": 'pytest.importorskip("no_such_module")\n' + PART + GOOD,
    "deleted": PART + GOOD + ALSO + "\n    del test_also\n",
    "bare holds": PART + "    @holds\n" + GOOD.lstrip("\n") + ALSO,
    "two classes": PART + GOOD + PART + ALSO,
}


@pytest.mark.parametrize("args", [[], ["-n", "1"]], ids=["serial", "xdist"])
@pytest.mark.parametrize("module", UNSEEN.values(), ids=UNSEEN.keys())
def test_claims_read_and_claims_run_are_the_same(project, module, args):
    if args and module is not UNSEEN["nested class"]:
        pytest.skip("one is enough for xdist, which takes long")
    lines = module.split("\n")
    indented = [
        f"    {line}"
        if line.startswith(("def ", '    """', "    assert"))
        and not line.startswith('    """A part')
        else line
        for line in lines
    ]
    project.write("spec/test_q01_arrays.py", HEAD + "\n".join(indented))

    result = project.run(*args)

    told = result.stderr.str() + result.stdout.str()
    assert result.ret != 0
    assert "spec/test_q01_arrays.py:" in told
    assert "Traceback" not in told


def test_a_module_in_a_folder_of_the_specification_is_no_question(project):
    project.question(GOOD)
    project.write("spec/more/test_q02_sums.py", HEAD + PART + "    def test_x(self): assert 1\n")

    refused(project, "*spec/test_q02_sums.py:*it is no claim here*")


def test_what_the_user_leaves_out_is_no_difference(project):
    project.question(GOOD + ALSO)
    project.question(ALSO.replace("Three", "3"), number=2, subject="sums")

    for args in (["-k", "adds"], ["--deselect", "spec/test_q02_sums.py::TestPart::test_also"]):
        assert project.run(*args).ret == 0
    assert project.run("--ignore=spec/test_q02_sums.py").ret == 0
    assert project.outcomes == {"adds": "holds", "also": "holds"}


@pytest.mark.parametrize(
    "line, problem",
    [
        ('@pytest.mark.holds("keras<3")', "*write @holds*"),
        ("@pytest.mark.xfail", "*hides what becomes of a claim*"),
        ('@pytest.mark.skipif(True, reason="x")', "*hides what becomes of a claim*"),
        ('@answer_key.holds("keras<3")', "*write @holds*"),
        ('@holds("keras<3", "numpy<2")', "*one requirement*"),
        ('@holds(requirement="keras<3")', "*takes strings*"),
        ('@holds("keras<3", otherwise="ValueError")', "*takes no otherwise='ValueError'*"),
        ("@pytest.mark.parametrize(NAMES, [1])", "*takes its names first*"),
        ('@pytest.mark.parametrize(argnames="x", argvalues=[1])', "*takes its names first*"),
        ('@pytest.mark.parametrize(f"x", [1])', "*takes its names first*"),
    ],
)
def test_a_decorator_that_hides_something_is_refused_by_line(project, line, problem):
    project.question(line + GOOD.replace("Two", "Before Keras 3, two"))

    refused(project, f"*spec/test_q01_arrays.py:1[67]: {problem}")


@pytest.mark.parametrize(
    "mark", ["pytestmark = pytest.mark.xfail", 'pytestmark = [holds("keras<3")]']
)
def test_a_mark_of_the_whole_module_is_refused(project, mark):
    project.write("spec/test_q01_arrays.py", f"{HEAD}{mark}\n")

    refused(project, "*spec/test_q01_arrays.py:7: mark the claims, not their module")


# Ways to start


@pytest.fixture
def one_claim(project):
    project.question(GOOD)
    return project


def test_through_a_symlink_claims_run_as_claims(one_claim, tmp_path_factory):
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(one_claim.path)

    one_claim.run(str(link / "spec"), f"--record={one_claim.path}/report/record.json")

    assert one_claim.outcomes == {"adds": "holds"}


def test_with_another_root_claims_run_as_claims(one_claim, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    one_claim.run(f"--rootdir={other}", str(one_claim.path / "spec"))

    assert (other / "report/record.json").exists()


def test_a_symlinked_specification_is_the_specification(one_claim, tmp_path_factory):
    real = tmp_path_factory.mktemp("real") / "spec"
    (one_claim.path / "spec").rename(real)
    (one_claim.path / "spec").symlink_to(real)

    assert one_claim.run().ret == 0
    assert one_claim.outcomes == {"adds": "holds"}


@pytest.mark.parametrize(
    "args, problem",
    [
        (["--assert=plain"], "*--assert=plain*"),
        (["-p", "no:assertion"], "*-p no:assertion*"),
        (["-s"], "*without -s*"),
        (["--capture=sys"], "*--capture*"),
        (["-p", "no:capture"], "*without -s*"),
        (["-o", "enable_assertion_pass_hook=false"], "*set enable_assertion_pass_hook*"),
    ],
)
def test_a_run_that_would_not_see_proofs_or_output_is_refused(one_claim, args, problem):
    result = one_claim.run_alone(*args)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {problem}"])


def test_pythons_optimisation_is_refused(one_claim, monkeypatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")

    result = one_claim.run_alone()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *PYTHONOPTIMIZE*"])


@pytest.mark.parametrize(
    "args", [["--record=report/a", "--answer-key=report/a"], ["--record=x.html", "--html=x.html"]]
)
def test_two_files_on_one_path_are_refused_before_the_run(one_claim, args):
    result = one_claim.run(*args)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *: both are *"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told_in_one_line(one_claim):
    one_claim.path.chmod(0o500)

    result = one_claim.run_alone("-p", "no:cacheprovider")

    one_claim.path.chmod(0o700)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --record: cannot write into *; name another file"])


def test_a_pipe_and_a_link_are_written_through(one_claim):
    pipe, target = one_claim.path / "pipe", one_claim.path / "target.html"
    os.mkfifo(pipe)
    target.write_text("old")
    (one_claim.path / "link.html").symlink_to(target)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)

    result = one_claim.run("--record=pipe", "--answer-key=link.html")

    assert result.ret == 0
    assert b"four" in reader.communicate(timeout=5)[0]
    assert pipe.is_fifo()
    assert (one_claim.path / "link.html").is_symlink()
    assert "four" in target.read_text()


# Claims whose outcome may be told wrongly

LIES = '''
@holds("keras<3")
def test_misspelt(self):
    """Before Keras 3, it was **misspelt**."""
    assert no_such_name

@holds("keras<3")
def test_gives_up(self):
    """Before Keras 3, it **gave up**."""
    pytest.xfail("I say so")
    assert True

def test_gives_up_now(self):
    """It **gives up**."""
    pytest.xfail("I say so")
    assert True

@pytest.fixture
def broken(self):
    raise OSError("cannot be set up")

@holds("keras<3")
def test_fixture(self, broken):
    """Before Keras 3, it **was set up**."""
    assert True

@pytest.fixture
def leaving(self):
    yield
    raise OSError("cannot be cleaned up")

@holds("keras<3")
def test_teardown(self, leaving):
    """Before Keras 3, it **was cleaned up**."""
    assert False

@pytest.fixture
def asserting(self):
    assert True

def test_asserts_nothing(self, asserting):
    """It **asserts** itself."""
    if False:
        assert True
'''


def test_absent_is_said_only_of_a_claim_that_failed_as_its_era_declares(project):
    project.question(LIES)

    assert project.run().ret == 1
    assert set(project.outcomes.values()) == {"broken"}
    assert len(project.outcomes) == 6


def test_of_stacked_eras_each_otherwise_counts(project):
    project.question(
        '''
        @holds("keras<3", otherwise=ValueError)
        @holds("numpy<2", otherwise=KeyError)
        @pytest.mark.parametrize("error", [ValueError, KeyError, OSError])
        def test_fails(self, error):
            """Before Keras 3, it was **so**."""
            assert False if error is None else (_ for _ in ()).throw(error)
        '''
    )

    assert project.run().ret == 1
    cells = project.claim("fails")["cells"]
    assert [cell["outcome"] for cell in cells] == ["absent", "absent", "broken"]


def test_the_exit_code_follows_from_the_record(project):
    project.write(
        "spec/conftest.py",
        "import pytest\n@pytest.hookimpl(trylast=True)\ndef pytest_sessionfinish(session): pass\n"
        "@pytest.hookimpl(wrapper=True, tryfirst=True)\n"
        "def pytest_runtestloop(session):\n    result = yield\n    session.testsfailed = 0\n"
        "    return result\n",
    )
    project.question(GOOD.replace("== 4", "== 5"))

    assert project.run().ret == 1


# Values that are hard to write down

ODD = '''
class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no text")

class Numb:
    def __repr__(self):
        raise RuntimeError("no text")

@pytest.mark.parametrize("thing", [Numb()], ids=["numb"])
def test_parameter(self, thing):
    """A parameter may be **odd**."""
    assert thing

@pytest.mark.parametrize("thing", [object()], ids=["plain"])
def test_object(self, thing):
    """An object has an **address**."""
    assert thing

@pytest.mark.parametrize("device", [["a"]])
def test_device(self, device):
    """A device may be **odd**."""
    assert device

@pytest.mark.parametrize("call", [lambda: 1, lambda: 2])
def test_functions(self, call):
    """Two functions are **two** cells."""
    assert call()

def test_surrogate(self):
    """A surrogate is **alone**."""
    raise ValueError("\\udcff")
    assert True

def test_mute(self):
    """An error is **mute**."""
    raise TestPart.Mute
    assert True

def test_exhibit(self, exhibit):
    """A column may be **odd**."""
    exhibit.table("A table", [object, 1.5], [[float("nan"), b"x"]])
    exhibit._report("table", {"caption": "c", "columns": [{1, 2}], "rows": [["\\udcff"]]})
    assert exhibit

def test_long_word(self):
    """A word may be **long**."""
    print("a" * 1_000_000)
    assert True
'''


def test_what_cannot_be_printed_costs_no_other_claim_its_record(project):
    project.question(ODD + GOOD)

    result = project.run()

    assert result.ret == 1
    assert "INTERNALERROR" not in result.stdout.str()
    broken = {name for name, outcome in project.outcomes.items() if outcome == "broken"}
    assert broken == {"surrogate", "mute"}
    assert len(project.outcomes) == 9
    cells = project.claim("functions")["cells"]
    assert cells[0]["case"] != cells[1]["case"]
    assert "0x7" not in str(project.cell("object")["params"])
    assert project.page


# Processes that die

DIES = '''
def test_adds(self):
    """Two and two is **four**."""
    assert 2 + 2 == 4

def test_dies(self):
    """It **dies**."""
    print("these are my last words")
    assert {how}

def test_later(self):
    """Three and one is **four**."""
    assert 3 + 1 == 4
'''


@pytest.mark.parametrize(
    "how, status",
    [
        ("os._exit(0)", 1),
        ("os._exit(3)", 3),
        ("os.abort()", 128 + signal.SIGABRT),
        ("os.kill(os.getpid(), 9)", 128 + signal.SIGKILL),
        ("os.kill(os.getpid(), 15)", 128 + signal.SIGTERM),
        ("os.kill(os.getppid(), 15) or time.sleep(9)", 128 + signal.SIGTERM),
        ("os.kill(os.getppid(), 1) or time.sleep(9)", 128 + signal.SIGHUP),
    ],
)
def test_a_process_that_dies_leaves_the_record_of_the_rest(project, how, status, request):
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which `nohup` lets be ignored
    request.addfinalizer(lambda: signal.signal(signal.SIGHUP, before))
    project.question(DIES.format(how=how))

    result = project.run_alone()

    assert result.ret == status
    assert project.outcomes == {"adds": "holds", "dies": "crashed"}
    assert "these are my last words" in project.cell("dies")["error"]["message"]
    result.stdout.fnmatch_lines(["The run died: *", "2 of 3 claims ran: 1 crashed, 1 holds"])
    assert "crashed" in project.page
    assert not list(project.path.glob("report/*.journal"))


def test_when_nobody_is_left_the_next_command_finds_what_was_found(project):
    project.question(DIES.format(how="os.kill(os.getppid(), 9) or os.kill(os.getpid(), 9)"))
    project.run_alone()
    (journal,) = project.path.glob("report/*.journal")
    assert not (project.path / "report/record.json").exists()

    deadline = time.monotonic() + 5
    while not _is_unlocked(journal) and time.monotonic() < deadline:
        time.sleep(0.05)
    command = [sys.executable, "-c", "from answer_key.cli import main; main()"]
    arguments = ["page", "report/record.json", "-o", "key.html"]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    subprocess.run([*command, *arguments], cwd=project.path, env=environment, check=True)

    assert project.outcomes == {"adds": "holds", "dies": "crashed"}
    assert not journal.exists()


def _is_unlocked(path):
    import fcntl

    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def test_a_fault_that_ends_its_process_is_faulty_and_no_crashed_claim(project):
    project.question(GOOD)
    project.write(
        "spec/counterexamples/q01.py",
        "import os\nfrom answer_key import refutes\n"
        '@refutes("TestPart::test_adds")\ndef dies(monkeypatch):\n    """It dies."""\n'
        "    os._exit(3)\n",
    )

    result = project.run("--refute", "-n", "1")

    assert result.ret == 1
    assert project.outcomes == {"adds": "holds"}
    result.stdout.fnmatch_lines(
        ["FAULTY counterexample: q01::TestPart::test_adds", "*its process died*"]
    )


# The baseline


def test_a_run_differs_in_nothing_from_its_own_record(project):
    project.question(
        '''
        def test_table(self, exhibit):
            """A table is **shown**."""
            exhibit.table("A table", ["one", 2], [[1.5, None]])
            print("four")
            assert 2 + 2 == 4
        '''
    )
    project.run("--record=base.json")

    assert project.run("--baseline=base.json").ret == 0


def test_a_baseline_of_other_claims_is_not_green(project):
    project.question(GOOD)
    project.run("--record=base.json")
    project.question(GOOD.replace("2 + 2 == 4", "2 + 2 == 2 * 2"))

    result = project.run("--baseline=base.json")

    assert result.ret == 4
    result.stdout.fnmatch_lines(["1 claims are others than the baseline's: make it anew."])


def test_a_baseline_of_which_one_claim_was_changed_is_not_green(project):
    project.question(GOOD + ALSO)
    project.run("--record=base.json")
    project.question(GOOD.replace("2 + 2 == 4", "2 + 2 == 2 * 2") + ALSO)

    result = project.run("--baseline=base.json")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["1 claims are others than the baseline's: make it anew."])
