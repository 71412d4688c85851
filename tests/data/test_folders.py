"""Files in folders as datasets. Orders, labels and pixels are those of Keras 3.15 on TensorFlow."""

import sys
import wave

import numpy as np
import pytest

import hornbeam
from hornbeam import utils
from hornbeam.data.folders import resampling

Image = pytest.importorskip("PIL.Image")

pytestmark = pytest.mark.filterwarnings("ignore:The folder .*empty. is a class without files:UserWarning")

# One channel of TINY at size (3, 2); for "pad" at (3, 4).
TINY = (np.arange(5 * 4 * 3).reshape(5, 4, 3) ** 2 * 7 % 256).astype("uint8")
RESIZED = {
    "bilinear": [[66.17, 138.83], [67.5, 113.5], [186.17, 205.5]],
    "nearest": [[112, 188], [112, 156], [240, 252]],
    "bicubic": [[61.64, 143.23], [67.29, 113.59], [193.1, 208.77]],
    "area": [[67.5, 139.1], [86.7, 132.7], [182.7, 203.1]],
    "lanczos3": [[60.08, 147.75], [69.02, 111.69], [198.84, 209.59]],
    "lanczos5": [[61.92, 147.75], [73.18, 107.37], [202.77, 209.45]],
    "gaussian": [[66.28, 138.86], [77.72, 123.72], [185.86, 205.29]],
    "mitchellcubic": [[63.77, 141.54], [72.48, 119.12], [189.65, 207.09]],
    "crop": [[61.92, 117.92], [45.25, 81.25], [167.25, 183.25]],
    "pad": [[66.17, 138.83, 0, 0], [67.5, 113.5, 0, 0], [186.17, 205.5, 0, 0]],
}

FILES = "b/1.png b/10.png b/2.jpg a/x.PNG a/sub/y.png a/z.bmp a/.hid.png a/n.gif C/q.jpeg C/i.png".split()
OTHERS = "loose.png .hidden/h.png".split()
ORDER = "C/i.png C/q.jpeg a/.hid.png a/n.gif a/x.PNG a/z.bmp a/sub/y.png b/1.png b/10.png b/2.jpg".split()
SHUFFLED = "a/.hid.png b/2.jpg a/sub/y.png a/x.PNG C/i.png a/n.gif C/q.jpeg b/1.png b/10.png a/z.bmp".split()


def save(path, pixels=TINY):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("images")
    for name in FILES + OTHERS:
        save(root / name)
    (root / "empty").mkdir()
    (root / "C/note.txt").write_text("hi")
    return root


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    root = tmp_path_factory.mktemp("texts")
    for name in ("neg", "pos"):
        (root / name).mkdir()
        for i in range(4):
            (root / name / f"{i}.txt").write_text(f"{name} film {i} é", encoding="utf-8")
    return root


def images(folder, **arguments):
    return utils.image_dataset_from_directory(folder, **{"image_size": (3, 3), "verbose": False} | arguments)


def relative(data, folder):
    return [str(path).removeprefix(f"{folder}/") for path in data.file_paths]


def test_order_and_labels(folder, capsys):
    data = images(folder, shuffle=False, verbose=True)
    assert capsys.readouterr().out == "Found 10 files belonging to 4 classes.\n"
    assert relative(data, folder) == ORDER
    assert data.class_names == ["C", "a", "b", "empty"]
    ((x, y),) = data
    assert (x.shape, x.dtype, y.dtype) == ((10, 3, 3, 3), np.float32, np.int32)
    assert y.tolist() == [0, 0, 1, 1, 1, 1, 1, 2, 2, 2]
    assert data.element_spec[0].shape == (None, 3, 3, 3)


def test_a_seed_gives_the_order_of_keras(folder):
    assert relative(images(folder, seed=1), folder) == SHUFFLED
    data = images(folder, seed=1, batch_size=None)
    first, second = ([int(y) for _, y in data] for _ in range(2))
    assert sorted(first) == sorted(second)
    assert first != second  # each pass has a new order
    assert first == [int(y) for _, y in images(folder, seed=1, batch_size=None)]


def test_split(folder, capsys):
    training, validation = images(folder, seed=1, validation_split=0.3, subset="both", verbose=True)
    assert capsys.readouterr().out.splitlines()[1:] == ["Using 7 files for training.", "Using 3 files for validation."]
    assert relative(training, folder) + relative(validation, folder) == SHUFFLED
    for name, part in (("training", training), ("validation", validation)):
        alone = images(folder, seed=1, validation_split=0.3, subset=name)
        assert alone.file_paths == part.file_paths
    unshuffled = images(folder, shuffle=False, validation_split=0.3, subset="validation")
    assert relative(unshuffled, folder) == ORDER[7:]


def test_label_modes(folder):
    ((_, y),) = images(folder, shuffle=False, label_mode="categorical")
    assert (y.shape, y.dtype) == ((10, 4), np.float32)
    assert y.argmax(1).tolist() == [0, 0, 1, 1, 1, 1, 1, 2, 2, 2]
    ((_, y),) = images(folder, shuffle=False, label_mode="binary", class_names=["b", "a"])
    assert (y.dtype, y.tolist()) == (np.float32, [[0.0]] * 3 + [[1.0]] * 5)
    data = images(folder, label_mode=None, image_size=4, validation_split=0)
    ((x),) = data
    assert x.shape == (10, 4, 4, 3)
    assert data.class_names is None


def test_without_labels_all_files_count(folder):
    data = images(folder, labels=None, shuffle=False)
    assert relative(data, folder) == ["loose.png", ".hidden/h.png", *ORDER]
    assert data.class_names is None
    labels = list(range(12))
    data = images(folder, labels=labels, shuffle=False)
    assert data.class_names == [str(i) for i in range(12)]
    ((_, y),) = data
    assert (y.tolist(), y.dtype) == (labels, np.int32)
    ((_, y),) = images(folder, labels=[0.5] * 12)
    assert y.dtype == np.float32


@pytest.mark.parametrize("kind", RESIZED)
def test_pixels(tmp_path, kind):
    save(tmp_path / "a.png")
    data = images(
        tmp_path,
        labels=None,
        batch_size=None,
        image_size=(3, 4) if kind == "pad" else (3, 2),
        interpolation="bilinear" if kind in ("crop", "pad") else kind,
        crop_to_aspect_ratio=kind == "crop",
        pad_to_aspect_ratio=kind == "pad",
    )
    (x,) = data
    assert x.dtype == ("uint8" if kind == "nearest" else "float32")
    np.testing.assert_allclose(x.numpy()[..., 1], RESIZED[kind], atol=0.006)


@pytest.mark.parametrize("color_mode", ["rgb", "rgba", "grayscale"])
@pytest.mark.parametrize(("old", "new"), [((9, 13), (7, 21)), ((40, 3), (5, 2)), ((4, 5), (4, 5)), ((1, 1), (3, 2))])
def test_pixels_are_those_of_the_formula_to_the_bit(tmp_path, monkeypatch, color_mode, old, new):
    pixels = np.random.RandomState(0).randint(0, 256, (*old, 4)).astype("uint8")
    pixels = {"rgb": pixels[..., :3], "rgba": pixels, "grayscale": pixels[..., 0]}[color_mode]
    save(tmp_path / "a.png", pixels)
    monkeypatch.setattr(resampling, "_AT_ONCE", 64)  # several pieces
    pixels = pixels.reshape(*old, -1).astype("float32")
    near, share = zip(*[_places_of(*sizes) for sizes in zip(old, new, strict=True)], strict=True)
    corners = [[pixels[np.ix_(near[0][i], near[1][j])] for j in (0, 1)] for i in (0, 1)]
    left, right = [a + (b - a) * share[1][None, :, None] for a, b in corners]
    arguments = {"labels": None, "image_size": new, "color_mode": color_mode}
    ((x,),) = images(tmp_path, **arguments)
    np.testing.assert_array_equal(x, left + (right - left) * share[0][:, None, None])
    ((x,),) = images(tmp_path, interpolation="nearest", data_format="channels_first", **arguments)
    nearest = [np.minimum((np.arange(b) + 0.5) * (a / b), a - 1).astype(int) for a, b in zip(old, new, strict=True)]
    np.testing.assert_array_equal(x, pixels[np.ix_(*nearest)].transpose(2, 0, 1))


def _places_of(old, new):
    """The neighbours of each new place, and its distance from the first, in TensorFlow's 32 bits."""
    places = (np.arange(new, dtype="float32") + np.float32(0.5)) * np.float32(old / new) - np.float32(0.5)
    before = np.floor(places)
    return (np.maximum(before, 0).astype(int), np.minimum(before + 1, old - 1).astype(int)), places - before


def test_a_kernel_that_ends_at_a_pixel_counts_it_as_tensorflow_does(tmp_path):
    save(tmp_path / "a.png", np.repeat((np.arange(6) ** 2 * 7 % 256).astype("uint8")[:, None, None], 3, 2))
    ((x,),) = images(tmp_path, labels=None, image_size=(13, 1), interpolation="gaussian")
    expected = [0.308, 1.582, 5.049, 10.009, 19.724, 30.424, 45.151, 63.127, 82.971, 108.041, 132.572, 160.759, 172.224]
    np.testing.assert_allclose(x[:, 0, 1], expected, atol=1e-3)


@pytest.mark.parametrize(
    ("old", "new", "rows", "columns"),  # where TensorFlow's picture begins and ends, which counts with 32 bits
    [((72, 72), (254, 254), (0, 252), (0, 252)), ((254, 92), (221, 98), (0, 219), (8, 87))],
)
def test_a_picture_amid_zeros_has_the_size_of_tensorflow(tmp_path, old, new, rows, columns):
    save(tmp_path / "a.png", np.full((*old, 3), 9, "uint8"))
    ((x,),) = images(tmp_path, labels=None, image_size=new, pad_to_aspect_ratio=True)
    filled = [np.flatnonzero(x.any(axes))[[0, -1]] for axes in ((1, 2), (0, 2))]
    np.testing.assert_array_equal(filled, [rows, columns])


@pytest.mark.parametrize(("mode", "channels"), [("rgb", 3), ("rgba", 4), ("grayscale", 1)])
def test_colours(tmp_path, mode, channels):
    save(tmp_path / "gray.png", TINY[..., 0])
    save(tmp_path / "rgb.png")
    save(tmp_path / "rgba.png", np.concatenate([TINY, TINY[..., :1]], -1))
    save(tmp_path / "sixteen.png", TINY[..., 0].astype("uint16") * 256 + 255)
    arguments = {"labels": None, "shuffle": False, "image_size": (5, 4), "color_mode": mode}
    (x,) = images(tmp_path, **arguments)
    assert x.shape == (4, 5, 4, channels)
    np.testing.assert_array_equal(x[0, ..., 0], TINY[..., 0])
    np.testing.assert_array_equal(x[3], x[0])  # the upper eight bits
    if mode != "grayscale":
        np.testing.assert_array_equal(x[1, ..., :3], TINY)
    (first,) = images(tmp_path, data_format="channels_first", **arguments)
    np.testing.assert_array_equal(first, x.transpose(0, 3, 1, 2))


def test_what_a_script_does_with_images(folder, engine):
    training, validation = images(folder, seed=1, validation_split=0.3, subset="both", batch_size=4)
    class_names = training.class_names
    for batch, labels in training.take(1):
        for i in range(4):
            assert batch[i].numpy().astype("uint8").shape == (3, 3, 3)
            assert class_names[labels[i]] in class_names
    training = training.cache().shuffle(10).prefetch(buffer_size=-1).map(lambda x, y: (x / 255.0, y))
    model = hornbeam.Sequential(
        [hornbeam.Input((3, 3, 3)), hornbeam.layers.Flatten(), hornbeam.layers.Dense(len(class_names))]
    )
    model.compile("adam", hornbeam.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    history = model.fit(training, validation_data=validation, epochs=2, verbose=0).history
    assert np.isfinite(history["val_loss"]).all()
    assert model.predict(validation, verbose=0).shape == (3, 4)


@pytest.mark.parametrize("kind", ["image", "text", "audio"])
def test_what_is_wrong_with_a_folder_is_said(tmp_path, monkeypatch, kind):
    read = getattr(utils, f"{kind}_dataset_from_directory")
    ending = {"image": "png", "text": "txt", "audio": "wav"}[kind]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=rf"must have files that end in .*\.{ending}\. Received: none\.$"):
        read(tmp_path, verbose=False)
    (tmp_path / f"loose.{ending}").write_bytes(b"")
    with pytest.raises(ValueError, match="none in its folders, and 1 beside them; `labels=None` takes those"):
        read(tmp_path, verbose=False)
    (tmp_path / "a" / f"x.{ending}").write_bytes(b"")
    with pytest.warns(UserWarning, match="The folder `.*b` is a class without files that end in"):
        read(tmp_path, verbose=False)
    with pytest.raises(NotADirectoryError, match=r"must be the path of a folder. Received: .*, which is a file"):
        read(f"loose.{ending}")
    with pytest.raises(FileNotFoundError, match="Received: 'none', which is not there, seen from `"):
        read("none")
    with pytest.raises(TypeError, match=r"must be the path of a folder. Received: 5"):
        read(5)


def test_damaged_files_are_named(tmp_path):
    save(tmp_path / "a/good.png")
    (tmp_path / "a/bad.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"bad\.png` cannot be read as an image .*: remove it, or replace it"):
        list(images(tmp_path))
    whole = (tmp_path / "a/good.png").read_bytes()
    (tmp_path / "a/bad.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"bad\.png` cannot be read as an image"):
        list(images(tmp_path))


def test_damaged_files_are_left_out_if_asked_for(tmp_path):
    for i in range(12):
        save(tmp_path / "ab"[i % 2] / f"{i}.png")
    (tmp_path / "b" / "3.png").write_bytes(b"no image")
    with pytest.warns(UserWarning, match=r"^1 files cannot be read as images and are left out: `.*b/3\.png`\.$"):
        data = images(tmp_path, skip_broken=True, batch_size=5)
    assert len(data.file_paths) == 11
    assert sorted(int(label) for _, y in data for label in y) == [0] * 6 + [1] * 5


def test_a_file_is_read_once_unless_it_changes(tmp_path, monkeypatch):
    for i in range(20):
        save(tmp_path / f"a/{i:02}.png", np.full((5, 4, 3), i, "uint8"))
    opened = []
    monkeypatch.setattr(Image, "open", lambda path, open=Image.open: opened.append(path) or open(path))
    data = images(tmp_path, batch_size=11)
    for _ in range(2):  # a batch has several pieces, and so has its last one
        assert sorted(int(x[0, 0, 0]) for batch, _ in data for x in batch) == list(range(20))
    save(tmp_path / "a/07.png", np.full((5, 4, 3), 77, "uint8"))
    assert len(opened) == 20 and 77 in [int(x[0, 0, 0]) for batch, _ in data for x in batch]
    (alone,) = (x for x, _ in images(tmp_path, batch_size=None).take(1))
    alone[...] = 0  # what is given belongs to whoever gets it


def test_links(tmp_path):
    save(tmp_path / "images/a/1.png")
    save(tmp_path / "elsewhere/2.png")
    (tmp_path / "images/a/more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/round").symlink_to(tmp_path / "elsewhere")
    assert len(images(tmp_path / "images").file_paths) == 1
    assert len(images(tmp_path / "images", follow_links=True).file_paths) == 2


WRONG = [
    ({"class_names": ["a", "zz"]}, r"`class_names` must be folders in .*Received: \['zz'\]; there are \['C', 'a', 'b'"),
    ({"labels": [0, 1]}, "`labels` must have one for each of 12 files in .*Received: 2"),
    ({"labels": "x"}, '`labels` must be "inferred"'),
    ({"labels": ["a"] * 12}, "`labels` must be a list of numbers"),
    ({"labels": [3, 7] * 6, "label_mode": "categorical"}, r"`labels` must be from 0 to 1 .*Received: \[3, 7\]"),
    ({"labels": [0] * 12, "class_names": ["a"]}, '`class_names` needs `labels="inferred"`'),
    ({"label_mode": "x"}, "`label_mode` must be one of 'int', 'categorical', 'binary', None"),
    ({"label_mode": "binary"}, '`label_mode="binary"` needs two classes. Received: 4'),
    ({"color_mode": "x"}, "`color_mode` must be one of"),
    ({"interpolation": "x"}, "`interpolation` must be one of"),
    ({"image_size": None}, r"`image_size` must be \(height, width\)"),
    ({"image_size": (2.5, "a")}, r"`image_size` must be \(height, width\), positive integers"),
    ({"format": "x"}, '`format` must be "tf" or "grain"'),
    ({"batch_size": 0}, "`batch_size` must be a positive integer"),
    ({"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}, "Only one of"),
    ({"validation_split": 0.3, "subset": "training"}, "`seed` must be given with `validation_split` and `shuffle`"),
    ({"validation_split": 0.3}, "`validation_split` and `subset` need each other"),
    ({"subset": "training"}, "`validation_split` and `subset` need each other"),
    ({"validation_split": 1.5, "subset": "training"}, "`validation_split` must be between 0 and 1"),
    ({"validation_split": 0.3, "subset": "x"}, '`subset` must be "training", "validation" or "both"'),
    ({"validation_split": 0.01, "subset": "validation", "seed": 1}, "Received: none for validation, of 10"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_arguments(folder, arguments, message):
    with pytest.raises(ValueError, match=message):
        images(folder, **arguments)


def test_folders_without_files(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(ValueError, match=r"must have files that end in \.bmp, \.gif, .*Received: none"):
        images(tmp_path)
    with pytest.raises(FileNotFoundError):
        images(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError):
        images(tmp_path / "nowhere", labels=None)


def test_pillow_is_asked_for(monkeypatch, folder):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"pip install hornbeam\[pillow\]"):
        images(folder)


# texts


def test_texts(texts):
    data = utils.text_dataset_from_directory(texts, shuffle=False, batch_size=5, verbose=False)
    assert data.class_names == ["neg", "pos"]
    (x, y), _ = data
    assert x.tolist() == [f"neg film {i} é" for i in range(4)] + ["pos film 0 é"]
    assert x[0].numpy() == "neg film 0 é".encode()
    assert y.tolist() == [0, 0, 0, 0, 1]
    (x,) = utils.text_dataset_from_directory(texts, labels=None, max_length=3, shuffle=False, verbose=False)
    assert x.tolist() == ["neg"] * 4 + ["pos"] * 4
    single = utils.text_dataset_from_directory(texts, batch_size=None, verbose=False)
    assert len(single) == 8
    assert all(text.shape == () for text, _ in single)


def test_texts_in_another_encoding(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.txt").write_bytes("Ä".encode("latin-1"))
    data = utils.text_dataset_from_directory(tmp_path, labels=None, verbose=False, shuffle=False)
    with pytest.warns(UserWarning, match=r"^`.*\.txt` is not UTF-8 and is read as Latin-1: save such files as") as told:
        (x,) = data
    assert x.tolist() == ["Ä", "Ä"] and len(told) == 1


def test_what_a_script_does_with_texts(texts, engine):
    training, validation = hornbeam.utils.text_dataset_from_directory(
        texts, seed=1, validation_split=0.25, subset="both", batch_size=2, label_mode="binary", verbose=False
    )
    vectorize = hornbeam.layers.TextVectorization(max_tokens=20, output_sequence_length=4)
    vectorize.adapt(training.map(lambda x, y: x))
    assert "film" in vectorize.get_vocabulary()
    layers = [hornbeam.layers.Embedding(20, 2), hornbeam.layers.GlobalAveragePooling1D(), hornbeam.layers.Dense(1)]
    model = hornbeam.Sequential(layers)
    model.compile("adam", "mse")
    encoded = [data.map(lambda x, y: (vectorize(x), y)) for data in (training, validation)]
    history = model.fit(encoded[0], validation_data=encoded[1], verbose=0).history
    assert np.isfinite(history["val_loss"]).all()


# sounds


def save_sound(path, samples, rate=8000, width=2):
    """Samples from -1 to 1, of shape (n, channels)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = np.round(samples * (2.0 ** (8 * width - 1) - 1)).astype("int64") + (128 if width == 1 else 0)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(whole.astype("<i8").reshape(-1, 1).view("uint8").reshape(-1, 8)[:, :width].tobytes())


def tone(n, rate=8000, channels=1):
    return np.sin(2 * np.pi * 200 * np.arange(n) / rate)[:, None].repeat(channels, 1)


def sounds(folder, **arguments):
    return utils.audio_dataset_from_directory(folder, **{"shuffle": False, "verbose": False} | arguments)


def test_sounds(tmp_path):
    save_sound(tmp_path / "down/0.wav", tone(80))
    save_sound(tmp_path / "up/1.WAV", tone(100))
    ((x, y),) = sounds(tmp_path)
    assert (x.shape, x.dtype, y.tolist()) == ((2, 100, 1), np.float32, [0, 1])
    np.testing.assert_allclose(x[1], tone(100), atol=1e-4)
    assert not x[0, 80:].any()  # filled up
    ((x, _),) = sounds(tmp_path, output_sequence_length=90)
    assert x.shape == (2, 90, 1)
    assert [x.shape for x, _ in sounds(tmp_path, batch_size=None)] == [(80, 1), (100, 1)]
    with pytest.raises(ValueError, match="`ragged` must be False"):
        sounds(tmp_path, ragged=True)
    with pytest.raises(ValueError, match="`sampling_rate` must be a positive integer"):
        sounds(tmp_path, sampling_rate=0)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_all_widths_of_samples(tmp_path, width):
    save_sound(tmp_path / "a.wav", tone(50, channels=2), width=width)
    (x,) = sounds(tmp_path, labels=None)
    np.testing.assert_allclose(x[0], tone(50, channels=2), atol=0.02 if width == 1 else 1e-4)


@pytest.mark.parametrize("rate", [4000, 16000, 11025])
def test_another_sampling_rate(tmp_path, rate):
    save_sound(tmp_path / "a.wav", tone(800))
    (x,) = sounds(tmp_path, labels=None, sampling_rate=rate)
    assert x.shape == (1, -(-rate // 10), 1)
    middle = slice(100, -100)  # the edges know one side only
    np.testing.assert_allclose(x[0, middle], tone(x.shape[1], rate)[middle], atol=0.01)


def test_sounds_of_floats(tmp_path):
    wavfile = pytest.importorskip("scipy.io.wavfile")
    wavfile.write(tmp_path / "a.wav", 8000, tone(50).astype("float32"))
    (x,) = sounds(tmp_path, labels=None)
    np.testing.assert_allclose(x[0], tone(50), atol=1e-6)


@pytest.mark.parametrize("data", [b"", b"no sound at all", b"RIFF\x00\x00\x00\x00WAVE"])
def test_damaged_sounds_are_named(tmp_path, data):
    (tmp_path / "bad.wav").write_bytes(data)
    with pytest.raises(ValueError, match=r"bad\.wav` cannot be read"):
        list(sounds(tmp_path, labels=None))
