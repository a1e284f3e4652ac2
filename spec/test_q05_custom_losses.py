"""When would you use a function to define a custom loss, and when would you subclass \
`keras.losses.Loss`?

A **function** of targets and predictions is enough for a formula; **subclass** `Loss` if a
hyperparameter, such as a threshold, must survive saving.

- A function may branch with `tf.where`; a closure gives it a threshold. Of a `def` function, a
  saved model holds only the **name**.
- A subclass computes in `call`, and keeps the threshold by **`get_config`**; else the default
  silently comes back.
- Return one number per **sample**, which `sample_weight` multiplies. Keras averages what a
  function returns; a subclass has a `reduction`.
- A variable that only the loss holds is **not trained**.
- For initializers, regularizers, constraints, the choice is similar.
"""

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds


class Capped(tf.keras.losses.Loss):
    """The absolute error, but never more than a threshold."""

    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold

    def call(self, y_true, y_pred):
        return tf.minimum(tf.abs(y_true - y_pred), self.threshold)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


class Huber(tf.keras.losses.Loss):
    """Huber's loss: half the square of an error up to the threshold, and a line beyond."""

    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold

    def call(self, y_true, y_pred):
        error = tf.abs(y_true - y_pred)
        line = self.threshold * (error - self.threshold / 2)
        return tf.where(error <= self.threshold, error**2 / 2, line)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


class WeightedByInput(tf.keras.Sequential):
    """A model whose loss is the mean absolute error, where each sample counts as its input."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, **options):
        return tf.reduce_mean(x * tf.abs(y - y_pred))


def capped(threshold):
    """Make a function that computes the same."""

    def capped_error(y_true, y_pred):
        return tf.minimum(tf.abs(y_true - y_pred), threshold)

    return capped_error


def absolute_error(y_true, y_pred):
    """The absolute error: one number per sample, here."""
    return tf.abs(y_true - y_pred)


def identity(name=None):
    """A layer that at first returns what it is given, and learns a factor."""
    return tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", name=name)


def compiled(loss, shape=(1,), **arguments):
    """A model that at first predicts `x` itself, and so on the `line` is off by 1, 2, 3 and 4."""
    model = tf.keras.Sequential([tf.keras.Input(shape), identity()])
    model.compile(tf.keras.optimizers.SGD(0.1), loss, **arguments)
    return model


def two_outputs(losses, keys=None, **arguments):
    """A model whose layers `a` and `b` both predict `x`; in a dict, if `keys` are given."""
    x = tf.keras.Input([1])
    outputs = [identity("a")(x), identity("b")(x)]
    model = tf.keras.Model(x, dict(zip(keys, outputs, strict=True)) if keys else outputs)
    model.compile("sgd", losses, run_eagerly=True, **arguments)
    return model


def loss_of(model, x, y, sample_weight=None):
    """What `fit` would minimise on this batch."""
    return float(model.compute_loss(x, tf.constant(y), model(x), sample_weight))


class TestFunction:
    """A function is enough for a formula."""

    @core
    @confirms("B5.1")
    def test_compile_takes_a_function(self, batches):
        """`compile` takes a **function** of targets and predictions as the loss.

        Its operations must be TensorFlow's, `q05::TestTraced::test_numpy_has_no_gradient`, and
        differentiable, `q06::TestMetricOrLoss::test_not_differentiable`; see the
        [guide](https://keras.io/api/losses/#creating-custom-losses).
        """
        model = compiled(absolute_error)

        history = model.fit(batches(4), verbose=0)

        print("the kernel went from 1.0 to", round(model.get_weights()[0].item(), 2))
        assert history.history["loss"] == [2.5]
        assert model.get_weights()[0].item() == pytest.approx(1.15)

    def test_targets_come_first(self, line):
        """Keras passes the **targets** first and the predictions second, whatever their names."""
        x, y = line

        def difference(y_pred, y_true):
            return y_pred - y_true

        assert loss_of(compiled(difference), x, y) == 2.5

    @core
    @corrects("B5.2")
    def test_function_can_choose(self, line):
        """A function may branch: **`tf.where`** chooses a formula for each number.

        So logic alone is no reason to subclass. This loss is Huber's: quadratic for small errors,
        linear for large ones.
        """
        x, y = line

        def huber(y_true, y_pred):
            error = tf.abs(y_true - y_pred)
            return tf.where(error < 2.0, error**2 / 2, 2.0 * error - 2.0)

        assert loss_of(compiled(huber), x, y) == 3.125

    @core
    @corrects("B5.2")
    def test_closure_has_a_parameter(self, line):
        """A **closure** gives a loss function a threshold, and can compute what a subclass does.

        A closure is a function made within another, here in `capped`, and remembers its arguments.
        So a threshold alone is no reason to subclass: what decides is whether it is to be saved.
        """
        x, y = line

        print("capped at 2:", loss_of(compiled(capped(2.0)), x, y))
        print("capped at 3:", loss_of(compiled(capped(3.0)), x, y))
        assert loss_of(compiled(capped(2.0)), x, y) == 1.75
        assert loss_of(compiled(Capped(2.0)), x, y) == 1.75
        assert loss_of(compiled(capped(3.0)), x, y) == 2.25
        assert loss_of(compiled(Capped(3.0)), x, y) == 2.25

    @holds("keras<3")
    @about(
        "tf.keras.Model.compile(loss=@*)",
        "tf.keras.Model.compile(1=@*)",
        "class tf.keras.losses.Loss",
    )
    def test_integer_targets_were_kept(self, line):
        """Before Keras 3, a loss got **integer** targets as they were."""
        x, _ = line
        types = []

        def absolute(y_true, y_pred):
            types.append(y_true.dtype)
            return tf.abs(tf.cast(y_true, tf.float32) - y_pred)

        assert loss_of(compiled(absolute), x, np.array([[1], [3], [5], [7]])) == 2.5
        assert types == [tf.int64]

    @holds("keras>=3", was="test_integer_targets_were_kept")
    def test_integer_targets(self, line):
        """From Keras 3 on, a loss gets integer targets as **float32** by default.

        Instead: `tf.cast(y_true, tf.int64)` where an operation needs integers.
        """
        x, _ = line
        types = []

        def absolute(y_true, y_pred):
            types.append(y_true.dtype)
            return tf.abs(tf.cast(y_true, tf.float32) - y_pred)

        assert loss_of(compiled(absolute), x, np.array([[1], [3], [5], [7]])) == 2.5
        assert types == [tf.float32]

    @holds("keras<3.3", otherwise=AttributeError)
    @about(
        "tf.keras.losses.mean_squared_error",
        "tf.keras.losses.mean_absolute_error",
        "tf.keras.losses.mean_absolute_percentage_error",
        "tf.keras.losses.mean_squared_logarithmic_error",
    )
    def test_long_names(self, line):
        """Before Keras 3.3, `tf.keras.losses.MSE` was also called **`mean_squared_error`**."""
        x, y = line

        errors = tf.keras.losses.mean_squared_error(y, x)

        assert errors.numpy().tolist() == [1.0, 4.0, 9.0, 16.0]

    @holds("keras>=3.3", was="test_long_names")
    def test_short_names(self, line):
        """From Keras 3.3 on, `tf.keras.losses` has `MSE`, but no **`mean_squared_error`**.

        Instead: the class, `tf.keras.losses.MeanSquaredError()`.
        """
        x, y = line

        errors = tf.keras.losses.MSE(y, x)

        assert errors.numpy().tolist() == [1.0, 4.0, 9.0, 16.0]
        assert float(tf.keras.losses.MeanSquaredError()(y, x)) == 7.5
        assert not hasattr(tf.keras.losses, "mean_squared_error")

    @holds("keras>=3.4", otherwise=TypeError)
    @about("tf.keras.losses.*(dtype=*)")
    def test_loss_has_a_dtype(self, line):
        """From Keras 3.4 on, a built-in loss takes the **`dtype`** that it computes in."""
        x, _ = line

        loss = tf.keras.losses.MeanSquaredError(dtype="float64")

        assert loss(x, x).dtype == tf.float64


class TestSubclass:
    """A subclass says what to compute for each sample, and how to combine the results."""

    @core
    def test_call_and_reduction(self):
        """A subclass computes one number per sample in **`call`**; `reduction` combines them.

        So the same class serves as a mean, as a sum, or for each sample; see
        [Loss](https://keras.io/api/losses/#base-loss-api).
        """
        y_true = np.array([[1.0], [3.0], [5.0]], np.float32)
        y_pred = np.zeros([3, 1], np.float32)

        each = Capped(4.0, reduction="none")(y_true, y_pred)

        print(each)
        assert each.numpy().tolist() == [[1.0], [3.0], [4.0]]
        assert float(Capped(4.0, reduction="sum")(y_true, y_pred)) == 8.0
        assert float(Capped(5.0, reduction="sum_over_batch_size")(y_true, y_pred)) == 3.0

    def test_hubers_loss(self, line):
        """Huber's loss as a subclass: **quadratic** up to a threshold of its own, linear beyond.

        Its gradient is the error, but never more than the threshold: outliers pull no harder.
        """
        x, y = line
        predictions = tf.Variable(x)
        low, high = Huber(2.0, reduction="none"), Huber(3.0)

        with tf.GradientTape() as tape:
            errors = low(y, predictions)
        pulls = tape.gradient(errors, predictions)

        assert np.ravel(errors).tolist() == [0.5, 2.0, 4.0, 6.0]
        assert np.ravel(pulls).tolist() == [-1.0, -2.0, -2.0, -2.0]
        assert loss_of(compiled(high), x, y) == 3.625

    @holds("keras<3")
    @about(
        "tf.keras.losses.Loss.reduction",
        "tf.keras.losses.Loss.__init__(reduction='auto')",
        "tf.keras.losses.Reduction.AUTO",
    )
    def test_default_reduction_was_auto(self):
        """Before Keras 3, the default `reduction` was **`"auto"`**, which came to a mean."""
        loss = Capped(5.0)

        assert float(loss(np.float32([1, 3, 5]), np.float32([0, 0, 0]))) == 3.0
        assert loss.reduction == "auto"

    @holds("keras>=3", was="test_default_reduction_was_auto")
    def test_default_reduction(self):
        """From Keras 3 on, the default `reduction` is **`"sum_over_batch_size"`**, again a mean.

        Instead: leave `"auto"` out, which is refused now.
        """
        loss = Capped(5.0)

        assert float(loss(np.float32([1, 3, 5]), np.float32([0, 0, 0]))) == 3.0
        assert loss.reduction == "sum_over_batch_size"
        with pytest.raises(ValueError, match="Invalid value for argument `reduction`"):
            Capped(reduction="auto")

    @core
    def test_functions_are_averaged(self, line):
        """Keras **averages** what a loss function returns; a subclass brings its own `reduction`.

        With `reduction="sum"`, the loss grows with the batch size: here it is four times the mean.
        """
        x, y = line

        assert loss_of(compiled(absolute_error), x, y) == 2.5
        assert loss_of(compiled(Capped(9.0, reduction="sum")), x, y) == 10.0


class TestOneNumberASample:
    """Return one number per sample, so that weights find their samples."""

    @core
    def test_weights_come_after_the_loss(self, line):
        """By default `sample_weight` multiplies each result; the sum is divided by their **number**.

        Here that is the batch size, 4. To divide by the sum of the weights would give 1.0. Neither
        a function nor a `call` is passed the weights. See the
        [guide](https://www.tensorflow.org/guide/keras/training_with_built_in_methods).
        """
        x, y = line
        only_the_first = tf.constant([1.0, 0.0, 0.0, 0.0])

        assert loss_of(compiled(absolute_error), x, y, only_the_first) == 0.25
        assert loss_of(compiled(Capped(9.0)), x, y, only_the_first) == 0.25

    @holds("keras>=3.7", otherwise=ValueError)
    def test_mean_with_sample_weight(self, line):
        """From Keras 3.7 on, **`"mean_with_sample_weight"`** divides by the sum of the weights."""
        x, y = line
        weights = np.array([[1.0], [0.0], [0.0], [0.0]], np.float32)

        loss = Capped(9.0, reduction="mean_with_sample_weight")

        assert float(loss(y, x, sample_weight=weights)) == 1.0

    def test_one_number_a_batch(self, line):
        """In a model, a loss that itself averages over the samples gives each of them the **mean** weight."""
        x, y = line
        only_the_first = tf.constant([1.0, 0.0, 0.0, 0.0])

        def mean_error(y_true, y_pred):
            return tf.reduce_mean(tf.abs(y_true - y_pred))

        assert loss_of(compiled(mean_error), x, y) == 2.5
        assert loss_of(compiled(absolute_error), x, y, only_the_first) == 0.25
        assert loss_of(compiled(mean_error), x, y, only_the_first) == 0.625

    @holds("keras<3")
    @about(
        "tf.keras.losses.Loss.__call__(sample_weight=*)",
        "tf.keras.Model.fit(sample_weight=*) & class tf.keras.losses.Loss",
    )
    def test_one_number_per_unit_was_safe(self):
        """Before Keras 3, flat weights went to the **samples**, if a loss kept one more axis."""
        loss = Capped(9.0, reduction="none")
        y_true = np.array([[1.0, 3.0], [5.0, 7.0]], np.float32)
        y_pred = np.zeros([2, 2], np.float32)

        weighted = loss(y_true, y_pred, sample_weight=[1.0, 0.0])

        print(weighted)
        assert weighted.numpy().tolist() == [[1.0, 3.0], [0.0, 0.0]]

    @holds("keras>=3", was="test_one_number_per_unit_was_safe")
    def test_one_number_per_unit(self):
        """From Keras 3 on, flat weights are broadcast along a **last axis** longer than 1, if a loss keeps it.

        Flat weights have the shape (n,): one for each sample. Where that axis is longer than 1 but
        not n long, they are refused. Of losses of the shape (n, 1), they go to the samples:
        `q05::TestOneNumberASample::test_weights_come_after_the_loss`.
        Instead: take the mean over the last axis first, in `call`.
        """
        loss = Capped(9.0, reduction="none")
        y_true = np.array([[1.0, 3.0], [5.0, 7.0]], np.float32)
        y_pred = np.zeros([2, 2], np.float32)

        weighted = loss(y_true, y_pred, sample_weight=[1.0, 0.0])

        print(weighted)
        assert weighted.numpy().tolist() == [[1.0, 0.0], [5.0, 0.0]]
        with pytest.raises(tf.errors.InvalidArgumentError, match="Incompatible shapes"):
            loss(y_true.repeat(2, 0), y_pred.repeat(2, 0), sample_weight=[1.0, 0.0, 0.0, 0.0])

    @holds("keras<3")
    @about("class tf.keras.losses.Loss")
    def test_flat_targets_were_expanded(self, line):
        """Before Keras 3, for any loss, a model gave flat targets the **rank** of predictions (n, m)."""
        x, y = line
        flat = y[:, 0]

        assert loss_of(compiled(absolute_error), x, flat) == 2.5
        assert loss_of(compiled(Capped(9.0)), x, flat) == 2.5

    @holds("keras>=3", was="test_flat_targets_were_expanded")
    def test_flat_targets(self, line):
        """From Keras 3 on, a **function** gets flat targets as (n, 1), like predictions; a subclass, flat.

        Here the subclass broadcasts them: it compares each of 4 targets with each of 4 predictions.
        Instead: give the targets the shape of the predictions.
        """
        x, y = line
        flat = y[:, 0]

        difference = tf.constant(flat) - tf.constant(x)

        assert difference.shape == (4, 4)
        assert loss_of(compiled(absolute_error), x, flat) == 2.5
        assert loss_of(compiled(Capped(9.0)), x, flat) == 2.875

    @holds("keras<3")
    @about("tf.keras.losses.Loss.__call__")
    def test_built_in_losses_broadcast(self, line):
        """Before Keras 3, most built-in losses **broadcast** arrays of the shapes (n,) and (n, 1).

        Tensors they aligned: each target met its own prediction only.
        """
        x, _ = line
        loss = tf.keras.losses.MeanAbsoluteError()

        assert float(loss(x[:, 0], x)) == 1.25
        assert float(loss(tf.constant(x[:, 0]), tf.constant(x))) == 0.0

    @holds("keras>=3", was="test_built_in_losses_broadcast")
    def test_built_in_losses_align(self, line):
        """From Keras 3 on, a built-in loss **aligns** arrays of the shapes (n,) and (n, 1).

        So each target meets its own prediction only, as it does in tensors.
        """
        x, _ = line
        loss = tf.keras.losses.MeanAbsoluteError()

        assert float(loss(x[:, 0], x)) == 0.0
        assert float(loss(tf.constant(x[:, 0]), tf.constant(x))) == 0.0

    def test_class_weight(self, line):
        """In training, **`class_weight`** multiplies each sample's loss by the number given for its class.

        Validation does not heed it. See the [guide](https://www.tensorflow.org/guide/keras/training_with_built_in_methods).
        """
        x, _ = line
        labels = np.array([[0.0], [0.0], [1.0], [1.0]], np.float32)
        model = compiled(absolute_error, run_eagerly=True)

        loss = model.train_on_batch(x, labels, class_weight={0: 1.0, 1: 4.0})

        assert float(loss) == 3.25

    @holds("keras<3")
    @about("tf.keras.Model.fit(class_weight=*)", "tf.keras.Model.train_on_batch(class_weight=*)")
    def test_missing_class_was_refused(self, line):
        """Before Keras 3, `class_weight` had to name the classes from 0 on, without a **gap**."""
        x, _ = line
        labels = np.array([[0.0], [0.0], [1.0], [1.0]], np.float32)
        model = compiled(absolute_error, run_eagerly=True)

        with pytest.raises(ValueError, match="keys from 0 to one less than the number of classes"):
            model.train_on_batch(x, labels, class_weight={1: 4.0})

    @holds("keras>=3", was="test_missing_class_was_refused", otherwise=ValueError)
    def test_missing_class_counts_one(self, line):
        """From Keras 3 on, for arrays, a class missing in `class_weight` counts **1**.

        Instead: name every class, so that none is forgotten in silence.
        """
        x, _ = line
        labels = np.array([[0.0], [0.0], [1.0], [1.0]], np.float32)
        model = compiled(absolute_error, run_eagerly=True)

        loss = model.train_on_batch(x, labels, class_weight={1: 4.0})

        assert float(loss) == 3.25

    @holds("keras<3.16")
    @about("tf.keras.Model.fit(class_weight=*)")
    def test_missing_class_of_a_dataset(self, line):
        """Before Keras 3.16, a **dataset** failed at a class above those in `class_weight`."""
        x, _ = line
        labels = np.array([[0.0], [0.0], [1.0], [1.0]], np.float32)
        model = compiled(absolute_error, run_eagerly=True)
        dataset = tf.data.Dataset.from_tensors((x, labels))

        with pytest.raises(tf.errors.InvalidArgumentError, match="is not in"):
            model.fit(dataset, class_weight={0: 4.0}, verbose=0)

    @holds(
        "keras>=3.16",
        otherwise=tf.errors.InvalidArgumentError,
        was="test_missing_class_of_a_dataset",
    )
    def test_missing_class_of_a_dataset_counts_one(self, line):
        """From Keras 3.16 on, in a dataset too, a class missing in `class_weight` counts **1**.

        Instead: name every class, so that none is forgotten in silence.
        """
        x, _ = line
        labels = np.array([[0.0], [0.0], [1.0], [1.0]], np.float32)
        model = compiled(absolute_error, run_eagerly=True)
        dataset = tf.data.Dataset.from_tensors((x, labels))

        history = model.fit(dataset, class_weight={0: 4.0}, verbose=0).history

        assert history["loss"] == [1.75]

    @holds("keras<2.13")
    def test_class_weight_was_refused(self):
        """Before Keras 2.13, `class_weight` was **refused** for targets of three axes."""
        steps = np.ones([1, 2, 1], np.float32)
        model = compiled(absolute_error, shape=(2, 1), run_eagerly=True)

        with pytest.raises(ValueError, match="not supported for 3"):
            model.fit(steps, 0 * steps, class_weight={0: 2.0}, verbose=0)

    @holds("keras>=2.13,<3", was="test_class_weight_was_refused")
    def test_class_weight_of_arrays(self):
        """From Keras 2.13 on, but before Keras 3, **arrays** of three axes had `class_weight`."""
        steps = np.ones([1, 2, 1], np.float32)
        model = compiled(absolute_error, shape=(2, 1), run_eagerly=True)

        history = model.fit(steps, 0 * steps, class_weight={0: 2.0}, verbose=0).history

        assert history["loss"] == [2.0]

    @holds("keras>=3", was="test_class_weight_of_arrays")
    def test_class_weight_of_datasets(self):
        """From Keras 3 on, targets of three axes have `class_weight` only in a **dataset**.

        Instead: `tf.data.Dataset.from_tensor_slices((x, y)).batch(size)` for `x, y`.
        """
        steps = np.ones([1, 2, 1], np.float32)
        model = compiled(absolute_error, shape=(2, 1), run_eagerly=True)
        dataset = tf.data.Dataset.from_tensors((steps, 0 * steps))

        history = model.fit(dataset, class_weight={0: 2.0}, verbose=0).history

        assert history["loss"] == [2.0]
        with pytest.raises(TypeError, match="arrays can be converted to Python scalars"):
            model.fit(steps, 0 * steps, class_weight={0: 2.0}, verbose=0)

    def test_masked_steps(self):
        """Steps masked at a model's output do not **count** in a loss that returns a number for each step.

        An operator, `Conv1D`, `Reshape`, `Lambda` or a layer of your own that does not set
        `supports_masking` hands no mask on, nor from Keras 3.16 on does a recurrent layer: after
        it, all steps count. See the
        [guide](https://www.tensorflow.org/guide/keras/understanding_masking_and_padding).
        """
        steps = np.array([[[4.0], [2.0], [0.0]]], np.float32)
        model = tf.keras.Sequential([tf.keras.Input([3, 1]), tf.keras.layers.Masking(0.0)])

        def mean_error(y_true, y_pred):
            return tf.reduce_mean(tf.abs(y_true - y_pred), axis=-1)

        model.compile("sgd", mean_error)

        assert loss_of(model, steps, np.ones_like(steps)) == pytest.approx(2.0)

    @holds("keras>=3,<3.13")
    def test_masked_mean_was_too_small(self):
        """In Keras 3.0 to 3.12, a masked mean over a single step can be a little **too small**.

        Here it is a little less than 4.
        """
        steps = np.array([[[4.0], [0.0], [0.0]]], np.float32)
        model = tf.keras.Sequential([tf.keras.Input([3, 1]), tf.keras.layers.Masking(0.0)])
        model.compile("sgd", tf.keras.losses.MeanAbsoluteError())

        loss = loss_of(model, steps, np.zeros_like(steps))

        assert loss < 4.0
        assert loss == pytest.approx(4.0)

    @holds("keras<3")
    @about("tf.keras.losses.Loss.__call__")
    def test_loss_of_nothing_was_zero(self):
        """Before Keras 3, a loss object's value for a batch without samples was **0**."""
        nothing = tf.zeros((0, 1))

        assert tf.keras.losses.MeanSquaredError()(nothing, nothing).numpy().tolist() == 0.0

    @holds("keras>=3", was="test_loss_of_nothing_was_zero")
    def test_loss_of_nothing_is_empty(self):
        """From Keras 3 on, a loss object's value for a batch without samples is eagerly an **empty** tensor.

        In a graph that does not know the batch's size it is 0, in the first releases not a number.
        Instead: drop such batches, `dataset.filter(lambda x, y: tf.size(y) > 0)`.
        """
        nothing = tf.zeros((0, 1))

        assert tf.keras.losses.MeanSquaredError()(nothing, nothing).numpy().tolist() == []

    # The warning says what the claim proves.
    @pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
    @holds("keras<3.16")
    @about(
        "tf.keras.layers.*(return_sequences=*) & tf.keras.layers.Masking",
        "tf.keras.layers.*(return_sequences=*) & tf.keras.layers.Embedding(mask_zero=*)",
        "tf.keras.layers.TimeDistributed & tf.keras.layers.Masking",
        "tf.keras.layers.TimeDistributed & tf.keras.layers.Embedding(mask_zero=*)",
    )
    def test_recurrent_layers_handed_masks_on(self):
        """Before Keras 3.16, a **recurrent** layer that returns sequences handed its mask on."""
        steps = np.array([[[4.0], [2.0], [0.0]]], np.float32)
        masking = tf.keras.layers.Masking(0.0)
        recurrent = tf.keras.layers.SimpleRNN(
            1, None, False, "ones", "zeros", return_sequences=True
        )
        model = tf.keras.Sequential([tf.keras.Input([3, 1]), masking, recurrent])

        model.compile("sgd", absolute_error)

        assert loss_of(model, steps, np.zeros_like(steps)) == pytest.approx(3.0)

    # The warning says what the claim proves.
    @pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
    @holds("keras>=3.16", was="test_recurrent_layers_handed_masks_on")
    def test_recurrent_layers_hand_no_mask_on(self):
        """From Keras 3.16 on, a **recurrent** layer hands no mask on: all its steps count in the loss.

        Keras warns. Here the masked step repeats the output before it.
        Instead: a `sample_weight` of 0 for each such step; for a mean of the others alone, a loss
        with `reduction="mean_with_sample_weight"`.
        """
        steps = np.array([[[4.0], [2.0], [0.0]]], np.float32)
        masking = tf.keras.layers.Masking(0.0)
        recurrent = tf.keras.layers.SimpleRNN(
            1, None, False, "ones", "zeros", return_sequences=True
        )
        model = tf.keras.Sequential([tf.keras.Input([3, 1]), masking, recurrent])

        model.compile("sgd", absolute_error)

        assert loss_of(model, steps, np.zeros_like(steps)) == pytest.approx(8 / 3)

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.Model.fit(class_weight=*) & tf.keras.Model.fit(*=^*)")
    def test_class_weight_of_generators(self, line):
        """Before Keras 3, `class_weight` was also for a Python **generator**."""
        x, _ = line
        labels = np.array([[0.0], [0.0], [1.0], [1.0]], np.float32)
        model = compiled(absolute_error, run_eagerly=True)

        history = model.fit(
            ((x, labels) for _ in range(1)), class_weight={0: 1.0, 1: 4.0}, verbose=0
        ).history

        assert history["loss"] == [3.25]

    @holds("keras>=3", was="test_class_weight_of_generators", otherwise=pytest.fail.Exception)
    def test_no_class_weight_of_generators(self, line):
        """From Keras 3 on, `class_weight` is refused for a Python **generator**.

        Instead: give each batch a third element, the weights of its samples.
        """
        x, _ = line
        labels = np.array([[0.0], [0.0], [1.0], [1.0]], np.float32)
        weights = np.array([1.0, 1.0, 4.0, 4.0], np.float32)
        model = compiled(absolute_error, run_eagerly=True)

        with pytest.raises(ValueError, match="not supported for Python generator"):
            model.fit(((x, labels) for _ in range(1)), class_weight={0: 1.0, 1: 4.0}, verbose=0)

        history = model.fit(((x, labels, weights) for _ in range(1)), verbose=0).history
        assert history["loss"] == [3.25]


class TestTraced:
    """Function or subclass, Keras traces it, and trains no variable that only it holds."""

    def test_numpy_has_no_gradient(self, batches):
        """With `run_eagerly=True` a loss in NumPy evaluates, but by itself has no **gradient**.

        The tape, which notes operations to differentiate them, does not see what NumPy does. By
        default Keras traces a loss: Python runs once, to note its operations in a graph,
        `q10::TestTracing::test_python_runs_while_tracing`. There such a loss fails at once:
        `q09::TestWhatCannotBeConverted::test_numpy_function`.
        Here is how to give it one: `q11::TestPython::test_gradient_by_hand`.
        """
        model = compiled(lambda y_true, y_pred: np.abs(y_true - y_pred), run_eagerly=True)

        assert model.evaluate(batches(4), verbose=0) == 2.5
        with pytest.raises(ValueError, match="No gradients provided"):
            model.fit(batches(4), verbose=0)

    def test_unknown_label(self):
        """The sparse cross-entropy of a label that is no class is an **error** on the CPU, nan under XLA.

        Unless it is the loss's `ignore_class`. XLA compiles `fit` with `jit_compile=True`, or by itself
        where Keras 3 sees a GPU.
        """
        labels, logits = tf.constant([9, 0]), tf.constant([[1.0, 2.0], [3.0, 4.0]])
        loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")
        compiled_loss = tf.function(loss, jit_compile=True)

        with pytest.raises(tf.errors.InvalidArgumentError, match="outside the valid range"):
            loss(labels, logits)
        assert np.isnan(compiled_loss(labels, logits)).tolist() == [True, False]

    def test_unknown_label_on_a_gpu(self, gpu):
        """On a GPU, the sparse cross-entropy of a label that is no class is **nan**, without a word."""
        labels, logits = tf.constant([9, 0]), tf.constant([[1.0, 2.0], [3.0, 4.0]])
        loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")

        assert np.isnan(loss(labels, logits)).tolist() == [True, False]

    @corrects("B5.2")
    def test_threshold_is_frozen(self, batches):
        """A traced loss keeps its old threshold until a **retrace**; a `tf.Variable` is read anew.

        To retrace is to trace anew. Tracing copies an attribute's number into the graph, while the
        graph reads a variable at every batch; so a function may have state that changes, too. See
        the [guide](https://www.tensorflow.org/guide/function).
        """
        loss, cap = Capped(1.0), tf.Variable(1.0)
        attribute, variable = compiled(loss), compiled(capped(cap))
        assert attribute.evaluate(batches(4), verbose=0) == 1.0
        assert variable.evaluate(batches(4), verbose=0) == 1.0

        loss.threshold = 2.0
        cap.assign(2.0)

        assert attribute.evaluate(batches(4), verbose=0) == 1.0
        assert variable.evaluate(batches(4), verbose=0) == 1.75
        attribute.make_test_function(force=True)
        assert attribute.evaluate(batches(4), verbose=0) == 1.75

    @core
    @corrects("B5.2")
    def test_variables_are_not_trained(self, batches):
        """A variable that only a loss holds is **not trained**: it is no weight of the model.

        The optimizer trains the weights of the model, and those alone. A layer is the place for
        another one: `q12::TestAsAKerasLayer::test_trains`.
        """
        scale = tf.Variable(3.0)

        def scaled(y_true, y_pred):
            return scale * tf.abs(y_true - y_pred)

        class Scaled(tf.keras.losses.Loss):
            def __init__(self):
                super().__init__()
                self.scale = scale

            def call(self, y_true, y_pred):
                return self.scale * tf.abs(y_true - y_pred)

        for loss in (scaled, Scaled()):
            model = compiled(loss, run_eagerly=True)
            model.fit(batches(4), verbose=0)

            assert model.get_weights()[0].item() == pytest.approx(1.45)
            assert len(model.weights) == 1
            assert scale.numpy() == 3.0


class TestSavedSubclass:
    """A subclass with `get_config` can survive being saved."""

    @core
    @confirms("A5.1", "B5.2")
    def test_keras_file(self, line, tmp_path):
        """With `get_config`, a subclass's threshold, a number, survives in a **`.keras`** file.

        The file holds the config, from which the loss is made anew: so `__init__` has to take all
        that `get_config` returns. See the
        [guide](https://www.tensorflow.org/guide/keras/serialization_and_saving).
        """
        x, y = line
        path = str(tmp_path / "model.keras")
        compiled(Capped(2.0)).save(path)

        loaded = tf.keras.models.load_model(path, custom_objects={"Capped": Capped})

        print("threshold:", loaded.loss.threshold)
        assert loaded.loss.threshold == 2.0
        assert loss_of(loaded, x, y) == 1.75

    def test_hubers_threshold(self, line, tmp_path):
        """A Huber loss of your own keeps its **threshold** and its reduction in a `.keras` file.

        The built-in one forgets its own in some releases:
        `q05::TestLostInSaving::test_built_in_huber`.
        """
        x, y = line
        path = str(tmp_path / "model.keras")
        compiled(Huber(2.0, reduction="sum")).save(path)

        loaded = tf.keras.models.load_model(path, custom_objects={"Huber": Huber})

        assert loss_of(loaded, x, y) == 12.5
        assert loaded.loss.threshold == 2.0

    @holds("keras<2.13", otherwise=AssertionError)
    @about("tf.keras.Model.save(0='*.keras')")
    def test_keras_file_was_hdf5(self, tmp_path):
        """Before Keras 2.13, a `.keras` file was by default an **HDF5** file like an `.h5` file."""
        path = tmp_path / "model.keras"

        compiled(Capped(2.0)).save(str(path))

        assert path.read_bytes()[1:4] == b"HDF"

    @holds("keras>=2.13", was="test_keras_file_was_hdf5", otherwise=AssertionError)
    def test_keras_file_is_zipped(self, tmp_path):
        """From Keras 2.13 on, a `.keras` file is by default a **zip** archive of the config and the weights.

        Instead: name the file `.h5`, if a program expects HDF5.
        """
        path = tmp_path / "model.keras"

        compiled(Capped(2.0)).save(str(path))

        assert path.read_bytes()[:2] == b"PK"

    # The warning says that this format is a legacy; the claim is about that format.
    @pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
    @confirms("A5.1")
    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*", otherwise=ValueError)
    def test_h5_file(self, line, tmp_path):
        """Loaded by `custom_objects`, a threshold survives in an **`.h5`** file, except in Keras 3.0 to 3.2.

        That of a registered class survives there, too. The model must be Sequential or functional.
        Instead: save to a `.keras` file, which all of them read.
        """
        x, y = line
        path = str(tmp_path / "model.h5")
        compiled(Capped(2.0)).save(path)

        loaded = tf.keras.models.load_model(path, custom_objects={"Capped": Capped})

        assert loaded.loss.threshold == 2.0
        assert loss_of(loaded, x, y) == 1.75

    @confirms("A5.1")
    @holds("keras<3", otherwise=ValueError)
    @about(
        "tf.keras.Model.save(0=str but '*.keras' but '*.h5')",
        "tf.keras.models.save_model(1=str but '*.keras' but '*.h5')",
        "tf.keras.Model.save(save_format=*)",
        "tf.keras.Model.save(signatures=*)",
        "tf.keras.models.load_model(0=str but '*.keras' but '*.h5')",
        "tf.keras.callbacks.ModelCheckpoint(0=str but '*.keras' but '*.h5')",
    )
    def test_saved_model(self, line, tmp_path):
        """Before Keras 3, a subclass's threshold survived in a **SavedModel** directory too."""
        x, y = line
        path = str(tmp_path / "model")
        compiled(Capped(2.0)).save(path)

        loaded = tf.keras.models.load_model(path, custom_objects={"Capped": Capped})

        assert loaded.loss.threshold == 2.0
        assert loss_of(loaded, x, y) == 1.75

    @holds("keras>=3", was="test_saved_model")
    def test_path_without_extension(self, tmp_path):
        """From Keras 3 on, `save` refuses a path without an **extension** such as `.keras`.

        Instead: save to a `.keras` file; to serve the model,
        [`model.export`](https://keras.io/api/models/model_saving_apis/export/).
        """
        path = str(tmp_path / "model")

        with pytest.raises(ValueError, match="Invalid filepath extension"):
            compiled(Capped(2.0)).save(path)

    def test_registered(self, tmp_path):
        """Decorated with **`register_keras_serializable`**, a subclass needs no `custom_objects`.

        The program that loads the model still needs the class: the file holds its name and its
        config, not its code.
        """
        path = str(tmp_path / "model.keras")

        @tf.keras.utils.register_keras_serializable(package="answers")
        class Registered(Capped):
            pass

        compiled(Registered(2.0)).save(path)
        loaded = tf.keras.models.load_model(path)

        assert tf.keras.utils.get_registered_name(Registered) == "answers>Registered"
        assert type(loaded.loss) is Registered
        assert loaded.loss.threshold == 2.0

    @holds("keras<2.13", otherwise=TypeError)
    def test_unknown_class_was_a_value_error(self, tmp_path, afresh):
        """Before Keras 2.13, a `.keras` file whose loss is not found raised a **`ValueError`**."""
        path = str(tmp_path / "model.keras")

        class Unknown(Capped):
            pass

        compiled(Unknown(2.0)).save(path)

        with pytest.raises(ValueError, match="Unknown loss function: 'Unknown'"):
            tf.keras.models.load_model(path)

    @holds("keras>=2.13", otherwise=ValueError, was="test_unknown_class_was_a_value_error")
    def test_unknown_class(self, tmp_path):
        """From Keras 2.13 on, a `.keras` file whose loss is not found raises a **`TypeError`**.

        Instead: register the class, or pass it in `custom_objects`.
        """
        path = str(tmp_path / "model.keras")

        class Unknown(Capped):
            pass

        compiled(Unknown(2.0)).save(path)

        with pytest.raises(TypeError, match="Could not locate class 'Unknown'"):
            tf.keras.models.load_model(path)

    def test_without_compiling(self, tmp_path):
        """With **`compile=False`**, a model loads from a `.keras` file without its loss, and can predict."""
        path = str(tmp_path / "model.keras")

        class Unknown(Capped):
            pass

        compiled(Unknown(2.0)).save(path)
        loaded = tf.keras.models.load_model(path, compile=False)

        assert loaded(tf.constant([[3.0]])).numpy().tolist() == [[3.0]]
        assert getattr(loaded, "loss", None) is None

    # The warning says that this format is a legacy; the claim is about that format.
    @pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
    @holds("keras<3", otherwise=ValueError)
    def test_h5_file_was_trained_on(self, afresh, line, tmp_path):
        """Before Keras 3, a model loaded from an **`.h5`** file could be trained on at once."""
        x, y = line
        path = str(tmp_path / "model.h5")
        compiled(tf.keras.losses.MeanAbsoluteError()).save(path)

        loaded = tf.keras.models.load_model(path)
        loaded.run_eagerly = True
        loaded.train_on_batch(x, y)

        assert loaded.get_weights()[0].item() == pytest.approx(1.15)

    # The warning says that this format is a legacy; the claim is about that format.
    @pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
    @holds("keras>=3", was="test_h5_file_was_trained_on")
    def test_h5_file_is_compiled_anew(self, line, tmp_path):
        """From Keras 3 on, a model loaded from an **`.h5`** file must be compiled anew to train.

        Instead: save to a `.keras` file, or call `compile` after loading.
        """
        x, y = line
        path = str(tmp_path / "model.h5")
        compiled(tf.keras.losses.MeanAbsoluteError()).save(path)

        loaded = tf.keras.models.load_model(path)
        loaded.run_eagerly = True

        with pytest.raises(ValueError, match="Unknown variable"):
            loaded.train_on_batch(x, y)
        loaded.compile(tf.keras.optimizers.SGD(0.1), loaded.loss, run_eagerly=True)
        loaded.train_on_batch(x, y)
        assert loaded.get_weights()[0].item() == pytest.approx(1.15)

    # The warning says that this format is a legacy; the claim is about that format.
    @pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
    @holds(
        "keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*,!=3.7.*,"
        "!=3.8.*,!=3.9.*,!=3.10.*,!=3.11.*,!=3.12.*,!=3.13.*,!=3.14.*,!=3.15.*"
    )
    @about(
        "tf.keras.models.load_model(0='*.h5') & tf.keras.Model.compile(*='mse')",
        "tf.keras.Model.save(0='*.h5') & tf.keras.Model.compile(*='mse')",
    )
    def test_h5_file_with_a_short_name(self, line, tmp_path):
        """An `.h5` file made with **`"mse"`** can be loaded with its loss, except in Keras 3.0 to 3.15."""
        x, y = line
        path = str(tmp_path / "model.h5")
        compiled("mse").save(path)

        loaded = tf.keras.models.load_model(path)

        assert loss_of(loaded, x, y) == 7.5

    # The warning says that this format is a legacy; the claim is about that format.
    @pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
    @holds("keras>=3,<3.11", was="test_h5_file_with_a_short_name")
    def test_h5_file_with_a_short_name_is_a_type_error(self, tmp_path):
        """In Keras 3.0 to 3.10, loading an `.h5` file made with **`"mse"`** by default raises a `TypeError`.

        Instead: compile with `tf.keras.losses.MeanSquaredError()`, or save to a `.keras` file.
        """
        path = str(tmp_path / "model.h5")
        compiled("mse").save(path)

        with pytest.raises(TypeError, match="Could not locate function 'mse'"):
            tf.keras.models.load_model(path)

    # The warning says that this format is a legacy; the claim is about that format.
    @pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
    @holds("keras>=3.11,<3.16", was="test_h5_file_with_a_short_name_is_a_type_error")
    def test_h5_file_with_a_short_name_is_a_value_error(self, tmp_path):
        """In Keras 3.11 to 3.15, loading an `.h5` file made with **`"mse"`** by default raises a `ValueError`.

        Instead: compile with `tf.keras.losses.MeanSquaredError()`, or save to a `.keras` file.
        """
        path = str(tmp_path / "model.h5")
        compiled("mse").save(path)

        with pytest.raises(ValueError, match="Could not deserialize"):
            tf.keras.models.load_model(path)

    @core
    @pytest.mark.parametrize(
        "argument, base",
        [
            ("kernel_initializer", tf.keras.initializers.Initializer),
            ("kernel_regularizer", tf.keras.regularizers.Regularizer),
            ("kernel_constraint", tf.keras.constraints.Constraint),
        ],
    )
    def test_the_same_choice(self, argument, base):
        """Initializers, regularizers and constraints keep their numbers by **`get_config`** too.

        So the choice is that of a loss: a subclass where a hyperparameter must be kept. Some
        releases refuse a function as a regularizer or a constraint:
        `q05::TestSavedSubclass::test_function_as_a_regularizer`.
        """

        class Scaled(base):
            def __init__(self, factor=1.0):
                self.factor = factor

            def get_config(self):
                return {"factor": self.factor}

        layer = tf.keras.layers.Dense(1, **{argument: Scaled(3.0)})

        written = tf.keras.layers.serialize(layer)
        copy = tf.keras.layers.deserialize(written, custom_objects={"Scaled": Scaled})

        assert getattr(copy, argument).factor == 3.0

    @holds(
        "keras!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*,!=3.7.*,"
        "!=3.8.*,!=3.9.*,!=3.10.*,!=3.11.*,!=3.12.*,!=3.13.*,!=3.14.*",
        otherwise=ValueError,
    )
    @pytest.mark.parametrize(
        "argument, losses", [("kernel_regularizer", [6.0]), ("kernel_constraint", [])]
    )
    def test_function_as_a_regularizer(self, argument, losses):
        """A plain **function** may be a regularizer or a constraint, except in Keras 3.1 to 3.14."""

        def three_times(weights):
            return 3.0 * tf.reduce_sum(weights)

        layer = tf.keras.layers.Dense(1, kernel_initializer="ones", **{argument: three_times})
        layer.build((None, 2))

        assert getattr(layer, argument) is three_times
        assert layer.losses == losses


class TestLostInSaving:
    """What of a loss is not in the config is lost."""

    @core
    @confirms("A5.1")
    def test_without_get_config(self, line, tmp_path):
        """Without `get_config`, a loss that can be loaded silently has the **default** threshold.

        Here the subclass gets back the `get_config` that every loss inherits, which does not know
        of a threshold. Loading fails if there is no default,
        `q05::TestLostInSaving::test_without_get_config_or_default`, or if `__init__` does not take
        the `name` and `reduction` of that config, as by `**kwargs`. See the
        [guide](https://www.tensorflow.org/guide/keras/serialization_and_saving).
        """
        x, y = line
        path = str(tmp_path / "model.keras")

        class Forgetful(Capped):
            get_config = tf.keras.losses.Loss.get_config

        model = compiled(Forgetful(2.0))
        model.save(path)
        loaded = tf.keras.models.load_model(path, custom_objects={"Forgetful": Forgetful})

        print("before:", loss_of(model, x, y), "after:", loss_of(loaded, x, y))
        assert loss_of(model, x, y) == 1.75
        assert loss_of(loaded, x, y) == 1.0

    @confirms("A5.1")
    def test_without_get_config_or_default(self, tmp_path):
        """Without `get_config` and a default, loading a `.keras` file with its loss is a **`TypeError`**."""
        path = str(tmp_path / "model.keras")

        class Strict(Capped):
            def __init__(self, threshold, **kwargs):
                super().__init__(threshold, **kwargs)

            get_config = tf.keras.losses.Loss.get_config

        compiled(Strict(2.0)).save(path)

        with pytest.raises(TypeError, match="missing 1 required positional argument: 'threshold'"):
            tf.keras.models.load_model(path, custom_objects={"Strict": Strict})

    def test_without_super(self, line, tmp_path):
        """A `get_config` that leaves out `super().get_config()` loses the **reduction**."""
        x, y = line
        path = str(tmp_path / "model.keras")

        class Incomplete(Capped):
            def get_config(self):
                return {"threshold": self.threshold}

        model = compiled(Incomplete(2.0, reduction="sum"))
        model.save(path)
        loaded = tf.keras.models.load_model(path, custom_objects={"Incomplete": Incomplete})

        assert loss_of(model, x, y) == 7.0
        assert loss_of(loaded, x, y) == 1.75

    @core
    @confirms("B5.1")
    def test_function_without_parameters(self, line, tmp_path):
        """A plain `def` function comes back by its **name** alone, if the loader knows it.

        Without a hyperparameter there is nothing else to keep: so no subclass is needed here. A
        lambda has no name of its own: `q05::TestLostInSaving::test_lambda`. A method, or a function
        decorated with `@tf.function`, does not come back from a `.keras` file from Keras 2.13 on.
        """
        x, y = line
        path = str(tmp_path / "model.keras")
        compiled(absolute_error).save(path)

        functions = {"absolute_error": absolute_error}
        loaded = tf.keras.models.load_model(path, custom_objects=functions)

        assert loaded.loss is absolute_error
        assert loss_of(loaded, x, y) == 2.5

    @holds("keras<3.16", otherwise=TypeError)
    @about("tf.keras.models.load_model(0='*.keras')")
    def test_name_of_a_built_in_loss(self, line, tmp_path):
        """Before Keras 3.16, loading a file without your `mean_squared_error` took **Keras's**, silently."""
        x, y = line
        path = str(tmp_path / "model.keras")

        def mean_squared_error(y_true, y_pred):
            return 100.0 * tf.square(y_true - y_pred)

        model = compiled(mean_squared_error)
        model.save(path)
        loaded = tf.keras.models.load_model(path)

        assert loss_of(model, x, y) == 750.0
        assert loss_of(loaded, x, y) == 7.5

    @holds("keras>=3.16", was="test_name_of_a_built_in_loss", otherwise=pytest.fail.Exception)
    def test_name_of_a_built_in_loss_is_not_found(self, line, tmp_path):
        """From Keras 3.16 on, loading `.keras` files without your `mean_squared_error` is a **`TypeError`**.

        With `compile=False` it is not asked for. An `.h5` file takes Keras's, as before.
        Instead: give the loader your function in `custom_objects`, or choose another name.
        """
        x, y = line
        path = str(tmp_path / "model.keras")

        def mean_squared_error(y_true, y_pred):
            return 100.0 * tf.square(y_true - y_pred)

        functions = {"mean_squared_error": mean_squared_error}
        compiled(mean_squared_error).save(path)
        loaded = tf.keras.models.load_model(path, custom_objects=functions)

        assert loss_of(loaded, x, y) == 750.0
        with pytest.raises(TypeError, match="Could not locate function"):
            tf.keras.models.load_model(path)

    # The warning says what the claim proves.
    @pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
    def test_lambda(self, tmp_path):
        """A model with a **lambda** as its loss can be saved, but by default not loaded.

        Instead: `def`, which gives the function a name.
        """
        path = str(tmp_path / "model.keras")
        compiled(lambda y_true, y_pred: tf.abs(y_true - y_pred)).save(path)

        with pytest.raises(ValueError, match="lambda"):
            tf.keras.models.load_model(path)

    @core
    @confirms("A5.1")
    def test_closure(self, line, tmp_path):
        """A `def` closure's threshold is **not saved**: the model computes with the one it is given anew.

        The file has only the name, `capped_error`. Whoever loads it must know the number. A lambda:
        `q05::TestLostInSaving::test_lambda`.
        """
        x, y = line
        path = str(tmp_path / "model.keras")
        model = compiled(capped(2.0))
        model.save(path)

        functions = {"capped_error": capped(3.0)}
        loaded = tf.keras.models.load_model(path, custom_objects=functions)

        print("before:", loss_of(model, x, y), "after:", loss_of(loaded, x, y))
        assert loss_of(model, x, y) == 1.75
        assert loss_of(loaded, x, y) == 2.25

    @holds("keras>=3,<3.16")
    def test_built_in_huber(self, line, tmp_path):
        """In Keras 3.0 to 3.15, even the built-in **`Huber`** forgets its `delta` when saved.

        Instead: compile the loaded model again, with the loss. The default, 1.0, comes back in
        silence, as after a missing `get_config`
        ([mended](https://github.com/keras-team/keras/pull/23286)).
        """
        x, y = line
        path = str(tmp_path / "model.keras")
        model = compiled(tf.keras.losses.Huber(delta=2.0))
        model.save(path)

        loaded = tf.keras.models.load_model(path)

        assert loss_of(model, x, y) == 3.125
        assert loss_of(loaded, x, y) == 2.0

    @holds("keras>=3,<3.16")
    def test_built_in_cosine_similarity(self, tmp_path):
        """In Keras 3.0 to 3.15, the built-in **`CosineSimilarity`** forgets its `axis` when saved.

        Instead: compile the loaded model again, with the loss. The last axis, the default, comes
        back in silence.
        """
        x, y = np.array([[3.0], [-4.0]], np.float32), np.array([[3.0], [4.0]], np.float32)
        path = str(tmp_path / "model.keras")
        model = compiled(tf.keras.losses.CosineSimilarity(axis=0))
        model.save(path)

        loaded = tf.keras.models.load_model(path)

        assert loss_of(model, x, y) == pytest.approx(0.28)
        assert loss_of(loaded, x, y) == pytest.approx(0.0)


class TestSeveralOutputs:
    """Where a model has several outputs, each may have its loss, and the total weighs them."""

    def test_loss_weights(self, line):
        """**`loss_weights`** tells how much the loss of each output counts in the total.

        See the [guide](https://www.tensorflow.org/guide/keras/training_with_built_in_methods).
        """
        x, y = line
        targets = [tf.constant(y), tf.constant(x + 1)]
        model = two_outputs([absolute_error, absolute_error], loss_weights=[1.0, 10.0])

        total = model.compute_loss(x, targets, model(x), None)

        assert float(total) == 12.5

    @holds("keras>=3,<3.5")
    def test_only_the_total_was_reported(self, line):
        """In Keras 3.0 to 3.4, only the **total** of several outputs' losses is reported."""
        x, y = line
        model = two_outputs([absolute_error, absolute_error], loss_weights=[1.0, 10.0])

        reported = model.train_on_batch(x, [y, x + 1], return_dict=True)

        assert reported == {"loss": 12.5}

    @holds("keras>=3.5,<3.7", was="test_only_the_total_was_reported")
    def test_weighted_losses_were_reported(self, line):
        """In Keras 3.5 and 3.6, a functional model reports an output's loss **multiplied** by its weight."""
        x, y = line
        model = two_outputs([absolute_error, absolute_error], loss_weights=[1.0, 10.0])

        reported = model.train_on_batch(x, [y, x + 1], return_dict=True)

        assert reported == {"loss": 12.5, "a_loss": 2.5, "b_loss": 10.0}

    @holds(
        "keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*",
        was="test_weighted_losses_were_reported",
    )
    def test_losses_are_reported(self, line):
        """Except in Keras 3.0 to 3.6, a functional model reports several outputs' losses **unweighted**.

        From 3.7 on, of two outputs of one shared layer, in a list, only the second's loss is
        reported.
        """
        x, y = line
        model = two_outputs([absolute_error, absolute_error], loss_weights=[1.0, 10.0])

        reported = model.train_on_batch(x, [y, x + 1], return_dict=True)

        print(reported)
        assert reported == {"loss": 12.5, "a_loss": 2.5, "b_loss": 1.0}

    @holds("keras<3.7", otherwise=ValueError)
    def test_one_loss_had_weights(self, line):
        """Before Keras 3.7, `loss_weights` could go with **one** loss for all outputs."""
        x, y = line
        targets = [tf.constant(y), tf.constant(x + 1)]
        model = two_outputs(absolute_error, loss_weights=[1.0, 10.0])

        total = model.compute_loss(x, targets, model(x), None)

        assert float(total) == 12.5

    @holds("keras>=3.7", was="test_one_loss_had_weights")
    def test_one_loss_has_no_weights(self, line):
        """From Keras 3.7 on, `loss_weights` go with a loss for **each** output.

        Instead: `loss=[f, f]` for `loss=f`.
        """
        x, y = line
        targets = [tf.constant(y), tf.constant(x + 1)]
        model = two_outputs(absolute_error, loss_weights=[1.0, 10.0])

        with pytest.raises(ValueError, match="must match the number of losses"):
            model.compute_loss(x, targets, model(x), None)

    @holds("keras<3.5", otherwise=ValueError)
    @about("tf.keras.Model.compile(loss={*)", "tf.keras.Model.compile(1={*)")
    def test_dict_of_losses_had_gaps(self, line):
        """Before Keras 3.5, a dict of losses could **leave out** an output."""
        x, y = line
        model = two_outputs({"a": absolute_error})

        assert model.test_on_batch(x, {"a": y, "b": y}, return_dict=True)["loss"] == 2.5

    @holds("keras>=3.5", was="test_dict_of_losses_had_gaps")
    def test_dict_of_losses_is_complete(self, line):
        """From Keras 3.5 on, a functional model's dict of losses for a list of outputs must name them **all**.

        Instead: `None` for an output without a loss; a dict of targets must name that output, too.
        """
        x, y = line
        with_none = two_outputs({"a": absolute_error, "b": None})
        with_a_gap = two_outputs({"a": absolute_error})

        assert with_none.test_on_batch(x, {"a": y, "b": y}, return_dict=True)["loss"] == 2.5
        with pytest.raises(ValueError, match="loss"):
            with_a_gap.test_on_batch(x, {"a": y, "b": y})

    @holds("keras<3")
    @about("tf.keras.Model.__init__(outputs={*)", "tf.keras.Model.__init__(1={*)")
    def test_losses_were_named_after_layers(self, line):
        """Before Keras 3, a functional model named the losses of a dict of outputs after **layers**."""
        x, y = line
        model = two_outputs({"u": absolute_error, "v": absolute_error}, keys=["u", "v"])

        reported = model.train_on_batch(x, {"u": y, "v": y}, return_dict=True)

        assert sorted(reported) == ["a_loss", "b_loss", "loss"]

    @holds("keras>=3,<3.5", was="test_losses_were_named_after_layers")
    def test_keys_were_unknown(self, line):
        """In Keras 3.0 to 3.4, a functional model refuses losses by **keys** that are not its layers' names.

        Instead: name each layer as its key.
        """
        x, y = line
        model = two_outputs({"u": absolute_error, "v": absolute_error}, keys=["u", "v"])
        named = two_outputs({"a": absolute_error, "b": absolute_error}, keys=["a", "b"])

        with pytest.raises(ValueError, match="does not correspond to any model output"):
            model.train_on_batch(x, {"u": y, "v": y})
        assert float(named.train_on_batch(x, {"a": y, "b": y})) == 5.0

    @holds("keras>=3.5", was="test_keys_were_unknown")
    def test_losses_are_named_after_keys(self, line):
        """From Keras 3.5 on, the losses of a dict of outputs are reported by its **keys**."""
        x, y = line
        model = two_outputs({"u": absolute_error, "v": absolute_error}, keys=["u", "v"])

        reported = model.train_on_batch(x, {"u": y, "v": y}, return_dict=True)

        assert sorted(reported) == ["loss", "u_loss", "v_loss"]


class TestNeither:
    """A term that needs no targets, or needs the inputs, need be neither a function nor a subclass."""

    def test_add_loss(self, line):
        """A layer's **`add_loss`** adds a term that needs no targets to the model's compiled loss.

        `fit` minimizes it: `q08::TestNoLoopNeeded::test_add_loss`. See the
        [guide](https://keras.io/guides/making_new_layers_and_models_via_subclassing/).
        """
        x, y = line

        class Penalty(tf.keras.layers.Layer):
            def call(self, inputs):
                self.add_loss(10.0 * tf.reduce_mean(inputs))
                return inputs

        model = tf.keras.Sequential([tf.keras.layers.Input([1]), Penalty()])
        model.compile("sgd", absolute_error)

        assert loss_of(model, x, y) == 17.5

    @holds("keras<3")
    @about("tf.keras.Model.add_loss()", "tf.keras.layers.Layer.add_loss(0=lambda*)")
    def test_add_loss_was_symbolic(self, line):
        """Before Keras 3, a functional model's **`add_loss`** took an output of that model."""
        x, y = line
        inputs = tf.keras.Input([1])
        outputs = identity()(inputs)
        model = tf.keras.Model(inputs, outputs)

        model.add_loss(10.0 * tf.reduce_mean(outputs))
        model.compile("sgd", absolute_error)

        assert loss_of(model, x, y) == 17.5

    @holds("keras>=3", was="test_add_loss_was_symbolic")
    def test_add_loss_is_for_layers(self):
        """From Keras 3 on, a functional model's **`add_loss`** refuses an output, without a word.

        Instead: call `add_loss` in the `call` of a layer, and put that into the model.
        """
        inputs = tf.keras.Input([1])
        outputs = identity()(inputs)
        model = tf.keras.Model(inputs, outputs)

        with pytest.raises(NotImplementedError, match=r"^$"):
            model.add_loss(10.0 * tf.keras.ops.mean(outputs))

    @holds("keras>=3,<3.14")
    @about("tf.keras.layers.*(activity_regularizer=*)")
    def test_activity_was_not_averaged(self, line):
        """In Keras 3.0 to 3.13, the activity regularization of a `Dense` **grew** with the batch size."""
        layer = tf.keras.layers.Dense(
            1, kernel_initializer="ones", activity_regularizer=tf.keras.regularizers.L1(1.0)
        )

        layer(line[0])

        assert float(layer.losses[0]) == 6.0

    @holds(
        "keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*,!=3.7.*,!=3.8.*,!=3.9.*,"
        "!=3.10.*,!=3.11.*,!=3.12.*,!=3.13.*",
        was="test_activity_was_not_averaged",
    )
    def test_activity_is_averaged(self, line):
        """The activity regularization of a `Dense` is a **mean** over samples, except in Keras 3.0 to 3.13.

        It is a term of the loss. Most layers have it like that; but from Keras 3 on, `SimpleRNN`, and
        a layer within `TimeDistributed`, ignore their `activity_regularizer` in silence.
        Instead: multiply a factor that was tuned on those by the batch size, for the same loss.
        """
        layer = tf.keras.layers.Dense(
            1, kernel_initializer="ones", activity_regularizer=tf.keras.regularizers.L1(1.0)
        )

        layer(line[0])

        assert float(layer.losses[0]) == 1.5

    def test_compute_loss(self, line):
        """A loss that needs the **inputs** too can be the `compute_loss` of a model's own subclass.

        It sees all inputs, targets and predictions at once; see the
        [guide](https://keras.io/guides/custom_train_step_in_tensorflow/).
        """
        x, y = line

        model = WeightedByInput([tf.keras.Input([1]), identity()])
        model.compile(tf.keras.optimizers.SGD(0.1), run_eagerly=True)

        model.train_on_batch(x, y)

        assert model.get_weights()[0].item() == pytest.approx(1.35)

    @holds("keras<3")
    @about("tf.keras.regularizers.l1_l2()")
    def test_l1_l2_penalized_by_default(self):
        """Before Keras 3, `l1_l2()` penalized by its default, **0.01** of absolute values and squares."""
        assert float(tf.keras.regularizers.l1_l2()(tf.constant([3.0]))) == pytest.approx(0.12)

    @holds("keras>=3", was="test_l1_l2_penalized_by_default")
    def test_l1_l2_needs_factors(self):
        """From Keras 3 on, `l1_l2()` penalizes **nothing** unless it is given factors, without a word.

        If it is given one factor, the other is 0, and no longer 0.01.
        Instead: `l1_l2(l1=0.01, l2=0.01)`.
        """
        assert float(tf.keras.regularizers.l1_l2()(tf.constant([3.0]))) == 0.0
        penalty = tf.keras.regularizers.l1_l2(l1=0.01, l2=0.01)(tf.constant([3.0]))
        assert float(penalty) == pytest.approx(0.12)

    @holds("keras<3")
    @about("tf.keras.layers.SimpleRNN(activity_regularizer=*)")
    def test_activity_of_a_simple_rnn(self):
        """Before Keras 3, a `SimpleRNN`'s **`activity_regularizer`** added a term to the loss."""
        regularizer = tf.keras.regularizers.L1(1.0)
        layer = tf.keras.layers.SimpleRNN(1, activity_regularizer=regularizer)

        layer(np.ones([4, 2, 1], np.float32))

        assert len(layer.losses) == 1

    @holds("keras>=3", was="test_activity_of_a_simple_rnn")
    def test_activity_of_a_simple_rnn_is_ignored(self):
        """From Keras 3 on, a `SimpleRNN` **ignores** its `activity_regularizer`, silently.

        Instead: `tf.keras.layers.ActivityRegularization(l1=1.0)` after the layer.
        """
        regularizer = tf.keras.regularizers.L1(1.0)
        layer = tf.keras.layers.SimpleRNN(1, activity_regularizer=regularizer)
        model = tf.keras.Sequential([layer, tf.keras.layers.ActivityRegularization(l1=1.0)])

        model(np.ones([4, 2, 1], np.float32))

        assert layer.losses == []
        assert len(model.losses) == 1
