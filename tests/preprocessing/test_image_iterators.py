"""Images in folders and data frames, as Keras's iterators give them, and what is said of those that are missing."""

import gc
import io
import itertools
import os
import pickle
import signal
import time
import types
import warnings
import weakref

import numpy as np
import pytest

from hornbeam.data import memory
from hornbeam.data.folders import decoding, kept
from hornbeam.preprocessing import image

Image = pytest.importorskip("PIL.Image")
pd = pytest.importorskip("pandas")
oracle = pytest.importorskip("keras.src.legacy.preprocessing.image")
BOTH = (oracle, image)
pytestmark = [
    pytest.mark.filterwarnings("ignore:Please import:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Found 2 invalid image:UserWarning"),
]


@pytest.fixture
def folder(tmp_path):
    random = np.random.RandomState(0)
    for name in ("a/2.png", "a/10.png", "a/deep/z.bmp", "a/1.JPG", "b/x.png", "b/y.png", "b/notes.txt", "b/w.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("txt"):
            path.write_text("no image")
        else:
            Image.fromarray(random.randint(0, 255, (9, 12, 3), "uint8")).save(path)
    return tmp_path


def same(found, expected):
    if isinstance(expected, tuple | list):
        assert len(found) == len(expected)
        for f, e in zip(found, expected, strict=True):
            same(f, e)
    else:
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, atol=1e-3)


def batches(module, method, *args, generator=None, **kwargs):
    """Some batches of an iterator, and it."""
    generator = module.ImageDataGenerator(rotation_range=20, **(generator or {}))
    np.random.seed(2)
    flow = getattr(generator, method)(*args, target_size=(6, 8), batch_size=3, **kwargs)
    return flow, [*itertools.islice(flow, len(flow) + 1), flow[len(flow) - 1], flow[0]]


FOLDERS = [
    {},
    {"class_mode": "binary", "seed": 5},
    {"class_mode": "sparse", "shuffle": False, "interpolation": "bilinear"},
    {"class_mode": "input", "color_mode": "grayscale"},
    {"class_mode": None, "color_mode": "rgba", "keep_aspect_ratio": True},
    {"classes": ["b", "a"]},
    {"subset": "training", "generator": {"validation_split": 0.4}},
    {"subset": "validation", "generator": {"validation_split": 0.4, "data_format": "channels_first"}},
]


@pytest.mark.parametrize("kwargs", FOLDERS, ids=str)
def test_folders(folder, kwargs, capsys):
    (expected, theirs), (found, ours) = (batches(k, "flow_from_directory", folder, **kwargs) for k in BOTH)
    same(ours, theirs)
    for name in ("class_indices", "filenames", "filepaths", "samples", "n", "num_classes", "image_shape"):
        assert getattr(found, name) == getattr(expected, name)
    np.testing.assert_array_equal(found.classes, expected.classes)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second == f"Found {found.n} images belonging to 2 classes."


FRAME = pd.DataFrame(
    {
        "file": ["a/2.png", "a/10.png", "b/x.png", "b/y.png", "missing.png", "b/notes.txt"],
        "class": ["x", "y", "x", "y", "x", "z"],
        "classes": [["x", "y"], ["x"], ["y"], ["x"], ["x"], ["z"]],
        "value": [1.0, 2, 3, 4, 5, 6],
        "weight": [1, 2, 1, 1, 1, 1],
    }
)
FRAMES = [
    {"y_col": "class"},
    {"y_col": "classes", "weight_col": "weight"},
    {"y_col": "class", "class_mode": "binary", "classes": ["y", "x"]},
    {"y_col": "class", "class_mode": "sparse", "subset": "validation", "generator": {"validation_split": 0.3}},
    {"y_col": "value", "class_mode": "raw"},
    {"y_col": ["value", "weight"], "class_mode": "raw"},
    {"y_col": ["value", "weight"], "class_mode": "multi_output", "weight_col": "weight"},
    {"class_mode": "input"},
    {"class_mode": None},
    {"y_col": "classes", "classes": ["y"]},
]


@pytest.mark.parametrize("kwargs", FRAMES, ids=str)
@pytest.mark.filterwarnings("ignore:The column `file` names 2 files")
def test_data_frames(folder, kwargs, capsys):
    (expected, theirs), (found, ours) = (
        batches(k, "flow_from_dataframe", FRAME, str(folder), x_col="file", **kwargs) for k in BOTH
    )
    same(ours, theirs)
    for name in ("filenames", "filepaths", "samples", "n"):
        assert list(np.atleast_1d(getattr(found, name))) == list(np.atleast_1d(getattr(expected, name)))
    if hasattr(expected, "class_indices"):
        assert (found.class_indices, found.classes) == (expected.class_indices, expected.classes)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second


def test_saved_images_have_the_same_names(folder, tmp_path):
    names = []
    for k in BOTH:
        to = folder / "saved" / k.__name__
        to.mkdir(parents=True)
        kwargs = {"classes": ["a", "b"], "save_to_dir": str(to), "save_prefix": "p", "save_format": "jpeg"}
        batches(k, "flow_from_directory", folder, **kwargs)
        names.append(sorted(path.name for path in to.iterdir()))
    assert names[0] == names[1] and len(names[0]) > 6


def test_a_folder_without_images(folder):
    generator = image.ImageDataGenerator()
    with pytest.raises(
        ValueError, match=r"a folder for each class with images in it. Received: none, in 0 folders; im"
    ):
        (folder / "none").mkdir()
        generator.flow_from_directory(folder / "none")
    with pytest.raises(ValueError, match="the images lie in it themselves, so pass the folder above it"):
        (folder / "a" / "deep").rename(folder / "deep")
        generator.flow_from_directory(folder / "a")
    with pytest.raises(FileNotFoundError):
        generator.flow_from_directory(folder / "nowhere")
    with pytest.raises(ValueError, match=r"`classes` must be folders in .* Received: \['zz'\]"):
        generator.flow_from_directory(folder, classes=["zz"])
    for wrong, said in (
        ({"interpolation": "x"}, "`interpolation` must be one of"),
        ({"target_size": 5}, r"`target_size` must be \(height, width\), positive integers. Received: target_size=5"),
        ({"target_size": (0, 3)}, r"`target_size` must be \(height, width\), positive integers"),
        ({"subset": "validation"}, "none for validation, in 1 folders; the generator must be made with a `validation_"),
        ({"batch_size": 0}, "`batch_size` must be"),
    ):
        with pytest.raises(ValueError, match=said):
            generator.flow_from_directory(folder, classes=["b"], **wrong)
    with pytest.raises(ValueError, match=r"`class_mode` must be one of .* Received: 'x'"):
        generator.flow_from_directory(folder, class_mode="x")


def test_an_empty_folder_of_a_class_is_named_and_hidden_ones_are_no_classes(folder):
    (folder / "c").mkdir()
    (folder / ".ipynb_checkpoints").mkdir()
    with pytest.warns(UserWarning, match=r"The folder `.*/c` is a class without files that end in .png"):
        flow = image.ImageDataGenerator().flow_from_directory(folder)
    assert flow.class_indices == {"a": 0, "b": 1, "c": 2}


def test_a_broken_image_is_named_and_left_out_if_asked_for(folder):
    whole = (folder / "b" / "x.png").read_bytes()
    (folder / "b" / "x.png").write_bytes(whole[: len(whole) // 2])
    generator = image.ImageDataGenerator()
    flow = generator.flow_from_directory(folder, batch_size=10)
    for ask in (lambda: next(flow), lambda: flow[0]):
        with pytest.raises(ValueError, match=r"`.*b/x.png` cannot be read as an image .* remove it, or replace it"):
            ask()
    with pytest.warns(UserWarning, match=r"1 files cannot be read as images and are left out: `.*b/x.png`"):
        flow = generator.flow_from_directory(folder, batch_size=10, skip_broken=True)
    assert flow.n == 6 and len(next(flow)[0]) == 6
    frame = FRAME.iloc[:4]
    with pytest.warns(UserWarning, match="are left out"):
        flow = generator.flow_from_dataframe(frame, folder, x_col="file", y_col="class", skip_broken=True)
    assert flow.n == 3 and flow.classes == [0, 1, 1]
    with pytest.raises(ValueError, match=r"in the column `class`. Received: \['q'\]; there are \['x', 'y'\]"):
        generator.flow_from_dataframe(frame, folder, x_col="file", y_col="class", classes=["q"])


def test_a_file_is_decoded_once_unless_it_changes_or_memory_is_short(folder, monkeypatch):
    opened = []
    monkeypatch.setattr(Image, "open", lambda path, *args, open=Image.open: opened.append(path) or open(path, *args))
    flow = image.ImageDataGenerator(rescale=0.5).flow_from_directory(folder, batch_size=4, shuffle=False)
    first, second = ([next(flow) for _ in range(2)] for _ in range(2))
    same(second, first)
    assert len(opened) == flow.n == 7
    Image.fromarray(np.full((9, 12, 3), 100, "uint8")).save(folder / "a" / "2.png")
    assert sum((batch[0] == 50).all((1, 2, 3)).sum() for batch in (next(flow), next(flow))) == 1
    assert len(opened) == 8
    monkeypatch.setattr(kept._room, "take", lambda size: False)
    flow = image.ImageDataGenerator().flow_from_directory(folder, batch_size=7)
    next(flow), next(flow)
    assert len(opened) == 8 + 2 * 7


def test_what_is_kept_goes_with_its_iterator(folder):
    gc.collect()  # of other tests
    gc.disable()
    try:
        flow, before = image.ImageDataGenerator().flow_from_directory(folder, batch_size=3), kept._room.used
        next(flow)
        assert kept._room.used > before
        gone = weakref.ref(flow)
        del flow
        wait_for(lambda: gone() is None and kept._room.used == before)  # threads may still read ahead
    finally:
        gc.enable()


def wait_for(condition, seconds=10.0):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    assert condition()


def test_files_are_read_side_by_side_a_broken_one_among_them(folder, monkeypatch):
    (folder / "a" / "2.png").write_bytes(b"no image")
    flow = image.ImageDataGenerator().flow_from_directory(folder, batch_size=7, shuffle=False)
    with pytest.raises(ValueError, match=r"a/2.png` cannot be read as an image"):
        next(flow)
    found = flow._ahead.kept.several(flow.filepaths)
    assert [type(x).__name__ for x in found].count("ValueError") == 1
    opened = []
    monkeypatch.setattr(Image, "open", lambda path, *args, open=Image.open: opened.append(path) or open(path, *args))
    assert len(flow._ahead.kept.several(flow.filepaths)) == 7 and len(opened) == 1


def test_what_is_kept_stays_within_the_budget(monkeypatch):
    room = kept._Room()
    monkeypatch.setattr(memory, "budget", lambda: 100)
    assert room.take(100) and not room.take(26) and room.take(25)
    room.give_back([100, 25])
    assert room.used == 0 and room.take(60)


def test_simplejpeg_decodes_photographs_where_it_is_installed(folder, monkeypatch):
    def decode(data, colours):
        decoded.append(data)
        if len(decoded) > 1:
            raise ValueError("damaged")
        return np.asarray(Image.open(io.BytesIO(data)).convert(colours))

    package = types.SimpleNamespace(decode_jpeg=decode, decode_jpeg_header=lambda data: (9, 12, "YCbCr", "420"))
    monkeypatch.setattr(decoding, "_simplejpeg", lambda: package)
    expected = next(oracle.ImageDataGenerator().flow_from_directory(folder, shuffle=False))
    decoded: list[bytes] = []
    for count in (1, 2):  # what it cannot decode the second time, Pillow can
        same(next(image.ImageDataGenerator().flow_from_directory(folder, shuffle=False)), expected)
        assert len(decoded) == count
    (folder / "a" / "1.JPG").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"1\.JPG` cannot be read as an image"):
        next(image.ImageDataGenerator().flow_from_directory(folder))


FRAME_ERRORS = [
    ({"y_col": ["class", "class"]}, TypeError, '`y_col` must be one column with class_mode="categorical"'),
    ({"y_col": "clas"}, ValueError, r"must be columns of the data frame. Received: \['clas'\]; there are \['file'"),
    ({"x_col": "path", "y_col": "class"}, ValueError, r"Received: \['path'\]"),
    ({"y_col": "value"}, TypeError, "The column `value` must have strings, or lists of them"),
    ({"y_col": "value", "class_mode": "sparse"}, TypeError, r"`.astype\(str\)` makes them. Received: 1.0"),
    ({"y_col": "classes", "class_mode": "binary"}, TypeError, "must have strings with"),
    ({"y_col": "class", "weight_col": "class"}, TypeError, "The column `class` must have numbers"),
    ({"y_col": "value", "class_mode": "multi_output"}, TypeError, "`y_col` must be a list of columns"),
    ({"y_col": "class", "has_ext": False}, ValueError, "must be named with their endings"),
]


@pytest.mark.parametrize(("kwargs", "error", "message"), FRAME_ERRORS)
def test_columns_that_do_not_fit(folder, kwargs, error, message):
    with pytest.raises(error, match=message):
        image.ImageDataGenerator().flow_from_dataframe(FRAME, folder, **{"x_col": "file", **kwargs})
    with pytest.raises(ValueError, match="must name image files in"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image.ImageDataGenerator().flow_from_dataframe(FRAME, folder / "a" / "deep", x_col="file")


def test_a_model_learns_from_folders_by_several_workers(folder, engine):
    import hornbeam

    model = hornbeam.Sequential([hornbeam.layers.Flatten(), hornbeam.layers.Dense(2, "softmax")])
    model.compile("sgd", "categorical_crossentropy")
    flow = image.ImageDataGenerator(rescale=1 / 255).flow_from_directory(folder, target_size=(4, 4), batch_size=3)
    flow.workers = 2
    assert np.isfinite(model.fit(flow, validation_data=flow, epochs=2, verbose=0).history["val_loss"]).all()
    assert model.evaluate(flow, verbose=0) > 0
    assert model.predict(flow, verbose=0).shape == (7, 2)


def test_an_iterator_may_be_copied_by_pickle(folder):
    flow = image.ImageDataGenerator(horizontal_flip=True).flow_from_directory(folder, batch_size=3, seed=1)
    next(flow)
    copy = pickle.loads(pickle.dumps(flow))
    same(copy[1], flow[1])
    assert len(next(copy)) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning", "ignore:.*fork:RuntimeWarning")
def test_a_forked_process_reads_files_with_threads_of_its_own(folder):
    x = np.zeros((8, 64, 64, 3), "float32")
    flow = image.ImageDataGenerator(rotation_range=9).flow_from_directory(folder, target_size=(128, 128), batch_size=7)
    next(flow)  # the threads are there
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # a process that hangs is killed
        os._exit(
            0 if len(next(flow)[0]) == 7 and len(image.ImageDataGenerator(rotation_range=9).flow(x)[0]) == 8 else 1
        )
    assert os.waitpid(child, 0)[1] == 0
