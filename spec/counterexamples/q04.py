"""Faults under which the claims of question 4 must fail."""

import numpy as np
import tensorflow as tf

from answer_key import refutes


def to_dense(structure):
    """The regular tensor that a sparse or ragged tensor stands for."""
    if isinstance(structure, tf.RaggedTensor):
        return structure.to_tensor()
    if isinstance(structure, tf.SparseTensor):
        return tf.sparse.to_dense(structure)
    return structure


def defaults(function, **changed):
    """The function or method with other defaults."""
    return lambda *args, **kw: function(*args, **{**changed, **kw})


@refutes("TestSparseTensors::test_three_small_tensors")
def sparse_tensor_keeps_only_columns(monkeypatch):
    """The indices of a sparse tensor are those of its last dimension only."""
    right = tf.SparseTensor.indices.fget
    monkeypatch.setattr(tf.SparseTensor, "indices", property(lambda self: right(self)[:, -1]))


@refutes("TestSparseTensors::test_matmul")
def sparse_matmul_stays_sparse(monkeypatch):
    """`tf.sparse.sparse_dense_matmul` gives a sparse matrix."""
    right = tf.sparse.sparse_dense_matmul
    monkeypatch.setattr(
        tf.sparse, "sparse_dense_matmul", lambda *args: tf.sparse.from_dense(right(*args))
    )


@refutes("TestSparseTensors::test_most_operations_refuse")
def sparse_tensor_converts_itself(monkeypatch):
    """Every operation converts a sparse tensor to a dense one."""
    monkeypatch.setattr(
        tf.SparseTensor,
        "__tf_tensor__",
        lambda self, dtype=None, name=None: tf.sparse.to_dense(self),
        raising=False,
    )


@refutes("TestSparseTensors::test_elementwise_with_dense")
def sparse_times_dense_is_dense(monkeypatch):
    """Times a dense tensor, a sparse one becomes dense."""
    monkeypatch.setattr(tf.SparseTensor, "__mul__", lambda self, other: to_dense(self) * other)


@refutes("TestSparseTensors::test_map_values")
def map_values_reaches_zeros(monkeypatch):
    """`tf.sparse.map_values` applies its function to the zeros, too."""

    def map_values(function, sparse, *others):
        return tf.sparse.from_dense(function(to_dense(sparse), *others))

    monkeypatch.setattr(tf.sparse, "map_values", map_values)


@refutes("TestSparseTensors::test_order_of_indices", "TestSparseTensors::test_repeated_indices")
def to_dense_takes_any_indices(monkeypatch):
    """`tf.sparse.to_dense` does not check its indices."""
    monkeypatch.setattr(tf.sparse, "to_dense", defaults(tf.sparse.to_dense, validate_indices=False))


@refutes("TestSparseTensors::test_reduce_max")
def sparse_maximum_counts_zeros(monkeypatch):
    """`tf.sparse.reduce_max` looks at the zeros, too."""
    monkeypatch.setattr(
        tf.sparse, "reduce_max", lambda sparse, axis: tf.reduce_max(to_dense(sparse), axis)
    )


@refutes(
    "TestRaggedTensors::test_rows_differ_in_length",
    "TestRaggedTensors::test_not_a_kind_of_sparse",
    "TestRaggedTensors::test_values_and_row_splits",
    "TestRaggedTensors::test_mean_without_padding",
)
def ragged_rows_are_padded(monkeypatch):
    """`tf.ragged.constant` pads its rows to one length."""
    right = tf.ragged.constant
    monkeypatch.setattr(
        tf.ragged,
        "constant",
        lambda *args, **kw: tf.RaggedTensor.from_tensor(right(*args, **kw).to_tensor()),
    )


@refutes("TestRaggedTensors::test_one_type_and_one_rank")
def ragged_constant_falls_back_on_text(monkeypatch):
    """`tf.ragged.constant` writes values that do not fit together as text."""
    right = tf.ragged.constant

    def constant(rows):
        try:
            return right(rows)
        except ValueError:
            return right([[str(value) for value in row] for row in rows])

    monkeypatch.setattr(tf.ragged, "constant", constant)


@refutes("TestRaggedTensors::test_immutable")
def ragged_rows_can_be_assigned(monkeypatch):
    """The rows of a ragged tensor can be assigned."""

    def assign(self, number, row):
        rows = self.to_list()
        rows[number] = row
        vars(self).update(vars(tf.ragged.constant(rows)))

    monkeypatch.setattr(tf.RaggedTensor, "__setitem__", assign, raising=False)


@refutes("TestRaggedTensors::test_uniform_inner_dimensions")
def ragged_rank_is_ignored(monkeypatch):
    """`tf.ragged.constant` makes every dimension but the first a ragged one."""
    right = tf.ragged.constant
    monkeypatch.setattr(tf.ragged, "constant", lambda rows, ragged_rank=None: right(rows))


@refutes("TestRaggedTensors::test_padding_and_back")
def padding_is_kept(monkeypatch):
    """`tf.RaggedTensor.from_tensor` takes no padding off."""
    right = tf.RaggedTensor.from_tensor
    monkeypatch.setattr(tf.RaggedTensor, "from_tensor", lambda tensor, padding: right(tensor))


@refutes("TestRaggedTensors::test_sparse_and_back")
def gaps_are_closed(monkeypatch):
    """`tf.RaggedTensor.from_sparse` closes the gaps in its rows."""

    def from_sparse(sparse):
        return tf.RaggedTensor.from_value_rowids(sparse.values, sparse.indices[:, 0])

    monkeypatch.setattr(tf.RaggedTensor, "from_sparse", from_sparse)


@refutes("TestRaggedTensors::test_no_columns")
def ragged_columns_are_padded(monkeypatch):
    """A column of a ragged tensor is one of the padded tensor."""
    right = tf.RaggedTensor.__getitem__

    def getitem(self, key):
        try:
            return right(self, key)
        except ValueError:
            return self.to_tensor()[key]

    monkeypatch.setattr(tf.RaggedTensor, "__getitem__", getitem)


@refutes("TestRaggedTensors::test_factories")
def ragged_tensor_is_called_with_splits(monkeypatch):
    """`tf.RaggedTensor` takes values and row splits."""
    right = tf.RaggedTensor.__init__

    def init(self, values, row_partition, internal=False):
        if internal:
            right(self, values, row_partition=row_partition, internal=True)
        else:
            vars(self).update(vars(tf.RaggedTensor.from_row_splits(values, row_partition)))

    monkeypatch.setattr(tf.RaggedTensor, "__init__", init)


@refutes("TestRaggedTensors::test_variable_length_is_no_structure")
def parsed_examples_are_padded(monkeypatch):
    """`tf.io.parse_example` pads data of variable length."""
    right = tf.io.parse_example
    monkeypatch.setattr(
        tf.io,
        "parse_example",
        lambda *args: {name: to_dense(value) for name, value in right(*args).items()},
    )


@refutes("TestTensorArrays::test_collects_in_a_loop")
def tensor_array_stacks_last_first(monkeypatch):
    """`stack` of a tensor array begins with the last element, as of a stack."""
    right = tf.TensorArray.stack
    monkeypatch.setattr(tf.TensorArray, "stack", lambda self: tf.reverse(right(self), [0]))


@refutes("TestTensorArrays::test_dropped_write")
def tensor_array_changes_in_place(monkeypatch):
    """Also in a graph, a tensor array keeps a write whose result is dropped."""
    right = tf.TensorArray.write

    def write(self, *args):
        written = right(self, *args)
        self._implementation = written._implementation
        return written

    monkeypatch.setattr(tf.TensorArray, "write", write)


@refutes("TestTensorArrays::test_fixed_size")
def every_tensor_array_grows(monkeypatch):
    """A tensor array grows unless it is told otherwise."""
    monkeypatch.setattr(
        tf.TensorArray, "__init__", defaults(tf.TensorArray.__init__, dynamic_size=True)
    )


@refutes("TestTensorArrays::test_one_shape_by_default")
def tensor_array_takes_any_shape(monkeypatch):
    """By default the elements of a tensor array differ in shape."""
    monkeypatch.setattr(
        tf.TensorArray, "__init__", defaults(tf.TensorArray.__init__, infer_shape=False)
    )


@refutes("TestTensorArrays::test_several_shapes", by=ValueError)
def tensor_array_always_infers_its_shape(monkeypatch):
    """The elements of a tensor array have one shape, whatever `infer_shape` says."""
    right = tf.TensorArray.__init__
    monkeypatch.setattr(
        tf.TensorArray,
        "__init__",
        lambda self, *args, infer_shape=True, **kw: right(self, *args, **kw),
    )


@refutes("TestTensorArrays::test_one_type")
def tensor_array_casts(monkeypatch):
    """A tensor array casts what is written to its type."""
    right = tf.TensorArray.write
    monkeypatch.setattr(
        tf.TensorArray,
        "write",
        lambda self, index, value: right(self, index, tf.cast(value, self.dtype)),
    )


@refutes("TestTensorArrays::test_read_clears")
def tensor_array_can_be_read_again(monkeypatch):
    """By default, reading an element of a tensor array does not clear it."""
    monkeypatch.setattr(
        tf.TensorArray, "__init__", defaults(tf.TensorArray.__init__, clear_after_read=False)
    )


@refutes("TestStrings::test_bytes")
def text_is_encoded_as_utf16(monkeypatch):
    """`tf.constant` encodes text as UTF-16."""
    right = tf.constant
    monkeypatch.setattr(tf, "constant", lambda text: right(np.char.encode(text, "UTF-16")))


@refutes("TestStrings::test_length")
def string_length_counts_characters(monkeypatch):
    """`tf.strings.length` counts characters."""
    monkeypatch.setattr(tf.strings, "length", defaults(tf.strings.length, unit="UTF8_CHAR"))


@refutes("TestStrings::test_atomic")
def brackets_reach_into_a_string(monkeypatch):
    """Brackets give a byte of a string tensor."""
    monkeypatch.setattr(
        tf.Tensor, "__getitem__", lambda self, position: tf.strings.substr(self, position, 1)
    )


@refutes("TestStrings::test_split")
def words_are_padded(monkeypatch):
    """`tf.strings.split` gives a regular tensor, padded with empty strings."""
    right = tf.strings.split
    monkeypatch.setattr(tf.strings, "split", lambda texts: to_dense(right(texts)))


@refutes("TestStrings::test_unicode_decode")
def code_points_are_padded(monkeypatch):
    """`tf.strings.unicode_decode` gives a regular tensor, padded with zeros."""
    right = tf.strings.unicode_decode
    monkeypatch.setattr(tf.strings, "unicode_decode", lambda *args: to_dense(right(*args)))


@refutes("TestSets::test_operations")
def union_keeps_duplicates(monkeypatch):
    """`tf.sets.union` only puts the rows one after the other."""
    monkeypatch.setattr(
        tf.sets, "union", lambda *sets: tf.sparse.from_dense(tf.concat(sets, axis=-1))
    )


@refutes("TestSets::test_no_type_of_its_own")
def union_is_padded(monkeypatch):
    """`tf.sets.union` gives a regular tensor, padded with zeros."""
    right = tf.sets.union
    monkeypatch.setattr(tf.sets, "union", lambda *sets: to_dense(right(*sets)))


@refutes("TestSets::test_padding_is_an_element")
def zeros_are_no_elements(monkeypatch):
    """`tf.sets.intersection` leaves zeros out as padding."""
    right = tf.sets.intersection
    monkeypatch.setattr(
        tf.sets,
        "intersection",
        lambda *sets: right(*[tf.sparse.from_dense(to_dense(each)) for each in sets]),
    )


@refutes("TestQueues::test_first_in_first_out", "TestQueues::test_priority")
def queue_gives_the_last_element_first(monkeypatch):
    """A queue gives its last element first."""
    right = tf.queue.QueueBase.dequeue

    def dequeue(self):
        *others, last = [right(self) for _ in range(self.size())]
        for element in others:
            self.enqueue(element)
        return last

    monkeypatch.setattr(tf.queue.QueueBase, "dequeue", dequeue)


@refutes("TestQueues::test_no_queue_feeds_training")
def queues_feed_training(monkeypatch):
    """A queue that feeds training can be made eagerly, too."""
    right = tf.compat.v1.train.input_producer

    def input_producer(values):
        with tf.Graph().as_default():
            return right(values)

    monkeypatch.setattr(tf.compat.v1.train, "input_producer", input_producer)


@refutes("TestQueues::test_random_order")
def shuffle_queue_does_not_shuffle(monkeypatch):
    """A `RandomShuffleQueue` gives its elements in order."""
    monkeypatch.setattr(
        tf.queue,
        "RandomShuffleQueue",
        lambda capacity, min_after_dequeue, **kw: tf.queue.FIFOQueue(capacity, **kw),
    )


@refutes("TestQueues::test_padding")
def queue_pads_in_front(monkeypatch):
    """A `PaddingFIFOQueue` pads its elements in front."""

    def dequeue_many(self, number):
        backwards = [self.dequeue()[::-1] for _ in range(number)]
        return tf.ragged.stack(backwards).to_tensor()[:, ::-1]

    monkeypatch.setattr(tf.queue.PaddingFIFOQueue, "dequeue_many", dequeue_many)


@refutes("TestQueues::test_full_queue_blocks")
def full_queue_has_room(monkeypatch):
    """A queue takes more elements than its capacity."""
    right = tf.queue.FIFOQueue.__init__
    monkeypatch.setattr(
        tf.queue.FIFOQueue,
        "__init__",
        lambda self, capacity, *args, **kw: right(self, 2 * capacity, *args, **kw),
    )


@refutes("TestQueues::test_close")
def closed_queue_gives_zeros(monkeypatch):
    """A closed queue gives out what is left, then zeros."""
    right = tf.queue.QueueBase.dequeue

    def dequeue(self):
        done = self.is_closed() and self.size() == 0
        return tf.zeros([], self.dtypes[0]) if done else right(self)

    monkeypatch.setattr(tf.queue.QueueBase, "dequeue", dequeue)


@refutes("TestQueues::test_shared_state")
def graph_takes_from_a_queue_while_traced(monkeypatch):
    """A function takes an element from a queue only while it is traced."""
    right = tf.queue.QueueBase.dequeue

    def dequeue(self):
        with tf.init_scope():
            return right(self)

    monkeypatch.setattr(tf.queue.QueueBase, "dequeue", dequeue)


@refutes("TestDatasets::test_endless")
def repeat_repeats_once(monkeypatch):
    """A dataset repeats its elements once, unless told how often."""
    right = tf.data.Dataset.repeat
    monkeypatch.setattr(tf.data.Dataset, "repeat", lambda self, count=2: right(self, count))


@refutes("TestDatasets::test_iterates_again")
def dataset_is_used_up(monkeypatch):
    """A dataset has only one iterator."""
    right = tf.data.Dataset.__iter__
    monkeypatch.setattr(
        tf.data.Dataset, "__iter__", lambda self: vars(self).setdefault("only", right(self))
    )


@refutes("TestDatasets::test_map_is_traced")
def map_calls_python_for_each_element(monkeypatch):
    """`map` calls its Python function for each element."""
    right = tf.data.Dataset.map

    def call_each(self, function):
        kind = self.element_spec.dtype
        return right(self, lambda element: tf.py_function(function, [element], kind))

    monkeypatch.setattr(tf.data.Dataset, "map", call_each)


@refutes("TestDatasets::test_shuffles_anew")
def order_is_kept(monkeypatch):
    """A dataset is shuffled in one order for all loops, unless told otherwise."""
    shuffle = defaults(tf.data.Dataset.shuffle, reshuffle_each_iteration=False)
    monkeypatch.setattr(tf.data.Dataset, "shuffle", shuffle)


@refutes("TestDatasets::test_no_index")
def dataset_takes_an_index(monkeypatch):
    """A dataset takes an index in brackets."""
    monkeypatch.setattr(
        tf.data.Dataset,
        "__getitem__",
        lambda self, index: next(iter(self.skip(index))),
        raising=False,
    )


@refutes("TestDatasets::test_batches_of_unequal_elements")
def batch_pads(monkeypatch):
    """`batch` pads elements of unequal shapes."""
    monkeypatch.setattr(tf.data.Dataset, "batch", tf.data.Dataset.padded_batch)


@refutes("TestDatasets::test_zip_takes_arguments", by=TypeError)
def zip_takes_one_tuple(monkeypatch):
    """`Dataset.zip` takes one tuple of datasets."""
    right = tf.data.Dataset.zip
    monkeypatch.setattr(tf.data.Dataset, "zip", staticmethod(lambda datasets: right(datasets)))


@refutes("TestDatasets::test_unknown_buffer")
def unknown_buffer_shuffles_nothing(monkeypatch):
    """A buffer of unknown size shuffles nothing."""
    right = tf.data.Dataset.shuffle
    monkeypatch.setattr(tf.data.Dataset, "shuffle", lambda self, size, seed: right(self, 1))


@refutes("TestDatasets::test_parallelism_has_a_minimum", "TestDatasets::test_warm_start")
def options_are_dropped(monkeypatch):
    """`with_options` drops the options."""
    monkeypatch.setattr(tf.data.Dataset, "with_options", lambda self, options: self)


@refutes("TestDatasets::test_spec_of_none")
def none_is_a_scalar(monkeypatch):
    """The spec of `None` is that of a scalar."""
    monkeypatch.setattr(tf, "NoneTensorSpec", tf.TensorSpec, raising=False)


@refutes("TestVariables::test_in_place")
def assign_add_leaves_the_variable(monkeypatch):
    """`assign_add` returns the sum and leaves the variable as it was."""
    monkeypatch.setattr(type(tf.Variable(0)), "assign_add", lambda self, delta: self + delta)


@refutes("TestVariables::test_shape_and_type_are_fixed")
def variable_casts(monkeypatch):
    """A variable casts what it is assigned to its type."""
    kind = type(tf.Variable(0))
    right = kind.assign
    monkeypatch.setattr(kind, "assign", lambda self, value: right(self, tf.cast(value, self.dtype)))


@refutes("TestVariables::test_variable_is_none_of_version_1")
def there_is_one_class_of_variables(monkeypatch):
    """`tf.compat.v1.Variable` is `tf.Variable`."""
    monkeypatch.setattr(tf.compat.v1, "Variable", tf.Variable)


@refutes("TestLookupTables::test_default")
def table_defaults_to_zero(monkeypatch):
    """A `StaticHashTable` gives 0 for a key that it does not hold."""
    right = tf.lookup.StaticHashTable.__init__
    monkeypatch.setattr(
        tf.lookup.StaticHashTable,
        "__init__",
        lambda self, initializer, default_value: right(self, initializer, default_value=0),
    )


@refutes("TestLookupTables::test_mutable")
def static_table_takes_keys(monkeypatch):
    """A `StaticHashTable` has a method that inserts keys."""
    monkeypatch.setattr(
        tf.lookup.StaticHashTable, "insert", lambda self, keys, values: None, raising=False
    )


@refutes("TestLookupTables::test_keys_are_tensors")
def table_converts_keys(monkeypatch):
    """A `StaticHashTable` converts the keys that it looks up to tensors."""
    right = tf.lookup.StaticHashTable.lookup
    monkeypatch.setattr(
        tf.lookup.StaticHashTable,
        "lookup",
        lambda self, keys: right(self, tf.convert_to_tensor(keys)),
    )


@refutes("TestLookupTables::test_out_of_vocabulary")
def buckets_come_first(monkeypatch):
    """A `StaticVocabularyTable` puts its buckets before its own ids."""
    table = tf.lookup.StaticVocabularyTable
    right = table.lookup
    monkeypatch.setattr(
        table,
        "lookup",
        lambda self, keys: (right(self, keys) + self._num_oov_buckets) % self.size(),
    )


@refutes("TestIndexedSlices::test_gradient_of_gather")
def gradients_are_dense(monkeypatch):
    """Every gradient is a dense tensor."""
    right = tf.GradientTape.gradient
    monkeypatch.setattr(
        tf.GradientTape,
        "gradient",
        lambda self, target, source: tf.convert_to_tensor(right(self, target, source)),
    )


@refutes("TestIndexedSlices::test_norm_of_repeated_slices")
def norm_adds_repeated_slices(monkeypatch):
    """`tf.linalg.global_norm` adds repeated slices up."""
    right = tf.linalg.global_norm
    monkeypatch.setattr(
        tf.linalg,
        "global_norm",
        lambda tensors: right([tf.convert_to_tensor(each) for each in tensors]),
    )


@refutes("TestOptionalAndExtensionTypes::test_optional")
def nothing_is_zero(monkeypatch):
    """An optional that holds nothing has the value 0."""
    kind = type(tf.experimental.Optional.from_value(0))
    right = kind.get_value
    monkeypatch.setattr(
        kind, "get_value", lambda self: right(self) if self.has_value() else tf.constant(0)
    )


@refutes("TestOptionalAndExtensionTypes::test_extension_type")
def extension_type_is_mutable(monkeypatch):
    """The fields of an extension type can be changed."""
    monkeypatch.setattr(tf.experimental.ExtensionType, "__setattr__", object.__setattr__)


@refutes("TestInKeras::test_sparse_input")
def stored_values_count_as_one(monkeypatch):
    """A model takes each stored value of a sparse tensor for 1."""
    right = tf.keras.Model.__call__

    def call(self, sparse):
        return right(self, tf.sparse.map_values(tf.ones_like, sparse))

    monkeypatch.setattr(tf.keras.Model, "__call__", call)


@refutes("TestInKeras::test_ragged_input")
def ragged_input_is_padded(monkeypatch):
    """A model pads its ragged inputs."""
    right = tf.keras.Model.__call__
    monkeypatch.setattr(
        tf.keras.Model, "__call__", lambda self, ragged: right(self, to_dense(ragged))
    )


@refutes("TestInKeras::test_masked_padding")
def nothing_is_masked(monkeypatch):
    """`Embedding` masks nothing."""
    monkeypatch.setattr(tf.keras.layers.Embedding, "compute_mask", lambda self, *inputs: None)


@refutes("TestBoundaries::test_is_tensor")
def is_tensor_takes_only_tensors(monkeypatch):
    """`tf.is_tensor` is true for a `tf.Tensor` only."""
    monkeypatch.setattr(tf, "is_tensor", lambda value: isinstance(value, tf.Tensor))


@refutes("TestBoundaries::test_returned", "TestBoundaries::test_not_returned")
def functions_are_not_traced(monkeypatch):
    """`tf.function` leaves a Python function as it is."""
    monkeypatch.setattr(tf, "function", lambda function: function)


@refutes("TestBoundaries::test_dataset_slices")
def dataset_pads_ragged_rows(monkeypatch):
    """A dataset slices a ragged or sparse tensor into rows of its padded tensor."""
    right = tf.data.Dataset.from_tensor_slices
    monkeypatch.setattr(
        tf.data.Dataset, "from_tensor_slices", staticmethod(lambda whole: right(to_dense(whole)))
    )


@refutes("TestBoundaries::test_saved_model")
def saved_table_keeps_one_pair(monkeypatch):
    """A SavedModel keeps only the first pair of a lookup table."""
    initializer = tf.lookup.KeyValueTensorInitializer
    right = initializer.initialize

    def initialize(self, table):
        if tf.inside_function():  # as when it is saved
            with tf.init_scope():
                self = initializer(self._keys[:1], self._values[:1])
        return right(self, table)

    monkeypatch.setattr(initializer, "initialize", initialize)


@refutes("TestDatasets::test_pad_to_cardinality")
def datasets_are_not_padded(monkeypatch):
    """`pad_to_cardinality` marks all as real, and adds nothing."""

    def pad_to_cardinality(cardinality):
        return lambda dataset: dataset.map(lambda row: {**row, "valid": True})

    monkeypatch.setattr(tf.data.experimental, "pad_to_cardinality", pad_to_cardinality)


@refutes("TestDatasets::test_map_can_be_synchronous")
def map_is_synchronous_in_parallel(monkeypatch):
    """`map` takes `synchronous` together with `num_parallel_calls`."""
    right = tf.data.Dataset.map

    def map_(dataset, function, num_parallel_calls=None, synchronous=None):
        return right(dataset, function)

    monkeypatch.setattr(tf.data.Dataset, "map", map_)


@refutes("TestInKeras::test_sparse_batches")
def predictions_are_zero(monkeypatch):
    """`predict` gives a 0 for every sample."""
    monkeypatch.setattr(tf.keras.Model, "predict", lambda model, x, verbose: np.zeros((2, 1)))


def before(monkeypatch, name, change):
    """Let a method of models first change what it is given."""
    right = getattr(tf.keras.Model, name)
    monkeypatch.setattr(
        tf.keras.Model, name, lambda model, data, **options: right(model, change(data), **options)
    )


def refuse(error, is_wrong):
    """Raise an error for data that is wrong."""

    def refused(data):
        if is_wrong(data):
            raise error("refused")
        return data

    return refused


def with_signature(spec):
    """Take a generator for a dataset of two such elements."""
    return lambda data: tf.data.Dataset.from_generator(lambda: data, output_signature=(spec, spec))


@refutes("TestBatches::test_generators_gave_lists", by=ValueError)
def lists_are_refused(monkeypatch):
    """`evaluate` refuses a generator that gives a list."""
    before(monkeypatch, "evaluate", refuse(ValueError, lambda data: isinstance(next(data), list)))


@refutes("TestBatches::test_generators_give_tuples")
def lists_are_converted(monkeypatch):
    """`evaluate` makes a tuple of each list of a generator."""
    before(monkeypatch, "evaluate", lambda data: (tuple(each) for each in data))


@refutes("TestBatches::test_batches_had_lists_of_inputs", by=TypeError)
def lists_of_inputs_of_a_sequence_are_refused(monkeypatch):
    """`evaluate` refuses a `Sequence`, not a generator, that gives a list of inputs."""
    before(monkeypatch, "evaluate", refuse(TypeError, lambda data: hasattr(data, "batch")))


@refutes("TestBatches::test_batches_have_tuples_of_inputs", by=TypeError)
def tuples_of_inputs_of_a_sequence_become_lists(monkeypatch):
    """`evaluate` makes a list of the inputs of a `Sequence`."""

    def change(data):
        if hasattr(data, "batch"):
            inputs, y = data.batch
            data.batch = (list(inputs), y)
        return data

    before(monkeypatch, "evaluate", change)


@refutes("TestBatches::test_generators_gave_inputs", by=ValueError)
def bare_inputs_are_refused(monkeypatch):
    """`predict` refuses bare inputs."""
    before(
        monkeypatch, "predict", refuse(ValueError, lambda data: not isinstance(next(data), tuple))
    )


@refutes("TestBatches::test_generators_give_inputs_in_tuples", by=ValueError)
def inputs_in_tuples_are_made_bare(monkeypatch):
    """`predict` takes the inputs of a generator out of their tuples."""
    before(monkeypatch, "predict", lambda data: (x[0] if isinstance(x, tuple) else x for x in data))


@refutes("TestBatches::test_iterators_gave_batches", by=ValueError)
def zips_are_refused(monkeypatch):
    """`evaluate` refuses `zip`, and no other iterator."""
    before(monkeypatch, "evaluate", refuse(ValueError, lambda data: isinstance(data, zip)))


@refutes("TestBatches::test_iterators_are_refused")
def zips_become_generators(monkeypatch):
    """`fit` makes a generator of a `zip`, of no other iterator."""
    before(
        monkeypatch,
        "fit",
        lambda data: (each for each in data) if isinstance(data, zip) else data,
    )


@refutes("TestBatches::test_lengths_could_change", by=tf.errors.InvalidArgumentError)
def only_length_one_is_taken(monkeypatch):
    """`fit` takes from a generator only batches of length 1."""
    before(monkeypatch, "fit", with_signature(tf.TensorSpec([None, 1])))


@refutes("TestBatches::test_first_batches_fix_the_length")
def no_length_is_fixed(monkeypatch):
    """`fit` takes batches of any length from a generator."""
    before(monkeypatch, "fit", with_signature(tf.TensorSpec([None, None])))


@refutes("TestBatches::test_sequences_give_lists")
def sequences_give_inputs_as_targets(monkeypatch):
    """`evaluate` takes the first of a list of a `Sequence` for inputs and for targets."""

    def change(data):
        data.batch = [data.batch[0], data.batch[0]]
        return data

    before(monkeypatch, "evaluate", change)


@refutes("TestBatches::test_weights_of_a_generator_may_be_none")
def no_weights_are_weights_of_zero(monkeypatch):
    """`fit` takes no weights of a generator for weights of 0."""
    before(monkeypatch, "fit", lambda data: ((x, y, np.zeros(len(x))) for x, y, _ in data))
