"""The exercises on the real TensorFlow: right solutions pass, wrong ones fail."""

import io
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from answer_key.practice import learner, marks, progress, tasks, writing
from answer_key.study import read_study
from fixtures import processes

pytestmark = pytest.mark.tensorflow

SUITE = Path(__file__).parents[1]
STUDY = read_study(SUITE / "spec")
QUESTIONS = [each for each in STUDY.specification.questions if each.key not in STUDY.exercises]

# What makes a right solution a wrong one: what stands in the specification's own, and what instead,
# once or more often.
WRONG = {
    "q12": {
        "epsilon outside the root": (
            "tf.sqrt(variance + self.epsilon)",
            "(tf.sqrt(variance) + self.epsilon)",
        ),
        "along the batch": ("axes=[-1]", "axes=[0]"),
        "a scale that is not trained": ('"ones")', '"ones", trainable=False)'),
        "a shift of one number": ('"beta", shape=(size,)', '"beta", shape=()'),
        "the built-in layer": (
            'self.alpha = self.add_weight(name="alpha", shape=(size,), initializer="ones")',
            "self.builtin = tf.keras.layers.LayerNormalization(epsilon=self.epsilon)",
            'self.beta = self.add_weight(name="beta", shape=(size,), initializer="zeros")',
            "self.builtin.build(input_shape)",
            "mean, variance = tf.nn.moments(inputs, axes=[-1], keepdims=True)\n",
            "",
            "return self.alpha * (inputs - mean) / tf.sqrt(variance + self.epsilon) + self.beta",
            "    return self.builtin(inputs)",
        ),
    },
    "q13": {
        "no penalties": (" + sum(model.losses)", ""),
        "no reset": ("        reset(metrics)\n        for number", "        for number"),
        "validated with dropout": (
            "run(images, labels, training=False)",
            "run(images, labels, True)",
        ),
        "nothing shown": (", verbose=verbose", ", verbose=0"),
        "validated by evaluate": (
            'validate(*validation)\n        logs |= results(metrics, "val_")',
            "model.compile(loss='sparse_categorical_crossentropy', metrics=['accuracy'])\n"
            "        found = model.evaluate(*validation, batch_size=10**6, verbose=0)\n"
            "        logs |= dict(zip(['val_loss', 'val_accuracy'], found))",
        ),
    },
    "two_optimizers": {
        "one optimizer for both": (
            "optimizer.apply_gradients(zip(own",
            "optimizers[1].apply_gradients(zip(own",
        ),
        "exchanged": (
            "zip(optimizers, model.layers, gradients)",
            "zip(optimizers[::-1], model.layers, gradients)",
        ),
        "without a graph": ("    @tf.function\n    def step", "    def step"),
        "no penalties": (" + sum(model.losses)", ""),
    },
    "huber": {
        "no config": ("    def get_config", "    def config"),
        "no config of the base": ("{**super().get_config(), ", "{"),
        "a wrong slope": (
            "self.threshold * (error - self.threshold / 2)",
            "error - self.threshold / 2",
        ),
        "a threshold of the class": (
            "self.threshold = threshold",
            "type(self).threshold = threshold",
        ),
    },
    "metric": {
        "the last batch only": ("self.right.assign_add", "self.right.assign"),
        "a mean of batches": (
            "self.positive.assign_add(tf.reduce_sum(predictions))",
            "self.positive.assign_add(1.0)",
        ),
        "a count in Python": (
            "self.count.assign_add(tf.reduce_sum(",
            "self.total = getattr(self, 'total', 0) + (tf.reduce_sum(",
        ),
        "no config": ("    def get_config", "    def config"),
    },
    "learned_slope": {
        "not trained": ('initializer="ones")', 'initializer="ones", trainable=False)'),
        "a slope a feature": ("shape=()", "shape=(input_shape[-1],)"),
        "no gradient": ("self.slope *", "tf.stop_gradient(self.slope) *"),
        "on both sides": (
            "inputs, self.slope * inputs)",
            "self.slope * inputs, self.slope * inputs)",
        ),
    },
    "own_loss": {
        "without the inputs": ("x * tf.abs", "tf.abs"),
        "the sum": ("tf.reduce_mean", "tf.reduce_sum"),
        "squares": ("tf.abs(", "tf.square("),
        "another method": ("def compute_loss", "def my_loss"),
    },
    "functions": {
        "frozen": ("tf.random.uniform([])", "tf.constant(source())"),
        "one length": ("tf.TensorSpec([None], tf.float32)", "tf.TensorSpec([2], tf.float32)"),
        "not assigned": ("return value.assign(value + 1)", "return value + 1"),
        "printed while tracing": ('tf.print("tensorflow", number)', 'print("tensorflow", number)'),
        "an easier claim": ("assert len(traces) == 1", "assert len(traces) >= 1"),
    },
}


def own(name):
    """The specification's own solution, in the file that the learner is given."""
    exercise = STUDY.exercises[name]
    text = writing.text(name, STUDY, "practice")
    for subject in exercise.subjects:
        text = text.replace(writing.stub(exercise.code(subject)), exercise.code(subject))
    for task in tasks.mends(exercise):
        head = task.text.partition("\n")[0]
        body = "\n".join(f"    {line}" for line in task.claim.code[-1].split("\n"))
        text = text.replace(task.text, f'{head}\n    """As it is."""\n{body}')
    return text


def changed(name, wrong):
    """The own solution, changed to be a wrong one."""
    text = own(name)
    changes = WRONG[name][wrong]
    for right, instead in zip(changes[::2], changes[1::2], strict=True):
        assert right in text
        text = text.replace(right, instead)
    return text


def solved(question):
    """The koans of a question with all answers filled in."""
    text = writing.text(question.key, STUDY, "practice")
    for task in tasks.koans(question):
        head, sentence, code = task.text.split('"""')
        part = "sentence" if task.in_sentence else "code"
        filled = {"sentence": sentence, "code": code}
        for answer in task.answers:
            filled[part] = filled[part].replace("___", answer, 1)
        written = f'{head}"""{filled["sentence"]}"""{filled["code"]}'
        text = text.replace(task.text, written)
    return text


def written(folder, name, text):
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def outcomes(tmp_path, monkeypatch):
    """`outcomes(name, text)` are those of the steps of an exercise's file."""
    monkeypatch.setattr(marks, "run_pytest", run_afresh)

    def mark(name, text):
        found = progress.read(written(tmp_path, name, text), STUDY)
        found.mark(limit=60)
        return [state.outcome for state in found.states]

    return mark


def run_afresh(arguments, suite):
    """Run pytest where TensorFlow is imported already, which takes the most time of all."""
    return processes.call(run_pytest, arguments, str(suite), timeout=300)


def run_pytest(arguments, suite):
    os.environ.pop("PYTEST_ADDOPTS", None)
    sys.path.insert(0, suite)
    sys.dont_write_bytecode = True
    said = io.StringIO()
    with redirect_stdout(said):
        pytest.main(arguments)
    return said.getvalue()


def test_every_exercise_has_wrong_solutions():
    assert WRONG.keys() == STUDY.exercises.keys()
    assert all(len(wrong) >= 3 for wrong in WRONG.values())


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_koans_take_their_own_answers(question, tmp_path):
    found = learner.read_solution(written(tmp_path, question.key, solved(question)))

    for task in tasks.koans(question):
        function = found.definitions[task.name]
        assert list(learner.gaps(function, task.in_sentence)) == []
        assert task.check(function) is None


@pytest.mark.parametrize("key", ["q03", "q05", "q10"])
def test_solved_koans_are_right(key, tmp_path):
    [question] = [each for each in QUESTIONS if each.key == key]
    found = progress.read(written(tmp_path, key, solved(question)), STUDY)

    found.mark(limit=60)

    assert [state for state in found.states if state.outcome != "right"] == []


@pytest.mark.parametrize("name", STUDY.exercises)
def test_what_is_given_is_no_solution(name, outcomes):
    assert "right" not in outcomes(name, writing.text(name, STUDY, "practice"))


@pytest.mark.parametrize("name", STUDY.exercises)
def test_own_solutions_are_right(name, outcomes):
    assert set(outcomes(name, own(name))) == {"right"}


@pytest.mark.parametrize("name, wrong", [(name, each) for name in WRONG for each in WRONG[name]])
def test_wrong_solutions_fail(name, wrong, outcomes):
    found = outcomes(name, changed(name, wrong))

    assert {"wrong", "looks right"} & set(found)


@pytest.mark.parametrize(
    "name, wrong", [("q12", "the built-in layer"), ("q13", "validated by evaluate")]
)
def test_what_only_looks_right_is_found_out(name, wrong, outcomes):
    found = outcomes(name, changed(name, wrong))

    assert "looks right" in found
    assert "wrong" not in found
