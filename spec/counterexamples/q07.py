"""Faults under which the claims of question 7 must fail."""

import contextlib
import functools
import importlib
import inspect
import os
import types

import tensorflow as tf

from answer_key import refutes


def ignore(*arguments, **options):
    """Do nothing."""


@refutes("TestWhatOnlyAModelHas::test_layer_lacks_the_method")
def layers_are_trained_alone(monkeypatch):
    """A layer has a model's methods to train, evaluate and save it."""
    for name in ("compile", "fit", "evaluate", "predict", "summary", "save"):
        monkeypatch.setattr(tf.keras.layers.Layer, name, ignore, raising=False)


@refutes("TestWhatOnlyAModelHas::test_call_is_enough", by=ValueError)
def fit_needs_a_built_model(monkeypatch):
    """`fit` refuses a model that has not been built."""
    right = tf.keras.Model.fit

    def fit(model, *arguments, **options):
        if not model.built:
            raise ValueError("Build the model before fitting it.")
        return right(model, *arguments, **options)

    monkeypatch.setattr(tf.keras.Model, "fit", fit)


@refutes("TestWhatOnlyAModelHas::test_train_step")
def only_the_first_step_is_custom(monkeypatch):
    """`fit` runs `train_step` for the first batch only."""
    right = tf.keras.Model.fit

    def fit(model, *arguments, **options):
        return right(model, *arguments, **{**options, "steps_per_epoch": 1})

    monkeypatch.setattr(tf.keras.Model, "fit", fit)


@refutes("TestWhatOnlyAModelHas::test_train_step", by=ValueError)
@refutes("TestNesting::test_outermost_model_trains")
def train_step_is_not_overridden(monkeypatch):
    """`fit` runs the `train_step` of `tf.keras.Model`, whatever a subclass defines."""
    right, own = tf.keras.Model.make_train_function, tf.keras.Model.train_step

    def make_train_function(model, force=False):
        model.train_step = functools.partial(own, model)
        return right(model, force)

    monkeypatch.setattr(tf.keras.Model, "make_train_function", make_train_function)


@refutes("TestWhatOnlyAModelHas::test_lone_layer_is_trained_by_hand")
def tapes_need_a_model(monkeypatch):
    """A tape's gradients of weights are zero outside a model's `fit`."""

    def gradient(tape, target, sources):
        return [tf.zeros(source.shape) for source in sources]

    monkeypatch.setattr(tf.GradientTape, "gradient", gradient)


@refutes("TestWhatBothHave::test_model_is_a_layer")
def models_are_no_layers(monkeypatch):
    """`tf.keras.layers.Layer` is a class of its own, from which no model derives."""

    class Layer(tf.keras.layers.Layer):
        pass

    monkeypatch.setattr(tf.keras.layers, "Layer", Layer)


@refutes(
    "TestWhatBothHave::test_both_hold_weights",
    "TestNesting::test_activation_with_a_weight",
)
def add_weight_returns_a_copy(monkeypatch):
    """`add_weight` returns a copy of the weight that it adds to the layer."""
    right = tf.keras.layers.Layer.add_weight

    def add_weight(layer, **options):
        return tf.Variable(right(layer, **options))

    monkeypatch.setattr(tf.keras.layers.Layer, "add_weight", add_weight)


@refutes("TestNesting::test_activation_is_trained")
def descent_is_slow(monkeypatch):
    """Plain gradient descent learns at a tenth of its rate."""
    right = tf.keras.optimizers.SGD.__init__
    monkeypatch.setattr(
        tf.keras.optimizers.SGD, "__init__", lambda self, rate: right(self, rate / 10)
    )


@refutes("TestWhatBothHave::test_training_reaches_inner_layers")
def training_stays_outside(monkeypatch):
    """A layer that is not passed `training` is not in training, whatever is around it."""
    right = tf.keras.layers.Layer.__call__

    def __call__(layer, *arguments, **options):
        if "training" in inspect.signature(layer.call).parameters:
            options.setdefault("training", False)
        return right(layer, *arguments, **options)

    monkeypatch.setattr(tf.keras.layers.Layer, "__call__", __call__)


@refutes(
    "TestWhatBothHave::test_fit_dropped_in_any_call",
    "TestWhatBothHave::test_fit_drops_if_call_takes_training",
)
def dropout_drops_nothing(monkeypatch):
    """Dropout returns its inputs, in training, too."""
    monkeypatch.setattr(
        tf.keras.layers.Dropout, "call", lambda layer, inputs, training=None: inputs
    )


@refutes("TestWhatBothHave::test_mask_is_passed")
def embeddings_mask_nothing(monkeypatch):
    """An `Embedding` makes a mask in which every step counts."""

    def compute_mask(layer, inputs, mask=None):
        return tf.ones_like(inputs, tf.bool)

    monkeypatch.setattr(tf.keras.layers.Embedding, "compute_mask", compute_mask)


@refutes(
    "TestNesting::test_layer_is_a_building_block",
    "TestWiring::test_custom_model_is_not_a_chain",
    "TestWiring::test_only_a_subclass_decides",
)
def every_model_is_a_chain(monkeypatch):
    """A model runs its layers one after another, whatever its `call` says."""

    def __call__(model, inputs):
        for layer in model.layers:
            inputs = layer(inputs)
        return inputs

    monkeypatch.setattr(tf.keras.Model, "__call__", __call__)


@refutes(
    "TestNesting::test_layer_is_a_building_block",
    "TestTracking::test_where_layers_are_found",
)
def lists_are_not_searched(monkeypatch):
    """Layers in a list are not tracked."""
    right = tf.keras.layers.Layer.__setattr__

    def __setattr__(layer, name, value):
        set_value = object.__setattr__ if isinstance(value, list) else right
        set_value(layer, name, value)

    monkeypatch.setattr(tf.keras.layers.Layer, "__setattr__", __setattr__)


@refutes("TestNesting::test_layer_without_a_custom_model")
def custom_layers_are_left_out(monkeypatch):
    """A Sequential model leaves out layers that are not Keras's own."""
    right = tf.keras.Sequential.add

    def add(model, layer, **options):
        if type(layer).__module__.startswith("keras."):
            right(model, layer, **options)

    monkeypatch.setattr(tf.keras.Sequential, "add", add)


@refutes("TestNesting::test_inner_model_is_one_layer")
def inner_models_are_flattened(monkeypatch):
    """A Sequential model takes over the layers of a model that is added to it, one by one."""
    right = tf.keras.Sequential.add

    def add(model, layer, **options):
        for each in getattr(layer, "layers", [layer]):
            right(model, each, **options)

    monkeypatch.setattr(tf.keras.Sequential, "add", add)


@refutes("TestNesting::test_activation_without_weights")
def activations_are_ignored(monkeypatch):
    """`Dense` ignores the function that it is given as its activation."""
    right = tf.keras.layers.Dense.__init__

    def __init__(layer, units, activation=None, **options):
        right(layer, units, **options)

    monkeypatch.setattr(tf.keras.layers.Dense, "__init__", __init__)


@refutes("TestTracking::test_variables_are_not_tracked")
def variables_are_tracked(monkeypatch):
    """A `tf.Variable` in an attribute is one of the layer's weights, as it was in Keras 2."""
    right = tf.keras.layers.Layer.trainable_weights

    def trainable_weights(layer):
        held = vars(layer).values()
        return right.fget(layer) + [each for each in held if isinstance(each, tf.Variable)]

    monkeypatch.setattr(tf.keras.layers.Layer, "trainable_weights", property(trainable_weights))


@refutes("TestTracking::test_modules_miss_keras_weights")
def modules_find_keras_weights(monkeypatch):
    """A `tf.Module` finds the weights of its Keras layers, as it did with Keras 2."""
    right = tf.Module.trainable_variables

    def trainable_variables(module):
        layers = [each for each in vars(module).values() if isinstance(each, tf.keras.layers.Layer)]
        return (*right.fget(module), *(weight for layer in layers for weight in layer.weights))

    monkeypatch.setattr(tf.Module, "trainable_variables", property(trainable_variables))


@refutes(
    "TestTracking::test_built_layers_are_locked",
    "TestTracking::test_weights_are_not_made_in_call",
)
def built_layers_grow(monkeypatch):
    """A built layer takes new layers and weights, as it did in Keras 2."""
    monkeypatch.setattr(tf.keras.layers.Layer, "_lock_state", ignore)


@refutes("TestTracking::test_layer_made_in_call")
def layers_are_made_once(monkeypatch):
    """A layer made anew with the same arguments is the same layer."""
    monkeypatch.setattr(tf.keras.layers, "Dense", functools.cache(tf.keras.layers.Dense))


@refutes("TestBuild::test_weights_wait_for_build")
def layers_are_built_when_made(monkeypatch):
    """A layer is built when it is made, for inputs with one feature."""
    right = tf.keras.layers.Layer.__init__

    def __init__(layer, **options):
        right(layer, **options)
        layer.build((None, 1))

    monkeypatch.setattr(tf.keras.layers.Layer, "__init__", __init__)


@refutes("TestBuild::test_four_methods")
def options_are_forgotten(monkeypatch):
    """A layer is made from its config without its options."""
    monkeypatch.setattr(
        tf.keras.layers.Layer, "from_config", classmethod(lambda cls, config: cls())
    )


@refutes("TestBuild::test_build_is_given_a_tuple")
def build_is_given_a_tensor_shape(monkeypatch):
    """`build` is given a `TensorShape`, as it was in Keras 2."""

    def _maybe_build(layer, call_spec):
        layer.build(call_spec.first_arg.shape)

    monkeypatch.setattr(tf.keras.layers.Layer, "_maybe_build", _maybe_build)


@refutes("TestBuild::test_one_layer_twice_shares_its_weights")
def every_call_makes_new_weights(monkeypatch):
    """A layer makes new weights whenever it is called."""
    right = tf.keras.layers.Layer.__call__

    def __call__(layer, *arguments):
        return right(type(layer)() if layer.built else layer, *arguments)

    monkeypatch.setattr(tf.keras.layers.Layer, "__call__", __call__)


@refutes("TestBuild::test_add_weight_begins_with_the_shape")
def add_weight_begins_with_the_name(monkeypatch):
    """The first argument of `add_weight` is the name, as it was in Keras 2."""
    right = tf.keras.layers.Layer.add_weight

    def add_weight(layer, name=None, shape=(), **options):
        return right(layer, shape=shape, **options)

    monkeypatch.setattr(tf.keras.layers.Layer, "add_weight", add_weight)


@refutes("TestBuild::test_build_makes_no_weights")
def build_runs_call(monkeypatch):
    """`build(shape)` of a custom model runs its `call`, as it did in Keras 2."""

    def build(model, shape):
        model.call(tf.zeros([size or 1 for size in shape]))

    monkeypatch.setattr(tf.keras.Model, "build", build)


@refutes("TestBuild::test_layer_made_in_build_is_lost")
def loaded_models_are_called(monkeypatch):
    """`load_model` calls the model that it has loaded, which makes its weights."""
    right = tf.keras.models.load_model

    def load_model(path, custom_objects):
        model = right(path, custom_objects)
        model(tf.ones((1, 2)))
        return model

    monkeypatch.setattr(tf.keras.models, "load_model", load_model)


@refutes("TestWiring::test_functional_model_is_not_a_chain")
def only_one_input_is_used(monkeypatch):
    """A functional model passes its first input to all layers that take an input."""
    functional = type(tf.keras.Model(*[tf.keras.Input((1,))] * 2))
    right = functional.call

    def call(model, inputs, **options):
        return right(model, [inputs[0] for _ in inputs], **options)

    monkeypatch.setattr(functional, "call", call)


@refutes("TestWiring::test_functional_model_is_checked")
def shapes_are_not_checked(monkeypatch):
    """`Add` takes inputs of any shapes."""
    monkeypatch.setattr(tf.keras.layers.Add, "__call__", lambda layer, inputs: inputs[0])


@refutes("TestWiring::test_functional_model_is_cut_open")
def only_the_last_layer_is_found(monkeypatch):
    """`get_layer` finds the last layer, whatever name is asked for."""
    monkeypatch.setattr(tf.keras.Model, "get_layer", lambda model, name: model.layers[-1])


@refutes("TestWiring::test_functions_refuse_symbolic_inputs")
def functions_take_symbolic_inputs(monkeypatch):
    """A TensorFlow function takes a symbolic input, as it did in Keras 2."""
    monkeypatch.setattr(tf, "squeeze", tf.keras.Sequential)


@refutes("TestWiring::test_input_takes_a_tuple")
def inputs_take_a_number(monkeypatch):
    """`Input` takes a number as its shape, as it did in Keras 2."""
    right = tf.keras.Input

    def input_(shape):
        return right(shape if isinstance(shape, tuple) else (shape,))

    monkeypatch.setattr(tf.keras, "Input", input_)


@refutes("TestWiring::test_results_are_tensors", "TestWiring::test_numbers_are_refused")
def calls_are_not_checked(monkeypatch):
    """A layer that is called runs its `call` on anything, and returns anything."""
    monkeypatch.setattr(tf.keras.layers.Layer, "__call__", lambda layer, inputs: layer.call(inputs))


@refutes("TestConfigAndSaving::test_functional_config_is_the_architecture")
def custom_models_list_their_layers(monkeypatch):
    """A custom model's config lists its layers, too."""
    right = tf.keras.Model.get_config

    def get_config(model):
        return {**right(model), "layers": [layer.get_config() for layer in model.layers]}

    monkeypatch.setattr(tf.keras.Model, "get_config", get_config)


@refutes("TestConfigAndSaving::test_model_arguments_are_not_recorded")
def model_arguments_are_recorded(monkeypatch):
    """A custom model's config records its arguments, like a layer's."""
    monkeypatch.setattr(tf.keras.Model, "get_config", lambda model: {"exponent": model.exponent})


@refutes(
    "TestConfigAndSaving::test_layer_is_saved_in_a_model",
    "TestConfigAndSaving::test_layer_is_saved_alone",
    "TestConfigAndSaving::test_nested_lists_are_saved",
)
def weights_are_not_loaded(monkeypatch):
    """Loading leaves the weights of a layer as they were initialised."""
    monkeypatch.setattr(tf.keras.layers.Layer, "load_own_variables", ignore)


@refutes("TestConfigAndSaving::test_exported_layer_has_signatures")
def layers_are_exported_untrained(monkeypatch):
    """`tf.saved_model.save` saves a layer with the weights that it began with."""
    right = tf.saved_model.save

    def save(layer, path, signatures):
        layer.set_weights([tf.ones_like(each) for each in layer.get_weights()])
        right(layer, path, signatures)

    monkeypatch.setattr(tf.saved_model, "save", save)


@refutes("TestConfigAndSaving::test_names_have_no_slashes")
def names_take_slashes(monkeypatch):
    """A layer's name may contain a `/`, as it could in Keras 2."""
    right = tf.keras.layers.Layer.__init__

    def __init__(layer, name):
        right(layer, name=name.replace("/", "_"))

    monkeypatch.setattr(tf.keras.layers.Layer, "__init__", __init__)


@refutes("TestConfigAndSaving::test_layers_have_outputs_with_shapes")
def layers_have_an_output_shape(monkeypatch):
    """A layer has an `output_shape`, as it had in Keras 2."""
    shape = property(lambda layer: layer.output.shape)
    monkeypatch.setattr(tf.keras.layers.Layer, "output_shape", shape, raising=False)


@refutes("TestConfigAndSaving::test_removed_layers")
def locally_connected_layers_are_there(monkeypatch):
    """`LocallyConnected1D` is there, as it was in Keras 2."""
    layers = tf.keras.layers
    monkeypatch.setattr(layers, "LocallyConnected1D", layers.Conv1D, raising=False)


@refutes(
    "TestConfigAndSaving::test_weights_are_h5",
    "TestConfigAndSaving::test_unbuilt_weights_are_not_saved",
)
def any_weights_are_saved(monkeypatch):
    """`save_weights` writes to any name, and nothing for a model without weights."""
    monkeypatch.setattr(tf.keras.Model, "save_weights", lambda model, path: path.touch())


@refutes("TestConfigAndSaving::test_saved_model_layers_are_unsafe", by=OSError)
def saved_model_layers_are_safe(monkeypatch):
    """A `TFSMLayer` is made from a config in safe mode, too."""
    layer = tf.keras.layers.TFSMLayer
    monkeypatch.setattr(layer, "from_config", classmethod(lambda cls, config: cls(**config)))


@refutes("TestConfigAndSaving::test_weights_have_a_path")
def paths_are_names(monkeypatch):
    """A weight's `path` is its name."""
    monkeypatch.setattr(tf.keras.Variable, "path", property(lambda weight: weight.name))


@refutes("TestConfigAndSaving::test_shape_of_an_input_is_a_tuple")
def shapes_are_tensorflows(monkeypatch):
    """The shape of an `Input` is a `TensorShape`, as in Keras 2."""
    symbol = types.SimpleNamespace(shape=tf.TensorShape([None, 2]))
    monkeypatch.setattr(tf.keras, "Input", lambda shape: symbol)


@refutes("TestConfigAndSaving::test_summary_of_an_unbuilt_model")
def summaries_are_empty(monkeypatch):
    """`summary` shows nothing."""
    monkeypatch.setattr(tf.keras.Model, "summary", ignore)


@refutes(
    "TestConfigAndSaving::test_lambdas_are_unsafe",
    "TestConfigAndSaving::test_saved_models_are_layers",
)
def anything_is_loaded(monkeypatch):
    """`load_model` loads directories, and code without being asked to."""
    right = tf.keras.models.load_model

    def load_model(path, safe_mode=False):
        if os.path.isdir(path):
            return tf.saved_model.load(path)
        return right(path, safe_mode=safe_mode)

    monkeypatch.setattr(tf.keras.models, "load_model", load_model)


@refutes("TestConfigAndSaving::test_layer_classes_were_imported", by=TypeError)
def only_what_is_imported_is_found(monkeypatch):
    """Loading finds no module but those of TensorFlow and Keras."""
    right = importlib.import_module

    def import_module(name, package=None):
        if not name.startswith(("tensorflow", "keras")):
            raise ModuleNotFoundError(name)
        return right(name, package)

    monkeypatch.setattr(importlib, "import_module", import_module)


@refutes("TestConfigAndSaving::test_layers_of_no_options_were_loaded", by=TypeError)
def layers_are_made_with_options(monkeypatch):
    """A layer is made anew with a name, whatever its `__init__` takes."""

    def from_config(kind, config):
        return kind(**{"name": "plain", **config})

    monkeypatch.setattr(tf.keras.layers.Layer, "from_config", classmethod(from_config))


@refutes("TestConfigAndSaving::test_layers_of_no_options_are_lost")
def layers_have_no_options(monkeypatch):
    """A layer is made anew without the options that its `__init__` does not take."""
    right = tf.keras.layers.Layer.from_config.__func__

    def from_config(kind, config):
        try:
            return right(kind, config)
        except TypeError:
            return kind()

    monkeypatch.setattr(tf.keras.layers.Layer, "from_config", classmethod(from_config))


@refutes("TestConfigAndSaving::test_layer_classes_are_given")
def all_classes_are_found(monkeypatch):
    """`load_model` finds each class of a layer that there is."""
    right = tf.keras.models.load_model

    def load_model(path, custom_objects=None):
        classes = {each.__name__: each for each in tf.keras.layers.Layer.__subclasses__()}
        return right(path, custom_objects or classes)

    monkeypatch.setattr(tf.keras.models, "load_model", load_model)


@refutes("TestConfigAndSaving::test_weights_are_loaded_by_structure")
def weights_are_loaded_anyhow(monkeypatch):
    """`load_weights` takes any argument."""
    monkeypatch.setattr(tf.keras.Model, "load_weights", ignore)


@refutes(
    "TestBuild::test_layers_are_given_their_weights",
    "TestBuild::test_layers_warn_of_an_input_shape",
    "TestBuild::test_recurrent_layers_begin_with_the_batch",
)
def layers_take_what_they_took(monkeypatch):
    """A layer's constructor takes what it took in Keras 2."""
    right, taken = tf.keras.layers.Layer.__init__, {"weights", "batch_input_shape", "time_major"}

    def __init__(layer, **options):
        right(layer, **{name: options[name] for name in options.keys() - taken})

    monkeypatch.setattr(tf.keras.layers.Layer, "__init__", __init__)


@refutes(
    "TestTracking::test_layers_have_no_updates",
    "TestTracking::test_layers_reset_their_states",
)
def old_methods_are_there(monkeypatch):
    """A layer and a model have methods that they had in Keras 2."""
    monkeypatch.setattr(tf.keras.layers.Layer, "add_update", ignore, raising=False)
    monkeypatch.setattr(tf.keras.Model, "reset_states", ignore, raising=False)


@refutes("TestNesting::test_activations_were_found_by_name", by=ValueError)
def only_built_in_activations_are_found(monkeypatch):
    """What is told of by name is found nowhere."""
    scope = contextlib.nullcontext
    monkeypatch.setattr(tf.keras.utils, "custom_object_scope", scope)


@refutes("TestNesting::test_activations_are_given")
def any_activation_is_found(monkeypatch):
    """A layer takes any name for an activation."""
    right = tf.keras.layers.Dense

    def dense(units, activation, **options):
        return right(units, None if isinstance(activation, str) else activation, **options)

    monkeypatch.setattr(tf.keras.layers, "Dense", dense)


@refutes("TestNesting::test_hard_sigmoid_was_steeper", "TestNesting::test_hard_sigmoid")
def hard_sigmoid_is_soft(monkeypatch):
    """`hard_sigmoid` is the sigmoid."""
    monkeypatch.setattr(tf.keras.activations, "hard_sigmoid", tf.sigmoid)


@refutes(
    "TestBuiltIn::test_units_could_be_a_float",
    "TestBuiltIn::test_units_are_no_float",
    "TestBuiltIn::test_units_could_be_of_numpy",
    "TestBuiltIn::test_units_are_of_python",
)
def a_unit_is_added(monkeypatch):
    """`Dense` takes any number, and has one unit more."""
    right = tf.keras.layers.Dense
    monkeypatch.setattr(tf.keras.layers, "Dense", lambda units: right(int(units) + 1))


@refutes("TestBuiltIn::test_large_index_on_a_gpu")
def large_indices_are_the_last(monkeypatch):
    """`Embedding` gives the last vector for too large an index."""
    right = tf.keras.layers.Embedding.call

    def call(self, indices):
        return right(self, tf.minimum(indices, self.input_dim - 1))

    monkeypatch.setattr(tf.keras.layers.Embedding, "call", call)


@refutes("TestBuiltIn::test_pretrained_vectors")
@refutes("TestBuiltIn::test_negative_index_was_refused")
@refutes("TestBuiltIn::test_negative_index_counts_from_the_end")
def embeddings_are_another_each_time(monkeypatch):
    """`Embedding` gives random vectors for any index."""

    def embedding(rows, columns, **options):
        return lambda indices: tf.random.normal((len(indices), columns))

    monkeypatch.setattr(tf.keras.layers, "Embedding", embedding)


@refutes(
    "TestBuiltIn::test_category_was_refused",
    "TestBuiltIn::test_category_is_encoded_as_zeros",
    "TestBuiltIn::test_one_category_was_a_vector",
    "TestBuiltIn::test_one_category_is_a_matrix",
)
def the_last_category_is_taken(monkeypatch):
    """`CategoryEncoding` takes a number that is too large for the last, and adds an axis in front."""

    def encoding(num_tokens, output_mode="multi_hot"):
        return lambda numbers: tf.one_hot(tf.minimum(numbers, num_tokens - 1), num_tokens)[None]

    monkeypatch.setattr(tf.keras.layers, "CategoryEncoding", encoding)


@refutes(
    "TestBuiltIn::test_words_were_encoded_in_float32",
    "TestBuiltIn::test_words_are_encoded_in_int64",
)
def words_are_encoded_as_bools(monkeypatch):
    """Lookups and `TextVectorization` encode in bools."""
    for name in ("StringLookup", "TextVectorization"):
        monkeypatch.setattr(tf.keras.layers, name, lambda **options: lambda words: words == "yes")


@refutes(
    "TestBuiltIn::test_normalization_refused_a_vector",
    "TestBuiltIn::test_normalization_takes_numbers_for_features",
)
def normalization_takes_no_axis(monkeypatch):
    """`Normalization` reads a vector as one feature, whatever axis it is given."""
    right = tf.keras.layers.Normalization
    monkeypatch.setattr(tf.keras.layers, "Normalization", lambda axis=None: right(axis=None))


@refutes(
    "TestBuiltIn::test_crop_outside_training",
    "TestBuiltIn::test_no_crop_outside_training",
)
def cropping_takes_a_pixel_more(monkeypatch):
    """`RandomCrop` crops to one pixel less than it is told."""
    right = tf.keras.layers.RandomCrop
    monkeypatch.setattr(
        tf.keras.layers, "RandomCrop", lambda height, width: right(height - 1, width - 1)
    )


@refutes(
    "TestBuiltIn::test_resizing_gave_float32", "TestBuiltIn::test_resizing_keeps_whole_numbers"
)
def resizing_takes_the_brightest(monkeypatch):
    """`Resizing` gives the largest of the pixels."""
    monkeypatch.setattr(
        tf.keras.layers,
        "Resizing",
        lambda height, width: lambda pixels: tf.reduce_max(pixels, axis=[0, 1], keepdims=True),
    )


@refutes("TestBuiltIn::test_softmax_of_nothing_was_even")
@refutes("TestBuiltIn::test_softmax_of_nothing_is_zero")
def softmax_gives_ones(monkeypatch):
    """`Softmax` gives ones where the mask leaves nothing."""
    monkeypatch.setattr(
        tf.keras.layers, "Softmax", lambda: lambda inputs, mask: tf.ones_like(inputs)
    )


@refutes("TestBuiltIn::test_bins_were_int64", "TestBuiltIn::test_bins_are_int32")
def bins_are_bytes(monkeypatch):
    """`Discretization` numbers its bins in uint8."""
    monkeypatch.setattr(
        tf.keras.layers,
        "Discretization",
        lambda boundaries: lambda numbers: tf.cast(numbers > boundaries, tf.uint8),
    )


@refutes(
    "TestBuiltIn::test_variance_of_images_was_corrected",
    "TestBuiltIn::test_variance_is_not_corrected",
)
def half_of_the_variance_is_kept(monkeypatch):
    """`BatchNormalization` keeps half of the variance, and nothing of before."""
    right = tf.keras.layers.BatchNormalization
    monkeypatch.setattr(
        tf.keras.layers,
        "BatchNormalization",
        lambda momentum: right(momentum=0.5, moving_variance_initializer="zeros"),
    )


@refutes(
    "TestWhatBothHave::test_layer_was_the_identity", "TestWhatBothHave::test_layer_needs_a_call"
)
def layers_double(monkeypatch):
    """A layer without a `call` doubles its inputs."""
    monkeypatch.setattr(tf.keras.layers.Layer, "call", lambda layer, inputs: 2 * inputs)


@refutes(
    "TestWhatBothHave::test_only_the_first_argument_was_cast",
    "TestWhatBothHave::test_arguments_are_cast",
)
def tensors_are_in_half_precision(monkeypatch):
    """`tf.ones` makes float16, whatever it is told."""
    right = tf.ones
    monkeypatch.setattr(tf, "ones", lambda shape, dtype: tf.cast(right(shape), tf.float16))


@refutes(
    "TestWhatBothHave::test_weight_was_a_condition",
    "TestWhatBothHave::test_weight_is_no_condition",
)
def weights_start_at_one(monkeypatch):
    """`add_weight` gives a variable that starts at 1."""
    monkeypatch.setattr(
        tf.keras.layers.Layer, "add_weight", lambda layer, **options: tf.Variable(1.0)
    )


@refutes(
    "TestWhatOnlyAModelHas::test_decorated_call_was_trained",
    "TestWhatOnlyAModelHas::test_decorated_call_has_no_gradients",
)
def fit_changes_nothing(monkeypatch):
    """`fit` calls the model and trains nothing, without a word."""
    monkeypatch.setattr(tf.keras.Model, "fit", lambda model, x, y, verbose: model(x))


@refutes(
    "TestConfigAndSaving::test_loaded_lambda_knew_tf",
    "TestConfigAndSaving::test_loaded_lambda_knows_no_names",
)
def lambdas_are_loaded_as_the_identity(monkeypatch):
    """A loaded `Lambda` returns its inputs."""
    monkeypatch.setattr(tf.keras.models, "load_model", lambda path, safe_mode: tf.identity)
