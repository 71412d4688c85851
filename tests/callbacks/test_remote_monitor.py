"""RemoteMonitor: what a server gets, against real Keras."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import numpy as np
import pytest

from hornbeam.callbacks import RemoteMonitor

LOGS = {"loss": 0.5, "per_class": np.array([0.25, 1.0])}


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.server.got.append((self.path, self.headers["Content-Type"], self.headers["X-Run"], body))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.status = [], 200
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_form_with_the_numbers_of_the_epoch(server):
    RemoteMonitor(server.address, headers={"X-Run": "a"}).on_epoch_end(3, dict(LOGS))
    ((path, kind, run, body),) = server.got
    assert (path, kind, run) == ("/publish/epoch/end/", "application/x-www-form-urlencoded", "a")
    assert json.loads(parse_qs(body)["data"][0]) == {"epoch": 3, "loss": 0.5, "per_class": [0.25, 1.0]}


def test_json_and_what_keras_sends(server):
    requests = pytest.importorskip("requests")
    assert requests
    keras = pytest.importorskip("keras")
    for as_json in (False, True):
        for cls in (RemoteMonitor, keras.callbacks.RemoteMonitor):
            cls(server.address, "/in", field="numbers", send_as_json=as_json).on_epoch_end(0, {"loss": 0.5})
    form, their_form, ours, theirs = server.got
    assert form == their_form
    assert ours[1] == theirs[1] == "application/json"
    assert json.loads(ours[3]) == json.loads(theirs[3]) == {"epoch": 0, "loss": 0.5}


def test_training_goes_on_without_the_server(server):
    server.status = 500
    with pytest.warns(UserWarning, match=r"RemoteMonitor: http.*/publish/epoch/end/ did not take the numbers: .*500"):
        RemoteMonitor(server.address).on_epoch_end(0, {"loss": 0.5})
    with pytest.warns(UserWarning, match="did not take the numbers"):
        RemoteMonitor("http://127.0.0.1:1").on_epoch_end(0, {"loss": 0.5})
    with pytest.raises(ValueError, match=r"`root` must begin with http:// or https://. Received: root='file:///x'"):
        RemoteMonitor("file:///x")
