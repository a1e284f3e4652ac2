"""Can you name other data structures available in TensorFlow, beyond regular tensors?

Six above all, beyond regular tensors:

- **sparse** tensors: mostly zeros, which are not stored;
- **ragged** tensors: rows of unequal length;
- **tensor arrays**: lists that a graph can fill in a loop;
- **variables**: the mutable counterpart of tensors;
- **datasets**: their elements are produced on demand;
- **queues**: shared state, which fed training before datasets.

Then **lookup tables**, **indexed slices**, optionals and **extension types** of your own. Two more
names are no structures of their own: a **string** tensor is a regular tensor of bytes, and a
**set** is a regular or sparse tensor that `tf.sets` reads as a set.
"""

import itertools
import threading
from operator import attrgetter

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds


class Price(tf.experimental.ExtensionType):
    """Somebody's own structure."""

    amount: tf.Tensor


def make(structure):
    """One structure of each kind, by name."""
    pairs = tf.lookup.KeyValueTensorInitializer(["cat"], [3])
    makers = {
        "string tensor": lambda: tf.constant("tea"),
        "sparse tensor": lambda: tf.sparse.from_dense([0, 5]),
        "ragged tensor": lambda: tf.ragged.constant([[1, 2], [3]]),
        "indexed slices": lambda: tf.IndexedSlices(tf.constant([5]), tf.constant([1])),
        "variable": lambda: tf.Variable(7),
        "tensor array": lambda: tf.TensorArray(tf.int32, size=2).unstack([7, 8]),
        "dataset": lambda: tf.data.Dataset.range(3),
        "optional": lambda: tf.experimental.Optional.from_value(7),
        "extension type": lambda: Price(7),
        "queue": lambda: tf.queue.FIFOQueue(capacity=5, dtypes=tf.int32),
        "lookup table": lambda: tf.lookup.StaticHashTable(pairs, default_value=-1),
    }
    return makers[structure]()


class TestSparseTensors:
    """A sparse tensor stores some values and where they are; the rest is zero."""

    @core
    @confirms("A4.1", "B4.1")
    def test_three_small_tensors(self):
        """A sparse tensor stores a shape, **indices and values**: what it does not list is zero.

        As a dense float32 tensor this one would take 4 TB:
        [guide](https://www.tensorflow.org/guide/sparse_tensor).
        """
        sparse = tf.sparse.SparseTensor(
            indices=[[3, 999_999], [5, 0]], values=[1.5, 2.5], dense_shape=[1_000_000, 1_000_000]
        )

        print(sparse)
        assert sparse.indices.numpy().tolist() == [[3, 999_999], [5, 0]]
        assert sparse.values.numpy().tolist() == [1.5, 2.5]
        corner = tf.sparse.slice(sparse, start=[3, 999_998], size=[1, 2])
        assert tf.sparse.to_dense(corner).numpy().tolist() == [[0.0, 1.5]]

    def test_matmul(self, device):
        """`tf.sparse.sparse_dense_matmul`, the matrix product with a dense matrix, is **dense**."""
        sparse = tf.sparse.from_dense([[0.0, 5.0], [7.0, 0.0]])

        product = tf.sparse.sparse_dense_matmul(sparse, [[1.0], [10.0]])

        assert isinstance(product, tf.Tensor)
        assert product.numpy().tolist() == [[50.0], [7.0]]

    @core
    @pytest.mark.parametrize("operation", ["reduce_sum", "transpose", "argmax", "exp", "where"])
    def test_most_operations_refuse(self, operation):
        """Most operations outside `tf.sparse` **refuse** a sparse tensor instead of converting it.

        To convert it would fill the memory with the zeros that it leaves out. A few that act on
        each value alone, such as `tf.abs`, do accept one.
        """
        sparse = tf.sparse.from_dense([[0.0, 5.0], [7.0, 0.0]])

        with pytest.raises(ValueError, match=r"convert a value \(SparseTensor"):
            getattr(tf, operation)(sparse)
        assert tf.sparse.reduce_sum(sparse).numpy() == 12.0
        assert isinstance(tf.abs(sparse), tf.sparse.SparseTensor)

    def test_elementwise_with_dense(self):
        """Elementwise, `*` of a sparse and a dense tensor stays **sparse**; their sum is dense.

        `tf.multiply` refuses it. The sum is `tf.sparse.add`'s, for `+` is refused; of two sparse
        tensors it makes another sparse one.
        """
        sparse = tf.sparse.from_dense([0, 5, 0])

        product = sparse * tf.constant([2, 2, 2])
        total = tf.sparse.add(sparse, tf.constant([1, 1, 1]))

        print(product)
        assert isinstance(product, tf.sparse.SparseTensor)
        assert product.values.numpy().tolist() == [10]
        assert isinstance(total, tf.Tensor)
        assert total.numpy().tolist() == [1, 6, 1]
        assert isinstance(tf.sparse.add(sparse, sparse), tf.sparse.SparseTensor)

    def test_map_values(self):
        """`tf.sparse.map_values` applies a function to the **stored** values alone.

        What is not listed stays zero, even where the function makes something else of zero.
        """
        sparse = tf.sparse.from_dense([0, 5])

        increased = tf.sparse.map_values(tf.add, sparse, 1)

        assert tf.sparse.to_dense(increased).numpy().tolist() == [0, 6]

    def test_order_of_indices(self):
        """By default `tf.sparse.to_dense` wants sorted indices; **`tf.sparse.reorder`** sorts them.

        The constructor does not check their order.
        """
        unordered = tf.sparse.SparseTensor([[1, 0], [0, 0]], [7, 5], [2, 2])

        with pytest.raises(tf.errors.InvalidArgumentError, match="out of order"):
            tf.sparse.to_dense(unordered)
        ordered = tf.sparse.reorder(unordered)
        assert tf.sparse.to_dense(ordered).numpy().tolist() == [[5, 0], [7, 0]]

    def test_repeated_indices(self):
        """By default `tf.sparse.to_dense` **refuses** repeated indices; `reduce_sum` adds them."""
        repeated = tf.sparse.SparseTensor([[0], [0]], [5, 7], [3])

        assert tf.sparse.reduce_sum(repeated).numpy() == 12
        with pytest.raises(tf.errors.InvalidArgumentError, match="is repeated"):
            tf.sparse.to_dense(repeated)

    def test_reduce_max(self):
        """Where values are **stored**, `tf.sparse.reduce_max` looks only at them, at no zero between.

        In a row where nothing is stored, the maximum is 0.
        """
        sparse = tf.sparse.from_dense([[0, -5], [0, 0]])

        dense = tf.sparse.to_dense(sparse)

        assert tf.reduce_max(dense, axis=1).numpy().tolist() == [0, 0]
        assert tf.sparse.reduce_max(sparse, axis=1).numpy().tolist() == [-5, 0]


class TestRaggedTensors:
    """A ragged tensor can have rows of unequal length."""

    @core
    @confirms("B4.2")
    @corrects("A4.3")
    def test_rows_differ_in_length(self):
        """The rows of a ragged tensor may differ in **length**: then that dimension's size is `None`.

        Padding would count in means: `q04::TestRaggedTensors::test_mean_without_padding`.
        [Guide](https://www.tensorflow.org/guide/ragged_tensor)
        """
        ragged = tf.ragged.constant([[1, 2, 3], [], [4]])

        print(ragged)
        assert ragged.shape.as_list() == [3, None]
        assert [row.shape.as_list() for row in ragged] == [[3], [0], [1]]

    @confirms("A4.3")
    @pytest.mark.parametrize(
        "rows, complaint",
        [(((1, 2), ("three",)), "mixed types"), (((1, 2), ((3,),)), "same nesting depth")],
    )
    def test_one_type_and_one_rank(self, rows, complaint):
        """What the rows of a ragged tensor do share is their **type and rank**."""
        with pytest.raises(ValueError, match=complaint):
            tf.ragged.constant(rows)

    @confirms("A4.3")
    def test_immutable(self):
        """A ragged tensor is **immutable**: adding a row returns a new one."""
        ragged = tf.ragged.constant([[1, 2], [3]])

        longer = tf.concat([ragged, [[4, 5, 6]]], axis=0)

        print(longer)
        with pytest.raises(TypeError, match="does not support item assignment"):
            ragged[1] = [4, 5, 6]
        assert ragged.to_list() == [[1, 2], [3]]
        assert longer.to_list() == [[1, 2], [3], [4, 5, 6]]

    @core
    def test_not_a_kind_of_sparse(self):
        """`tf.concat` joins ragged rows **end to end**; `tf.sparse.concat` keeps gaps between them.

        For a sparse tensor stands for a regular one, whose zeros count; after the end of a ragged
        row there is nothing.
        """
        left, right = tf.ragged.constant([[1], [2, 3]]), tf.ragged.constant([[4, 5], [6]])

        ragged = tf.concat([left, right], axis=1)
        sparse = tf.sparse.concat(axis=1, sp_inputs=[left.to_sparse(), right.to_sparse()])

        assert ragged.to_list() == [[1, 4, 5], [2, 3, 6]]
        assert tf.sparse.to_dense(sparse).numpy().tolist() == [[1, 0, 4, 5], [2, 3, 6, 0]]

    def test_values_and_row_splits(self, exhibit):
        """All values of a ragged tensor lie in **one tensor**, which row splits cut into rows.

        Row 0 is `values[0:3]`, row 1 is `values[3:3]`, row 2 is `values[3:4]`.
        """
        ragged = tf.ragged.constant([[1, 2, 3], [], [4]])

        rows = {f"row {number}": row for number, row in enumerate(ragged.to_list())}
        values, splits = ragged.values.numpy().tolist(), ragged.row_splits.numpy().tolist()

        exhibit.boxes("Its rows", rows)
        exhibit.boxes("Its two tensors", {"values": values, "row_splits": splits})
        assert values == [1, 2, 3, 4]
        assert splits == [0, 3, 3, 4]

    @pytest.mark.parametrize(
        "ragged_rank, shape", [(1, (2, None, 2)), (2, (2, None, None))], ids=["1", "2"]
    )
    def test_uniform_inner_dimensions(self, ragged_rank, shape):
        """After the first, `ragged_rank` dimensions may vary; those further in are **uniform**."""
        rows = [[(1, 2)], [(3, 4), (5, 6)]]

        ragged = tf.ragged.constant(rows, ragged_rank=ragged_rank)

        print(ragged.flat_values)
        assert tuple(ragged.shape) == shape

    def test_mean_without_padding(self, device):
        """A ragged mean counts only what is there; after `to_tensor()` it counts **padding**."""
        ragged = tf.ragged.constant([[1.0, 2.0, 4.0, 5.0], [6.0]])

        padded = ragged.to_tensor()

        print(padded)
        assert tf.reduce_mean(ragged, axis=1).numpy().tolist() == [3.0, 6.0]
        assert tf.reduce_mean(padded, axis=1).numpy().tolist() == [3.0, 1.5]

    def test_padding_and_back(self):
        """`to_tensor` pads ragged rows; `from_tensor(padding=0)` takes **trailing** zeros off."""
        ragged = tf.ragged.constant([[1, 0, 2], [3]])

        padded = ragged.to_tensor()
        unpadded = tf.RaggedTensor.from_tensor(padded, padding=0)

        assert padded.numpy().tolist() == [[1, 0, 2], [3, 0, 0]]
        assert unpadded.to_list() == [[1, 0, 2], [3]]

    def test_sparse_and_back(self):
        """`from_sparse` takes a matrix back from `to_sparse`, but refuses rows with **gaps**."""
        ragged = tf.ragged.constant([[1, 2], [3]])
        with_gap = tf.sparse.from_dense([[0, 5], [7, 0]])

        assert tf.RaggedTensor.from_sparse(ragged.to_sparse()).to_list() == [[1, 2], [3]]
        with pytest.raises(tf.errors.InvalidArgumentError, match="not right-ragged"):
            tf.RaggedTensor.from_sparse(with_gap)

    def test_no_columns(self):
        """Brackets take no column out of a ragged dimension: index one row, or **slice** all of them."""
        ragged = tf.ragged.constant([[1, 2, 3], [], [4]])

        with pytest.raises(ValueError, match="inner ragged dimension"):
            ragged[:, 0]
        assert ragged[2, 0].numpy() == 4
        assert ragged[:, :1].to_list() == [[1], [], [4]]

    @corrects("B4.6")
    def test_factories(self):
        """`tf.RaggedTensor` itself is not for calling: its **factory methods** build one."""
        with pytest.raises(ValueError, match="constructor is private"):
            tf.RaggedTensor([1, 2, 3], [0, 2, 3])
        ragged = tf.RaggedTensor.from_row_lengths([1, 2, 3], row_lengths=[2, 1])
        assert ragged.to_list() == [[1, 2], [3]]

    @corrects("B4.6")
    @pytest.mark.parametrize(
        "feature, options, structure",
        [
            ("VarLenFeature", {}, "SparseTensor"),
            ("RaggedFeature", {}, "RaggedTensor"),
            ("FixedLenSequenceFeature", {"shape": [], "allow_missing": True}, "EagerTensor"),
        ],
        ids=["sparse", "ragged", "padded"],
    )
    def test_variable_length_is_no_structure(self, feature, options, structure):
        """`tf.io.parse_example` makes **ragged**, sparse or padded tensors of data of variable length."""
        numbers = tf.train.Feature(int64_list=tf.train.Int64List(value=[7, 8]))
        example = tf.train.Example(features=tf.train.Features(feature={"numbers": numbers}))
        description = {"numbers": getattr(tf.io, feature)(dtype=tf.int64, **options)}

        parsed = tf.io.parse_example([example.SerializeToString()], description)["numbers"]

        assert type(parsed).__name__ == structure


class TestTensorArrays:
    """A tensor array is a list that a graph can fill."""

    @core
    @confirms("A4.2", "B4.3")
    def test_collects_in_a_loop(self, execute):
        """A tensor array collects the results of a **loop**, also in a graph; `stack` joins them.

        In a graph, a Python list cannot collect from a loop over a tensor:
        `q10::TestAutoGraph::test_tensor_array_collects_in_a_loop` shows why.
        [Reference](https://www.tensorflow.org/api_docs/python/tf/TensorArray)
        """

        def squares():
            array = tf.TensorArray(tf.int32, size=4)
            for step in tf.range(4):
                array = array.write(step, step * step)
            return array.stack()

        assert execute(squares).numpy().tolist() == [0, 1, 4, 9]

    @core
    def test_dropped_write(self):
        """A write whose result is dropped is **lost** in a graph, although eager code keeps it.

        For in a graph `write` returns a new array and leaves the old one alone.
        """

        def sevens():
            array = tf.TensorArray(tf.int32, size=2, element_shape=[])
            array.write(0, 7)
            array = array.write(1, 7)
            return array.stack()

        assert sevens().numpy().tolist() == [7, 7]
        assert tf.function(sevens)().numpy().tolist() == [0, 7]

    @confirms("A4.2")
    def test_fixed_size(self):
        """No `write` makes a tensor array **grow**, unless it is made with `dynamic_size=True`.

        Compiled by XLA, it does not grow even then: there give the size.
        """
        fixed = tf.TensorArray(tf.int32, size=2)
        growing = tf.TensorArray(tf.int32, size=0, dynamic_size=True)

        with pytest.raises(tf.errors.OutOfRangeError, match="not resizeable"):
            fixed.write(2, 7)
        assert growing.write(2, 7).stack().numpy().tolist() == [0, 0, 7]

    @confirms("A4.2")
    def test_one_shape_by_default(self):
        """Eagerly, a tensor array's elements have **one shape** by default: the first one's."""
        array = tf.TensorArray(tf.int32, size=2).write(0, 7)

        with pytest.raises(ValueError, match="Incompatible shape"):
            array.write(1, [8, 9])

    @corrects("A4.2")
    def test_several_shapes(self):
        """With **`infer_shape=False`** the elements of a tensor array may differ in shape.

        Then `stack` fails, while `concat` still joins vectors of unequal length.
        """
        array = tf.TensorArray(tf.int32, size=2, infer_shape=False)

        array = array.write(0, [7]).write(1, [8, 9])

        assert array.concat().numpy().tolist() == [7, 8, 9]
        with pytest.raises(tf.errors.InvalidArgumentError, match="Shapes of all inputs must match"):
            array.stack()

    @confirms("A4.2")
    def test_one_type(self):
        """The elements of a tensor array have **one type**, the one it was made with."""
        array = tf.TensorArray(tf.int32, size=2)

        with pytest.raises(tf.errors.InvalidArgumentError, match="dtype is int32"):
            array.write(0, 7.0)

    def test_read_clears(self):
        """Eagerly, `read` **clears** the element of a tensor array that it returns, by default."""
        cleared = tf.TensorArray(tf.int32, size=2).unstack([7, 8])
        kept = tf.TensorArray(tf.int32, size=2, clear_after_read=False).unstack([7, 8])

        assert [cleared.read(0).numpy(), kept.read(0).numpy()] == [7, 7]
        assert kept.read(0).numpy() == 7
        with pytest.raises(tf.errors.InvalidArgumentError, match="cleared after a previous read"):
            cleared.read(0)


class TestStrings:
    """A string tensor is a regular tensor whose elements are bytes."""

    @core
    @confirms("A4.4")
    def test_bytes(self):
        """A `tf.string` tensor holds **bytes**: Python text is encoded as UTF-8 on the way in.

        NumPy gets several as an array of Python objects.
        [Guide](https://www.tensorflow.org/guide/tensor#string_tensors)
        """
        words = tf.constant(["tea", "café"])

        print(words)
        assert words.dtype == tf.string
        assert words.numpy().dtype == object
        assert words.numpy().tolist() == [b"tea", b"caf\xc3\xa9"]

    @pytest.mark.parametrize(
        "text, in_bytes, in_code_points",
        [("tea", 3, 3), ("café", 5, 4), ("日本", 6, 2), ("🙂", 4, 1), ("🇩🇪", 8, 2)],
        ids=["ascii", "latin", "kanji", "emoji", "flag"],
    )
    def test_length(self, text, in_bytes, in_code_points):
        """`tf.strings.length` counts **bytes**; with `unit="UTF8_CHAR"`, Unicode code points.

        What looks like one character can be several code points, as a flag is.
        """
        assert tf.strings.length(text).numpy() == in_bytes
        assert tf.strings.length(text, unit="UTF8_CHAR").numpy() == in_code_points

    def test_atomic(self):
        """A string is one **scalar** element: brackets do not reach into it, `substr` does."""
        text = tf.constant("tea")

        assert text.shape.rank == 0
        assert tf.strings.substr(text, pos=0, len=1).numpy() == b"t"
        with pytest.raises(tf.errors.InvalidArgumentError, match="StridedSlice"):
            text[0]

    def test_split(self):
        """`tf.strings.split` of several strings gives a **ragged** tensor, a row for each."""
        words = tf.strings.split(["green tea", "coffee"])

        assert isinstance(words, tf.RaggedTensor)
        assert words.to_list() == [[b"green", b"tea"], [b"coffee"]]

    def test_unicode_decode(self):
        """Decoding several strings to code points gives a **ragged** tensor."""
        codes = tf.strings.unicode_decode(["café", "tea"], "UTF-8")

        print(codes)
        assert isinstance(codes, tf.RaggedTensor)
        assert codes.to_list() == [[99, 97, 102, 233], [116, 101, 97]]


class TestSets:
    """A set is no structure of its own: `tf.sets` reads each row of a tensor as a set."""

    @confirms("A4.5")
    @pytest.mark.parametrize(
        "operation, first_row, second_row",
        [
            ("union", (1, 2, 5, 9), (3, 4, 7, 8)),
            ("intersection", (2,), (3,)),
            ("difference", (1, 5), (4, 7)),
        ],
    )
    def test_operations(self, operation, first_row, second_row):
        """`tf.sets` takes each row of ints in the **last dimension** as a set; duplicates count once.

        A vector by itself is refused: make it a matrix of one row.
        """
        left = tf.constant([[5, 2, 2, 1], [3, 3, 4, 7]])
        right = tf.constant([[9, 2], [8, 3]])

        result = tf.RaggedTensor.from_sparse(getattr(tf.sets, operation)(left, right))

        assert tuple(result[0].numpy()) == first_row
        assert tuple(result[1].numpy()) == second_row

    @core
    @corrects("A4.5")
    def test_no_type_of_its_own(self):
        """A set has no type of its own: **regular** or sparse tensors go in, their union is sparse.

        The sets of a batch may differ in size, and then fit no regular tensor:
        [reference](https://www.tensorflow.org/api_docs/python/tf/sets).
        """
        left, right = tf.constant([[1, 2, 2]]), tf.constant([[2, 3]])

        union = tf.sets.union(left, right)
        of_sparse = tf.sets.union(tf.sparse.from_dense(left), tf.sparse.from_dense(right))

        print(union)
        assert isinstance(left, tf.Tensor)
        assert isinstance(union, tf.sparse.SparseTensor)
        assert isinstance(of_sparse, tf.sparse.SparseTensor)

    def test_padding_is_an_element(self):
        """In a regular tensor, zeros that pad a shorter set count as an **element**."""
        left, right = tf.constant([[1, 2, 0]]), tf.constant([[2, 3, 0]])

        common = tf.sets.intersection(left, right)
        common_without = tf.sets.intersection(
            tf.sparse.from_dense(left), tf.sparse.from_dense(right)
        )

        assert common.values.numpy().tolist() == [0, 2]
        assert common_without.values.numpy().tolist() == [2]


class TestQueues:
    """A queue holds elements until somebody takes them."""

    @core
    @confirms("A4.6", "B4.4")
    def test_first_in_first_out(self):
        """A `FIFOQueue` gives its elements back **in order**, each of them once.

        So threads can hand work to each other: what one takes out no other gets.
        [All kinds](https://www.tensorflow.org/api_docs/python/tf/queue)
        """
        queue = tf.queue.FIFOQueue(capacity=5, dtypes=tf.int32)

        queue.enqueue_many([[3, 1, 2]])

        assert queue.dequeue().numpy() == 3
        assert queue.dequeue().numpy() == 1
        assert queue.size().numpy() == 1

    @core
    def test_no_queue_feeds_training(self):
        """Eagerly, TensorFlow refuses old input pipelines of queues, in favour of **`tf.data`**.

        They were those of TensorFlow 1.
        """
        with tf.Graph().as_default():
            assert isinstance(tf.compat.v1.train.input_producer([1, 2]), tf.queue.QueueBase)

        with pytest.raises(RuntimeError, match=r"Please use tf\.data"):
            tf.compat.v1.train.input_producer([1, 2])

    @confirms("A4.6")
    def test_priority(self):
        """A `PriorityQueue` gives the element of the **smallest** priority first."""
        queue = tf.queue.PriorityQueue(capacity=5, types=[tf.string], shapes=[[]])

        queue.enqueue((9, "later"))
        queue.enqueue((1, "now"))
        priority, word = queue.dequeue()

        assert priority.dtype == tf.int64
        assert word.numpy() == b"now"

    @confirms("A4.6")
    def test_random_order(self):
        """A `RandomShuffleQueue` gives a **random** one of the elements that it holds."""
        queue = tf.queue.RandomShuffleQueue(100, min_after_dequeue=0, dtypes=tf.int32, shapes=[[]])

        queue.enqueue_many([tf.range(100)])
        numbers = queue.dequeue_many(100).numpy()

        assert not np.array_equal(numbers, np.arange(100))
        assert np.array_equal(np.sort(numbers), np.arange(100))

    @confirms("A4.6")
    def test_padding(self):
        """A `PaddingFIFOQueue` takes elements of unequal lengths and **pads** those it batches."""
        queue = tf.queue.PaddingFIFOQueue(capacity=5, dtypes=tf.int32, shapes=[[None]])

        queue.enqueue(tf.constant([1]))
        queue.enqueue(tf.constant([2, 3]))
        batch = queue.dequeue_many(2)

        print(batch)
        assert batch.numpy().tolist() == [[1, 0], [2, 3]]

    def test_full_queue_blocks(self):
        """Adding one element to a full queue **blocks**; a thread that takes one out ends the wait."""
        queue = tf.queue.FIFOQueue(capacity=1, dtypes=tf.int32)
        queue.enqueue(1)
        producer = threading.Thread(target=queue.enqueue, args=(2,), daemon=True)

        producer.start()
        producer.join(timeout=0.1)
        waited = producer.is_alive()
        first, second = queue.dequeue(), queue.dequeue()
        producer.join(timeout=10)

        assert waited
        assert not producer.is_alive()
        assert [first.numpy(), second.numpy()] == [1, 2]

    def test_close(self):
        """A closed queue gives out what is left; asking for more raises **`OutOfRangeError`**.

        This is how a producer tells its consumers that nothing more will come.
        """
        queue = tf.queue.FIFOQueue(capacity=5, dtypes=tf.int32)
        queue.enqueue(7)

        queue.close()

        with pytest.raises(tf.errors.CancelledError):
            queue.enqueue(8)
        assert queue.dequeue().numpy() == 7
        with pytest.raises(tf.errors.OutOfRangeError):
            queue.dequeue()

    def test_shared_state(self):
        """A queue is **state**: functions that use the same queue take from each other."""
        queue = tf.queue.FIFOQueue(capacity=5, dtypes=tf.int32)
        queue.enqueue_many([[1, 2, 3]])

        @tf.function
        def take():
            return queue.dequeue()

        taken = [take().numpy(), queue.dequeue().numpy(), take().numpy()]

        assert taken == [1, 2, 3]
        assert take.experimental_get_tracing_count() == 1


class TestDatasets:
    """A dataset describes how to produce elements."""

    @core
    @confirms("B4.5")
    def test_endless(self):
        """A dataset produces its elements **on demand**, so it may be endless.

        So training can read its batches from more data than the memory holds.
        [Guide](https://www.tensorflow.org/guide/data)
        """
        dataset = tf.data.Dataset.range(3).repeat()

        assert list(dataset.take(7).as_numpy_iterator()) == [0, 1, 2, 0, 1, 2, 0]
        assert dataset.cardinality() == tf.data.INFINITE_CARDINALITY

    @confirms("B4.5")
    def test_iterates_again(self):
        """Unlike a queue, a dataset is not **used up** by a loop, unless its source is."""
        numbers = iter([0, 1, 2])
        signature = tf.TensorSpec([], tf.int64)
        passing = tf.data.Dataset.from_generator(lambda: numbers, output_signature=signature)
        lasting = tf.data.Dataset.range(3)

        first, second = (list(lasting.as_numpy_iterator()) for _ in range(2))
        third, fourth = (list(passing.as_numpy_iterator()) for _ in range(2))

        assert first == second == third == [0, 1, 2]
        assert fourth == []

    def test_map_is_traced(self):
        """`map` calls its Python function **once**, to trace it, for any number of elements."""
        calls = []

        def double(number):
            calls.append("called")
            return 2 * number

        dataset = tf.data.Dataset.range(5).map(double)

        assert list(dataset.as_numpy_iterator()) == [0, 2, 4, 6, 8]
        assert calls == ["called"]

    def test_shuffles_anew(self):
        """`take` and `skip` after `shuffle` can share elements: by default, each shuffles **anew**.

        To split a dataset, shuffle it with `reshuffle_each_iteration=False`.
        """
        numbers = tf.data.Dataset.range(10)
        anew = numbers.shuffle(10, seed=1)
        once = numbers.shuffle(10, seed=1, reshuffle_each_iteration=False)

        def shared(dataset):
            taken, rest = dataset.take(7), dataset.skip(7)
            return set(taken.as_numpy_iterator()) & set(rest.as_numpy_iterator())

        assert shared(anew) != set()
        assert shared(once) == set()

    def test_no_index(self):
        """A dataset takes no index in brackets, and after a filter its length is **unknown**."""
        numbers = tf.data.Dataset.range(5)

        def is_large(number):
            return number > 2

        filtered = numbers.filter(is_large)

        with pytest.raises(TypeError, match="not subscriptable"):
            numbers[0]
        assert len(numbers) == 5
        with pytest.raises(TypeError, match="length is unknown"):
            len(filtered)

    def test_batches_of_unequal_elements(self):
        """`batch` refuses regular tensors of unequal lengths; **`ragged_batch`** takes them.

        Rows that a dataset slices from a ragged tensor `batch` takes too, unless `map` comes before.
        """
        dataset = tf.data.Dataset.range(1, 4).map(tf.range)

        with pytest.raises(tf.errors.InvalidArgumentError, match="Cannot add tensor to the batch"):
            next(iter(dataset.batch(3)))
        ragged = next(iter(dataset.ragged_batch(3)))
        print(ragged)
        assert ragged.to_list() == [[0], [0, 1], [0, 1, 2]]

    @holds("tensorflow<2.13")
    def test_zip_took_a_tuple(self):
        """Before TensorFlow 2.13, `Dataset.zip` took one argument only, such as a **tuple**."""
        numbers = tf.data.Dataset.range(3)

        pairs = tf.data.Dataset.zip((numbers, numbers.skip(1)))

        assert list(pairs.as_numpy_iterator()) == [(0, 1), (1, 2)]
        with pytest.raises(AttributeError, match="isidentifier"):
            tf.data.Dataset.zip(numbers, numbers.skip(1))

    @holds("tensorflow>=2.13", was="test_zip_took_a_tuple")
    def test_zip_takes_arguments(self):
        """From TensorFlow 2.13 on, `Dataset.zip` also takes datasets as **separate** arguments."""
        numbers = tf.data.Dataset.range(3)

        pairs = tf.data.Dataset.zip(numbers, numbers.skip(1))

        assert list(pairs.as_numpy_iterator()) == [(0, 1), (1, 2)]

    @holds("tensorflow<2.13")
    def test_unknown_buffer_was_refused(self):
        """Before TensorFlow 2.13, `shuffle` refused an **unknown** cardinality as buffer size."""

        def is_even(number):
            return number % 2 == 0

        even = tf.data.Dataset.range(3).filter(is_even)

        assert even.cardinality() == tf.data.UNKNOWN_CARDINALITY
        with pytest.raises(tf.errors.InvalidArgumentError, match="buffer_size must be greater"):
            list(even.shuffle(even.cardinality()))

    @holds("tensorflow>=2.13", was="test_unknown_buffer_was_refused")
    def test_unknown_buffer(self):
        """From TensorFlow 2.13 on, `shuffle` takes an **unknown** cardinality as buffer size.

        It then shuffles the whole dataset.
        """

        def is_even(number):
            return number % 2 == 0

        even = tf.data.Dataset.range(100).filter(is_even)
        numbers = list(even.shuffle(even.cardinality(), seed=1).as_numpy_iterator())

        assert even.cardinality() == tf.data.UNKNOWN_CARDINALITY
        assert sorted(numbers) == list(range(0, 100, 2))
        assert numbers[0] > 2

    @holds("tensorflow>=2.13")
    @holds("tensorflow<2.15")
    def test_warm_start_was_an_optimization(self):
        """In TensorFlow 2.13 and 2.14, `warm_start` was one of the **optimization** options."""
        options = tf.data.Options()

        options.experimental_optimization.warm_start = True
        dataset = tf.data.Dataset.range(3).with_options(options)

        assert dataset.options().experimental_optimization.warm_start is True
        with pytest.raises(AttributeError, match="Cannot set the property"):
            options.experimental_warm_start = True

    @holds("tensorflow>=2.15", was="test_warm_start_was_an_optimization")
    def test_warm_start(self):
        """From TensorFlow 2.15 on, the option to warm start is **`experimental_warm_start`**.

        Instead: set it on `tf.data.Options` itself, no longer on its `experimental_optimization`.
        """
        options = tf.data.Options()

        options.experimental_warm_start = True
        dataset = tf.data.Dataset.range(3).with_options(options)

        assert dataset.options().experimental_warm_start is True
        with pytest.raises(AttributeError, match="Cannot set the property"):
            options.experimental_optimization.warm_start = True

    @holds("tensorflow<2.21")
    def test_none_had_no_public_spec(self):
        """Before TensorFlow 2.21, the `element_spec` of a `None` had no **public** name."""
        dataset = tf.data.Dataset.from_tensors((7, None))

        spec = dataset.element_spec[1]

        assert type(spec).__name__ == "NoneTensorSpec"
        assert not hasattr(tf, "NoneTensorSpec")

    @holds("tensorflow>=2.21", was="test_none_had_no_public_spec")
    def test_spec_of_none(self):
        """From TensorFlow 2.21 on, the `element_spec` of a `None` is a **`tf.NoneTensorSpec`**."""
        dataset = tf.data.Dataset.from_tensors((7, None))

        spec = dataset.element_spec[1]

        assert isinstance(spec, tf.NoneTensorSpec)

    @holds("tensorflow>=2.14", otherwise=AttributeError)
    def test_pad_to_cardinality(self):
        """From TensorFlow 2.14 on, **`pad_to_cardinality`** extends a dataset of dicts and marks what is real.

        So batches can be full without a sample dropped: [reference](https://www.tensorflow.org/api_docs/python/tf/data/experimental/pad_to_cardinality).
        """
        dataset = tf.data.Dataset.from_tensor_slices({"x": [7, 8]})

        padded = dataset.apply(tf.data.experimental.pad_to_cardinality(3))

        assert [bool(row["valid"]) for row in padded] == [True, True, False]
        assert [int(row["x"]) for row in padded] == [7, 8, 0]

    @holds("tensorflow>=2.18", otherwise=TypeError)
    def test_map_can_be_synchronous(self):
        """From TensorFlow 2.18 on, `map` can be told to be **`synchronous`**, to save memory.

        See the [reference](https://www.tensorflow.org/api_docs/python/tf/data/Dataset#map).
        """
        numbers = tf.data.Dataset.range(3)

        squares = numbers.map(tf.square, synchronous=True)

        assert [int(square) for square in squares] == [0, 1, 4]
        with pytest.raises(ValueError, match="synchronous"):
            numbers.map(tf.square, num_parallel_calls=2, synchronous=True)

    @holds("tensorflow>=2.20", otherwise=AttributeError)
    def test_parallelism_has_a_minimum(self):
        """From TensorFlow 2.20 on, **`min_parallelism`** sets the least number of threads to autotune.

        See the [reference](https://www.tensorflow.org/api_docs/python/tf/data/experimental/AutotuneOptions).
        """
        options = tf.data.Options()

        options.autotune.min_parallelism = 2
        dataset = tf.data.Dataset.range(3).with_options(options)

        assert dataset.options().autotune.min_parallelism == 2


class TestVariables:
    """A variable is a tensor's mutable counterpart."""

    @core
    def test_in_place(self, device):
        """A variable changes **in place**, also in a part of it; a tensor cannot.

        That is why weights are variables: [guide](https://www.tensorflow.org/guide/variable). A
        gradient tape watches trainable ones by itself: `q01::TestDifferentiation::test_watch`.
        """
        variable = tf.Variable([1.0, 2.0])
        same_variable = variable

        variable[0].assign(7.0)
        same_variable.assign_add([1.0, 1.0])

        assert variable.numpy().tolist() == [8.0, 3.0]
        with pytest.raises(TypeError, match="does not support item assignment"):
            tf.constant([1.0, 2.0])[0] = 7.0

    @pytest.mark.parametrize(
        "value, complaint", [((1, 2, 3), "Shape mismatch"), ((1.5, 2.5), "dtype int32")]
    )
    def test_shape_and_type_are_fixed(self, value, complaint):
        """A variable keeps its **shape and type**; `shape=tf.TensorShape(None)` frees the shape."""
        fixed = tf.Variable([1, 2])
        open_shape = tf.Variable([1, 2], shape=tf.TensorShape(None))

        with pytest.raises(ValueError, match=complaint):
            fixed.assign(tf.constant(value))
        open_shape.assign([[1, 2, 3]])
        assert open_shape.numpy().tolist() == [[1, 2, 3]]

    @holds("tensorflow<2.13")
    def test_variable_was_one_of_version_1(self):
        """Before TensorFlow 2.13, a variable was an **instance** of `tf.compat.v1.Variable`."""
        variable = tf.Variable(7)

        assert isinstance(variable, tf.Variable)
        assert isinstance(variable, tf.compat.v1.Variable)

    @holds("tensorflow>=2.13", was="test_variable_was_one_of_version_1")
    def test_variable_is_none_of_version_1(self):
        """From TensorFlow 2.13 on, a variable is no instance of **`tf.compat.v1.Variable`**.

        Instead: ask whether it is a `tf.Variable`. A weight of Keras 3 is neither: it wraps one.
        """
        variable = tf.Variable(7)

        assert isinstance(variable, tf.Variable)
        assert not isinstance(variable, tf.compat.v1.Variable)


class TestLookupTables:
    """A lookup table maps keys to values, also inside a graph."""

    def test_default(self):
        """A `StaticHashTable` gives the **default** value for a key that it does not hold.

        [Reference](https://www.tensorflow.org/api_docs/python/tf/lookup)
        """
        pairs = tf.lookup.KeyValueTensorInitializer(["cat", "dog"], [3, 5])
        table = tf.lookup.StaticHashTable(pairs, default_value=-1)

        numbers = table.lookup(tf.constant(["dog", "emu"]))

        print(numbers)
        assert numbers.numpy().tolist() == [5, -1]

    def test_mutable(self):
        """A `MutableHashTable` can **insert** and remove keys, which a `StaticHashTable` cannot."""
        table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, default_value=-1)
        pairs = tf.lookup.KeyValueTensorInitializer(["cat"], [3])
        static = tf.lookup.StaticHashTable(pairs, default_value=-1)

        table.insert(["cat", "dog"], [3, 5])
        table.remove(tf.constant(["cat"]))

        assert table.lookup(tf.constant(["cat", "dog"])).numpy().tolist() == [-1, 5]
        with pytest.raises(AttributeError, match="no attribute 'insert'"):
            static.insert(["dog"], [5])

    def test_keys_are_tensors(self):
        """A `StaticHashTable` looks up no Python string, but a **tensor** of it."""
        pairs = tf.lookup.KeyValueTensorInitializer(["cat"], [3])
        table = tf.lookup.StaticHashTable(pairs, default_value=-1)

        with pytest.raises(AttributeError, match="no attribute 'dtype'"):
            table.lookup("cat")
        assert table.lookup(tf.constant("cat")).numpy() == 3

    def test_out_of_vocabulary(self):
        """A `StaticVocabularyTable` of n keys hashes unknown ones into **buckets** from id n on."""
        ids = tf.range(2, dtype=tf.int64)
        pairs = tf.lookup.KeyValueTensorInitializer(["cat", "dog"], ids)
        table = tf.lookup.StaticVocabularyTable(pairs, num_oov_buckets=1)

        assert table.lookup(tf.constant(["dog", "emu", "fox"])).numpy().tolist() == [1, 2, 2]
        assert table.size().numpy() == 3


class TestIndexedSlices:
    """Indexed slices are some rows of a tensor, and the numbers of these rows."""

    def test_gradient_of_gather(self, device):
        """If only `tf.gather` reads a variable's rows, in no loop, the gradient is **`tf.IndexedSlices`**.

        There is a slice for each row read:
        [reference](https://www.tensorflow.org/api_docs/python/tf/IndexedSlices).
        An embedding of a million rows thus needs no gradient of a million rows. Repeated rows
        stay apart until the slices become a tensor, which adds them up.
        """
        embedding = tf.Variable([[1.0], [1.0], [1.0], [1.0]])

        with tf.GradientTape() as tape:
            rows = tf.gather(embedding, [1, 3, 1])
        gradient = tape.gradient(rows, embedding)

        print(gradient)
        assert isinstance(gradient, tf.IndexedSlices)
        assert gradient.indices.numpy().tolist() == [1, 3, 1]
        assert tf.convert_to_tensor(gradient).numpy().tolist() == [[0.0], [2.0], [0.0], [1.0]]

    def test_norm_of_repeated_slices(self, device):
        """`tf.linalg.global_norm` **squares** repeated slices one by one, and does not add them first."""
        slices = tf.IndexedSlices(
            values=tf.constant([[3.0], [4.0]]), indices=[1, 1], dense_shape=[2, 1]
        )

        apart = tf.linalg.global_norm([slices]).numpy()
        together = tf.linalg.global_norm([tf.convert_to_tensor(slices)]).numpy()

        assert apart == pytest.approx(5.0)
        assert together == pytest.approx(7.0)


class TestOptionalAndExtensionTypes:
    """An optional may hold nothing; an extension type is a structure of your own."""

    def test_optional(self):
        """A `tf.experimental.Optional` holds a value **or nothing**, of a type known beforehand."""
        some = tf.experimental.Optional.from_value(7)
        none = tf.experimental.Optional.empty(tf.TensorSpec([], tf.int32))

        assert some.get_value().numpy() == 7
        assert not none.has_value()
        with pytest.raises(tf.errors.InvalidArgumentError, match="does not have a value"):
            none.get_value()

    def test_extension_type(self):
        """A `tf.experimental.ExtensionType` has typed fields and is **immutable**.

        [Guide](https://www.tensorflow.org/guide/extension_type)
        """

        class Money(tf.experimental.ExtensionType):
            amount: tf.Tensor
            currency: str = "EUR"

        money = Money(7)

        assert isinstance(money.amount, tf.Tensor)
        with pytest.raises(TypeError, match="expected 'str', got 'int'"):
            Money(7, currency=8)
        with pytest.raises(AttributeError, match="Cannot mutate"):
            money.amount = 8


class TestInKeras:
    """Keras models can take sparse tensors, padded ones with a mask, in most releases ragged ones."""

    def test_sparse_input(self):
        """With `Input(sparse=True)`, a model whose first layer is dense takes a **sparse** matrix.

        `fit` and `predict` of Keras 3.0 take it only within a dataset.
        [Guide](https://www.tensorflow.org/guide/sparse_tensor)
        """
        inputs = tf.keras.Input([2], sparse=True)
        dense = tf.keras.layers.Dense(1, kernel_initializer="ones")
        model = tf.keras.Model(inputs, dense(inputs))

        outputs = model(tf.sparse.from_dense([[1.0, 0.0], [0.0, 2.0]]))

        assert outputs.numpy().tolist() == [[1.0], [2.0]]

    @holds("keras!=3.0.*", otherwise=ValueError)
    @about("tf.keras.Model.predict(0=<tf.sparse.*>)")
    def test_sparse_batches(self):
        """Except in Keras 3.0, a model with a sparse `Input` can `predict` from a **sparse** tensor."""
        inputs = tf.keras.Input([2], sparse=True)
        dense = tf.keras.layers.Dense(1, kernel_initializer="ones")
        model = tf.keras.Model(inputs, dense(inputs))
        model.compile(jit_compile=False)

        outputs = model.predict(tf.sparse.from_dense([[1.0, 0.0], [0.0, 2.0]]), verbose=0)

        assert outputs.tolist() == [[1.0], [2.0]]

    @holds("keras>=3,<3.9")
    def test_no_ragged_input(self):
        """From Keras 3.0 to 3.8, `Input` had no argument **`ragged`**."""
        with pytest.raises(TypeError, match="ragged"):
            tf.keras.Input([None], ragged=True)
        assert tuple(tf.keras.Input([None]).shape) == (None, None)

    @holds(
        "keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*,!=3.7.*,!=3.8.*",
        was="test_no_ragged_input",
    )
    def test_ragged_input(self):
        """Except in Keras 3.0 to 3.8, `Input(ragged=True)` lets **ragged** rows into a model.

        `Embedding` and `GlobalAveragePooling1D` are layers that take them.
        """
        inputs = tf.keras.Input([None], dtype="int32", ragged=True)
        one_hot = tf.keras.layers.Embedding(3, 3, embeddings_initializer="identity")(inputs)
        model = tf.keras.Model(inputs, tf.keras.layers.GlobalAveragePooling1D()(one_hot))

        means = model(tf.ragged.constant([[1, 2], [2]]))

        assert means.numpy().tolist() == [[0.0, 0.5, 0.5], [0.0, 0.0, 1.0]]

    def test_masked_padding(self):
        """`Embedding(mask_zero=True)` **masks** the zeros that pad: `GlobalAveragePooling1D` skips them.

        So ragged rows, padded by `to_tensor()`, enter models whose layers take no ragged tensor:
        [guide](https://www.tensorflow.org/guide/keras/understanding_masking_and_padding).
        """

        def one_hot(shape, dtype):
            return tf.eye(*shape, dtype=dtype)

        embedding = tf.keras.layers.Embedding(3, 3, one_hot, mask_zero=True)
        model = tf.keras.Sequential([embedding, tf.keras.layers.GlobalAveragePooling1D()])

        means = model(tf.ragged.constant([[1, 2], [2]]).to_tensor())

        assert means.numpy().tolist() == [[0.0, 0.5, 0.5], [0.0, 0.0, 1.0]]


class Batches(tf.keras.utils.Sequence):
    """The same batch, twice."""

    def __init__(self, batch):
        super().__init__()
        self.batch = batch

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return self.batch


def identity(length=1):
    """A model whose outputs are its inputs."""
    model = tf.keras.Sequential([tf.keras.Input([length]), tf.keras.layers.Activation("linear")])
    model.compile("sgd", "mse")
    return model


def adder():
    """A model of two inputs, whose outputs are their sums."""
    inputs = [tf.keras.Input([1]), tf.keras.Input([1])]
    model = tf.keras.Model(inputs, tf.keras.layers.Add()(inputs))
    model.compile("sgd", "mse")
    return model


def rows_of(*lengths):
    """Batches of rows, of one length each, and then of length 1 without end."""
    lengths = itertools.chain(lengths, itertools.repeat(1))
    return ((np.zeros([2, length]), np.ones([2, length])) for length in lengths)


class TestBatches:
    """Models take batches from a Python generator or a `Sequence`; Keras 3 is stricter with them."""

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.Model.fit(*=^[*)", "tf.keras.Model.evaluate(*=^[*)")
    def test_generators_gave_lists(self):
        """Before Keras 3, a Python generator could give its batches as **lists** `[x, y]`."""
        batch = [np.zeros([2, 1]), np.ones([2, 1])]
        model = identity()

        history = model.fit((batch for _ in range(2)), steps_per_epoch=2, verbose=0).history
        assert history["loss"] == [1.0]
        assert model.evaluate((batch for _ in range(2)), steps=2, verbose=0) == 1.0

    @holds("keras>=3", was="test_generators_gave_lists", otherwise=pytest.fail.Exception)
    def test_generators_give_tuples(self):
        """From Keras 3 on, a Python generator gives its batches as **tuples** `(x, y)`; a list is refused."""
        batch = [np.zeros([2, 1]), np.ones([2, 1])]
        model = identity()

        with pytest.raises(ValueError, match="must return a tuple"):
            model.fit((batch for _ in range(2)), steps_per_epoch=2, verbose=0)
        with pytest.raises(ValueError, match="must return a tuple"):
            model.evaluate((batch for _ in range(2)), steps=2, verbose=0)
        assert model.evaluate((tuple(batch) for _ in range(2)), steps=2, verbose=0) == 1.0

    @holds("keras<3", otherwise=TypeError)
    @about(
        "tf.keras.Model.fit(*=^(*[*)",
        "tf.keras.Model.evaluate(*=^(*[*)",
        "tf.keras.Model.predict(*=^(*[*)",
        "def tf.keras.utils.Sequence.__getitem__(return=(*[*)",
    )
    def test_batches_had_lists_of_inputs(self):
        """Before Keras 3, a generator or a `Sequence` could give several inputs as a **list**: `([a, b], y)`."""
        batch = ([np.ones([2, 1]), np.ones([2, 1])], np.zeros([2, 1]))
        model = adder()

        assert model.evaluate((batch for _ in range(2)), steps=2, verbose=0) == 4.0
        assert model.evaluate(Batches(batch), verbose=0) == 4.0

    @holds("keras>=3", was="test_batches_had_lists_of_inputs", otherwise=pytest.fail.Exception)
    def test_batches_have_tuples_of_inputs(self):
        """From Keras 3 on, a generator or a `Sequence` gives several inputs as a **tuple**: `((a, b), y)`.

        A list of targets is refused, too. A dictionary of inputs by name is taken.
        Instead: `yield (a, b), y`.
        """
        inputs, y = [np.ones([2, 1]), np.ones([2, 1])], np.zeros([2, 1])
        model = adder()

        with pytest.raises(TypeError, match="`output_signature` must contain objects"):
            model.evaluate(((inputs, y) for _ in range(2)), steps=2, verbose=0)
        with pytest.raises(TypeError, match="`output_signature` must contain objects"):
            model.evaluate(Batches((inputs, y)), verbose=0)
        assert model.evaluate(((tuple(inputs), y) for _ in range(2)), steps=2, verbose=0) == 4.0
        assert model.evaluate(Batches((tuple(inputs), y)), verbose=0) == 4.0

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.Model.predict(*=^* but ^(* but ^!)")
    def test_generators_gave_inputs(self):
        """Before Keras 3, a generator could give `predict` its inputs **bare**: `x`, in no tuple."""
        x = np.ones([2, 1])

        outputs = identity().predict((x for _ in range(2)), steps=2, verbose=0)

        assert outputs.tolist() == [[1.0], [1.0], [1.0], [1.0]]

    @holds("keras>=3", was="test_generators_gave_inputs", otherwise=pytest.fail.Exception)
    def test_generators_give_inputs_in_tuples(self):
        """From Keras 3 on, a generator gives `predict` its inputs in a **tuple**: `(x,)`."""
        x = np.ones([2, 1])
        model = identity()

        with pytest.raises(ValueError, match="must return a tuple"):
            model.predict((x for _ in range(2)), steps=2, verbose=0)
        outputs = model.predict(((x,) for _ in range(2)), steps=2, verbose=0)

        assert outputs.tolist() == [[1.0], [1.0], [1.0], [1.0]]

    @holds("keras<3", otherwise=ValueError)
    @about(
        "tf.keras.Model.fit(*=^!)",
        "tf.keras.Model.evaluate(*=^!)",
        "tf.keras.Model.predict(*=^!)",
    )
    def test_iterators_gave_batches(self):
        """Before Keras 3, batches could come from other **iterators** of Python than generators: `zip`, `map`."""
        x, y = np.zeros([2, 1]), np.ones([2, 1])
        pairs = [(x, y), (x, y)]
        model = identity()

        for iterator in (iter(pairs), map(tuple, pairs), zip([x, x], [y, y], strict=True)):
            assert model.evaluate(iterator, steps=2, verbose=0) == 1.0

    @holds("keras>=3", was="test_iterators_gave_batches", otherwise=pytest.fail.Exception)
    def test_iterators_are_refused(self):
        """From Keras 3 on, `fit` refuses `zip`, `map` and `iter`: an **iterator** that is no generator.

        Instead: `(batch for batch in zip(xs, ys))`, which is one.
        """
        x, y = np.zeros([2, 1]), np.ones([2, 1])
        pairs = [(x, y), (x, y)]
        model = identity()

        for iterator in (iter(pairs), map(tuple, pairs), zip([x, x], [y, y], strict=True)):
            with pytest.raises(ValueError, match="Unrecognized data type"):
                model.fit(iterator, steps_per_epoch=2, verbose=0)
        assert model.evaluate((pair for pair in pairs), steps=2, verbose=0) == 1.0

    @holds("keras<3", otherwise=tf.errors.InvalidArgumentError)
    @about(
        "tf.keras.Model.fit(*=^*) & tf.keras.utils.pad_sequences",
        "class tf.keras.utils.Sequence & tf.keras.utils.pad_sequences",
    )
    def test_lengths_could_change(self):
        """Before Keras 3, the batches of a generator could **change** their length."""
        history = identity(None).fit(rows_of(1, 1, 2), steps_per_epoch=3, verbose=0).history

        assert history["loss"] == [1.0]

    @holds("keras>=3", was="test_lengths_could_change", otherwise=pytest.fail.Exception)
    def test_first_batches_fix_the_length(self):
        """From Keras 3 on, a **length** that is the same in a generator's first two batches must stay so.

        So it is for a `Sequence`. In Keras 3.0 the first batch alone fixes it. The number of rows
        may change.
        Instead: pad all to one length, or say in a dataset's `output_signature` what changes.
        """
        model = identity(None)
        signature = (tf.TensorSpec([2, None]), tf.TensorSpec([2, None]))
        dataset = tf.data.Dataset.from_generator(
            lambda: rows_of(1, 1, 2), output_signature=signature
        )

        with pytest.raises(tf.errors.InvalidArgumentError, match=r"\(None, 1\) was expected"):
            model.fit(rows_of(1, 1, 2), steps_per_epoch=3, verbose=0)
        assert model.fit(dataset, steps_per_epoch=3, verbose=0).history["loss"] == [1.0]

    @holds("keras!=3.6.*,!=3.7.*", otherwise=tf.errors.InvalidArgumentError)
    @about("def tf.keras.utils.Sequence.__getitem__(return=[*)")
    def test_sequences_give_lists(self):
        """Except in Keras 3.6 and 3.7, a `Sequence` may give a batch as a **list** `[x, y]`."""
        batch = [np.zeros([2, 1]), np.ones([2, 1])]

        assert identity().evaluate(Batches(batch), verbose=0) == 1.0

    @holds(
        "keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*,!=3.7.*,!=3.8.*,!=3.9.*,"
        "!=3.10.*,!=3.11.*",
        otherwise=Exception,
    )
    @about("tf.keras.Model.fit(*=^(*, None))")
    def test_weights_of_a_generator_may_be_none(self):
        """Except in Keras 3.0 to 3.11, a generator may give **no weights**: `(x, y, None)`.

        A `Sequence` may do so before Keras 3 only.
        """
        batch = (np.zeros([2, 1]), np.ones([2, 1]), None)

        history = identity().fit((batch for _ in range(2)), steps_per_epoch=2, verbose=0).history

        assert history["loss"] == [1.0]


class TestBoundaries:
    """The structures differ in where they can go."""

    @pytest.mark.parametrize(
        "structure, is_tensor, is_tf_tensor",
        [
            ("string tensor", True, True),
            ("sparse tensor", True, False),
            ("ragged tensor", True, False),
            ("indexed slices", True, False),
            ("variable", True, False),
            ("tensor array", False, False),
            ("dataset", False, False),
            ("optional", False, False),
            ("extension type", False, False),
            ("queue", False, False),
            ("lookup table", False, False),
        ],
    )
    def test_is_tensor(self, structure, is_tensor, is_tf_tensor):
        """Of these eleven structures, only a **string** tensor is a `tf.Tensor`.

        `tf.is_tensor` accepts four more: sparse and ragged tensors, indexed slices and variables.
        [Reference](https://www.tensorflow.org/api_docs/python/tf/is_tensor)
        """
        subject = make(structure)

        assert tf.is_tensor(subject) == is_tensor
        assert isinstance(subject, tf.Tensor) == is_tf_tensor

    @pytest.mark.parametrize(
        "structure, returned",
        [
            ("string tensor", "Tensor"),
            ("sparse tensor", "SparseTensor"),
            ("ragged tensor", "RaggedTensor"),
            ("indexed slices", "IndexedSlices"),
            ("dataset", "data.Dataset"),
            ("optional", "experimental.Optional"),
            ("extension type", "experimental.ExtensionType"),
            ("tensor array", "Tensor"),
        ],
    )
    def test_returned(self, structure, returned):
        """A `tf.function` returns most structures as they are, a variable or tensor array as a **tensor**.

        Instead: return `array.stack()`, for its elements.
        """
        variable = tf.Variable(7)

        result = tf.function(make)(structure)
        read = tf.function(lambda: variable)()

        assert isinstance(result, attrgetter(returned)(tf))
        assert isinstance(read, tf.Tensor)

    @pytest.mark.parametrize("structure, size", [("queue", 0), ("lookup table", 1)])
    def test_not_returned(self, structure, size):
        """A queue or a lookup table can enter a `tf.function`, but **not leave** it."""
        subject = make(structure)

        @tf.function
        def enter(resource):
            return resource.size()

        @tf.function
        def leave(resource):
            return resource

        assert enter(subject).numpy() == size
        with pytest.raises(TypeError, match="must return zero or more Tensors"):
            leave(subject)

    def test_dataset_slices(self):
        """A dataset slices a ragged matrix into **dense** rows, a sparse one into sparse rows."""
        ragged = tf.data.Dataset.from_tensor_slices(tf.ragged.constant([[1, 2], [3]]))
        sparse = tf.data.Dataset.from_tensor_slices(tf.sparse.from_dense([[0, 5], [7, 0]]))

        print(sparse.element_spec)
        assert [row.numpy().tolist() for row in ragged] == [[1, 2], [3]]
        assert [type(row) for row in sparse] == [tf.SparseTensor, tf.SparseTensor]

    def test_saved_model(self, tmp_path):
        """A SavedModel keeps the **contents** of a lookup table that its module owns.

        Its function takes a ragged tensor and returns one.
        """

        class Words(tf.Module):
            def __init__(self):
                pairs = tf.lookup.KeyValueTensorInitializer(["cat", "dog"], [3, 5])
                self.table = tf.lookup.StaticHashTable(pairs, default_value=-1)

            @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.string)])
            def numbers(self, words):
                return self.table.lookup(words)

        tf.saved_model.save(Words(), str(tmp_path))
        loaded = tf.saved_model.load(str(tmp_path))

        words = tf.ragged.constant([["dog"], ["emu", "cat"]])
        assert loaded.numbers(words).to_list() == [[5], [-1, 3]]
