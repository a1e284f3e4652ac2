"""How would you train a model with a custom training loop that shows its progress?

Loop over epochs and batches. In each epoch, **reset** the metrics. For each batch, compute the loss
with `training=True`, plus **`model.losses`**, under a **`GradientTape`**; apply the gradients;
update a mean of the loss and the accuracy, and show them with epoch and step, for instance by
Keras's **`Progbar`**. At the end of the epoch compute **validation** loss and accuracy, with
`training=False`. Put the step into a **`tf.function`**. With **two optimizers**, lower and upper
layers learn in ways and at rates of their own: each optimizer gets the gradients of its variables.
"""

import contextlib
import io

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, core, holds

NAMES = ["loss", "accuracy"]


def make_model():
    """A small classifier of digits in two halves, so that each can have its own optimizer."""
    penalty = tf.keras.regularizers.L2(1e-4)
    dense = tf.keras.layers.Dense(32, "relu", kernel_regularizer=penalty)
    lower = tf.keras.Sequential([tf.keras.Input((64,)), dense, tf.keras.layers.Dropout(0.1)])
    upper = tf.keras.Sequential([tf.keras.Input((32,)), tf.keras.layers.Dense(10, "softmax")])
    return tf.keras.Sequential([tf.keras.Input((64,)), lower, upper])


def make_steps(model, optimizers, metrics):
    """A step of training and one of validation as graphs; each half has its own optimizer."""
    compute_loss = tf.keras.losses.SparseCategoricalCrossentropy()
    mean_loss, accuracy = metrics
    for optimizer, half in zip(optimizers, model.layers):
        optimizer.build(half.trainable_variables)  # a step that makes variables is traced twice

    def run(images, labels, training):
        predictions = model(images, training=training)
        loss = compute_loss(labels, predictions) + sum(model.losses)
        mean_loss.update_state(loss)
        accuracy.update_state(labels, predictions)
        return loss

    @tf.function
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = run(images, labels, training=True)
        gradients = tape.gradient(loss, [half.trainable_variables for half in model.layers])
        for optimizer, half, own in zip(optimizers, model.layers, gradients):
            optimizer.apply_gradients(zip(own, half.trainable_variables))

    @tf.function
    def validate(images, labels):
        run(images, labels, training=False)

    return step, validate


def make_metrics():
    return [tf.keras.metrics.Mean(), tf.keras.metrics.SparseCategoricalAccuracy()]


def reset(metrics):
    for metric in metrics:
        metric.reset_state()


def results(metrics, prefix=""):
    return {prefix + name: float(metric.result()) for name, metric in zip(NAMES, metrics)}


def train(model, optimizers, training, validation, epochs=1, verbose=0):
    """Train for some epochs, showing how it goes; return what each epoch ended with."""
    metrics = make_metrics()
    step, validate = make_steps(model, optimizers, metrics)
    batches = tf.data.Dataset.from_tensor_slices(training).shuffle(1500, seed=0).batch(50)
    history = []
    for epoch in range(epochs):
        if verbose:
            print(f"Epoch {epoch + 1}/{epochs}")
        bar = tf.keras.utils.Progbar(len(batches), verbose=verbose, stateful_metrics=NAMES)
        reset(metrics)
        for number, batch in enumerate(batches, start=1):
            step(*batch)
            logs = results(metrics)
            bar.update(number, logs.items(), finalize=False)
        reset(metrics)
        validate(*validation)
        logs |= results(metrics, "val_")
        bar.update(number, logs.items(), finalize=True)
        history.append(logs)
    return history


def descent(lower, upper):
    """Plain gradient descent for both halves, each at its own learning rate."""
    return [tf.keras.optimizers.SGD(lower), tf.keras.optimizers.SGD(upper)]


def bar_of_three_steps():
    """What `Progbar` shows of the values 1, 3 and 5."""
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        bar = tf.keras.utils.Progbar(3)
        for number, value in enumerate([1.0, 3.0, 5.0], start=1):
            bar.update(number, [("value", value)])
    return shown.getvalue()


class TestTheLoop:
    """A loop of your own trains, validates, and tells how it goes."""

    @core
    def test_it_learns(self, digits):
        """In 4 epochs the loop can learn to read over **90 %** of handwritten digits it never saw.

        That is what the loop is for, and what it has to show: 80 steps of a real training. See the
        [guide](https://www.tensorflow.org/guide/keras/writing_a_training_loop_from_scratch).
        """
        (images, labels), unseen = digits
        tf.keras.utils.set_random_seed(0)
        optimizers = [tf.keras.optimizers.SGD(0.3, momentum=0.9), tf.keras.optimizers.Adam(0.02)]

        history = train(make_model(), optimizers, (images[:1000], labels[:1000]), unseen, epochs=4)

        assert history[-1]["loss"] < history[0]["loss"] / 3
        assert history[-1]["accuracy"] > 0.9
        assert history[-1]["val_accuracy"] > 0.9

    @core
    def test_it_shows_its_progress(self, digits, capsys):
        """While a loop runs, Keras's `Progbar` shows the **step**, the mean loss and the accuracy.

        The loop shows what it is written to show. The mean is that of the epoch, for the loop
        resets its metrics: `q08::TestWhatAHandLoopForgets::test_metrics_run_on`. The API:
        [Progbar](https://www.tensorflow.org/api_docs/python/tf/keras/utils/Progbar).
        """
        training, validation = ((x[:100], y[:100]) for x, y in digits)

        history = train(make_model(), descent(0.1, 0.2), training, validation, 2, verbose=1)

        _, second_epoch = capsys.readouterr().out.split("Epoch 2/2")
        first_step, *_, end = second_epoch.split("2/2")
        assert "1/2" in first_step
        assert "accuracy: " in first_step
        assert f" loss: {history[1]['loss']:.4f}" in end
        assert f" accuracy: {history[1]['accuracy']:.4f}" in end

    @core
    def test_validation_ends_the_line(self, digits, capsys):
        """At the end of an epoch, the bar gains the **validation** loss and accuracy.

        Only its last `update` is given them, with `finalize=True`, which ends the line.
        """
        training, validation = ((x[:100], y[:100]) for x, y in digits)

        (logs,) = train(make_model(), descent(0.1, 0.2), training, validation, verbose=1)

        *steps, end = capsys.readouterr().out.split("2/2")
        assert steps
        assert not any("val_" in step for step in steps)
        assert f"val_loss: {logs['val_loss']:.4f}" in end
        assert f"val_accuracy: {logs['val_accuracy']:.4f}" in end

    def test_epochs_share_no_numbers(self, digits):
        """Reset before **each** epoch and validation, the metrics show the numbers of that alone.

        At rate 0 an epoch is like the one before, but for dropout. The images to validate by are
        thirty times as bright, which makes the loss several times as large.
        """
        (images, labels), _ = digits
        validation = (30.0 * images[:50], labels[:50])

        logs = train(make_model(), descent(0.0, 0.0), (images[:50], labels[:50]), validation, 2)

        assert logs[1]["val_loss"] == pytest.approx(logs[0]["val_loss"])
        assert logs[1]["val_loss"] > 3 * logs[0]["loss"]
        assert logs[1]["loss"] == pytest.approx(logs[0]["loss"], rel=0.3)

    @core
    def test_the_step_is_traced_once(self, digits):
        """A step that makes no variables is **traced** once for each size of batch; the last may be smaller.

        A trace takes far longer than a step that has one:
        `q10::TestRetracing::test_new_python_numbers_are_slow`.
        """
        (images, labels), _ = digits
        step, _ = make_steps(make_model(), descent(0.1, 0.2), make_metrics())

        traces = []
        for size in (50, 50, 50, 20, 50, 20):
            step(tf.constant(images[:size]), tf.constant(labels[:size]))
            traces.append(step.experimental_get_tracing_count())

        assert traces == [1, 1, 1, 2, 2, 2]


class TestWhatTheLossIs:
    """The loss holds the penalties of regularizers, and is validated without dropout."""

    @core
    def test_penalties(self):
        """The penalties on trainable weights stand in **`model.losses`**, for the loop to add.

        A loss function sees targets and predictions only; `fit` adds the penalties by itself:
        `q08::TestWhatAHandLoopForgets::test_regularization`. See
        [losses that layers create](https://www.tensorflow.org/guide/keras/making_new_layers_and_models_via_subclassing).
        """
        penalty = tf.keras.regularizers.L2(0.5)
        layer = tf.keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer=penalty)
        model = tf.keras.Sequential([tf.keras.Input((3,)), layer])

        added = sum(model.losses)

        assert float(added) == 1.5

    @core
    def test_as_evaluate(self, digits):
        """The loop's validation loss and accuracy are those of Keras's **`evaluate`** on one batch.

        `evaluate` adds the penalties, too: without them the loop's loss would be the lower one.
        """
        training, validation = ((x[:100], y[:100]) for x, y in digits)
        model = make_model()

        (logs,) = train(model, descent(0.1, 0.2), training, validation)

        model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        loss, accuracy = model.evaluate(*validation, batch_size=100, verbose=0)
        assert logs["val_loss"] == pytest.approx(loss, abs=1e-5)
        assert logs["val_accuracy"] == pytest.approx(accuracy)

    @core
    def test_without_dropout(self):
        """With **`training=False`** a model drops nothing out, unless built to: validation is repeatable.

        Called without the argument in a loop of your own, a model drops nothing out, either:
        `q08::TestWhatAHandLoopForgets::test_dropout_is_off`. But a layer that augments images
        then takes it for True, as `RandomRotation` does.
        """
        tf.keras.utils.set_random_seed(0)
        model, rotate = make_model(), tf.keras.layers.RandomRotation(0.5)
        images = tf.random.uniform([20, 64])
        squares = tf.reshape(images, [20, 8, 8, 1])

        trained = [model(images, training=True) for _ in range(2)]
        validated = [model(images, training=False) for _ in range(2)]

        assert np.array_equal(validated[0], validated[1])
        assert np.array_equal(validated[0], model(images))
        assert not np.array_equal(trained[0], trained[1])
        assert np.array_equal(rotate(squares, training=False), squares)
        assert not np.array_equal(rotate(squares), squares)


class TestTwoOptimizers:
    """Lower and upper layers learn in ways and at rates of their own."""

    @core
    def test_each_moves_its_own_half(self, digits):
        """An optimizer moves only the variables it is **given**: rate 0 leaves the lower half.

        So the gradients have to be sorted: `tape.gradient` returns them in the lists it is asked
        for. See [apply_gradients](https://keras.io/api/optimizers/).
        """
        training, validation = ((x[:50], y[:50]) for x, y in digits)
        model = make_model()
        lower, upper = model.layers
        before = [half.get_weights() for half in model.layers]

        train(model, descent(0.0, 0.1), training, validation)

        assert all(map(np.array_equal, lower.get_weights(), before[0]))
        assert not any(map(np.array_equal, upper.get_weights(), before[1]))

    @core
    def test_two_kinds(self, digits):
        """The two optimizers may be of different **kinds**: here SGD below, and above Adam.

        The exercise asks for it. Adam's first step is about as long as its rate, that of SGD as
        its rate times the gradient.
        """
        training, validation = ((x[:50], y[:50]) for x, y in digits)
        model = make_model()
        before = [half.get_weights()[0] for half in model.layers]
        optimizers = [tf.keras.optimizers.SGD(0.01), tf.keras.optimizers.Adam(0.01)]

        train(model, optimizers, training, validation)

        steps = [half.get_weights()[0] - old for half, old in zip(model.layers, before)]
        assert np.abs(steps[0]).max() < 0.005
        assert np.abs(steps[1]).max() == pytest.approx(0.01, rel=0.01)

    def test_rates_scale_the_step(self, digits):
        """But for rounding, a **tenfold** rate makes a tenfold step in plain gradient descent."""
        training, validation = ((x[:50], y[:50]) for x, y in digits)
        steps = []
        for rate in (0.01, 0.1):
            tf.keras.utils.set_random_seed(0)
            model = make_model()
            start = model.layers[1].get_weights()[0]
            train(model, descent(0.01, rate), training, validation)
            steps.append(model.layers[1].get_weights()[0] - start)

        assert np.abs(steps[0]).max() > 0
        assert np.allclose(steps[1], 10 * steps[0], atol=1e-6)


class TestTheBar:
    """What the bar shows of a number depends on its name and on the release."""

    def test_stateful_metrics(self):
        """Named in `stateful_metrics`, a value is shown **as it is**: the loop has averaged it.

        The API: [Progbar](https://www.tensorflow.org/api_docs/python/tf/keras/utils/Progbar).
        """
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            bar = tf.keras.utils.Progbar(3, stateful_metrics=["value"])
            for number, value in enumerate([1.0, 3.0, 5.0], start=1):
                bar.update(number, [("value", value)])

        *_, end = shown.getvalue().split("3/3")
        assert "value: 5.0000" in end

    @holds("keras<3.11")
    @about("tf.keras.utils.Progbar")
    def test_bar_ended_on_the_mean(self):
        """Before Keras 3.11, the bar ended on the **mean** of a value not in `stateful_metrics`."""
        *_, end = bar_of_three_steps().split("3/3")

        assert "value: 3.0000" in end

    @holds("keras>=3.11", was="test_bar_ended_on_the_mean")
    def test_bar_ends_on_the_last(self):
        """From Keras 3.11 on, the bar ends on the **last** of a value not in `stateful_metrics`.

        Instead: average in a metric, and name what it gives in `stateful_metrics`.
        """
        *_, end = bar_of_three_steps().split("3/3")

        assert "value: 5.0000" in end

    @holds("keras<3")
    @about("tf.keras.Model.fit(verbose=2)", "tf.keras.Model.evaluate(verbose=2)")
    def test_line_of_an_epoch_ended_in_times(self):
        """Before Keras 3, what `fit(verbose=2)` printed of an epoch ended in its **times**."""
        model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
        model.compile("sgd", "mse")

        with contextlib.redirect_stdout(io.StringIO()) as shown:
            model.fit(np.zeros((1, 1)), np.zeros((1, 1)), verbose=2)

        assert shown.getvalue().rstrip().endswith("/step")
        assert "/epoch" in shown.getvalue()

    @holds("keras>=3", was="test_line_of_an_epoch_ended_in_times")
    def test_line_of_an_epoch_ends_in_results(self):
        """From Keras 3 on, what `fit(verbose=2)` prints of an epoch ends in its **results**.

        Instead: read results from what `fit` returns, not from what it prints.
        """
        model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
        model.compile("sgd", "mse")

        with contextlib.redirect_stdout(io.StringIO()) as shown:
            model.fit(np.zeros((1, 1)), np.zeros((1, 1)), verbose=2)

        assert shown.getvalue().rstrip().endswith("/step - loss: 0.0000e+00")
        assert "/epoch" not in shown.getvalue()
