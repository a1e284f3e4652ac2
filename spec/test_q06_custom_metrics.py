"""When would you use a function to define a custom metric, and when would you subclass \
`keras.metrics.Metric`?

Write a **function** if an epoch's metric is the **mean** of one number per sample, as accuracy is;
**subclass** `Metric` if it is not, as precision is not.

- Keras keeps the **running mean** of what a function returns.
- A subclass **streams**: `update_state` adds each batch to state made by `add_weight`, `result`
  reads it. Keras calls its `reset_state` between epochs and before validation.
- With **`get_config`**, hyperparameters can survive saving; a function's arguments can in
  `MeanMetricWrapper`.
- A mean with a hyperparameter can be a subclass of `Mean`. Precision and others are built in.
- A metric, unlike a loss, need not be differentiable.
"""

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds

INPUTS = np.array([[0.0], [1.0], [2.0], [9.0]], np.float32)
ZEROS = np.zeros((4, 1), np.float32)
LABELS = np.array([1, 0, 0, 0, 1, 0, 0, 0], np.float32)
POSITIVES = np.array([1, 0, 0, 0, 1, 1, 1, 1], np.float32)


def batches(size=4):
    """The inputs, with zeros as their labels, in batches."""
    return tf.data.Dataset.from_tensor_slices((INPUTS, ZEROS)).batch(size)


def absolute_error(labels, predictions):
    return tf.abs(labels - predictions)


def is_large(labels, predictions, threshold=0.5):
    return tf.cast(tf.abs(labels - predictions) > threshold, tf.float32)


def batch_precision(labels, predictions):
    return tf.math.divide_no_nan(tf.reduce_sum(labels * predictions), tf.reduce_sum(predictions))


class LargeErrors(tf.keras.metrics.Metric):
    """Counts the errors above a threshold."""

    def __init__(self, threshold=0.5, **options):
        super().__init__(**options)
        self.threshold = threshold
        self.count = self.add_weight(name="count", shape=(), initializer="zeros")

    def update_state(self, labels, predictions, sample_weight=None):
        self.count.assign_add(tf.reduce_sum(is_large(labels, predictions, self.threshold)))

    def result(self):
        return tf.convert_to_tensor(self.count)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


class Careless(LargeErrors):
    """The same, but its result is the variable itself."""

    def result(self):
        return self.count


class EpochPrecision(tf.keras.metrics.Metric):
    """The share of positive predictions that are right, over all batches."""

    def __init__(self, **options):
        super().__init__(**options)
        self.right = self.add_weight(name="right", shape=(), initializer="zeros")
        self.positive = self.add_weight(name="positive", shape=(), initializer="zeros")

    def update_state(self, labels, predictions, sample_weight=None):
        self.right.assign_add(tf.reduce_sum(labels * predictions))
        self.positive.assign_add(tf.reduce_sum(predictions))

    def result(self):
        return self.right / self.positive


def identity(name=None):
    """A layer that returns what it is given."""
    return tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", name=name)


def identity_model(rate=0.0, run_eagerly=True, **metrics):
    """A model that predicts its input; it learns nothing, unless it is given a learning rate.

    It runs eagerly, which for so few batches is quicker.
    """
    model = tf.keras.Sequential([tf.keras.Input((1,)), identity()])
    optimizer, loss = tf.keras.optimizers.SGD(rate), tf.keras.losses.MeanAbsoluteError()
    model.compile(optimizer=optimizer, loss=loss, run_eagerly=run_eagerly, **metrics)
    return model


def two_outputs(metrics):
    """A model whose layers `a` and `b` both predict its input."""
    given = tf.keras.Input((1,))
    model = tf.keras.Model(given, [identity("a")(given), identity("b")(given)])
    losses = [absolute_error, absolute_error]
    model.compile(optimizer="sgd", loss=losses, metrics=metrics, run_eagerly=True)
    return model


def dict_of_outputs(metrics):
    """The same, but its outputs are a dict with the keys `u` and `v`."""
    given = tf.keras.Input((1,))
    model = tf.keras.Model(given, {"u": identity("a")(given), "v": identity("b")(given)})
    losses = {"u": absolute_error, "v": absolute_error}
    model.compile(optimizer="sgd", loss=losses, metrics=metrics, run_eagerly=True)
    return model


class TestFunctionsAreAveraged:
    """Keras averages what a function returns."""

    @core
    @confirms("A6.1")
    def test_running_mean(self):
        """During an epoch, Keras reports the **running mean** of a function metric.

        Here the errors are 0, 1, 2 and 9, in batches of one: after the last, Keras shows their mean
        of 3, not 9. See [custom metrics](https://keras.io/api/metrics/#creating-custom-metrics).
        """
        reported = []
        note = tf.keras.callbacks.LambdaCallback(
            on_batch_end=lambda batch, logs: reported.append(float(logs["absolute_error"]))
        )
        model = identity_model(metrics=[absolute_error])

        model.fit(batches(1), verbose=0, callbacks=[note])

        print(reported)
        assert reported == [0.0, 0.5, 1.0, 3.0]

    @confirms("A6.1")
    def test_operations_run_on_every_batch(self):
        """By default, Keras traces a function metric; its value is computed on **every batch**.

        What tracing is: `q10::TestTracing::test_python_runs_while_tracing`.
        """
        traces = []
        runs = tf.Variable(0.0)

        def error(labels, predictions):
            traces.append("traced")
            runs.assign_add(1.0)
            return tf.abs(labels - predictions)

        model = identity_model(metrics=[error], run_eagerly=False)
        model.fit(batches(1), epochs=2, verbose=0)

        assert runs.numpy() == 8
        assert 1 <= len(traces) < 8

    @confirms("A6.1")
    def test_samples_weigh_alike(self):
        """One value per sample gives the mean over **samples**, even if the last batch is smaller.

        The batches' means are 1 and 9. The first has three samples, so the epoch's mean is 3.
        """
        model = identity_model(metrics=[absolute_error])

        report = model.evaluate(batches(3), verbose=0, return_dict=True)

        assert report["absolute_error"] == 3.0

    @core
    def test_scalars_weigh_batches_alike(self):
        """Unweighted, one value per batch gives the mean over **batches**: a small one's samples weigh more.

        Leave the averaging to Keras: return `tf.abs(…)`, and not its `tf.reduce_mean`.
        """

        def mean_error(labels, predictions):
            return tf.reduce_mean(tf.abs(labels - predictions))

        model = identity_model(metrics=[mean_error])

        report = model.evaluate(batches(3), verbose=0, return_dict=True)

        assert report["mean_error"] == 5.0

    def test_measured_before_the_update(self):
        """In training, a batch is measured **before** the weights are updated with it.

        The first epoch's single update brings the error down to 0.75: only the second epoch shows
        it. With many batches, an epoch's metric is a mix of many weights.
        """
        model = identity_model(rate=0.25, metrics=[absolute_error])

        history = model.fit(batches(), epochs=2, verbose=0).history

        assert history["absolute_error"] == [3.0, 0.75]

    @holds("keras<3")
    @about(
        "tf.keras.Model.compile(metrics=*@*)",
        "tf.keras.Model.compile(2=*@*)",
        "tf.keras.metrics.MeanMetricWrapper",
    )
    def test_shapes_are_aligned(self):
        """Before Keras 3, your function metric got labels (n,) **aligned** with predictions (n, 1)."""
        metric = tf.keras.metrics.MeanMetricWrapper(absolute_error)
        right_answers = INPUTS[:, 0]

        metric.update_state(right_answers, INPUTS)

        assert float(metric.result()) == 0.0

    @holds("keras>=3", was="test_shapes_are_aligned")
    def test_shapes_are_broadcast(self):
        """From Keras 3 on, a metric's operators **broadcast** labels (n,) with predictions (n, 1).

        Perfect predictions then show an error. Instead: give the labels the shape (n, 1), too.
        """
        metric = tf.keras.metrics.MeanMetricWrapper(absolute_error)
        right_answers = INPUTS[:, 0]

        metric.update_state(right_answers, INPUTS)

        assert float(metric.result()) == 3.5

    @holds("keras<3")
    @about(
        "tf.keras.Model.compile(metrics=*@*)",
        "tf.keras.Model.compile(2=*@*)",
        "tf.keras.metrics.MeanMetricWrapper",
    )
    def test_integer_labels_were_cast(self):
        """Before Keras 3, a function metric got integer labels as **float32**."""
        types = []

        def error(labels, predictions):
            types.append(labels.dtype)
            return tf.abs(tf.cast(labels, tf.float32) - predictions)

        metric = tf.keras.metrics.MeanMetricWrapper(error)
        metric.update_state(np.array([[1], [2]]), np.array([[1.0], [4.0]], np.float32))

        assert float(metric.result()) == 1.0
        assert types == [tf.float32]

    @holds("keras>=3", was="test_integer_labels_were_cast")
    def test_integer_labels_are_kept(self):
        """From Keras 3 on, a function metric gets **integer** labels as they are.

        A loss gets them as float32: `q05::TestFunction::test_integer_targets`.
        Instead: cast them, as here, before they meet the predictions.
        """
        types = []

        def error(labels, predictions):
            types.append(labels.dtype)
            return tf.abs(tf.cast(labels, tf.float32) - predictions)

        metric = tf.keras.metrics.MeanMetricWrapper(error)
        metric.update_state(np.array([[1], [2]]), np.array([[1.0], [4.0]], np.float32))

        assert float(metric.result()) == 1.0
        assert types == [tf.int64]


class TestMetricOrLoss:
    """A metric is read by people, a loss by the optimizer: they need not be the same."""

    @core
    def test_not_differentiable(self):
        """A metric need not be **differentiable**; a loss without a gradient cannot train.

        So accuracy is a metric, and some other function the loss; see the
        [guide](https://www.tensorflow.org/guide/keras/training_with_built_in_methods).
        """

        def miss(labels, predictions):
            return tf.cast(tf.not_equal(labels, tf.round(predictions)), tf.float32)

        model = identity_model(metrics=[miss])
        assert model.evaluate(batches(), verbose=0, return_dict=True)["miss"] == 0.75

        model.compile(optimizer="sgd", loss=miss, run_eagerly=True)

        with pytest.raises(ValueError, match="No gradients provided"):
            model.train_on_batch(INPUTS, ZEROS)

    @core
    def test_weighted_metric_and_loss(self):
        """A weighted function metric is divided by the **sum of weights**, a loss by the number of results.

        Both are weighted here, by `sample_weight`, and show two numbers. They agree if the weights'
        mean is 1. What a loss does: `q05::TestOneNumberASample::test_weights_come_after_the_loss`.
        """
        weights = np.array([0.0, 0.0, 0.5, 0.5], np.float32)
        batch = tf.data.Dataset.from_tensors((INPUTS, ZEROS, weights))
        metric = tf.keras.metrics.MeanMetricWrapper(absolute_error, name="weighted")
        model = identity_model(weighted_metrics=[metric])

        report = model.evaluate(batch, verbose=0, return_dict=True)

        print(report)
        assert report == {"loss": 1.375, "weighted": 5.5}


class TestNotEveryMetricIsAMean:
    """A function is enough for a mean over samples; else it takes a class, built in or your own."""

    @confirms("B6.1")
    @pytest.mark.parametrize("batch_size, mean", [(1, 3.0), (2, 3.0), (3, 3.0), (4, 3.0)])
    def test_mean_over_samples(self, batch_size, mean):
        """A **mean** over samples needs only a function: up to rounding, batches do not matter.

        `MeanMetricWrapper` keeps the mean of what a function returns, as `compile` does:
        `q06::TestFunctionsAreAveraged::test_running_mean`.
        """
        metric = tf.keras.metrics.MeanMetricWrapper(absolute_error)

        for start in range(0, 4, batch_size):
            batch = slice(start, start + batch_size)
            metric.update_state(ZEROS[batch], INPUTS[batch])

        assert float(metric.result()) == mean

    @core
    @confirms("A6.3", "A6.4", "B6.2")
    def test_precision(self, exhibit):
        """An epoch's precision need not be the **mean** of its batches' precisions.

        Precision is the share of the positive predictions that are right. The first batch has 1
        positive prediction, which is right; the second has 4, of which 1 is right. Two of five are
        right, while the mean of 1/1 and 1/4 says more than three of five.
        """
        mean = tf.keras.metrics.MeanMetricWrapper(batch_precision)
        streaming = EpochPrecision()

        for batch in (slice(0, 4), slice(4, 8)):
            mean.update_state(LABELS[batch], POSITIVES[batch])
            streaming.update_state(LABELS[batch], POSITIVES[batch])

        exhibit.bars("Precision", {"mean of the batches": 0.625, "of the epoch": 0.4})
        assert float(mean.result()) == 0.625
        assert float(streaming.result()) == pytest.approx(0.4)

    @confirms("A6.3", "A6.4")
    @pytest.mark.parametrize(
        "batch_size, averaged, streamed", [(2, 0.375, 0.4), (4, 0.625, 0.4), (8, 0.4, 0.4)]
    )
    def test_batch_size_matters(self, batch_size, averaged, streamed):
        """The mean of batch precisions can depend on the **batch size**, a streamed one does not."""
        mean = tf.keras.metrics.MeanMetricWrapper(batch_precision)
        streaming = EpochPrecision()

        for start in range(0, 8, batch_size):
            batch = slice(start, start + batch_size)
            mean.update_state(LABELS[batch], POSITIVES[batch])
            streaming.update_state(LABELS[batch], POSITIVES[batch])

        assert float(mean.result()) == pytest.approx(averaged)
        assert float(streaming.result()) == pytest.approx(streamed)

    @core
    @corrects("B6.1")
    @confirms("A6.3")
    def test_root_of_a_mean(self):
        """Over several batches, even one line can be wrong where a **root** is to be taken after the mean.

        What decides is not how simple the formula is, but whether it is a mean over samples.
        """

        def root_mean_square(labels, predictions):
            return tf.sqrt(tf.reduce_mean(tf.square(labels - predictions)))

        streaming = tf.keras.metrics.RootMeanSquaredError(name="streaming")
        model = identity_model(metrics=[root_mean_square, streaming])
        errors = tf.data.Dataset.from_tensor_slices(([[3.0], [4.0]], [[0.0], [0.0]]))

        report = model.evaluate(errors.batch(1), verbose=0, return_dict=True)

        assert report["root_mean_square"] == pytest.approx(3.5)
        assert report["streaming"] == pytest.approx(3.535534)

    @core
    def test_built_in_precision(self):
        """The built-in **`Precision`** streams: it is that of all the batches together.

        Look for a metric in the [list](https://keras.io/api/metrics/) before you write one.
        """
        metric = tf.keras.metrics.Precision()

        for batch in (slice(0, 4), slice(4, 8)):
            metric.update_state(LABELS[batch], POSITIVES[batch])

        assert float(metric.result()) == pytest.approx(0.4)

    @holds("keras>=2.13", otherwise=AttributeError)
    def test_built_in_f1(self):
        """From Keras 2.13 on, **`F1Score`** is built in, as `FBetaScore` and `R2Score` are."""
        metric = tf.keras.metrics.F1Score(threshold=0.5)

        for batch in (slice(0, 4), slice(4, 8)):
            metric.update_state(LABELS[batch, None], POSITIVES[batch, None])

        assert metric.result().numpy().tolist() == [pytest.approx(4 / 7)]
        assert issubclass(tf.keras.metrics.F1Score, tf.keras.metrics.FBetaScore)
        assert issubclass(tf.keras.metrics.R2Score, tf.keras.metrics.Metric)

    @holds("keras<3.4")
    @about("tf.keras.metrics.binary_accuracy")
    def test_binary_accuracy_was_a_mean(self):
        """Before Keras 3.4, the function `binary_accuracy` returned the **mean** of each row."""
        labels, predictions = [[1.0, 0.0], [0.0, 0.0]], [[0.9, 0.9], [0.1, 0.1]]

        accuracy = tf.keras.metrics.binary_accuracy(labels, predictions)

        assert accuracy.numpy().tolist() == [0.5, 1.0]

    @holds("keras>=3.4", was="test_binary_accuracy_was_a_mean")
    def test_binary_accuracy_of_each_label(self):
        """From Keras 3.4 on, the function `binary_accuracy` returns a number for each **label**.

        Instead: `tf.reduce_mean(accuracy, axis=-1)`.
        """
        labels, predictions = [[1.0, 0.0], [0.0, 0.0]], [[0.9, 0.9], [0.1, 0.1]]

        accuracy = tf.keras.metrics.binary_accuracy(labels, predictions)

        assert accuracy.numpy().tolist() == [[1.0, 0.0], [1.0, 1.0]]


class TestStateAndMethods:
    """A subclass is state, and methods to update, read and reset it; one of `Mean` inherits them."""

    @core
    @confirms("B6.2")
    def test_protocol(self):
        """`update_state` adds to a metric's **state**, `result` reads it, `reset_state` clears it.

        So the result needs no batch again; this works without a model, too. The state is made by
        `add_weight`: `q06::TestStateAndMethods::test_variables_are_not_tracked`. Calling the metric
        updates it, and returns the result over all that it has seen. See the
        [guide](https://www.tensorflow.org/guide/keras/training_with_built_in_methods).
        """
        metric = LargeErrors(threshold=1.5)

        metric.update_state(ZEROS, INPUTS)
        once = float(metric.result())
        twice = float(metric(ZEROS, INPUTS))
        metric.reset_state()

        assert once == 2.0
        assert twice == 4.0
        assert float(metric.result()) == 0.0

    @core
    def test_subclass_of_mean(self):
        """A mean with a hyperparameter can subclass **`Mean`**, with its own `update_state`.

        `Mean` has the state and the `result`. Pass `sample_weight` on, and `Mean` weighs the samples.
        To save a hyperparameter: `q06::TestSavingAndLoading::test_hyperparameter_survives`.
        """

        class LargeErrorRate(tf.keras.metrics.Mean):
            def update_state(self, labels, predictions, sample_weight=None):
                return super().update_state(is_large(labels, predictions, 1.5), sample_weight)

        metric = LargeErrorRate()
        only_the_last = np.array([[0.0], [0.0], [0.0], [1.0]], np.float32)

        assert float(metric(ZEROS, INPUTS)) == 0.5
        assert float(metric(ZEROS, INPUTS, only_the_last)) == pytest.approx(0.6)

    def test_default_reset_is_to_zero(self):
        """The default `reset_state` sets a scalar of `add_weight` to **zero**, whatever its initializer.

        A metric that starts elsewhere, such as a minimum at infinity, has to override
        `reset_state`.
        """
        metric = LargeErrors()
        product = metric.add_weight(name="product", shape=(), initializer="ones")
        initial = product.numpy()

        metric.reset_state()

        assert initial == 1.0
        assert product.numpy() == 0.0

    @holds("keras<3")
    @about("tf.keras.metrics.Metric.__setattr__(*=<tf.Variable>)")
    def test_variables_are_tracked(self):
        """Before Keras 3, the default `reset_state` also reset a metric's scalar **`tf.Variable`**."""
        metric = LargeErrors()
        metric.seen = tf.Variable(7.0)

        metric.reset_state()

        assert metric.seen.numpy() == 0.0

    @holds("keras>=3", was="test_variables_are_tracked")
    def test_variables_are_not_tracked(self):
        """From Keras 3 on, `reset_state` passes over a plain **`tf.Variable`** of the metric.

        It would go on counting from epoch to epoch. Instead: make the variable by `add_weight`.
        """
        metric = LargeErrors()
        metric.seen = tf.Variable(7.0)
        metric.count.assign(7.0)

        metric.reset_state()

        assert metric.seen.numpy() == 7.0
        assert metric.count.numpy() == 0.0

    def test_python_attributes_count_traces(self):
        """By default, an attribute set in `update_state` counts `fit`'s **traces**, a variable its batches.

        Python runs only while Keras traces, unless with `run_eagerly=True`; each batch runs the
        operations, such as `assign_add`.
        """

        class Batches(tf.keras.metrics.Sum):
            traced = 0

            def update_state(self, labels, predictions, sample_weight=None):
                self.traced += 1
                return super().update_state(1.0)

        metric = Batches(name="batches")
        model = identity_model(metrics=[metric], run_eagerly=False)

        history = model.fit(batches(1), epochs=2, verbose=0).history

        assert history["batches"] == [4.0, 4.0]
        assert 1 <= metric.traced < 8

    def test_state_is_not_trained(self):
        """A metric's state is **not trainable**, and no weight of a model compiled with it."""
        metric = LargeErrors()
        model = identity_model(metrics=[metric])

        model.evaluate(batches(), verbose=0)

        assert [variable.trainable for variable in metric.variables] == [False]
        assert len(model.weights) == 1
        assert len(model.trainable_variables) == 1

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*")
    def test_metrics_within_metrics(self):
        """`reset_state` resets metrics **within** inner metrics too, except in Keras 3.0 to 3.3."""

        class Outer(tf.keras.metrics.Metric):
            def __init__(self, inner):
                super().__init__()
                self.inner = inner

            def update_state(self, values, sample_weight=None):
                self.inner.update_state(values)

            def result(self):
                return self.inner.result()

        metric = Outer(Outer(tf.keras.metrics.Sum()))
        metric.update_state([3.0, 4.0])
        assert float(metric.result()) == 7.0

        metric.reset_state()

        assert float(metric.result()) == 0.0

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.metrics.Metric.add_weight(0=str)")
    def test_name_came_first(self):
        """Before Keras 3, `add_weight` of a metric took the **name** first."""
        metric = LargeErrors()

        total = metric.add_weight("total", initializer="zeros")

        assert total.shape == ()

    @holds("keras>=3", was="test_name_came_first")
    def test_shape_comes_first(self):
        """From Keras 3 on, `add_weight` of a metric takes the **shape** first.

        Instead: `add_weight(name="total", initializer="zeros")`.
        """
        metric = LargeErrors()

        total = metric.add_weight((2,), "zeros", name="total")

        assert total.shape == (2,)
        with pytest.raises(ValueError, match="to a shape"):
            metric.add_weight("total", initializer="zeros")

    @holds("keras<3", otherwise=AttributeError)
    def test_reset_states(self):
        """Before Keras 3, `reset_state` could also be called **`reset_states`**."""
        metric = LargeErrors(threshold=1.5)
        metric.update_state(ZEROS, INPUTS)

        metric.reset_states()

        assert float(metric.result()) == 0.0

    @holds("keras>=3", was="test_reset_states")
    def test_no_reset_states(self):
        """From Keras 3 on, a metric has no **`reset_states`**.

        Instead: `reset_state`.
        """
        metric = LargeErrors(threshold=1.5)
        metric.update_state(ZEROS, INPUTS)

        with pytest.raises(AttributeError, match="reset_states"):
            metric.reset_states()
        metric.reset_state()

        assert float(metric.result()) == 0.0

    @holds("keras<3", otherwise=AttributeError)
    def test_merge_state(self):
        """Before Keras 3, **`merge_state`** added the state of other metrics to a metric's own."""
        first, second = LargeErrors(threshold=1.5), LargeErrors(threshold=1.5)
        first.update_state(ZEROS, INPUTS)
        second.update_state(ZEROS, INPUTS)

        first.merge_state([second])

        assert float(first.result()) == 4.0

    @holds("keras>=3", was="test_merge_state")
    def test_no_merge_state(self):
        """From Keras 3 on, metrics have no **`merge_state`**.

        Instead: `assign_add` the other metric's variables.
        """
        first, second = LargeErrors(threshold=1.5), LargeErrors(threshold=1.5)
        first.update_state(ZEROS, INPUTS)
        second.update_state(ZEROS, INPUTS)

        with pytest.raises(AttributeError, match="merge_state"):
            first.merge_state([second])
        first.count.assign_add(second.count)

        assert float(first.result()) == 4.0

    @holds("keras<3", otherwise=AttributeError)
    @about(
        "tf.keras.metrics.Metric.weights",
        "tf.keras.metrics.Metric.get_weights",
        "tf.keras.metrics.Metric.set_weights",
    )
    def test_metric_was_a_layer(self):
        """Before Keras 3, a metric was a **layer**, and had `weights` that could be set."""
        metric = LargeErrors(threshold=1.5)

        metric.set_weights([7.0])

        assert isinstance(metric, tf.keras.layers.Layer)
        assert float(metric.weights[0]) == 7.0

    @holds("keras>=3", was="test_metric_was_a_layer")
    def test_metric_is_no_layer(self):
        """From Keras 3 on, a metric is no **layer**: it has `variables`, but no `weights`.

        Instead: `assign` to each of its `variables`.
        """
        metric = LargeErrors(threshold=1.5)

        metric.variables[0].assign(7.0)

        assert float(metric.result()) == 7.0
        assert not isinstance(metric, tf.keras.layers.Layer)
        with pytest.raises(AttributeError, match="weights"):
            _ = metric.weights

    @holds("keras>=2.13,<3", otherwise=AttributeError)
    def test_metric_in_plain_python(self):
        """Before Keras 3, from 2.13 on, a **`PyMetric`** computed in Python, without a graph."""

        class Rows(tf.keras.metrics.experimental.PyMetric):
            def update_state(self, labels, predictions, sample_weight=None):
                self.rows = len(labels.numpy().tolist())

            def reset_state(self):
                self.rows = 0

            def result(self):
                return self.rows

        model = identity_model(run_eagerly=False, metrics=[Rows(name="rows")])

        assert model.evaluate(INPUTS, ZEROS, verbose=0, return_dict=True)["rows"] == 4.0


class TestWhenItIsReset:
    """Once a metric is in use, Keras resets it before each epoch and each evaluation."""

    @core
    @confirms("B6.2")
    def test_epochs_and_validation(self):
        """Training and validation share one metric, **reset** between epochs and before validation.

        So after a `fit` that ends with validation it holds that result, not the training's. See
        [the loop](https://keras.io/guides/custom_train_step_in_tensorflow/) behind `fit`.
        """
        metric = LargeErrors(threshold=1.5, name="large")
        model = identity_model(metrics=[metric])

        fit = model.fit(batches(), epochs=2, validation_data=batches().repeat(3), verbose=0)

        print("training:", fit.history["large"])
        print("validation:", fit.history["val_large"])
        assert fit.history["large"] == [2.0, 2.0]
        assert fit.history["val_large"] == [6.0, 6.0]
        assert float(metric.result()) == 6.0

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,<3.14")
    @about(
        "def tf.keras.metrics.Metric.result(return=<*.add_weight>)",
        "def tf.keras.metrics.Metric.result(return=<tf.Variable>)",
    )
    def test_variable_was_read_at_once(self):
        """Before Keras 3.14, except in 3.0 to 3.4, a **variable** as a `result` was read at once."""
        model = identity_model(metrics=[Careless(threshold=1.5, name="large")])

        history = model.fit(batches(), validation_data=batches().repeat(3), verbose=0).history

        assert isinstance(history["large"][0], float)
        assert history["large"] == [2.0]
        assert history["val_large"] == [6.0]

    @holds("keras>=3,<3.5")
    def test_variable_was_logged(self):
        """In Keras 3.0 to 3.4, a variable as a `result` goes into the **history** unread.

        Instead: return a tensor, as by `tf.convert_to_tensor`.
        """
        metric = Careless(threshold=1.5, name="large")
        model = identity_model(metrics=[metric])

        history = model.fit(batches(), verbose=0).history

        assert history["large"][0] is metric.count

    @holds("keras>=3.14", was="test_variable_was_read_at_once")
    def test_variable_as_a_result(self):
        """From Keras 3.14 on, a variable as a `result` logs **validation's** value, if any, as training's.

        Keras reads the variable only after validation has overwritten it.
        Instead: return a tensor, as by `tf.convert_to_tensor`.
        """
        model = identity_model(metrics=[Careless(threshold=1.5, name="large")])

        history = model.fit(batches(), validation_data=batches().repeat(3), verbose=0).history

        print("training:", history["large"])
        print("validation:", history["val_large"])
        assert isinstance(history["large"][0], float)
        assert history["large"] == [6.0]
        assert history["val_large"] == [6.0]

    def test_used_metric_is_not_reset_at_first(self):
        """The **first** epoch or evaluation after `compile` does not reset a metric used before.

        Instead: new metric objects for every model and every `compile`.
        """
        trained, tested = LargeErrors(threshold=1.5), LargeErrors(threshold=1.5)
        for metric in (trained, tested):
            metric.update_state(ZEROS, INPUTS)

        epochs = identity_model(metrics=[trained]).fit(batches(), epochs=2, verbose=0).history
        model = identity_model(metrics=[tested])
        evaluations = [model.evaluate(batches(), verbose=0)[1] for _ in range(2)]

        print("evaluations:", evaluations)
        assert epochs[trained.name] == [4.0, 2.0]
        assert evaluations == [4.0, 2.0]

    @holds("keras<3", otherwise=TypeError)
    def test_single_batches_by_argument(self):
        """Before Keras 3, `train_on_batch` reset the metrics, unless **`reset_metrics=False`**."""
        model = identity_model(metrics=[LargeErrors(threshold=1.5)])

        once = model.train_on_batch(INPUTS, ZEROS)[1]
        again = model.train_on_batch(INPUTS, ZEROS)[1]
        added = model.train_on_batch(INPUTS, ZEROS, reset_metrics=False)[1]

        assert (once, again) == (2.0, 2.0)
        assert added == 4.0

    @holds("keras>=3,<3.15", was="test_single_batches_by_argument")
    def test_single_batches_add_up(self):
        """In Keras 3.0 to 3.14, `train_on_batch` **accumulates** metrics over the batches.

        Instead: call `model.reset_metrics()` before each batch.
        """
        model = identity_model(metrics=[LargeErrors(threshold=1.5)])

        counts = [float(model.train_on_batch(INPUTS, ZEROS)[1]) for _ in range(3)]
        model.reset_metrics()
        afresh = float(model.train_on_batch(INPUTS, ZEROS)[1])

        print(counts)
        assert counts == [2.0, 4.0, 6.0]
        assert afresh == 2.0

    @holds("keras>=3.15", was="test_single_batches_add_up")
    def test_single_batches_stand_alone(self):
        """From Keras 3.15 on, `train_on_batch` reports its batch **alone**, without an option.

        Instead: to add up, call the metric's own `update_state` for each batch.
        """
        model = identity_model(metrics=[LargeErrors(threshold=1.5)])

        counts = [float(model.train_on_batch(INPUTS, ZEROS)[1]) for _ in range(3)]

        print(counts)
        assert counts == [2.0, 2.0, 2.0]
        with pytest.raises(TypeError, match="reset_metrics"):
            model.train_on_batch(INPUTS, ZEROS, reset_metrics=False)

    def test_metrics_property(self):
        """`reset_metrics` resets what a model's **`metrics`** lists; a subclass may list its own.

        So list there what a `train_step` of your own updates. See the
        [guide](https://keras.io/guides/custom_train_step_in_tensorflow/).
        """
        listed, unlisted = tf.keras.metrics.Sum(), tf.keras.metrics.Sum()

        class Listing(tf.keras.Sequential):
            @property
            def metrics(self):
                return [listed]

        for metric in (listed, unlisted):
            metric.update_state(7.0)
        Listing([identity()]).reset_metrics()

        assert float(listed.result()) == 0.0
        assert float(unlisted.result()) == 7.0

    @holds("keras<3")
    @about(
        "tf.keras.callbacks.EarlyStopping & class tf.keras.metrics.Metric",
        "tf.keras.callbacks.ModelCheckpoint(monitor=*) & class tf.keras.metrics.Metric",
    )
    def test_own_metric_was_best_low(self):
        """Before Keras 3, `EarlyStopping` guessed from a metric's **name** when it is best.

        That was high if the name ended in `acc`, `accuracy` or `auc`, else low. This metric rises.
        """

        class Rising(LargeErrors):
            def reset_state(self):
                pass

        def epochs(name):
            model = identity_model(metrics=[Rising(name=name)])
            stopping = tf.keras.callbacks.EarlyStopping(name, patience=1)
            return model.fit(batches(), epochs=3, callbacks=[stopping], verbose=0).epoch

        assert epochs("large") == [0, 1]
        assert [epochs(name) for name in ("my_acc", "my_accuracy", "my_auc")] == 3 * [[0, 1, 2]]

    @holds("keras>=3", was="test_own_metric_was_best_low")
    def test_own_metric_needs_a_mode(self):
        """From Keras 3 on, `EarlyStopping` by your function or direct subclass of `Metric` needs a **`mode`**.

        This metric rises.
        Instead: `mode="min"` or `mode="max"`, with which every release knows what is best.
        """

        class Rising(LargeErrors):
            def reset_state(self):
                pass

        def epochs(**mode):
            model = identity_model(metrics=[Rising(name="large")])
            stopping = tf.keras.callbacks.EarlyStopping("large", patience=1, **mode)
            return model.fit(batches(), epochs=3, callbacks=[stopping], verbose=0).epoch

        assert epochs(mode="min") == [0, 1]
        assert epochs(mode="max") == [0, 1, 2]
        with pytest.raises(ValueError, match="EarlyStopping callback received monitor=large"):
            epochs()


class TestNamesAndWeights:
    """Metrics are mostly reported by name, and heed sample weights only if asked to."""

    def test_names(self, afresh):
        """A metric is logged under its **name**, if free; by default its function's or `Metric` subclass's.

        A class's is in snake case, and later objects are numbered: `large_errors_1`. One given as a
        string, `"mse"`, is logged under that. A function that is in `metrics` and in
        `weighted_metrics` is logged as `weighted_…`, too. See the
        [guide](https://www.tensorflow.org/guide/keras/training_with_built_in_methods).
        """
        large_errors = LargeErrors()
        model = identity_model(metrics=[absolute_error, large_errors])

        report = model.evaluate(batches(), verbose=0, return_dict=True)

        print(*sorted(report), sep="\n")
        assert large_errors.name == "large_errors"
        assert LargeErrors().name == "large_errors_1"
        assert report == {"loss": 3.0, "absolute_error": 3.0, "large_errors": 3.0}

    @confirms("B6.2")
    def test_several_values(self):
        """A subclass whose `result` is a **dict** is logged under the keys, not under its name."""

        class Span(tf.keras.metrics.Mean):
            def result(self):
                mean = super().result()
                return {"below": mean - 1, "above": mean + 1}

            def update_state(self, labels, predictions, sample_weight=None):
                return super().update_state(predictions)

        model = identity_model(metrics=[Span(name="span")])

        report = model.evaluate(batches(), verbose=0, return_dict=True)

        print(*sorted(report), sep="\n")
        assert report == {"loss": 3.0, "below": 2.0, "above": 4.0}

    def test_sample_weights(self):
        """Of the metrics, sample weights reach only those passed as **`weighted_metrics`**."""
        only_the_last = np.array([0.0, 0.0, 0.0, 5.0], np.float32)
        batch = tf.data.Dataset.from_tensors((INPUTS, ZEROS, only_the_last))
        weighted = tf.keras.metrics.MeanMetricWrapper(absolute_error, name="weighted")
        model = identity_model(metrics=[absolute_error], weighted_metrics=[weighted])

        report = model.evaluate(batch, verbose=0, return_dict=True)

        assert report["absolute_error"] == 3.0
        assert report["weighted"] == 9.0

    def test_update_takes_sample_weight(self):
        """For `compile`, a metric's `update_state` must accept **`sample_weight`**, even if unused."""

        class Careless(tf.keras.metrics.Mean):
            def update_state(self, labels, predictions):
                return super().update_state(predictions)

        alone = Careless()
        alone.update_state(ZEROS, INPUTS)
        model = identity_model(metrics=[Careless()])

        assert float(alone.result()) == 3.0
        with pytest.raises(TypeError, match="sample_weight"):
            model.evaluate(batches(), verbose=0)

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*")
    def test_weights_of_elements(self):
        """`BinaryAccuracy` weighs each **element** by its own weight, except in Keras 3.0 to 3.3."""
        metric = tf.keras.metrics.BinaryAccuracy()
        only_the_first = np.array([[1.0, 0.0], [0.0, 0.0]], np.float32)

        metric.update_state(np.ones([2, 2], np.float32), only_the_first, only_the_first)

        assert float(metric.result()) == 1.0

    @holds("keras!=3.0.*,!=3.1.*")
    def test_order_of_the_list(self):
        """`evaluate` keeps the **order** of a list of metrics, except in Keras 3.0 and 3.1."""
        large, larger = LargeErrors(threshold=0.5, name="z"), LargeErrors(threshold=1.5, name="a")
        model = identity_model(metrics=[large, larger])

        assert model.evaluate(batches(), verbose=0) == [3.0, 3.0, 2.0]

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*", otherwise=StopIteration)
    def test_first_call_is_a_test(self):
        """A model with function metrics may **begin** with `test_on_batch`, except in Keras 3.0 to 3.6.

        There it has to run eagerly for that, or to be compiled by XLA.
        """
        model = identity_model(metrics=[absolute_error], run_eagerly=False, jit_compile=False)

        report = model.test_on_batch(INPUTS, ZEROS, return_dict=True)

        assert report == {"loss": 3.0, "absolute_error": 3.0}

    @holds("keras<3")
    @about("tf.keras.Model.metrics", "tf.keras.Model.metrics_names")
    def test_metrics_were_listed(self):
        """Before Keras 3, a trained model's `metrics` listed the **metrics** that `compile` was given."""
        metric = LargeErrors(name="large")
        model = identity_model(metrics=[metric])
        model.train_on_batch(INPUTS, ZEROS)

        assert model.metrics[-1] is metric
        assert model.metrics_names == ["loss", "large"]

    @holds("keras>=3", was="test_metrics_were_listed")
    def test_metrics_are_wrapped(self):
        """From Keras 3 on, `model.metrics` has one **`compile_metrics`** for all of `compile`'s.

        Instead: keep the metric in a variable of your own; for the names, `return_dict=True`.
        """
        metric = LargeErrors(name="large")
        model = identity_model(metrics=[metric])
        report = model.train_on_batch(INPUTS, ZEROS, return_dict=True)

        assert model.metrics[-1] is not metric
        assert model.metrics_names == ["loss", "compile_metrics"]
        assert sorted(report) == ["large", "loss"]

    @holds("keras<3.8")
    @about(
        "tf.keras.metrics.MeanIoU.update_state(sample_weight=*)",
        "tf.keras.metrics.MeanIoU & tf.keras.Model.compile(weighted_metrics=*)",
    )
    def test_fractions_counted_in_iou(self):
        """Before Keras 3.8, `MeanIoU` counted weights that are **fractions**, too."""
        metric = tf.keras.metrics.MeanIoU(num_classes=2)

        metric.update_state([0, 1], [0, 1], sample_weight=[0.5, 0.5])

        assert float(metric.result()) == pytest.approx(1.0)

    @holds("keras>=3.8", was="test_fractions_counted_in_iou")
    def test_fractions_are_cut_in_iou(self):
        """From Keras 3.8 on, `MeanIoU` cuts weights to **whole** numbers: 0.5 counts as 0, silently.

        Instead: `MeanIoU(num_classes, dtype="float32")`.
        """
        cut = tf.keras.metrics.MeanIoU(num_classes=2)
        kept = tf.keras.metrics.MeanIoU(num_classes=2, dtype="float32")

        for metric in (cut, kept):
            metric.update_state([0, 1], [0, 1], sample_weight=[0.5, 0.5])

        assert float(cut.result()) == 0.0
        assert float(kept.result()) == pytest.approx(1.0)

    @holds("keras<3.15", otherwise=pytest.fail.Exception)
    def test_unknown_label_was_refused(self):
        """Before Keras 3.15, on the CPU, `MeanIoU` **refused** a label that is not below `num_classes`."""
        metric = tf.keras.metrics.MeanIoU(num_classes=2)

        with pytest.raises(tf.errors.InvalidArgumentError):
            metric.update_state([0, 1, 2], [0, 1, 0])

    @holds(
        "keras>=3.15",
        was="test_unknown_label_was_refused",
        otherwise=tf.errors.InvalidArgumentError,
    )
    def test_unknown_label_is_ignored(self):
        """From Keras 3.15 on, `MeanIoU` **ignores** a sample whose label is not below `num_classes`."""
        metric = tf.keras.metrics.MeanIoU(num_classes=2)

        metric.update_state([0, 1, 2], [0, 1, 0])

        assert float(metric.result()) == pytest.approx(1.0)


class TestOutputsAndLayers:
    """With several outputs, say which metric is for which; a layer may have metrics of its own."""

    def test_metrics_of_outputs(self):
        """With several outputs, a functional model puts the **output** name before a metric's.

        See the [guide](https://www.tensorflow.org/guide/keras/training_with_built_in_methods).
        """
        model = two_outputs([[absolute_error], [absolute_error]])

        report = model.train_on_batch(INPUTS, [ZEROS, INPUTS], return_dict=True)

        assert report["a_absolute_error"] == 3.0
        assert report["b_absolute_error"] == 0.0

    @holds("keras<3")
    @about("tf.keras.Model.compile(metrics=[*) & tf.keras.Model.__init__(outputs=[*,*)")
    def test_flat_list_was_for_every_output(self):
        """Before Keras 3, every metric of a flat list was for **every** output."""
        model = two_outputs([absolute_error, is_large])

        report = model.train_on_batch(INPUTS, [ZEROS, INPUTS], return_dict=True)

        assert {"a_absolute_error", "a_is_large", "b_absolute_error", "b_is_large"} <= set(report)

    @holds("keras>=3", was="test_flat_list_was_for_every_output")
    def test_flat_list_has_one_for_each_output(self):
        """From Keras 3 on, a flat list has **one** metric for each output, in order.

        Where the outputs are a dict whose keys are not its layers' names, Keras 3.5 to 3.11 refuse
        a list. Instead: a list for each output, `metrics=[[f, g], [f, g]]`.
        """
        model = two_outputs([absolute_error, is_large])

        report = model.train_on_batch(INPUTS, [ZEROS, INPUTS], return_dict=True)

        print(*sorted(report), sep="\n")
        assert {"a_absolute_error", "b_is_large"} <= set(report)
        assert not {"a_is_large", "b_absolute_error"} & set(report)

    @holds("keras>=3.5,<3.12")
    @about("tf.keras.Model.compile(metrics={*) & tf.keras.Model.__init__(outputs={*)")
    def test_keys_were_unknown(self):
        """In Keras 3.5 to 3.11, a functional model refuses metrics by **keys** that are not its layers' names.

        Instead: name each layer as its key; or give the outputs, and so the metrics, as a list.
        """
        model = dict_of_outputs({"u": [is_large]})

        with pytest.raises(ValueError, match="argument `metrics`, key 'u'"):
            model.train_on_batch(INPUTS, {"u": ZEROS, "v": ZEROS}, return_dict=True)

    @holds("keras>=3.12", was="test_keys_were_unknown")
    def test_keys_are_known(self):
        """From Keras 3.12 on, a functional model takes and logs metrics by the **keys** of its outputs."""
        model = dict_of_outputs({"u": [is_large]})

        report = model.train_on_batch(INPUTS, {"u": ZEROS, "v": ZEROS}, return_dict=True)

        assert report["u_is_large"] == 0.75

    @holds(
        "keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*,"
        "!=3.7.*,!=3.8.*,!=3.9.*,!=3.10.*,!=3.11.*,!=3.12.*,!=3.13.*"
    )
    def test_nested_metrics(self):
        """Metrics may be **nested** in tuples as outputs are, except in Keras 3.0 to 3.13."""
        given = tf.keras.Input((1,))
        outputs = (identity("a")(given), (identity("b")(given), identity("c")(given)))
        model = tf.keras.Model(given, outputs)
        losses = (absolute_error, (absolute_error, absolute_error))
        metrics = ([is_large], ([is_large], [absolute_error]))
        model.compile(optimizer="sgd", loss=losses, metrics=metrics, run_eagerly=True)

        targets = (ZEROS, (ZEROS, ZEROS))
        report = model.train_on_batch(INPUTS, targets, return_dict=True)

        assert {"a_is_large", "b_is_large", "c_absolute_error"} <= set(report)

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*")
    def test_metric_of_a_layer(self):
        """A model reports a metric that a **layer** keeps and updates, except in Keras 3.0 to 3.2.

        Of several with one name it reports only one: so give each a name of its own.
        """

        class Watched(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.mean = tf.keras.metrics.Mean(name="input")

            def call(self, inputs):
                self.mean.update_state(inputs)
                return inputs

        model = tf.keras.Sequential([tf.keras.Input((1,)), Watched()])
        model.compile(loss=absolute_error, run_eagerly=True)

        assert [metric.name for metric in model.layers[0].metrics] == ["input"]
        assert model.evaluate(batches(), verbose=0, return_dict=True) == {"loss": 3.0, "input": 3.0}

    @holds("keras<3")
    def test_add_metric(self):
        """Before Keras 3, a layer's **`add_metric`** added a value that the model reported."""

        class Adding(tf.keras.layers.Layer):
            def call(self, inputs):
                self.add_metric(tf.reduce_mean(inputs), name="input")
                return inputs

        model = tf.keras.Sequential([tf.keras.Input((1,)), Adding()])
        model.compile(loss=absolute_error, run_eagerly=True)

        assert model.evaluate(batches(), verbose=0, return_dict=True) == {"loss": 3.0, "input": 3.0}

    @holds("keras>=3,<3.5", was="test_add_metric")
    def test_add_metric_was_a_type_error(self):
        """In Keras 3.0 to 3.4, **`add_metric`** with a name raises a `TypeError`.

        When that is reported: `q06::TestOutputsAndLayers::test_metric_of_a_layer`.
        Instead: update a metric that the layer keeps.
        """
        with pytest.raises(TypeError, match="name"):
            tf.keras.layers.Layer().add_metric(tf.constant(3.0), name="input")

    @holds("keras>=3.5", was="test_add_metric_was_a_type_error")
    def test_add_metric_is_not_implemented(self):
        """From Keras 3.5 on, **`add_metric`** raises a `NotImplementedError`.

        When that is reported: `q06::TestOutputsAndLayers::test_metric_of_a_layer`.
        Instead: update a metric that the layer keeps.
        """
        with pytest.raises(NotImplementedError, match="add_metric"):
            tf.keras.layers.Layer().add_metric(tf.constant(3.0), name="input")

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*", otherwise=AttributeError)
    def test_metrics_of_a_layer(self):
        """A layer lists the **`metrics`** that it keeps, except in Keras 3.0 to 3.2.

        Instead: keep the metric in an attribute of the layer, and read that.
        """

        class Watching(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.mean = tf.keras.metrics.Mean(name="mean")

        layer = Watching()

        assert layer.metrics == [layer.mean]


class TestSavingAndLoading:
    """Saving keeps hyperparameters that are in the config, not counts of `compile`'s metrics."""

    @core
    @confirms("A6.2")
    def test_hyperparameter_survives(self, tmp_path):
        """A subclass with **`get_config`** gets its hyperparameter, a number, back from a `.keras` file.

        With the default threshold of 0.5, the count would be 3; with the old count kept, 4. Its
        `__init__` has to take all that `get_config` returns, the `name`, too. What happens without
        `get_config`: `q05::TestLostInSaving::test_without_get_config`. See the
        [guide](https://www.tensorflow.org/guide/keras/serialization_and_saving).
        """
        model = identity_model(metrics=[LargeErrors(threshold=1.5)])
        model.evaluate(batches(), verbose=0)
        model.save(tmp_path / "model.keras")

        loaded = tf.keras.models.load_model(
            tmp_path / "model.keras", custom_objects={"LargeErrors": LargeErrors}
        )

        assert loaded.evaluate(batches(), verbose=0) == [3.0, 2.0]

    @core
    @corrects("A6.2")
    def test_wrapped_function_keeps_arguments(self, tmp_path):
        """**`MeanMetricWrapper`** saves a function's keyword arguments, so you write no subclass.

        It is itself a subclass, of `Mean`, with a `get_config`. The loader is given the function.
        """
        metric = tf.keras.metrics.MeanMetricWrapper(is_large, threshold=1.5)
        identity_model(metrics=[metric]).save(tmp_path / "model.keras")

        loaded = tf.keras.models.load_model(
            tmp_path / "model.keras", custom_objects={"is_large": is_large}
        )

        assert loaded.evaluate(batches(), verbose=0) == [3.0, 0.5]

    def test_function_is_saved_by_name(self, tmp_path):
        """A plain `def` metric is saved by **name**, unless registered: what is given for the name is used.

        In a `.keras` file, from Keras 2.13 on, a method, or a function decorated with
        `@tf.function`, is not found again.
        """
        identity_model(metrics=[absolute_error]).save(tmp_path / "model.keras")

        def squared_error(labels, predictions):
            return tf.square(labels - predictions)

        loaded = tf.keras.models.load_model(
            tmp_path / "model.keras", custom_objects={"absolute_error": squared_error}
        )

        assert loaded.evaluate(batches(), verbose=0) == [3.0, 21.5]

    @holds("keras<3.16", otherwise=TypeError)
    @about("tf.keras.models.load_model(0='*.keras')")
    def test_name_of_a_built_in_metric(self, tmp_path):
        """Before Keras 3.16, `load_model`, if not given your `binary_accuracy`, took **Keras's**, silently."""

        def binary_accuracy(labels, predictions):
            return 0.0 * tf.abs(labels - predictions)

        model = identity_model(metrics=[binary_accuracy])
        model.save(tmp_path / "model.keras")
        loaded = tf.keras.models.load_model(tmp_path / "model.keras")

        assert model.evaluate(batches(), verbose=0) == [3.0, 0.0]
        assert loaded.evaluate(batches(), verbose=0) == [3.0, 0.25]

    @holds("keras>=3.16", was="test_name_of_a_built_in_metric", otherwise=pytest.fail.Exception)
    def test_name_of_a_built_in_metric_is_not_found(self, tmp_path):
        """From Keras 3.16 on, loading `.keras` files without your `binary_accuracy` is a **`TypeError`**.

        With `compile=False` it is not asked for. An `.h5` file takes Keras's, as before.
        Instead: give the loader your function in `custom_objects`, or choose another name.
        """

        def binary_accuracy(labels, predictions):
            return 0.0 * tf.abs(labels - predictions)

        identity_model(metrics=[binary_accuracy]).save(tmp_path / "model.keras")
        loaded = tf.keras.models.load_model(
            tmp_path / "model.keras", custom_objects={"binary_accuracy": binary_accuracy}
        )

        assert loaded.evaluate(batches(), verbose=0) == [3.0, 0.0]
        with pytest.raises(TypeError, match="Could not locate function"):
            tf.keras.models.load_model(tmp_path / "model.keras")

    def test_config_has_no_state(self):
        """A metric made from a config has the hyperparameter in it; its count starts anew, here at **zero**."""
        used = LargeErrors(threshold=1.5)
        used.update_state(ZEROS, INPUTS)

        copy = LargeErrors.from_config(used.get_config())

        print(sorted(used.get_config()))
        assert copy.threshold == 1.5
        assert float(used.result()) == 2.0
        assert float(copy.result()) == 0.0

    @holds("keras<3", otherwise=ValueError)
    @about("tf.train.Checkpoint(*=<keras.metrics.*)")
    def test_checkpoint_keeps_state(self, afresh, tmp_path):
        """Before Keras 3, a **`tf.train.Checkpoint`** could keep a metric's count."""
        used, restored = LargeErrors(threshold=1.5), LargeErrors(threshold=1.5)
        used.update_state(ZEROS, INPUTS)

        path = tf.train.Checkpoint(metric=used).save(str(tmp_path / "counts"))
        tf.train.Checkpoint(metric=restored).restore(path)

        assert float(restored.result()) == 2.0

    @holds("keras>=3", was="test_checkpoint_keeps_state")
    def test_checkpoint_refuses_metrics(self, tmp_path):
        """From Keras 3 on, a **`tf.train.Checkpoint`** refuses a metric, but takes its variables.

        Instead: `tf.train.Checkpoint(count=metric.count)`.
        """
        used, restored = LargeErrors(threshold=1.5), LargeErrors(threshold=1.5)
        used.update_state(ZEROS, INPUTS)
        with pytest.raises(ValueError, match="trackable"):
            tf.train.Checkpoint(metric=used)

        path = tf.train.Checkpoint(count=used.count).save(str(tmp_path / "counts"))
        tf.train.Checkpoint(count=restored.count).restore(path)

        assert float(restored.result()) == 2.0
