"""What steps leave on a claim is sent whole, and handed on to a later run."""

import hashlib
import io
import json
import tarfile

import pytest
from jupyterlab_mlops.runner import pod, pod_results


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "first"
    step = folder / "steps" / "train"
    (step / "cells").mkdir(parents=True)
    (step / "cells" / "1.json").write_text("{}")
    (step / "request.json").write_text("{}")
    (folder / "work").mkdir()
    (folder / "work" / "made.txt").write_text("made")
    (folder / "work" / "other.txt").write_text("not written by a step")
    (folder / "values" / "train").mkdir(parents=True)
    (folder / "values" / "train" / "graph.json").write_text("{}")
    (folder / "values" / ".blobs").mkdir()
    (folder / "values" / ".blobs" / "b").write_text("large")
    result = {"filesWritten": {"made.txt": digest(b"made")}}
    (step / "result.json").write_text(json.dumps(result))
    return folder


def digest(content):
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def sent(run, acknowledged=b""):
    output = io.BytesIO()
    pod_results.send(str(run), io.BytesIO(acknowledged), output)
    with tarfile.open(fileobj=io.BytesIO(output.getvalue())) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive}


def test_an_archive_holds_what_the_steps_left_and_its_digests(run):
    files = sent(run)
    digests = json.loads(files.pop("digests.json"))
    assert set(files) == {
        "steps/train/cells/1.json",
        "steps/train/result.json",
        "work/made.txt",
    }
    assert digests == {name: digest(content) for name, content in files.items()}


def test_links_lead_nowhere(run, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (run / "steps" / "train" / "cells" / "2.json").symlink_to(secret)
    (run / "work" / "made.txt").unlink()
    (run / "work" / "made.txt").symlink_to(secret)
    assert not {"work/made.txt", "steps/train/cells/2.json"} & set(sent(run))


def test_nothing_is_sent_that_a_result_names_outside_of_the_run(run, tmp_path):
    (tmp_path / "outside.txt").write_text("x")
    written = {"../../outside.txt": "", str(tmp_path / "outside.txt"): ""}
    path = run / "steps" / "train" / "result.json"
    path.write_text(json.dumps({"filesWritten": written}))
    assert not [name for name in sent(run) if "outside" in name]


def test_sending_waits_for_the_reader(run):
    (run / "work" / "made.txt").write_bytes(b"x" * 4 * pod_results.WINDOW)
    assert len(sent(run, b"....")["work/made.txt"]) == 4 * pod_results.WINDOW
    with pytest.raises(BrokenPipeError):
        sent(run, b".")


def test_a_later_run_begins_with_what_was_done(run, tmp_path):
    later = tmp_path / "later"
    for name in ("work", "values", "steps"):
        (later / name).mkdir(parents=True)
    pod_results.take(str(run), str(later), ["train"])
    assert (later / "work" / "made.txt").read_text() == "made"
    assert not (later / "work" / "other.txt").exists()
    assert (later / "values" / "train" / "graph.json").exists()
    assert (later / "values" / ".blobs" / "b").read_text() == "large"
    assert (later / "steps" / "train" / "result.json").exists()


def test_what_was_changed_since_is_not_taken(run, tmp_path):
    (run / "work" / "made.txt").write_text("changed")
    with pytest.raises(pod.PodFailure, match=r"made\.txt.* changed or removed"):
        pod_results.take(str(run), str(tmp_path / "later"), ["train"])
    (run / "steps" / "train" / "result.json").unlink()
    with pytest.raises(pod.PodFailure, match="not on the claim any more"):
        pod_results.take(str(run), str(tmp_path / "later"), ["train"])
