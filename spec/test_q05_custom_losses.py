"""When would you use a function to define a custom loss, and when would you subclass \
`keras.losses.Loss`?

A **function** of targets and predictions is enough for any formula: it may choose, and a closure
even gives it a threshold. What it cannot do is keep that threshold in a **saved model**, which
holds only the function's name. So **subclass** when a hyperparameter must come back from the file,
and write `get_config()`: without it, the loaded model computes with the default and says nothing. A
subclass also brings its own **reduction**. Variables of either are neither trained nor saved.
"""

import numpy as np
import pytest
import tensorflow as tf

from answer_key import confirms, corrects, holds


class Capped(tf.keras.losses.Loss):
    """The absolute error, but never more than a threshold."""

    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold

    def call(self, y_true, y_pred):
        return tf.minimum(tf.abs(y_true - y_pred), self.threshold)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


def capped(threshold):
    """Make a function that computes the same."""

    def capped_error(y_true, y_pred):
        return tf.minimum(tf.abs(y_true - y_pred), threshold)

    return capped_error


def absolute_error(y_true, y_pred):
    """The absolute error: one number per sample, here."""
    return tf.abs(y_true - y_pred)


def compiled(loss, **arguments):
    """A model that at first predicts `x` itself, and so on the `line` is off by 1, 2, 3 and 4."""
    layer = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = tf.keras.Sequential([tf.keras.layers.Input([1]), layer])
    model.compile(tf.keras.optimizers.SGD(0.1), loss, **arguments)
    return model


def loss_of(model, x, y, sample_weight=None):
    """What `fit` would minimise on this batch."""
    return float(model.compute_loss(x, tf.constant(y), model(x), sample_weight))


class TestFunction:
    """A function is enough for a formula."""

    @confirms("B5.1")
    def test_compile_takes_a_function(self, batches):
        """`compile` takes any **function** of targets and predictions as the loss.

        It must be made of differentiable TensorFlow operations; see the
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

        def difference(first, second):
            return first - second

        assert loss_of(compiled(difference), x, y) == 2.5

    @corrects("B5.2")
    def test_function_can_choose(self, line):
        """A function holds logic too: **`tf.where`** chooses a formula for each sample.

        This one is Huber's: quadratic for small errors, linear for large ones.
        """
        x, y = line

        def huber(y_true, y_pred):
            error = tf.abs(y_true - y_pred)
            return tf.where(error < 2.0, error**2 / 2, 2.0 * error - 2.0)

        assert loss_of(compiled(huber), x, y) == 3.125

    @corrects("B5.2")
    def test_closure_has_a_parameter(self, line):
        """A **closure** gives a function its parameter, and computes what a subclass would."""
        x, y = line

        print("capped at 2:", loss_of(compiled(capped(2.0)), x, y))
        print("capped at 3:", loss_of(compiled(capped(3.0)), x, y))
        assert loss_of(compiled(capped(2.0)), x, y) == 1.75
        assert loss_of(compiled(Capped(2.0)), x, y) == 1.75
        assert loss_of(compiled(capped(3.0)), x, y) == 2.25
        assert loss_of(compiled(Capped(3.0)), x, y) == 2.25


class TestSubclass:
    """A subclass says what to compute for each sample, and how to combine the results."""

    def test_call_and_reduction(self):
        """A subclass computes one number per sample in **`call`**; `reduction` combines them."""
        y_true = np.array([[1.0], [3.0], [5.0]], np.float32)
        y_pred = np.zeros([3, 1], np.float32)

        each = Capped(4.0, reduction="none")(y_true, y_pred)

        print(each)
        assert each.numpy().tolist() == [[1.0], [3.0], [4.0]]
        assert float(Capped(4.0, reduction="sum")(y_true, y_pred)) == 8.0
        assert float(Capped(5.0, reduction="sum_over_batch_size")(y_true, y_pred)) == 3.0

    @holds("keras<3")
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

    def test_functions_are_averaged(self, line):
        """Keras **averages** what a loss function returns; a subclass brings its own `reduction`.

        With `reduction="sum"`, the gradients grow with the batch size.
        """
        x, y = line

        assert loss_of(compiled(absolute_error), x, y) == 2.5
        assert loss_of(compiled(Capped(9.0, reduction="sum")), x, y) == 10.0


class TestOneNumberASample:
    """Return one number per sample, so that weights find their samples."""

    def test_weights_come_after_the_loss(self, line):
        """By default `sample_weight` multiplies each result; the sum is divided by **batch size**.

        Not by the sum of the weights, which would give 1.0. Neither a function nor a `call` is
        passed the weights.
        """
        x, y = line
        only_the_first = tf.constant([1.0, 0.0, 0.0, 0.0])

        assert loss_of(compiled(absolute_error), x, y, only_the_first) == 0.25
        assert loss_of(compiled(Capped(9.0)), x, y, only_the_first) == 0.25

    def test_one_number_a_batch(self, line):
        """A loss that averages by itself gives every sample the **mean** weight."""
        x, y = line
        only_the_first = tf.constant([1.0, 0.0, 0.0, 0.0])

        def mean_error(y_true, y_pred):
            return tf.reduce_mean(tf.abs(y_true - y_pred))

        assert loss_of(compiled(mean_error), x, y) == 2.5
        assert loss_of(compiled(absolute_error), x, y, only_the_first) == 0.25
        assert loss_of(compiled(mean_error), x, y, only_the_first) == 0.625

    @holds("keras<3")
    def test_one_number_per_unit_was_safe(self):
        """Before Keras 3, weights went to the **samples**, even if a loss kept the last axis."""
        loss = Capped(9.0, reduction="none")
        y_true = np.array([[1.0, 3.0], [5.0, 7.0]], np.float32)
        y_pred = np.zeros([2, 2], np.float32)

        weighted = loss(y_true, y_pred, sample_weight=[1.0, 0.0])

        print(weighted)
        assert weighted.numpy().tolist() == [[1.0, 3.0], [0.0, 0.0]]

    @holds("keras>=3", was="test_one_number_per_unit_was_safe")
    def test_one_number_per_unit(self):
        """From Keras 3 on, weights are broadcast along the **last axis**, if a loss keeps it.

        Instead: take the mean over the last axis first, as the built-in losses do.
        """
        loss = Capped(9.0, reduction="none")
        y_true = np.array([[1.0, 3.0], [5.0, 7.0]], np.float32)
        y_pred = np.zeros([2, 2], np.float32)

        weighted = loss(y_true, y_pred, sample_weight=[1.0, 0.0])

        print(weighted)
        assert weighted.numpy().tolist() == [[1.0, 0.0], [5.0, 0.0]]

    @holds("keras<3")
    def test_flat_targets_were_expanded(self, line):
        """Before Keras 3, `fit` gave flat targets the predictions' **rank**, for either kind."""
        x, y = line
        flat = y[:, 0]

        assert loss_of(compiled(absolute_error), x, flat) == 2.5
        assert loss_of(compiled(Capped(9.0)), x, flat) == 2.5

    @holds("keras>=3", was="test_flat_targets_were_expanded")
    def test_flat_targets(self, line):
        """From Keras 3 on, flat targets are expanded for a **function**; a subclass broadcasts.

        Of targets (4,) and predictions (4, 1) it compares every target with every prediction.
        Instead: give the targets the shape of the predictions.
        """
        x, y = line
        flat = y[:, 0]

        difference = tf.constant(flat) - tf.constant(x)

        assert difference.shape == (4, 4)
        assert loss_of(compiled(absolute_error), x, flat) == 2.5
        assert loss_of(compiled(Capped(9.0)), x, flat) == 2.875


class TestTraced:
    """Function or subclass, it is traced once and knows only its own batch."""

    def test_numpy_has_no_gradient(self, batches):
        """With `run_eagerly=True`, a loss in NumPy evaluates a model; alone, it cannot **train** it.

        The tape does not see what NumPy does, so there is no gradient. Traced, such a loss fails at
        once: `q09::TestWhatCannotBeConverted::test_numpy_function`.
        """
        model = compiled(lambda y_true, y_pred: np.abs(y_true - y_pred), run_eagerly=True)

        assert model.evaluate(batches(4), verbose=0) == 2.5
        with pytest.raises(ValueError, match="No gradients provided"):
            model.fit(batches(4), verbose=0)

    @corrects("B5.2")
    def test_threshold_is_frozen(self, batches):
        """A traced loss keeps its old threshold until a **retrace**; a `tf.Variable` is read anew.

        So state that changes is open to a function as well: tracing copies an attribute's number
        into the graph, but reads a variable at every batch.
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

    @corrects("B5.2")
    def test_variables_are_not_trained(self, batches):
        """A variable inside a loss is **not trained**: it is no weight of the model.

        A layer, or the model itself, is the place for weights.
        """
        scale = tf.Variable(3.0)

        class Scaled(tf.keras.losses.Loss):
            def call(self, y_true, y_pred):
                return scale * tf.abs(y_true - y_pred)

        model = compiled(Scaled())
        model.fit(batches(4), verbose=0)

        assert model.get_weights()[0].item() == pytest.approx(1.45)
        assert len(model.weights) == 1
        assert scale.numpy() == 3.0


class TestSavedSubclass:
    """A subclass with `get_config` survives being saved."""

    @confirms("A5.1", "B5.2")
    def test_keras_file(self, line, tmp_path):
        """With `get_config`, a subclass's threshold survives in a **`.keras`** file.

        See the [guide](https://www.tensorflow.org/guide/keras/serialization_and_saving).
        """
        x, y = line
        path = str(tmp_path / "model.keras")
        compiled(Capped(2.0)).save(path)

        loaded = tf.keras.models.load_model(path, custom_objects={"Capped": Capped})

        print("threshold:", loaded.loss.threshold)
        assert loaded.loss.threshold == 2.0
        assert loss_of(loaded, x, y) == 1.75

    # The warning says that this format is a legacy; the claim is about that format.
    @pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
    @confirms("A5.1")
    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*", otherwise=ValueError)
    def test_h5_file(self, line, tmp_path):
        """A subclass's threshold survives in an **`.h5`** file too, but for Keras 3.0 to 3.2.

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
        """From Keras 3 on, `save` refuses a path **without** `.keras` or `.h5`.

        Instead: save to a `.keras` file; `model.export` writes a SavedModel, for serving only.
        """
        path = str(tmp_path / "model")

        with pytest.raises(ValueError, match="Invalid filepath extension"):
            compiled(Capped(2.0)).save(path)

    def test_registered(self, tmp_path):
        """Decorated with **`register_keras_serializable`**, a subclass needs no `custom_objects`.

        The program that loads the model must still import the class: the file holds its name and
        its config, not its code.
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
    def test_unknown_class_was_a_value_error(self, tmp_path):
        """Before Keras 2.13, loading a model whose loss is unknown raised a **`ValueError`**."""
        path = str(tmp_path / "model.keras")

        class Unknown(Capped):
            pass

        compiled(Unknown(2.0)).save(path)

        with pytest.raises(ValueError, match="Unknown loss function: 'Unknown'"):
            tf.keras.models.load_model(path)

    @holds("keras>=2.13", otherwise=ValueError, was="test_unknown_class_was_a_value_error")
    def test_unknown_class(self, tmp_path):
        """From Keras 2.13 on, loading a model whose loss is unknown raises a **`TypeError`**.

        Instead: register the class, or pass it in `custom_objects`.
        """
        path = str(tmp_path / "model.keras")

        class Unknown(Capped):
            pass

        compiled(Unknown(2.0)).save(path)

        with pytest.raises(TypeError, match="Could not locate class 'Unknown'"):
            tf.keras.models.load_model(path)

    def test_without_compiling(self, tmp_path):
        """With **`compile=False`**, a model loads without its loss, and can still predict."""
        path = str(tmp_path / "model.keras")

        class Unknown(Capped):
            pass

        compiled(Unknown(2.0)).save(path)
        loaded = tf.keras.models.load_model(path, compile=False)

        assert loaded(tf.constant([[3.0]])).numpy().tolist() == [[3.0]]
        assert getattr(loaded, "loss", None) is None


class TestLostInSaving:
    """Whatever is not in the config is lost."""

    @confirms("A5.1")
    def test_without_get_config(self, line, tmp_path):
        """Without `get_config`, the loaded loss silently has the **default** threshold.

        Here the subclass gets back the `get_config` that every loss inherits: it knows the name and
        the reduction, and nothing else.
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
        """Without `get_config` and without a default, loading raises a **`TypeError`**."""
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

    @confirms("B5.1")
    def test_function_without_parameters(self, line, tmp_path):
        """A function without parameters comes back by its **name** alone, if that is known."""
        x, y = line
        path = str(tmp_path / "model.keras")
        compiled(absolute_error).save(path)

        functions = {"absolute_error": absolute_error}
        loaded = tf.keras.models.load_model(path, custom_objects=functions)

        assert loaded.loss is absolute_error
        assert loss_of(loaded, x, y) == 2.5

    @confirms("A5.1")
    def test_closure(self, line, tmp_path):
        """A closure's threshold is **not saved**: the model computes with the one it is given anew.

        The file has only the name, `capped_error`. Whoever loads it must know the number.
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


class TestNeither:
    """A term that needs no targets is neither."""

    def test_add_loss(self, line):
        """A layer's **`add_loss`** adds a term that needs no targets to whatever loss there is."""
        x, y = line

        class Penalty(tf.keras.layers.Layer):
            def call(self, inputs):
                self.add_loss(10.0 * tf.reduce_mean(inputs))
                return inputs

        model = tf.keras.Sequential([tf.keras.layers.Input([1]), Penalty()])
        model.compile("sgd", absolute_error)

        assert loss_of(model, x, y) == 17.5
