"""What someone's code uses, and which claims and changes concern it; nothing of it is run."""

import json
import textwrap
import time

import pytest
from click.testing import CliRunner

from answer_key import cli, finding, running
from answer_key.concerns import Concerns
from answer_key.patterns import Notation
from answer_key.study import read_study
from answer_key.usage.code import read_code
from answer_key.usage.names import Names
from tests.conftest import SUBJECT

NAMES = """
[names]
tensorflow = "tf"
"tf.keras" = "keras"
"tf.python.keras" = "keras"
keras = "keras"
numpy = "np"
"keras.Input" = "keras.layers.Input"
"keras.Model" = "keras.models.Model"
"keras.Sequential" = "keras.models.Sequential"

[kinds]
"keras.models" = "keras.layers"
"""

CLAIMS = '''
@holds("keras<3")
def test_names_came_first(self):
    """Before Keras 3, the **name** came first in `add_weight`."""
    tf.keras.layers.Layer().add_weight("w", shape=(1,))
    assert OLD

@holds("keras>=3", was="test_names_came_first")
def test_shapes_come_first(self):
    """From Keras 3 on, the **shape** comes first, not the name."""
    tf.keras.losses.MSE2()
    assert not OLD

@holds("keras<3")
def test_fit_had_workers(self):
    """Before Keras 3, `fit` had **`workers`**."""
    tf.keras.Model().fit(workers=2)
    assert OLD

@holds("keras<3")
def test_loss_was_short(self):
    """Before Keras 3, `compile` took **`"mse"`**."""
    tf.keras.Model().compile("sgd", "mse")
    assert OLD

@about("tf.keras.Model.save(0=str but '*.*')", "tf.keras.Model.save(*='tf')")
@holds("keras<3")
def test_folders(self):
    """Before Keras 3, models were saved in **folders**."""
    assert OLD

@holds("keras<3")
def test_nobody_uses_it(self):
    """Before Keras 3, there was **`tf.keras.nowhere`**."""
    assert OLD

@holds("keras<3")
def test_rarest(self):
    """Before Keras 3, squares were **rare**."""
    tf.keras.Model().fit(tf.square(1))
    assert OLD

def test_always(self):
    """A **`tf.constant`** is one."""
    assert tf.constant(1)
'''

# What the claims need to run at all; it is imported, so that they have no other `tf` of their own.
IMPORTS = """
from answer_key import about
from made_up import tf

OLD = os.environ["OLD"] == "yes"
"""

MADE_UP = """
class Anything:
    def __getattr__(self, name):
        return self

    def __call__(self, *args, **options):
        return self


tf = Anything()
"""

TRAIN = """
import keras
model = keras.Model()
model.compile("sgd", loss="mse")
model.fit(1, workers=2)
model.save("model")
model.save("model.keras")
layer = keras.layers.Dense(1)
layer.add_weight("w")
layer.add_weight("v")
"""


@pytest.fixture
def code(tmp_path):
    """Write files of code, and read all of them."""

    def read(**files):
        for name, text in files.items():
            path = tmp_path / "code" / (name if "." in name else f"{name}.py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        (tmp_path / "spec").mkdir(exist_ok=True)
        (tmp_path / "spec/answer_key.toml").write_text(SUBJECT + NAMES)
        names = Names(read_study(tmp_path / "spec").subject.names)
        return read_code([tmp_path / "code"], names)

    return read


def uses(code, argument=False):
    """All that is used, as texts, with the lines."""
    return {
        f"{use.owner}|{use.name}" + (f"({use.argument}={use.value})" if use.argument else ""): [
            line for _, line in places
        ]
        for file in code.files
        for use, places in file.uses.items()
        if argument or not use.argument
    }


@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\nx = tf.keras.layers.Dense",
        "import tensorflow\nx = tensorflow.keras.layers.Dense",
        "import tensorflow.keras.layers as L\nx = L.Dense",
        "import tensorflow.python.keras as K\nx = K.layers.Dense",
        "from tensorflow import keras\nx = keras.layers.Dense",
        "from tensorflow.keras import layers as L\nx = L.Dense",
        "import keras.layers\nx = keras.layers.Dense",
        "from keras.layers import Dense as D\nx = D",
        "from keras.layers import *\nx = Dense",
        "import keras as k\nx = getattr(k.layers, 'Dense')",
        "import tensorflow as tf, keras\ntf.keras = keras; x = tf.keras.layers.Dense",
        "import keras\nlayers = keras.layers\nx = layers.Dense".replace("\nx", "; x"),
        "def f():\n    from keras import layers; return layers.Dense",
        "try: import keras as k\nexcept ImportError: from tensorflow import keras as k\n"
        "x = k.layers.Dense",
    ],
)
def test_a_name_is_one_however_it_is_imported(code, text):
    assert max(uses(code(a=text))["|keras.layers.Dense"]) == text.count("\n") + 1


@pytest.mark.parametrize(
    "text, use",
    [
        ("model.fit(x, workers=4)", "?|fit(workers=4)"),
        ("keras.Model().fit(\n  x,\n  workers=n)", "keras.models.Model|fit(workers=?)"),
        (
            "m = keras.Sequential([])\nm.compile('sgd', 'mse')",
            "keras.models.Sequential|compile(1='mse')",
        ),
        (
            "def make():\n  return keras.Model()\nmake().save('a.h5')",
            "keras.models.Model|save(0='a.h5')",
        ),
        ("m.save(folder / 'a.h5')", "?|save(0='…a.h5')"),
        ("m.save(os.path.join(folder, 'a.h5'))", "?|save(0='a.h5')"),
        ("m.save(f'{folder}/a.h5')", "?|save(0='…/a.h5')"),
        ("p = 'a.h5'\nm.save(str(p))", "?|save(0='a.h5')"),
        ("m.compile(metrics=['mae', f])", "?|compile(metrics=['mae', ?])"),
        ("def f(): pass\nm.compile(loss=f)", "?|compile(loss=@f)"),
        ("m.compile(loss={'a': 'mse'})", "?|compile(loss={'a'})"),
        (
            "x = keras.Input([1])\ny = keras.layers.Dense(1)(x)\ntf.square(y)",
            "|tf.square(0=<keras.layers.Input>)",
        ),
        ("loss = keras.losses.MSE2()\nloss(a, b)", "keras.losses.MSE2|__call__(0=?)"),
        ("opt.variables()", "?|variables(()=)"),
        ("isinstance(w, tf.Variable)", "|isinstance(1=tf.Variable)"),
        (
            "class A(keras.Model):\n  def f(self):\n    self.v = tf.Variable(1)",
            "keras.models.Model|__setattr__(f=<tf.Variable>)",
        ),
        (
            "class A(keras.Model):\n  def __init__(self):\n    super().__init__(dynamic=True)",
            "keras.models.Model|__init__(dynamic=True)",
        ),
        (
            "class A(keras.Model): pass\nclass B(A):\n  def call(self, x):\n    return x, None",
            "keras.models.Model|def call(return=(<keras.models.Model.call>, None))",
        ),
        (
            "class A(keras.Model):\n  def call(self, x):\n    if tf.norm(x) > 1: pass",
            "keras.models.Model|def call(if=<tf.norm>)",
        ),
        (
            "class A(keras.Model):\n  def build(self, s):\n    self.w = self.add_weight('w')",
            "keras.models.Model|add_weight(0='w')",
        ),
        ("A = tf.Module\nclass B(A): pass\nB(name='b')", "tf.Module|__init__(name='b')"),
        ("ds = tf.data.Dataset.range(3)\nds.map(f, name='a')", "tf.data.Dataset|map(name='a')"),
        ("with tf.GradientTape() as tape:\n  tape.watch(v)", "tf.GradientTape|watch(0=?)"),
        ("[l.lr(a=1) for l in model.layers]", "?|lr(a=1)"),
        ("async def f():\n  async with x as y:\n    await y.lr(a=1)", "?|lr(a=1)"),
        ("def f(model: keras.Model): model.lr", "keras.models.Model|lr"),
        ("a, b = keras.Model(), 1\na.fit(b)", "keras.models.Model|fit(0=1)"),
        ("keras.Model().fit(len(x) + 1)", "keras.models.Model|fit(0=#)"),
        ("keras.Model().fit(8 / 2)", "keras.models.Model|fit(0=#.)"),
        ("keras.Model().fit(0.5 * 8)", "keras.models.Model|fit(0=#.)"),
        (
            "import numpy as np\nkeras.Model().fit(np.max(x) + 1)",
            "keras.models.Model|fit(0=<np.max>)",
        ),
        ("keras.Model().fit(x + 1)", "keras.models.Model|fit(0=?)"),
        ("def g():\n  while x:\n    yield [a, b], c\nm.fit(g())", "?|fit(0=^([?, ?], ?))"),
        ("def g(): yield\nm.fit(g())", "?|fit(0=^None)"),
        ("m.fit((x, y) for x, y in pairs)", "?|fit(0=^(?, ?))"),
        ("m.fit(zip(a, b))", "?|fit(0=^!)"),
        ("from itertools import cycle\nm.fit(cycle(a))", "?|fit(0=^!)"),
        ("m.fit(a.filter(b))", "?|fit(0=?)"),
        ("def f(): yield keras.Model()\nwith f() as m: m.fit(1)", "keras.models.Model|fit(0=1)"),
        ("def f(): yield made\nwith f() as m: m.fit(1)", "?|fit(0=1)"),
    ],
)
def test_methods_arguments_and_overridden_methods_are_uses(code, text, use):
    assert use in uses(code(a=f"import keras, os, tensorflow as tf\n{text}"), argument=True)


@pytest.mark.parametrize(
    "text",
    [
        "import sklearn.svm as svm\nm = svm.SVC()\nm.fit(x)",
        "from sklearn.svm import SVC\nSVC().fit(x).fit(y)",
        "'a'.fit(1)",
        "import mine_of_another\nmine_of_another.fit(1)",
        "from . import helper\nhelper.fit(1)",
        "class A:\n  def fit(self): pass",
        "class A(dict):\n  def fit(self): pass",
    ],
)
def test_what_others_have_by_the_same_name_is_no_use(code, text):
    found = uses(code(a=f"import keras\n{text}\nkeras.x"), argument=True)

    assert "|keras.x" in found
    assert not [use for use in found if "fit" in use and use[0] != "@"]


def test_the_line_is_that_of_the_argument(code):
    text = "import keras\nmodel.fit(\n    x,\n    workers=(\n        1\n    ),\n).lr\n"

    found = uses(code(a=text), argument=True)

    assert found["?|fit(workers=1)"] == [4]
    assert found["?|fit"] == [2]
    assert found["?|lr"] == [7]


def test_a_file_counts_if_it_or_what_it_imports_uses_the_subject(code):
    found = code(
        model="import keras\nmodel = keras.Model()",
        train="from model import model\nmodel.fit(1)",
        main="import train\ntrain.model.save(1)",
        other="import os\nsomething.fit(1)",
    )

    assert sorted(file.module.rpartition(".")[2] for file in found.files) == [
        "main",
        "model",
        "train",
    ]


def notebook(*cells):
    kinds = [("markdown" if cell.startswith("#") else "code", cell) for cell in cells]
    return json.dumps(
        {"cells": [{"cell_type": kind, "source": cell.splitlines(True)} for kind, cell in kinds]}
    )


def test_notebooks_are_read_without_their_magic(code):
    cells = [
        "# Title",
        "%pylab\n!pip install \\\n  it\nimport keras\nx = !ls\nif x:\n    %time y\nkeras.one",
        "%%bash\nls -l",
        "%%time\nkeras.two\nkeras.Model?",
        "for",
        "keras.three",
    ]

    found = code(**{"a.ipynb": notebook(*cells)})

    (file,) = found.files
    places = {
        use.name: file.where(places[0]).rpartition("/")[2] for use, places in file.uses.items()
    }
    assert places == {
        "keras.one": "a.ipynb[cell 2]:8",
        "keras.two": "a.ipynb[cell 4]:2",
        "keras.three": "a.ipynb[cell 6]:1",
    }
    (problem,) = found.problems
    assert problem.endswith("a.ipynb[cell 5]:1: Python cannot read it: invalid syntax")


@pytest.mark.parametrize(
    "name, text, problem",
    [
        ("b.py", "print 'Python 2'", "b.py:1: Python cannot read it"),
        ("b.py", "x = '\0'", "b.py:1: "),
        ("b.py", "x = " + "(" * 3000 + ")" * 3000, "b.py:1: "),
        ("b.py", "import keras\nx = 1" + " + 1" * 20_000, "b.py:1: "),
        ("b.ipynb", "<html>", "b.ipynb:1: cannot be read: Expecting value"),
        ("b.ipynb", "[]", "b.ipynb:1: is no notebook"),
        ("b.ipynb", '{"cells": [{}]}', "b.ipynb:1: is no notebook"),
    ],
)
def test_what_cannot_be_read_is_named_and_skipped(code, name, text, problem):
    found = code(**{name: text, "c": "import keras\nkeras.x"})

    (told,) = found.problems
    assert problem in told
    assert "|keras.x" in uses(found)


def test_folders_of_others_are_skipped(code):
    folders = [".venv", "lib/site-packages", "node_modules", "build", ".hidden", "kept"]

    found = code(**{f"{folder}/a.py": "import keras\nkeras.x" for folder in folders})

    assert [file.path.rpartition("code/")[2] for file in found.files] == ["kept/a.py"]


def test_much_code_is_read_fast_and_long_chains_are_no_trap(code):
    line = "model.compile('sgd', 'mse', run_eagerly=True); x = tf.square(tf.constant([1.0, 2.0]))\n"
    chain = "y = x" + ".map(f)" * 200 + "\n"
    begin = time.process_time()

    found = code(a="import tensorflow as tf\n" + line * 10_000 + chain)

    assert time.process_time() - begin < 5
    assert len(uses(found)["|tf.square"]) == 10_000


@pytest.mark.parametrize(
    "declared, lines",
    [
        ("tf.keras.layers", [2, 3]),
        ("tf.keras.layers.Dense", [3]),
        ("tf.keras.lay*.Dense", [3]),
        ("keras.layers.Dense(units=int)", [3]),
        ("keras.layers.Dense(units=str)", []),
        ("keras.layers.Layer.__init__(units=*)", [3]),
        ("keras.layers.Layer.add_weight", [7]),
        ("keras.layers.Layer.add_weight(0=str)", [7]),
        ("keras.layers.Layer.add_weight(0=str but 'w')", []),
        ("keras.layers.Layer.add_weight()", []),
        ("keras.metrics.Metric.add_weight", []),
        ("def keras.layers.Layer.build", [6]),
        ("def keras.Model.build", [6]),
        ("def keras.metrics.Metric.build", []),
        ("class keras.layers.Layer", [5]),
        (".numpy", [9]),
        ("keras.Model.numpy", [9]),
        ("tf.Variable.numpy", [9]),
        ("keras.layers.Dense & .numpy", [3]),
        (".numpy & keras.layers.Conv1D", []),
        ("keras.layers.Layer.__setattr__(build=<*.add_weight>)", [7]),
        ("keras.layers.Layer.__setattr__(call=*)", []),
        ("print(0=*)", [9]),
    ],
)
def test_what_is_declared_is_found(code, tmp_path, declared, lines):
    text = """\
        import keras
        from keras.layers import Dropout
        dense = keras.layers.Dense(units=3)

        class Mine(keras.Model):
            def build(self, shape):
                self.w = self.add_weight("w")

        print(unknown.numpy())
        """
    read = code(a=text)
    index = finding.Index(read.files[0])
    study = read_study(tmp_path / "spec")
    about = Notation(study.subject).declared(declared)

    assert sorted(line for _, line in index.lines(about)) == lines


@pytest.fixture
def study(project):
    """A study of claims about names, in a project."""
    project.write("spec/answer_key.toml", SUBJECT + NAMES)
    path = project.question(CLAIMS)
    text = path.read_text().replace("\nimport pytest\n", f"\nimport pytest\n{IMPORTS}", 1)
    path.write_text(text)
    project.write("made_up.py", MADE_UP)
    project.write("code/train.py", TRAIN)
    return lambda: read_study(project.path / "spec")


def test_claims_are_about_what_their_sentences_name_or_else_what_is_rare_or_as_declared(
    study, project
):
    read = study()
    code = read_code([project.path / "code"], Names(read.subject.names))
    finder = finding.Finder(Concerns(read.specification, read.subject), code)

    assert read.problems == ()
    lines = {
        claim.name.removeprefix("test_"): [
            int(line.rpartition(":")[2]) for line in finder.lines(claim)
        ]
        for claim in read.specification.claims.values()
    }
    assert lines == {
        "names_came_first": [9, 10],
        "shapes_come_first": [9, 10],
        "fit_had_workers": [5],
        "loss_was_short": [4],
        "folders": [6],
        "nobody_uses_it": [],
        "rarest": [],
        "always": [],
    }
    overridden = "class A(tf.keras.layers.Layer):\n  def add_weight(self): pass\n"
    project.write("code/train.py", f"import tensorflow as tf\n{overridden}")
    code = read_code([project.path / "code"], Names(read.subject.names))
    told = finding.claims_about(Concerns(read.specification, read.subject), code)
    assert [claim.name for claim in told] == ["test_names_came_first", "test_shapes_come_first"]
    project.write("code/train.py", "import tensorflow as tf\ntf.square(1)\ntf.constant(1)")
    code = read_code([project.path / "code"], Names(read.subject.names))
    told = finding.claims_about(Concerns(read.specification, read.subject), code)
    assert [claim.name for claim in told] == ["test_rarest", "test_always"]


@pytest.mark.parametrize(
    "declared, problem",
    [
        ("torch.nn", "'torch.nn': torch is none of answer_key.toml's [names]"),
        ("tf.keras.Model.fit(", "'tf.keras.Model.fit(' is no name as code has it"),
    ],
)
def test_what_is_declared_wrongly_is_a_problem(study, project, declared, problem):
    path = next((project.path / "spec").glob("test_q01_*"))
    path.write_text(path.read_text().replace("tf.keras.Model.save(*='tf')", declared))

    (told,) = study().problems

    assert problem in told
    assert told.startswith("spec/test_q01_arrays.py:")


@pytest.fixture
def records(study, project, monkeypatch):
    """Records of Keras 2 and of Keras 3, in the folder where the command runs."""
    for name, keras, old in (("2", "2.15.0", "yes"), ("3", "3.15.1", "no")):
        monkeypatch.setenv("OLD", old)
        project.versions(keras=keras)
        project.run("--record", str(project.path / f"{name}.json"), "-p", "no:html")
    monkeypatch.chdir(project.path)


def compare(*arguments):
    """Call the command; its standard error stands apart."""
    command = ["compare", "2.json", "3.json", "--spec", "spec", *arguments]
    result = CliRunner().invoke(cli.main, command)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_only_changes_that_concern_the_code_are_told_with_its_lines(records):
    result = compare("--code", "code")

    assert result.exit_code == 1
    assert "in       code/train.py:9, code/train.py:10" in result.stdout
    assert "in       code/train.py:5" in result.stdout
    assert "nowhere" not in result.stdout
    assert " ".join(result.stdout.split()).endswith(" 2 other changes do not concern this code.")


def test_markdown_and_json_tell_the_lines_too(records):
    markdown = compare("--code", "code", "--format", "markdown").stdout
    content = json.loads(compare("--code", "code", "--format", "json").stdout)

    assert "`code/train.py:9`, `code/train.py:10`" in markdown
    assert "2 other changes do not concern this code." in markdown
    lines = {
        change["claim"].rpartition("test_")[2]: change["lines"] for change in content["changes"]
    }
    assert lines["folders"] == ["code/train.py:6"]
    assert content["others"] == 2


def test_more_than_five_lines_are_counted(records, project):
    project.write("code/more.py", "import keras\n" + "m.fit(workers=1)\n" * 9)

    result = compare("--code", "code/train.py", "code/more.py")

    first = ", ".join(f"code/more.py:{line}" for line in range(2, 6))
    assert f"code/train.py:5, {first} and 5 more" in " ".join(result.stdout.split())


def test_code_that_nothing_concerns_has_no_drift(records, project):
    project.write("other/a.py", "import keras\n")

    result = compare("--code", "other")

    assert result.exit_code == 0
    assert "6 other changes do not concern this code." in " ".join(result.stdout.split())


def test_what_is_no_python_is_named_on_standard_error(records, project):
    project.write("code/old.py", "print 'Python 2'")

    result = compare("--code", "code")

    assert "Skipped: code/old.py:1: Python cannot read it" in result.stderr
    assert "code/train.py:5" in result.stdout


@pytest.mark.parametrize(
    "arguments, problem",
    [
        (["--code", "nowhere"], "nowhere: there is no such file or folder"),
        (["--code", "site"], "site: no module and no notebook in there"),
        (["code"], "two records are compared, so what is code?"),
    ],
)
def test_wrong_usage_is_one_line(records, arguments, problem):
    result = compare(*arguments)

    assert result.exit_code == 2
    assert problem in result.stderr


@pytest.mark.parametrize("arguments", [[], ["q01", "-x"]])
def test_run_takes_the_claims_about_the_code(study, project, monkeypatch, arguments):
    monkeypatch.chdir(project.path)
    asked = []
    monkeypatch.setattr(running, "run", lambda folder, given: asked.extend(given) or 0)

    CliRunner().invoke(cli.main, ["run", "--spec", "spec", "--code", "code", *arguments])

    path = f"{project.path}/spec/test_q01_arrays.py::TestPart::test_"
    chosen = [
        "names_came_first",
        "shapes_come_first",
        "fit_had_workers",
        "loss_was_short",
        "folders",
    ]
    assert asked == [path + name for name in chosen] + arguments[1:]


def test_nothing_to_run_is_one_line(study, project, monkeypatch):
    monkeypatch.chdir(project.path)

    result = CliRunner().invoke(cli.main, ["run", "--spec", "spec", "--code", "code", "q02"])

    assert result.exit_code == 2
    assert "no claim is about names that this code uses" in result.stderr
