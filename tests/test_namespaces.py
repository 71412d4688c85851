"""`tree`, `backend`, `config` and small helpers, as real Keras has them."""

import collections
import inspect
import operator

import numpy as np
import pytest

import hornbeam
from hornbeam import backend, config, tree, utils

keras = pytest.importorskip("keras")
Point = collections.namedtuple("Point", "b a")
NESTED = {"b": 1, "a": [2, (3, None)], "c": Point(4, 5)}
PAIRS = [
    ([1], [2]),
    ([1], (1,)),
    ({"a": 1}, {"b": 1}),
    ([1, [2]], [1, 2]),
    (1, [1]),
    ([1], 1),
    ({"a": 1}, collections.OrderedDict(a=1)),
    (Point(1, 2), (1, 2)),
    ([None], [1]),
]
TREES = [
    *(lambda t, s=s: t.flatten(s) for s in (NESTED, None, 3, collections.OrderedDict(b=1, a=2))),
    lambda t: t.flatten_with_path(NESTED),
    lambda t: [t.is_nested(v) for v in (1, "a", None, [], (), {}, {1}, Point(1, 2), collections.deque([1]))],
    lambda t: t.lists_to_tuples(NESTED),
    lambda t: t.map_structure(lambda x, y: (x, y), {"a": 1, "b": None}, {"b": 3, "a": 2}),
    lambda t: t.map_structure(lambda x: x + 1, {"a": 1, "b": None}, none_is_leaf=False),
    lambda t: t.map_structure(lambda x, y: x, [1, 2], [1]),
    lambda t: t.map_structure(lambda x, y: x, [1, 2], (1, 2)),
    lambda t: t.map_structure(3, [1]),
    lambda t: t.map_structure(lambda x: x),
    *(lambda t, s=s: t.map_shape_structure(lambda x: ("S", x), s) for s in ((1, None), [], {"a": [(3, None), [4]]})),
    lambda t: t.map_structure_up_to({"a": 1, "b": 1}, lambda x, y: (x, y), {"a": [1, 2], "b": 3}, {"a": (4,), "b": 5}),
    lambda t: t.map_structure_up_to([1, 1], lambda x: x, [1]),
    *(lambda t, v=v: t.pack_sequence_as(NESTED, v) for v in ([1, 2, 3, 4, 5, 6], [1])),
    lambda t: t.traverse(lambda x: x * 2 if isinstance(x, int) else None, NESTED),
    lambda t: t.traverse(lambda x: tuple(x) if isinstance(x, list) else None, {"a": [1, [2]]}, top_down=False),
    lambda t: t.traverse(lambda x: 0 if isinstance(x, list) else None, {"a": [1, [2, 3]]}),
    lambda t: t.traverse(lambda x: t.MAP_TO_NONE if x == 1 else None, {"a": [1, [2, 3]]}),
    *(lambda t, p=p: t.assert_same_structure(*p) for p in PAIRS),
    *(lambda t, p=p: t.assert_same_paths(*p) for p in PAIRS),
]


def outcome(fn, *args):
    try:
        return fn(*args)
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("case", TREES)
def test_trees(case):
    assert outcome(case, tree) == outcome(case, keras.tree)


DTYPES = [
    ("float32", "int32"), ("int8", "uint8"), ("int32",), ("bfloat16", "float16"), ("bool", "int8"), (),
    ("float32", float), (int, float), ("int32", float), ("float16", int),
    ("complex64", float), ("complex64", int),
]  # fmt: skip


def test_dtypes(engine):
    for dtypes in DTYPES:
        assert backend.result_type(*dtypes) == keras.backend.result_type(*dtypes), dtypes
    for dtype in ("float32", "bfloat16", "int8", "uint8", "bool"):
        assert backend.is_float_dtype(dtype) == keras.backend.is_float_dtype(dtype)
        assert backend.is_int_dtype(dtype) == keras.backend.is_int_dtype(dtype)
    assert utils.standardize_dtype(np.float32) == "float32"
    assert utils.is_keras_tensor(hornbeam.Input((2,)))
    assert not utils.is_keras_tensor(np.ones(2))


def test_counted_names():
    backend.clear_session()
    assert [backend.get_uid("a"), backend.get_uid("a"), backend.get_uid("b")] == [1, 2, 1]
    backend.clear_session()
    assert backend.get_uid("a") == 1
    assert hornbeam.version() == hornbeam.__version__


@pytest.mark.parametrize("stream", [False, True])
def test_limits_of_epochs_and_steps(engine, stream):
    """As in Keras, for training, evaluation and prediction."""
    x, y = np.ones((10, 2), "float32"), np.ones((10, 1), "float32")
    seen = []

    class Counts(hornbeam.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append("train")

        def on_test_batch_end(self, batch, logs=None):
            seen.append("test")

        def on_predict_batch_end(self, batch, logs=None):
            seen.append("predict")

    class Batches(utils.PyDataset):
        def __len__(self):
            return 5

        def __getitem__(self, i):
            return x[:2], y[:2]

    model = hornbeam.Sequential([hornbeam.layers.Dense(1)])
    model.compile(loss="mse")
    data, size = ((Batches(),), {}) if stream else ((x, y), {"batch_size": 2})
    config.set_max_epochs(2)
    config.set_max_steps_per_epoch(3)
    try:
        assert (config.max_epochs(), config.max_steps_per_epoch()) == (2, 3)
        options = {"verbose": 0, "callbacks": [Counts()], **size}
        assert model.fit(*data, epochs=5, **options).epoch == [0, 1]
        model.evaluate(*data, **options)
        assert len(model.predict(data[0], **options)) == 6
        assert seen == ["train"] * 6 + ["test"] * 3 + ["predict"] * 3
    finally:
        config.set_max_epochs(None)
        config.set_max_steps_per_epoch(None)
    with pytest.raises(ValueError, match="`max_epochs` must be an integer of at least 0, or None"):
        config.set_max_epochs(1.5)


def test_switches():
    for name in ("interactive_logging", "traceback_filtering", "flash_attention"):
        is_enabled = getattr(config, f"is_{name}_enabled")
        before = is_enabled()
        getattr(config, f"disable_{name}")()
        assert is_enabled() is False
        getattr(config, f"enable_{name}")()
        assert is_enabled() is True
        if before is None:
            from hornbeam.core import settings

            settings._flash_attention = None
    assert not config.is_nnx_enabled()
    with pytest.raises(ValueError, match="never runs code from a file"):
        config.enable_unsafe_deserialization()


def test_a_config_is_a_dict_with_attributes():
    found = []
    for k in (hornbeam, keras):
        c = k.utils.Config(a=1, b={"c": 2})
        c.update({"d": 4})
        c.e = 5
        c.freeze()
        refused = outcome(setattr, c, "a", 2), outcome(c.pop, "a"), outcome(lambda c=c: c.missing)
        c.unfreeze()
        found.append([refused, c.pop("a"), c["b"], "d" in c, len(c), list(c), c.get("q", 7), c.as_dict(), c.to_json()])
    assert found[0] == found[1]


def test_datasets_are_split():
    pandas = pytest.importorskip("pandas")
    x = np.arange(10)
    parts = utils.split_dataset(x, left_size=0.8)
    assert [[int(row) for row in part] for part in parts] == [list(range(8)), [8, 9]]
    left, right = utils.split_dataset({"a": x, "b": x * 2}, right_size=3, shuffle=True, seed=1)
    assert sorted(int(row["a"]) for row in [*left, *right]) == x.tolist()
    assert all(row["b"] == row["a"] * 2 for row in left)
    left, _ = utils.split_dataset({"a": [1, 2, 3]}, left_size=2)
    assert [int(row["a"]) for row in left] == [1, 2]
    left, _ = utils.split_dataset(pandas.Series(x, index=x[::-1]), left_size=2)
    assert [int(row) for row in left] == [0, 1]
    for pair in ((x, x * 2), [x, x * 2]):
        assert [len(part) for part in utils.split_dataset(pair, left_size=4)] == [4, 6]
        assert [y.tolist() for _, y in utils.split_dataset(pair, left_size=4)[0].batch(3)] == [[0, 2, 4], [6]]
    assert utils.split_dataset(iter("abc"), left_size=1, right_size=1) == (["a"], ["c"])
    for sizes in ({}, {"left_size": 11}, {"left_size": -0.1}, {"left_size": 0.8, "right_size": 0.3}):
        with pytest.raises(ValueError, match="`left_size`"):
            utils.split_dataset(x, **sizes)
    with pytest.raises(TypeError, match="`dataset` must be arrays or an iterable"):
        utils.split_dataset(3, left_size=1)


def test_old_names_of_configs():
    for module in (hornbeam.legacy.saving, utils.legacy):
        described = module.serialize_keras_object(hornbeam.initializers.Zeros())
        assert isinstance(module.deserialize_keras_object(described), hornbeam.initializers.Zeros)
        assert module.deserialize_keras_object("f", module_objects={"f": len}) is len
    x = hornbeam.Input((2,))
    assert utils.get_source_inputs(hornbeam.layers.Dense(1)(x) + 1) == [x]
    assert utils.get_source_inputs(x) == [x]


@pytest.mark.parametrize(
    "name",
    [f"utils.{kind}_dataset_from_directory" for kind in ("image", "text", "audio")]
    + ["utils.timeseries_dataset_from_array", "utils.get_file", "preprocessing.image_dataset_from_directory"]
    + ["preprocessing.text_dataset_from_directory", "preprocessing.timeseries_dataset_from_array"]
    + [f"datasets.{module}.load_data" for module in hornbeam.datasets.__all__]
    + [f"datasets.{module}.get_word_index" for module in ("imdb", "reuters")]
    + ["datasets.reuters.get_label_names"],
)
def test_functions_around_data_have_the_arguments_of_keras(name):
    """In the same order, with the same defaults; `get_file` has one more at the end."""
    ours, theirs = (
        [(p.name, p.kind, p.default) for p in inspect.signature(operator.attrgetter(name)(module)).parameters.values()]
        for module in (hornbeam, keras)
    )
    assert ours[: len(theirs)] == theirs
