"""How would you write a custom layer that performs layer normalization?

Create two **trainable** weights in `build`, as long as the last axis: a scale of ones and a shift
of zeros. In `call`, subtract each sample's **mean** over the last axis and divide by the square
root of its **variance plus epsilon**, then scale and shift. The result agrees with
`keras.layers.LayerNormalization`, gradients included. Epsilon belongs **inside** the root: outside,
equal numbers let the gradient grow to 1/epsilon, and under XLA it is **nan**.
"""

import numpy as np
import pytest
import tensorflow as tf


class LayerNorm(tf.keras.layers.Layer):
    def __init__(self, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape):
        size = input_shape[-1]
        self.scale = self.add_weight(name="scale", shape=(size,), initializer="ones")
        self.shift = self.add_weight(name="shift", shape=(size,), initializer="zeros")
        super().build(input_shape)

    def call(self, inputs):
        mean, variance = tf.nn.moments(inputs, axes=[-1], keepdims=True)
        return self.scale * (inputs - mean) / tf.sqrt(variance + self.epsilon) + self.shift

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


def slope(normalize, rows):
    """The gradient of the last number of the first row, normalized, with respect to that row."""
    with tf.GradientTape() as tape:
        tape.watch(rows)
        last = normalize(rows, 0.001)[0, -1]
    return tape.gradient(last, rows)[0]


def slopes(rows):
    """The slopes with epsilon inside the root and outside it."""
    return slope(inside, rows), slope(outside, rows)


class TestWhatItComputes:
    """Each sample is normalized by itself, along its last axis."""

    def test_mean_and_deviation(self, device):
        """Normalized, each sample has mean **0** and standard deviation **1**."""
        layer = LayerNorm(epsilon=1e-6)

        normalized = layer(tf.constant([[1.0, 3.0], [10.0, 50.0]]))

        assert normalized.numpy().round(3).tolist() == [[-1.0, 1.0], [-1.0, 1.0]]

    def test_samples_are_independent(self):
        """The other samples of a batch change **nothing**, unlike in batch normalization."""
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

    def test_weights(self):
        """It has **two** trainable weights, as long as the last axis: ones and zeros at first."""
        layer = LayerNorm()

        layer(tf.ones([2, 5, 3]))

        assert len(layer.trainable_variables) == 2
        assert [weight.tolist() for weight in layer.get_weights()] == [[1.0] * 3, [0.0] * 3]

    def test_scale_and_shift(self, device):
        """Scale and shift can give back any deviation and **mean**."""
        layer = LayerNorm(epsilon=1e-6)
        layer.build((None, 2))

        layer.set_weights([np.array([10.0, 20.0]), np.array([1.0, 2.0])])

        assert layer(tf.constant([[1.0, 3.0]])).numpy().round(2).tolist() == [[-9.0, 22.0]]


class TestAgreement:
    """The layer agrees with the built-in one."""

    def test_outputs_agree(self, device, execute):
        """Its outputs **agree** with those of `keras.layers.LayerNormalization`."""
        inputs = tf.random.normal([12, 8], mean=5.0, stddev=3.0)
        layers = both_layers(8)

        def outputs():
            return [layer(inputs) for layer in layers]

        ours, theirs = execute(outputs)

        assert tf.reduce_max(tf.abs(ours)).numpy() > 1.0
        assert tf.reduce_max(tf.abs(ours - theirs)).numpy() < 1e-5

    def test_gradients_agree(self, device, execute):
        """Its gradients agree too, with respect to **inputs**, scale and shift."""
        inputs = tf.random.normal([4, 8], mean=5.0, stddev=3.0)
        layers = both_layers(8)

        def gradients():
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(inputs)
                losses = [tf.reduce_sum(layer(inputs) ** 3) for layer in layers]
            sources = [[inputs, *layer.trainable_variables] for layer in layers]
            return [tape.gradient(*pair) for pair in zip(losses, sources)]

        ours, theirs = execute(gradients)
        gaps = [float(tf.reduce_max(tf.abs(a - b))) for a, b in zip(ours, theirs, strict=True)]

        assert len(gaps) == 3
        assert all(gap < 1e-3 for gap in gaps)


class TestEpsilon:
    """Epsilon keeps the divisor from zero; it matters where it stands."""

    @pytest.mark.parametrize("where, result", [("inside", 0.7071), ("outside", 0.9091)])
    def test_where_it_stands(self, where, result):
        """The built-in layer has epsilon **inside** the root, as numbers of its size show.

        A row with a deviation of 0.1, normalized with an epsilon of 0.01.
        """
        row = tf.constant([[-0.1, 0.1]])
        normalize = {"inside": inside, "outside": outside}[where]
        builtin = tf.keras.layers.LayerNormalization(epsilon=0.01)

        assert round(float(normalize(row, 0.01)[0, 1]), 4) == result
        assert round(float(builtin(row)[0, 1]), 4) == 0.7071

    def test_equal_numbers(self, device):
        """With epsilon in either place, equal numbers become **zeros**; with none, nan."""
        row = tf.constant([[5.0, 5.0, 5.0]])

        assert inside(row, 0.001).numpy().tolist() == [[0.0, 0.0, 0.0]]
        assert outside(row, 0.001).numpy().tolist() == [[0.0, 0.0, 0.0]]
        assert np.isnan(inside(row, 0.0)).tolist() == [[True, True, True]]

    def test_size_of_the_gradient(self):
        """At equal numbers the gradient is 1/√epsilon **inside** the root, 1/epsilon outside it.

        For an epsilon of 0.001: 31.6 against 1000. Half of it here, for a row of two.
        """
        equal = tf.constant([[5.0, 5.0]])

        assert slope(inside, equal).numpy().round().tolist() == [-16.0, 16.0]
        assert slope(outside, equal).numpy().round().tolist() == [-500.0, 500.0]

    @pytest.mark.usefixtures("cpu")
    def test_finite_or_not(self, execute):
        """Outside the root, the gradient at equal numbers is finite, but **nan** under XLA.

        The root's slope is infinite there, and meets a factor of zero. TensorFlow's own gradient of
        the root makes zero of that, XLA computes it. Inside the root the gradient is finite always.
        """
        equal = tf.constant([[5.0, 5.0]])

        with_inside, with_outside = execute(slopes, equal)

        assert np.isfinite(with_inside).all()
        assert np.isfinite(with_outside).all() == (execute.mode != "xla")

    def test_unequal_numbers(self, execute):
        """Where the numbers of a row **differ**, the gradient is finite in either place."""
        unequal = tf.constant([[5.0, 5.001]])

        assert np.isfinite(execute(slopes, unequal)).all()

    def test_root_of_zero(self):
        """At 0, the gradient of `tf.sqrt` is **inf**, but that of 0 times it is 0."""
        x = tf.constant(0.0)

        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            root = tf.sqrt(x)
            nothing = 0.0 * root

        assert tape.gradient(root, x).numpy() == np.inf
        assert tape.gradient(nothing, x).numpy() == 0.0

    def test_reduce_std(self):
        """`tf.math.reduce_std` hides such a root: its gradient at equal numbers is **nan**."""
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
    """It behaves as a Keras layer does."""

    def test_saved_with_its_epsilon(self, tmp_path):
        """`get_config` brings the **epsilon** back when a saved model is loaded."""
        model = tf.keras.Sequential([tf.keras.Input((3,)), LayerNorm(epsilon=0.5)])
        path = str(tmp_path / "model.keras")

        model.save(path)
        loaded = tf.keras.models.load_model(path, custom_objects={"LayerNorm": LayerNorm})

        inputs = tf.constant([[1.0, 2.0, 4.0]])
        assert loaded.layers[-1].epsilon == 0.5
        assert np.allclose(loaded(inputs), model(inputs))

    def test_trains(self, line):
        """In a model it **trains**: one step of `fit` moves scale and shift."""
        x, y = line
        inputs = np.concatenate([x, y, x * x], axis=1)
        model = tf.keras.Sequential([tf.keras.Input([3]), LayerNorm(), tf.keras.layers.Dense(1)])
        model.compile(optimizer="sgd", loss="mse")

        model.fit(tf.data.Dataset.from_tensors((inputs, y)), verbose=0)

        scale, shift = model.layers[0].get_weights()
        assert np.abs(scale - 1.0).max() > 1e-4
        assert np.abs(shift).max() > 1e-4
