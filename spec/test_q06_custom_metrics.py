"""When would you use a function to define a custom metric, and when would you subclass \
`keras.metrics.Metric`?

Write a **function** when the metric of an epoch is the **mean** of one number per sample, as with
an error or a hit rate: Keras keeps the running mean for you. **Subclass** `Metric` when it is not,
as with precision, a root mean square or a count: such a **streaming** metric keeps **state** in
variables, updates it on every batch and computes its result from the state. A subclass also keeps
**hyperparameters** across saving and loading, if it has a `get_config` method. It is not the only
way to that: `MeanMetricWrapper` keeps the keyword arguments of a function.
"""

import numpy as np
import pytest
import tensorflow as tf

from answer_key import confirms, corrects, holds

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


def identity_model(rate=0.0, **metrics):
    """A model that predicts its input; it learns nothing, unless it is given a learning rate."""
    layer = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
    loss = tf.keras.losses.MeanAbsoluteError()
    model.compile(optimizer=tf.keras.optimizers.SGD(rate), loss=loss, **metrics)
    return model


class TestFunctionsAreAveraged:
    """Keras averages what a function returns."""

    @confirms("A6.1")
    def test_running_mean(self):
        """During an epoch, Keras reports the **running mean** of a function metric.

        Here the errors are 0, 1, 2 and 9, in batches of one.
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
        """By default, Keras traces a function metric; its operations run on **every batch**."""
        traces = []
        runs = tf.Variable(0.0)

        def error(labels, predictions):
            traces.append("traced")
            runs.assign_add(1.0)
            return tf.abs(labels - predictions)

        identity_model(metrics=[error]).fit(batches(1), epochs=2, verbose=0)

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

    def test_scalars_weigh_batches_alike(self):
        """One value per batch gives the mean over **batches**, so a small last batch weighs more.

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
    def test_shapes_are_aligned(self):
        """Before Keras 3, labels (n,) were **aligned** with predictions (n, 1) by a function metric."""
        metric = tf.keras.metrics.MeanMetricWrapper(absolute_error)
        right_answers = INPUTS[:, 0]

        metric.update_state(right_answers, INPUTS)

        assert float(metric.result()) == 0.0

    @holds("keras>=3", was="test_shapes_are_aligned")
    def test_shapes_are_broadcast(self):
        """From Keras 3 on, labels (n,) **broadcast** with predictions (n, 1) in a function metric.

        Perfect predictions then show an error. Instead: give the labels the shape (n, 1), too.
        """
        metric = tf.keras.metrics.MeanMetricWrapper(absolute_error)
        right_answers = INPUTS[:, 0]

        metric.update_state(right_answers, INPUTS)

        assert float(metric.result()) == 3.5


class TestNotEveryMetricIsAMean:
    """A function is enough for a mean over samples, and wrong for anything else."""

    @confirms("B6.1")
    @pytest.mark.parametrize("batch_size, mean", [(1, 3.0), (2, 3.0), (3, 3.0), (4, 3.0)])
    def test_mean_over_samples(self, batch_size, mean):
        """A **mean** over samples needs only a function: any batch size gives the same result."""
        metric = tf.keras.metrics.MeanMetricWrapper(absolute_error)

        for start in range(0, 4, batch_size):
            batch = slice(start, start + batch_size)
            metric.update_state(ZEROS[batch], INPUTS[batch])

        assert float(metric.result()) == mean

    @confirms("A6.3", "A6.4", "B6.2")
    def test_precision(self, exhibit):
        """An epoch's precision is **not** the mean of its batches' precisions.

        The first batch has 1 positive prediction, which is right; the second has 4, of which 1 is
        right. Two of five are right, while the mean of 1/1 and 1/4 says more than three of five.
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
        """The mean of batch precisions depends on the **batch size**, a streamed one does not."""
        mean = tf.keras.metrics.MeanMetricWrapper(batch_precision)
        streaming = EpochPrecision()

        for start in range(0, 8, batch_size):
            batch = slice(start, start + batch_size)
            mean.update_state(LABELS[batch], POSITIVES[batch])
            streaming.update_state(LABELS[batch], POSITIVES[batch])

        assert float(mean.result()) == pytest.approx(averaged)
        assert float(streaming.result()) == pytest.approx(streamed)

    @corrects("B6.1")
    @confirms("A6.3")
    def test_root_of_a_mean(self):
        """Even a one-line function fails where a **root** is to be taken after the mean.

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


class TestStateAndMethods:
    """A subclass is state, and methods to update it, to read it and to reset it."""

    @confirms("B6.2")
    def test_protocol(self):
        """A metric works alone: `update_state` adds to its **state**, until `reset_state`.

        Calling the metric updates it too, and returns the result over all that it has seen.
        """
        metric = LargeErrors(threshold=1.5)

        metric.update_state(ZEROS, INPUTS)
        once = float(metric.result())
        twice = float(metric(ZEROS, INPUTS))
        metric.reset_state()

        assert once == 2.0
        assert twice == 4.0
        assert float(metric.result()) == 0.0

    def test_default_reset_is_to_zero(self):
        """The default `reset_state` sets variables to **zero**, whatever they were initialised to.

        A metric that starts elsewhere, such as a minimum at infinity, overrides `reset_state`.
        """
        metric = LargeErrors()
        product = metric.add_weight(name="product", shape=(), initializer="ones")
        initial = product.numpy()

        metric.reset_state()

        assert initial == 1.0
        assert product.numpy() == 0.0

    @holds("keras<3")
    def test_variables_are_tracked(self):
        """Before Keras 3, `reset_state` also reset a plain **`tf.Variable`** of the metric."""
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
        """In `fit`, a plain Python attribute counts **traces**, while a variable counts batches."""

        class Batches(tf.keras.metrics.Sum):
            traced = 0

            def update_state(self, labels, predictions, sample_weight=None):
                self.traced += 1
                return super().update_state(1.0)

        metric = Batches(name="batches")
        model = identity_model(metrics=[metric])

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


class TestWhenItIsReset:
    """Once a metric is in use, Keras resets it before each epoch and each evaluation."""

    @confirms("B6.2")
    def test_epochs_and_validation(self):
        """Validation uses the **same** metric object, which is reset before it and each epoch."""
        metric = LargeErrors(threshold=1.5, name="large")
        model = identity_model(metrics=[metric])

        fit = model.fit(batches(), epochs=2, validation_data=batches().repeat(3), verbose=0)

        print("training:", fit.history["large"])
        print("validation:", fit.history["val_large"])
        assert fit.history["large"] == [2.0, 2.0]
        assert fit.history["val_large"] == [6.0, 6.0]
        assert float(metric.result()) == 6.0

    @holds("keras>=3.14")
    def test_variable_as_a_result(self):
        """From Keras 3.14 on, a `result` that is a variable logs **validation's** as training's.

        Keras reads the variable only after validation has overwritten it. Keras 3.0 and 3.4 even
        put the variable itself into the history. A tensor, as from `tf.convert_to_tensor`, is safe.
        """

        class Careless(LargeErrors):
            def result(self):
                return self.count

        model = identity_model(metrics=[Careless(threshold=1.5, name="large")])

        fit = model.fit(batches(), validation_data=batches().repeat(3), verbose=0)

        print("training:", fit.history["large"])
        print("validation:", fit.history["val_large"])
        assert isinstance(fit.history["large"][0], float)
        assert fit.history["large"] == [6.0]

    def test_used_metric_is_not_reset_at_first(self):
        """The **first** evaluation after `compile` does not reset a metric that was used before.

        Give every model, and every `compile`, new metric objects.
        """
        metric = LargeErrors(threshold=1.5, name="large")
        metric.update_state(ZEROS, INPUTS)
        model = identity_model(metrics=[metric])

        first = model.evaluate(batches(), verbose=0, return_dict=True)
        second = model.evaluate(batches(), verbose=0, return_dict=True)

        print("first:", first["large"], "second:", second["large"])
        assert first["large"] == 4.0
        assert second["large"] == 2.0

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


class TestNamesAndWeights:
    """Metrics are reported by name, and heed sample weights only if asked to."""

    def test_names(self):
        """A custom metric is logged under its **name**: a function's, or a class's in snake case."""
        large_errors = LargeErrors()
        model = identity_model(metrics=[absolute_error, large_errors])

        report = model.evaluate(batches(), verbose=0, return_dict=True)

        print(*sorted(report), sep="\n")
        assert large_errors.name == "large_errors"
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
        """Sample weights reach only the metrics passed as **`weighted_metrics`**."""
        weighted = tf.keras.metrics.MeanMetricWrapper(absolute_error, name="weighted")
        model = identity_model(metrics=[absolute_error], weighted_metrics=[weighted])
        only_the_last = np.array([0.0, 0.0, 0.0, 5.0], np.float32)

        report = model.test_on_batch(INPUTS, ZEROS, only_the_last, return_dict=True)

        assert report["absolute_error"] == 3.0
        assert report["weighted"] == 9.0

    def test_update_takes_sample_weight(self):
        """In a model, `update_state` must accept **`sample_weight`**, even if there is none."""

        class Careless(tf.keras.metrics.Mean):
            def update_state(self, labels, predictions):
                return super().update_state(predictions)

        alone = Careless()
        alone.update_state(ZEROS, INPUTS)
        model = identity_model(metrics=[Careless()])

        assert float(alone.result()) == 3.0
        with pytest.raises(TypeError, match="sample_weight"):
            model.evaluate(batches(), verbose=0)


class TestSavingAndLoading:
    """Saving keeps hyperparameters that are in the config, and drops the counts."""

    @confirms("A6.2")
    def test_hyperparameter_survives(self, tmp_path):
        """A subclass with **`get_config`** has its hyperparameter back after saving and loading.

        With the default threshold of 0.5, the count would be 3.
        """
        model = identity_model(metrics=[LargeErrors(threshold=1.5)])
        model.save(tmp_path / "model.keras")

        loaded = tf.keras.models.load_model(
            tmp_path / "model.keras", custom_objects={"LargeErrors": LargeErrors}
        )

        assert loaded.evaluate(batches(), verbose=0) == [3.0, 2.0]

    @corrects("A6.2")
    def test_hyperparameter_is_lost(self, tmp_path):
        """Without `get_config`, the loaded metric silently uses the **default** hyperparameter."""

        class Forgetful(LargeErrors):
            def get_config(self):
                return tf.keras.metrics.Metric.get_config(self)

        model = identity_model(metrics=[Forgetful(threshold=1.5)])
        model.save(tmp_path / "model.keras")

        loaded = tf.keras.models.load_model(
            tmp_path / "model.keras", custom_objects={"Forgetful": Forgetful}
        )

        assert loaded.evaluate(batches(), verbose=0) == [3.0, 3.0]

    @corrects("A6.2")
    def test_wrapped_function_keeps_arguments(self, tmp_path):
        """**`MeanMetricWrapper`** saves a function's keyword arguments, without any subclass."""
        metric = tf.keras.metrics.MeanMetricWrapper(is_large, threshold=1.5)
        identity_model(metrics=[metric]).save(tmp_path / "model.keras")

        loaded = tf.keras.models.load_model(
            tmp_path / "model.keras", custom_objects={"is_large": is_large}
        )

        assert loaded.evaluate(batches(), verbose=0) == [3.0, 0.5]

    def test_function_is_saved_by_name(self, tmp_path):
        """A function metric is saved by **name**: whatever is given for that name is used."""
        identity_model(metrics=[absolute_error]).save(tmp_path / "model.keras")

        def squared_error(labels, predictions):
            return tf.square(labels - predictions)

        loaded = tf.keras.models.load_model(
            tmp_path / "model.keras", custom_objects={"absolute_error": squared_error}
        )

        assert loaded.evaluate(batches(), verbose=0) == [3.0, 21.5]

    def test_config_has_no_state(self):
        """A metric made from a config has the hyperparameter, and its count starts at **zero**."""
        used = LargeErrors(threshold=1.5)
        used.update_state(ZEROS, INPUTS)

        copy = LargeErrors.from_config(used.get_config())

        print(sorted(used.get_config()))
        assert copy.threshold == 1.5
        assert float(used.result()) == 2.0
        assert float(copy.result()) == 0.0

    @holds("keras<3", otherwise=ValueError)
    def test_checkpoint_keeps_state(self, tmp_path):
        """Before Keras 3, a **`tf.train.Checkpoint`** could keep a metric's count."""
        used, restored = LargeErrors(threshold=1.5), LargeErrors(threshold=1.5)
        used.update_state(ZEROS, INPUTS)

        path = tf.train.Checkpoint(metric=used).save(str(tmp_path / "counts"))
        tf.train.Checkpoint(metric=restored).restore(path)

        assert float(restored.result()) == 2.0
