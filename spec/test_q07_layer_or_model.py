"""When would you create a custom layer, and when a custom model?

Write a **custom layer** for a building block with weights or behaviour of its own: something to be
used inside models, several times or in several of them. Write a **custom model** for the thing
that is trained, evaluated and saved, when its `call` or its training step is more than the
functional API can say. A model *is* a layer, with `fit`, `save` and their kin on top, so the two
nest in each other. Often neither is needed: skip connections, several inputs and several outputs
take no subclass at all, and an activation without weights is a function.
"""

import collections
import types
import warnings

import numpy as np
import pytest
import tensorflow as tf

from answer_key import confirms, corrects, holds

BASES = {"Layer": tf.keras.layers.Layer, "Model": tf.keras.Model}

HOLDERS = {
    "the layer": lambda layer: layer,
    "a list": lambda layer: [layer],
    "a tuple": lambda layer: (layer,),
    "a dict": lambda layer: {"key": layer},
    "lists in a dict": lambda layer: {"key": [[layer]]},
    "a deque": lambda layer: collections.deque([layer]),
    "a plain object": lambda layer: types.SimpleNamespace(inner=layer),
    "a function": lambda layer: lambda inputs: layer(inputs),
}


class Scale(tf.keras.layers.Layer):
    """Multiplies every feature by a weight of its own."""

    def build(self, input_shape):
        self.factors = self.add_weight(name="factors", shape=(input_shape[-1],), initializer="ones")

    def call(self, inputs):
        return inputs * self.factors


def ones_to_zeros():
    """One batch: two ones, each of which should become a zero."""
    return tf.data.Dataset.from_tensors((tf.ones((2, 1)), tf.zeros((2, 1))))


class TestWhatOnlyAModelHas:
    """Only a model is trained, evaluated and saved as it stands."""

    @pytest.mark.parametrize(
        "method",
        [
            "compile",
            "fit",
            "evaluate",
            "predict",
            "train_on_batch",
            "summary",
            "save",
            "save_weights",
            "get_layer",
            "to_json",
        ],
    )
    def test_layer_lacks_the_method(self, method):
        """Only a **model** has `fit`, `evaluate`, `predict`, `summary` and `save`."""
        layer = Scale()
        model = tf.keras.Sequential([layer])

        assert callable(getattr(model, method))
        with pytest.raises(AttributeError, match=method):
            getattr(layer, method)()

    def test_call_is_enough(self):
        """A subclass of `Model` needs no more than **`call`** to be fitted and evaluated."""

        class Net(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.scale = Scale()

            def call(self, inputs):
                return self.scale(inputs)

        model = Net()
        model.compile(tf.keras.optimizers.SGD(0.5), "mse")
        history = model.fit(ones_to_zeros(), verbose=0)

        assert history.history["loss"] == [1.0]
        assert model.evaluate(ones_to_zeros(), verbose=0) == 0.0

    def test_train_step(self):
        """Overriding **`train_step`** of a model changes what its `fit` does with a batch.

        It is the usual reason for a custom model whose architecture is nothing special; see
        [Customizing fit()](https://keras.io/guides/custom_train_step_in_tensorflow/).
        """

        class Counting(tf.keras.Sequential):
            def train_step(self, data):
                self.layers[0].factors.assign_add([1.0])
                return {"loss": tf.constant(0.0)}

        model = Counting([tf.keras.Input((1,)), Scale()])
        model.compile()
        model.fit(np.ones((3, 1)), batch_size=1, verbose=0)

        assert model.get_weights()[0].tolist() == [4.0]

    @corrects("B7.3")
    def test_lone_layer_is_trained_by_hand(self):
        """A layer that is in no model can be trained, **by hand**, with a gradient tape."""
        layer = Scale()

        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(tf.constant([[1.0, 2.0]])))
        gradients = tape.gradient(loss, layer.trainable_variables)
        optimizer = tf.keras.optimizers.SGD(0.5)
        optimizer.apply_gradients(zip(gradients, layer.trainable_variables, strict=True))

        print(layer.get_weights()[0])
        assert layer.get_weights()[0].tolist() == [0.5, 0.0]


class TestWhatBothHave:
    """A model is a layer: both are called, hold weights and collect losses."""

    def test_model_is_a_layer(self):
        """`tf.keras.Model` is itself a **subclass** of `tf.keras.layers.Layer`."""
        model = tf.keras.Sequential([Scale()])

        assert issubclass(tf.keras.Model, tf.keras.layers.Layer)
        assert isinstance(model, tf.keras.layers.Layer)
        assert not isinstance(Scale(), tf.keras.Model)

    @pytest.mark.parametrize("base", ["Layer", "Model"])
    def test_both_hold_weights(self, base):
        """Layers and models alike create weights with **`add_weight`** and use them when called."""

        class Shift(BASES[base]):
            def build(self, input_shape):
                self.shift = self.add_weight(name="shift", shape=(2,), initializer="ones")

            def call(self, inputs):
                return inputs + self.shift

        shift = Shift()
        before = shift(tf.constant([[1.0, 2.0]]))
        shift.set_weights([np.array([10.0, 20.0])])

        assert before.numpy().tolist() == [[2.0, 3.0]]
        assert shift(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[11.0, 22.0]]
        assert shift.count_params() == 2

    @pytest.mark.parametrize("base", ["Layer", "Model"])
    def test_training_reaches_inner_layers(self, base):
        """`training=True` reaches the layers inside **by itself**: `call` need not pass it on.

        The outer `call` takes the argument, though: Keras 3.0 and 3.4 drop it where it does not.
        """

        class Doubling(tf.keras.layers.Layer):
            def call(self, inputs, training=None):
                return 2 * inputs if training else inputs

        class Outer(BASES[base]):
            def __init__(self):
                super().__init__()
                self.inner = Doubling()

            def call(self, inputs, training=None):
                return self.inner(inputs)

        assert Outer()(tf.constant([1.0])).numpy().tolist() == [1.0]
        assert Outer()(tf.constant([1.0]), training=True).numpy().tolist() == [2.0]

    def test_added_losses_are_collected(self):
        """What a layer passes to **`add_loss`** becomes part of the loss of the model around it."""

        class Penalty(tf.keras.layers.Layer):
            def call(self, inputs):
                self.add_loss(tf.reduce_sum(inputs))
                return inputs

        layer = Penalty()
        layer(np.ones((1, 3), np.float32))
        model = tf.keras.Sequential([tf.keras.Input((3,)), Penalty()])
        model.compile(loss="mse")

        assert [float(loss) for loss in layer.losses] == [3.0]
        assert model.evaluate(np.ones((1, 3)), np.ones((1, 3)), verbose=0) == 3.0


class TestNesting:
    """They nest in each other, and layers do without custom models."""

    @confirms("A7.1", "B7.1", "B7.3")
    def test_layer_is_a_building_block(self):
        """A custom layer is a **building block**, of which a model can hold several."""

        class Tower(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.blocks = [Scale(), Scale(), Scale()]

            def call(self, inputs):
                for block in self.blocks:
                    inputs = inputs + block(inputs)
                return inputs

        tower = Tower()

        assert tower(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[8.0, 16.0]]
        assert len(tower.layers) == 3
        assert len(tower.weights) == 3

    @corrects("B7.3")
    def test_layer_without_a_custom_model(self):
        """A custom layer works in a Sequential or **functional** model, with no custom model."""
        scale, inputs = Scale(), tf.keras.Input((2,))
        sequential = tf.keras.Sequential([scale, tf.keras.layers.Flatten()])
        functional = tf.keras.Model(inputs, scale(inputs))
        scale.set_weights([np.array([3.0, 5.0])])

        assert sequential(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[3.0, 10.0]]
        assert functional(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[3.0, 10.0]]

    def test_inner_model_is_one_layer(self):
        """A model inside a model counts as **one layer** of it, which hides the layers within.

        So a pretrained model can serve as the first layer of another one.
        """
        encoder = tf.keras.Sequential([Scale(name="first"), Scale(name="second")], name="encoder")
        outer = tf.keras.Sequential([encoder, Scale(name="head")])

        outer(tf.constant([[1.0, 2.0]]))

        print([layer.name for layer in outer.layers])
        assert [layer.name for layer in outer.layers] == ["encoder", "head"]
        assert len(outer.weights) == 3
        assert outer.get_layer("encoder").get_layer("first").name == "first"
        with pytest.raises(ValueError, match="No such layer: first"):
            outer.get_layer("first")

    def test_outermost_model_trains(self):
        """`fit` runs the `train_step` of the **outermost** model; an inner one is just a layer."""
        steps = []

        class Inner(tf.keras.Sequential):
            def train_step(self, data):
                steps.append("inner")
                return super().train_step(data)

        class Outer(tf.keras.Sequential):
            def train_step(self, data):
                steps.append("outer")
                return super().train_step(data)

        inner = Inner([tf.keras.Input((1,)), Scale()])
        outer = Outer([tf.keras.Input((1,)), inner])
        outer.compile(tf.keras.optimizers.SGD(0.5), "mse")
        outer.fit(ones_to_zeros(), verbose=0)

        print(set(steps))
        assert set(steps) == {"outer"}
        assert inner.get_weights()[0].tolist() == [0.0]

    @confirms("B7.1")
    def test_activation_with_a_weight(self):
        """A new activation that **learns** a parameter takes a custom layer, to own the weight."""

        class LearnedSlope(tf.keras.layers.Layer):
            def build(self, input_shape):
                self.slope = self.add_weight(name="slope", shape=(), initializer="ones")

            def call(self, inputs):
                return tf.where(inputs > 0, inputs, self.slope * inputs)

        layer = LearnedSlope()
        inputs = tf.constant([[-2.0, 2.0]])
        before = layer(inputs)
        layer.set_weights([np.array(0.5)])

        print(layer(inputs))
        assert before.numpy().tolist() == [[-2.0, 2.0]]
        assert layer(inputs).numpy().tolist() == [[-1.0, 2.0]]
        assert len(layer.trainable_weights) == 1

    @corrects("B7.1")
    def test_activation_without_weights(self):
        """A new activation without weights is just a **function**: no custom layer is needed."""

        def squared(inputs):
            return tf.square(inputs)

        layer = tf.keras.layers.Dense(1, activation=squared, kernel_initializer="ones")

        assert layer(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[9.0]]


class TestTracking:
    """Weights count only where Keras finds them: in attributes."""

    @pytest.mark.parametrize(
        "attribute, weights",
        [
            ("the layer", 1),
            ("a list", 1),
            ("a tuple", 1),
            ("a dict", 1),
            ("lists in a dict", 1),
            ("a deque", 0),
            ("a plain object", 0),
            ("a function", 0),
        ],
    )
    def test_where_layers_are_found(self, attribute, weights):
        """Keras finds layers in attributes, **lists**, tuples and dicts, not in just any object.

        Where they are not found, their weights are neither trained nor saved, and nothing warns.
        """
        scale = Scale()
        scale.build((None, 2))

        outer = tf.keras.layers.Layer()
        outer.held = HOLDERS[attribute](scale)

        assert len(outer.weights) == weights

    @holds("keras<3")
    def test_variables_were_tracked(self):
        """Until Keras 3, a `tf.Variable` kept in an attribute **is** one of the layer's weights."""

        class Shift(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.shift = tf.Variable(1.0)

            def call(self, inputs):
                return inputs + self.shift

        shift = Shift()

        assert shift(tf.constant([1.0])).numpy().tolist() == [2.0]
        assert len(shift.trainable_weights) == 1

    @holds("keras>=3")
    def test_variables_are_not_tracked(self):
        """Since Keras 3, a `tf.Variable` in an attribute is **not** tracked: use `add_weight`.

        The layer computes with the variable all the same, so that only training and saving tell.
        """

        class Shift(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.shift = tf.Variable(1.0)
                self.weight = self.add_weight(name="weight", shape=(), initializer="ones")

            def call(self, inputs):
                return self.weight * inputs + self.shift

        shift = Shift()

        assert shift(tf.constant([1.0])).numpy().tolist() == [2.0]
        assert len(shift.trainable_weights) == 1

    def test_layer_made_in_call(self):
        """A layer made inside `call` is untracked, with **new weights** at every call."""

        class Forgetful(tf.keras.layers.Layer):
            def call(self, inputs):
                return tf.keras.layers.Dense(1, kernel_initializer=tf.random.normal)(inputs)

        layer = Forgetful()
        first = layer(tf.constant([[1.0, 2.0]]))
        second = layer(tf.constant([[1.0, 2.0]]))

        assert len(layer.weights) == 0
        assert first.numpy().tolist() != second.numpy().tolist()


class TestBuild:
    """`build` makes the weights when the input's shape is known, once."""

    def test_weights_wait_for_the_first_call(self):
        """Weights made in `build` wait for the **first call**, those of `__init__` do not."""

        class Sized(tf.keras.layers.Layer):
            def __init__(self, size):
                super().__init__()
                self.factors = self.add_weight(name="factors", shape=(size,), initializer="ones")

            def call(self, inputs):
                return inputs * self.factors

        scale = Scale()
        before = len(scale.weights)
        scale(tf.constant([[1.0, 2.0]]))

        print(f"before the first call: {before}, after it: {len(scale.weights)}")
        assert before == 0
        assert tuple(scale.factors.shape) == (2,)
        assert len(Sized(2).weights) == 1

    def test_one_layer_twice_shares_its_weights(self):
        """The same layer called twice **shares** its weights; two layers have two sets of them."""
        inputs = tf.keras.Input((2,))
        scale = Scale()

        shared = tf.keras.Model(inputs, scale(scale(inputs)))
        separate = tf.keras.Model(inputs, Scale()(Scale()(inputs)))
        scale.set_weights([np.array([3.0, 5.0])])

        assert len(shared.weights) == 1
        assert len(separate.weights) == 2
        assert shared(tf.constant([[1.0, 1.0]])).numpy().tolist() == [[9.0, 25.0]]

    @holds("keras<3", otherwise=UserWarning)
    def test_build_runs_call(self):
        """Until Keras 3, `build(shape)` of a custom model makes the weights: it runs **`call`**."""

        class Net(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.scale = Scale()

            def call(self, inputs):
                return self.scale(inputs)

        model = Net()
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            model.build((None, 2))

        assert len(model.weights) == 1

    @holds("keras>=3")
    def test_build_makes_no_weights(self):
        """Since Keras 3, `build(shape)` of a custom model makes **no** weights, and warns.

        Call the model on data, or write a `build` that builds its layers.
        """

        class Net(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.scale = Scale()

            def call(self, inputs):
                return self.scale(inputs)

        model = Net()
        with pytest.warns(UserWarning, match="does not have a `build"):
            model.build((None, 2))

        assert len(model.weights) == 0


class TestWiring:
    """Connections that are not a chain need no subclass, decisions do."""

    @corrects("B7.2")
    def test_functional_model_is_not_a_chain(self):
        """The **functional** API connects skips, several inputs and outputs, with no subclass.

        See the [guide](https://www.tensorflow.org/guide/keras/functional_api).
        """
        left, right = tf.keras.Input((2,)), tf.keras.Input((2,))
        dense = tf.keras.layers.Dense(2, kernel_initializer="ones")
        skip = tf.keras.layers.Add()([left, dense(left)])
        product = tf.keras.layers.Multiply()([left, right])

        model = tf.keras.Model([left, right], [skip, product])
        first, second = model([tf.constant([[1.0, 2.0]]), tf.constant([[10.0, 10.0]])])

        print(first, second, sep="\n")
        assert first.numpy().tolist() == [[4.0, 5.0]]
        assert second.numpy().tolist() == [[10.0, 20.0]]

    @confirms("B7.2")
    def test_custom_model_is_not_a_chain(self):
        """A custom model writes a skip connection as plain Python in its **`call`**."""

        class Skip(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = tf.keras.layers.Dense(2, kernel_initializer="ones")

            def call(self, inputs):
                return inputs + self.dense(inputs)

        model = Skip()

        assert model(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[4.0, 5.0]]

    @confirms("B7.2")
    def test_only_a_subclass_decides(self):
        """A subclass can decide by its input's **values**; a functional model is built without.

        Called directly, that is. `fit` and `predict` make a graph of `call`, where a plain `if` is
        not enough in Keras 3.
        """

        class Magnitude(tf.keras.Model):
            def call(self, inputs):
                return inputs if tf.reduce_sum(inputs) > 0 else -inputs

        model = Magnitude()
        inputs = tf.keras.Input((1,))

        assert model(tf.constant([[3.0]])).numpy().tolist() == [[3.0]]
        assert model(tf.constant([[-3.0]])).numpy().tolist() == [[3.0]]
        with pytest.raises(TypeError, match="symbolic"):
            tf.keras.Model(inputs, inputs if inputs > 0 else -inputs)


class TestConfigAndSaving:
    """A functional model is data, a subclass is code."""

    def test_functional_config_is_the_architecture(self):
        """A functional model's config lists its **layers**, a custom model's does not.

        So `from_config` needs no class of yours for the first, and your `call` for the second.
        """

        class Net(tf.keras.Model):
            def call(self, inputs):
                return inputs

        inputs = tf.keras.Input((2,))
        hidden = tf.keras.layers.Dense(2, kernel_initializer="zeros")(inputs)
        model = tf.keras.Model(inputs, tf.keras.layers.Add()([inputs, hidden]))
        config = model.get_config()

        print([layer["class_name"] for layer in config["layers"]])
        assert [layer["class_name"] for layer in config["layers"]] == ["InputLayer", "Dense", "Add"]
        assert len(tf.keras.Model.from_config(config).layers) == 3
        assert "layers" not in Net().get_config()

    @holds("keras<3")
    def test_model_arguments_were_recorded(self):
        """Until Keras 3, a custom model's config records simple **arguments**, like a layer's."""

        class Power(tf.keras.Model):
            def __init__(self, exponent, **options):
                super().__init__(**options)
                self.exponent = exponent

        model = Power.from_config(Power(3).get_config())

        assert model.exponent == 3

    @holds("keras>=3")
    def test_model_arguments_are_not_recorded(self):
        """Since Keras 3, a custom model with arguments needs its own **`get_config`**.

        A custom layer does not, as long as its arguments are numbers, strings and the like.
        """

        class PowerLayer(tf.keras.layers.Layer):
            def __init__(self, exponent, **options):
                super().__init__(**options)
                self.exponent = exponent

        class PowerModel(tf.keras.Model):
            def __init__(self, exponent, **options):
                super().__init__(**options)
                self.exponent = exponent

        assert PowerLayer.from_config(PowerLayer(3).get_config()).exponent == 3
        with pytest.raises((NotImplementedError, TypeError), match="get_config"):
            PowerModel.from_config(PowerModel(3).get_config())

    def test_layer_is_saved_in_a_model(self, tmp_path):
        """A lone layer is saved **inside a model**, and taken out of it after loading."""
        scale = Scale()
        model = tf.keras.Sequential([tf.keras.Input((2,)), scale])
        scale.set_weights([np.array([3.0, 5.0])])

        model.save(tmp_path / "scale.keras")
        loaded = tf.keras.models.load_model(tmp_path / "scale.keras", {"Scale": Scale})

        assert type(loaded.layers[0]) is Scale
        print(loaded.layers[0].get_weights())
        assert loaded.layers[0].get_weights()[0].tolist() == [3.0, 5.0]

    def test_exported_layer_keeps_its_signatures(self, tmp_path):
        """`tf.saved_model.save` exports a lone layer, with only its **`signatures`** to call."""
        scale = Scale()
        scale(tf.constant([[1.0, 2.0]]))
        scale.set_weights([np.array([3.0, 5.0])])

        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def serve(inputs):
            return scale(inputs)

        tf.saved_model.save(scale, str(tmp_path), signatures=serve)
        loaded = tf.saved_model.load(str(tmp_path))
        served = loaded.signatures["serving_default"](tf.constant([[1.0, 2.0]]))

        print(served["output_0"])
        assert served["output_0"].numpy().tolist() == [[3.0, 10.0]]
        with pytest.raises((TypeError, ValueError), match=r"not callable|zero restored functions"):
            loaded(tf.constant([[1.0, 2.0]]))
