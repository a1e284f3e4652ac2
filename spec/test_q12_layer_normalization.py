"""How would you write a custom layer that performs layer normalization?

Subclass **`Layer`**. In `build`, create two **trainable** weights with the length of the last axis:
a scale α of ones and a shift β of zeros, Keras's `gamma` and `beta`. In `call`, subtract each
sample's **mean** over the last axis and divide by the square root of its **variance plus epsilon**,
then scale and shift. In float32 the result agrees with `keras.layers.LayerNormalization`, gradients
included; it is the same in training and inference. Epsilon belongs **inside** the root: outside, the
gradient at variance 0 grows with 1/epsilon, not 1/√epsilon, and is **nan** under XLA.
`get_config` returns epsilon, for saving.
"""

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, core, holds


class LayerNorm(tf.keras.layers.Layer):
    def __init__(self, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape):
        size = input_shape[-1]
        self.alpha = self.add_weight(name="alpha", shape=(size,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(size,), initializer="zeros")
        super().build(input_shape)

    def call(self, inputs):
        mean, variance = tf.nn.moments(inputs, axes=[-1], keepdims=True)
        return self.alpha * (inputs - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}


def both_layers(size):
    """The layer of the exercise and the built-in one, with the same scale and shift."""
    layers = LayerNorm(epsilon=0.001), tf.keras.layers.LayerNormalization(epsilon=0.001)
    for layer in layers:
        layer.build((None, size))
        layer.set_weights([np.linspace(0.5, 1.5, size), np.linspace(-1.0, 1.0, size)])
    return layers


def inside(x, epsilon):
    mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
    return (x - mean) / tf.sqrt(variance + epsilon)


def outside(x, epsilon):
    mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
    return (x - mean) / (tf.sqrt(variance) + epsilon)


def slope(normalize, rows, epsilon=0.001):
    """The gradient of the last number of the first row, normalized, with respect to that row."""
    with tf.GradientTape() as tape:
        tape.watch(rows)
        last = normalize(rows, epsilon)[0, -1]
    return tape.gradient(last, rows)[0]


def slopes(rows):
    """The slopes with epsilon inside the root and outside it."""
    return slope(inside, rows), slope(outside, rows)


class TestWhatItComputes:
    """Each sample is normalized by itself, along its last axis."""

    @core
    def test_mean_and_deviation(self, device):
        """Before scale and shift, a sample of variance far above epsilon gets mean **0**, deviation **1**.

        So all samples are of one size. Epsilon makes the divisor a little
        larger than the standard deviation, so the result's is a little less than 1. Built in:
        [LayerNormalization](https://keras.io/api/layers/normalization_layers/layer_normalization/).
        """
        layer = LayerNorm(epsilon=1e-6)

        normalized = layer(tf.constant([[1.0, 3.0], [10.0, 50.0]]))

        assert normalized.numpy().round(3).tolist() == [[-1.0, 1.0], [-1.0, 1.0]]

    @core
    def test_samples_are_independent(self):
        """Layer normalization ignores a batch's other samples; batch normalization does not, if it **trains**.

        Each sample has a mean and a variance of its own. So a batch of one is normalized as well.
        """
        batch = tf.constant([[1.0, 3.0, 5.0], [100.0, 0.0, 7.0]])
        layer_norm = LayerNorm()
        batch_norm = tf.keras.layers.BatchNormalization()

        alone, together = layer_norm(batch[:1]), layer_norm(batch)
        batch_alone, batch_together = (
            batch_norm(batch[:1], training=True),
            batch_norm(batch, training=True),
        )

        assert np.allclose(together[0], alone[0])
        assert not np.allclose(batch_together[0], batch_alone[0])

    @core
    def test_same_in_training(self):
        """The layer computes the same in training and inference, and keeps no **moving averages**.

        Batch normalization keeps two, of mean and variance, and has to be told whether it trains.
        """
        batch = tf.constant([[1.0, 3.0, 5.0], [100.0, 0.0, 7.0]])
        layer_norm, batch_norm = LayerNorm(), tf.keras.layers.BatchNormalization()

        inferred, trained = (layer_norm(batch, training=mode) for mode in (False, True))
        batch_inferred, batch_trained = (batch_norm(batch, training=mode) for mode in (False, True))

        assert np.array_equal(inferred, trained)
        assert not np.allclose(batch_inferred, batch_trained)
        assert len(layer_norm.non_trainable_variables) == 0
        assert len(batch_norm.non_trainable_variables) == 2

    @core
    def test_weights(self):
        """The layer has **two** trainable weights of the last axis's length: ones and zeros at first.

        Each feature gets a scale and a shift of its own. `build` is told the shape:
        [the guide](https://www.tensorflow.org/guide/keras/making_new_layers_and_models_via_subclassing).
        """
        layer = LayerNorm()

        layer(tf.ones([2, 5, 3]))

        assert len(layer.trainable_variables) == 2
        assert [weight.tolist() for weight in layer.get_weights()] == [[1.0] * 3, [0.0] * 3]

    @core
    def test_names_of_the_weights(self):
        """The exercise's α is the built-in layer's **`gamma`**, its β is `beta` there, too.

        To read a paper or a saved model, know them by both names.
        """
        layer = tf.keras.layers.LayerNormalization(epsilon=1e-6)
        layer.build((None, 2))

        layer.gamma.assign([10.0, 20.0])
        layer.beta.assign([1.0, 2.0])

        assert layer(tf.constant([[1.0, 3.0]])).numpy().round(2).tolist() == [[-9.0, 22.0]]

    def test_scale_and_shift(self, device):
        """Scale and shift can give a sample that varies any deviation and **mean**."""
        layer = LayerNorm(epsilon=1e-6)
        layer.build((None, 2))

        layer.set_weights([np.array([10.0, 20.0]), np.array([1.0, 2.0])])

        assert layer(tf.constant([[1.0, 3.0]])).numpy().round(2).tolist() == [[-9.0, 22.0]]


class TestAgreement:
    """The layer agrees with the built-in one."""

    @core
    def test_outputs_agree(self, device, execute):
        """In float32 the layer's outputs **agree** with `keras.layers.LayerNormalization`'s, up to rounding.

        The exercise asks for this check: it finds epsilon in the wrong place. The
        [reference](https://www.tensorflow.org/api_docs/python/tf/keras/layers/LayerNormalization)
        has the formula.
        """
        inputs = tf.reshape(5.0 + 3.0 * tf.sin(tf.range(96.0)), [12, 8])
        layers = both_layers(8)

        def outputs():
            return [layer(inputs) for layer in layers]

        ours, theirs = execute(outputs)

        assert tf.reduce_max(tf.abs(ours)).numpy() > 1.0
        assert tf.reduce_max(tf.abs(ours - theirs)).numpy() < 1e-5

    @core
    def test_gradients_agree(self, device, execute):
        """Up to rounding, float32 gradients agree with the built-in layer's: of inputs, **scale and shift**.

        So the layer trains as the built-in one does.
        """
        inputs = tf.reshape(5.0 + 3.0 * tf.sin(tf.range(32.0)), [4, 8])
        layers = both_layers(8)

        def gradients():
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(inputs)
                losses = [tf.reduce_sum(layer(inputs) * layer(inputs)) for layer in layers]
            sources = [[inputs, *layer.trainable_variables] for layer in layers]
            return [tape.gradient(*pair) for pair in zip(losses, sources)]

        ours, theirs = execute(gradients)
        gaps = [float(tf.reduce_max(tf.abs(a - b))) for a, b in zip(ours, theirs, strict=True)]

        assert len(gaps) == 3
        assert all(gap < 1e-3 for gap in gaps)

    def test_default_epsilon(self):
        """The built-in layer's epsilon is **0.001**, unless another is given."""
        row = tf.constant([[-0.1, 0.1]])
        builtin = tf.keras.layers.LayerNormalization()

        normalized = builtin(row)

        assert builtin.epsilon == 0.001
        assert np.allclose(normalized, inside(row, 0.001))
        assert not np.allclose(normalized, inside(row, 0.002))

    def test_several_axes(self):
        """With **`axis`**, the built-in layer normalizes over several axes, such as an image's."""
        images = tf.reshape(tf.range(24.0), [2, 3, 4])
        layer = tf.keras.layers.LayerNormalization(axis=[1, 2])

        normalized = layer(images)

        assert [list(weight.shape) for weight in layer.weights] == [[3, 4], [3, 4]]
        assert np.allclose(tf.reduce_mean(normalized, [1, 2]), 0.0, atol=1e-5)
        assert not np.allclose(tf.reduce_mean(normalized, [2]), 0.0, atol=0.1)

    @holds("keras>=3.9", otherwise=AttributeError)
    def test_root_mean_square(self):
        """From Keras 3.9 on, **`RMSNormalization`** divides by the root mean square alone.

        It subtracts no mean, and has a scale but no shift. See the
        [API](https://keras.io/api/layers/normalization_layers/rms_normalization/).
        """
        layer = tf.keras.layers.RMSNormalization(epsilon=1e-6)

        normalized = layer(tf.constant([[1.0, 7.0]]))  # whose root mean square is 5

        assert np.allclose(normalized, [[0.2, 1.4]])
        assert len(layer.weights) == 1


class TestEpsilon:
    """Epsilon keeps the divisor from zero; it matters where it stands."""

    @core
    @pytest.mark.parametrize("where, result", [("inside", 0.7071), ("outside", 0.9091)])
    def test_where_it_stands(self, where, result):
        """The built-in layer has epsilon **inside** the root, as a row with a small variance shows.

        The row has a deviation of 0.1, epsilon is 0.01. The difference hides where numbers vary
        a hundred times more. See the
        [reference](https://www.tensorflow.org/api_docs/python/tf/keras/layers/LayerNormalization).
        """
        row = tf.constant([[-0.1, 0.1]])
        normalize = {"inside": inside, "outside": outside}[where]
        builtin = tf.keras.layers.LayerNormalization(epsilon=0.01)

        assert round(float(normalize(row, 0.01)[0, 1]), 4) == result
        assert round(float(builtin(row)[0, 1]), 4) == 0.7071
        assert np.allclose(normalize(100.0 * row, 0.01), [[-1.0, 1.0]], atol=0.002)

    @core
    def test_equal_numbers(self, device):
        """With epsilon in either place, a row of fives becomes **zeros**; with none, nan.

        That is what epsilon is for: the deviation of fives is 0, and 0 / 0 is nan.
        """
        row = tf.constant([[5.0, 5.0, 5.0]])

        assert inside(row, 0.001).numpy().tolist() == [[0.0, 0.0, 0.0]]
        assert outside(row, 0.001).numpy().tolist() == [[0.0, 0.0, 0.0]]
        assert np.isnan(inside(row, 0.0)).tolist() == [[True, True, True]]

    @core
    def test_size_of_the_gradient(self):
        """At equal numbers the gradient grows as 1/√epsilon **inside** the root, 1/epsilon outside.

        The deviation is 0, so √epsilon or epsilon is all that is divided by.
        """
        equal = tf.constant([[5.0, 5.0]])

        with_inside = [slope(inside, equal, epsilon)[1] for epsilon in (1e-2, 1e-4)]
        with_outside = [slope(outside, equal, epsilon)[1] for epsilon in (1e-2, 1e-4)]

        assert np.round(with_inside).tolist() == [5.0, 50.0]
        assert np.round(with_outside).tolist() == [50.0, 5000.0]

    @core
    @pytest.mark.usefixtures("cpu")
    def test_finite_or_not(self, execute):
        """Outside `tf.sqrt`, the gradient where the variance comes to 0 is finite, but **nan** under XLA.

        The root's slope is infinite there, and meets a factor of zero. TensorFlow's own kernel
        takes 0 · ∞ as 0; XLA, the compiler, multiplies, and gets nan:
        `q12::TestEpsilon::test_root_of_zero`. Inside, there is no infinite slope. Rounding can
        leave a row of equal numbers a variance just above 0 instead.
        """
        equal = tf.constant([[5.0, 5.0]])

        with_inside, with_outside = execute(slopes, equal)

        assert np.isfinite(with_inside).all()
        assert np.isfinite(with_outside).all() == (execute.mode != "xla")

    def test_unequal_numbers(self, execute):
        """Where a row's **variance** is above zero, the gradient is finite in either place."""
        unequal = tf.constant([[5.0, 5.001]])

        assert np.isfinite(execute(slopes, unequal)).all()

    @pytest.mark.usefixtures("cpu")
    def test_root_of_zero(self, execute):
        """At 0, the gradient of `tf.sqrt` is **inf**; that of 0 times it is 0, or nan under XLA."""

        def gradients(x):
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(x)
                root = tf.sqrt(x)
                nothing = 0.0 * root
            return tape.gradient(root, x), tape.gradient(nothing, x)

        of_root, of_nothing = execute(gradients, tf.constant(0.0))

        assert float(of_root) == np.inf
        assert str(float(of_nothing)) == ("nan" if execute.mode == "xla" else "0.0")

    @holds("tensorflow<2.23")
    @about("tf.pow & tf.GradientTape")
    def test_power_of_zero_had_no_slope(self, cpu):
        """Before TensorFlow 2.23, the gradient of 0 times `x ** 0.5` at 0 was **nan**, eagerly."""
        x = tf.constant(0.0)

        with tf.GradientTape() as tape:
            tape.watch(x)
            nothing = 0.0 * x**0.5

        assert np.isnan(float(tape.gradient(nothing, x)))

    @holds("tensorflow>=2.23", was="test_power_of_zero_had_no_slope")
    def test_power_of_zero_has_a_slope(self, cpu):
        """From TensorFlow 2.23 on, the gradient of 0 times `x ** 0.5` at 0 is **0** eagerly."""
        x = tf.constant(0.0)

        with tf.GradientTape() as tape:
            tape.watch(x)
            nothing = 0.0 * x**0.5

        assert float(tape.gradient(nothing, x)) == 0.0

    def test_reduce_std(self):
        """`tf.math.reduce_std` hides such a root: where it is 0, its gradient is **nan**."""
        x = tf.constant([5.0, 5.0])

        with tf.GradientTape() as tape:
            tape.watch(x)
            deviation = tf.math.reduce_std(x)

        assert deviation.numpy() == 0.0
        assert np.isnan(tape.gradient(deviation, x)).tolist() == [True, True]

    def test_float16(self):
        """In **float16** an epsilon of 1e-8 rounds to zero, and protects nothing."""
        row = tf.constant([[5.0, 5.0]], tf.float16)

        assert tf.constant(1e-8, tf.float16).numpy() == 0.0
        assert np.isnan(inside(row, 1e-8)).tolist() == [[True, True]]
        assert inside(row, 0.001).numpy().tolist() == [[0.0, 0.0]]


class TestAsAKerasLayer:
    """The layer is saved and trained as Keras's own are."""

    @core
    def test_saved_with_its_epsilon(self, tmp_path):
        """A loaded model has the **epsilon** it was saved with, as `get_config` returns it.

        A `get_config` that forgets it brings the default back. See
        [custom objects](https://www.tensorflow.org/guide/keras/serialization_and_saving).
        """

        class Forgetful(LayerNorm):
            def get_config(self):
                return {k: v for k, v in super().get_config().items() if k != "epsilon"}

        layers = [LayerNorm(epsilon=0.5), Forgetful(epsilon=0.5)]
        path = str(tmp_path / "model.keras")

        tf.keras.Sequential([tf.keras.Input((3,)), *layers]).save(path)
        classes = {"LayerNorm": LayerNorm, "Forgetful": Forgetful}
        loaded = tf.keras.models.load_model(path, custom_objects=classes)

        assert [layer.epsilon for layer in loaded.layers] == [0.5, 0.001]

    def test_trains(self, line):
        """In a model the layer **trains**: one step of `fit` moves scale and shift."""
        x, y = line
        inputs = np.concatenate([x, y, x * x], axis=1)
        model = tf.keras.Sequential([tf.keras.Input([3]), LayerNorm(), tf.keras.layers.Dense(1)])
        model.compile(optimizer="sgd", loss="mse")

        model.fit(tf.data.Dataset.from_tensors((inputs, y)), verbose=0)

        scale, shift = model.layers[0].get_weights()
        assert np.abs(scale - 1.0).max() > 1e-4
        assert np.abs(shift).max() > 1e-4
