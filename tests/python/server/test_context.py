import json
import os
import pwd
import sys

from jupyter_core.paths import jupyter_data_dir, jupyter_path

from jupyterlab_mlops.context import (
    account,
    data_home,
    launch_context,
    launch_environment,
)


def test_the_context_says_what_the_gateway_reads():
    context = launch_context("/root", "/base/")
    assert set(context) == {
        "version",
        "home",
        "kernelDirs",
        "python",
        "runner",
        "serving",
        "uv",
        "rootDir",
        "baseUrl",
        "user",
    }
    assert context["python"] == sys.executable
    assert context["kernelDirs"] == jupyter_path("kernels")
    assert (context["rootDir"], context["baseUrl"]) == ("/root", "/base/")
    assert os.path.isabs(context["runner"])
    assert os.access(context["uv"], os.X_OK)
    assert json.loads(json.dumps(context)) == context


def test_mlops_home_overrides_the_data_home(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLOPS_HOME", "here")
    assert data_home() == str(tmp_path / "here")
    monkeypatch.delenv("MLOPS_HOME")
    assert data_home() == os.path.join(jupyter_data_dir(), "mlops")


def test_an_account_without_a_name_is_its_number(monkeypatch):
    def nameless(uid):
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr(pwd, "getpwuid", nameless)
    assert account() == f"uid-{os.getuid()}"


def test_the_account_cannot_be_chosen_by_a_variable(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert account() == pwd.getpwuid(os.getuid()).pw_name


def test_uv_may_be_absent(monkeypatch):
    monkeypatch.setitem(sys.modules, "uv", None)
    assert launch_context()["uv"] is None


def test_the_environment_carries_the_context_and_not_the_servers_token(monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "secret")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    environment = launch_environment({"version": "1"})
    assert json.loads(environment["MLOPS_CONTEXT"]) == {"version": "1"}
    assert "JUPYTER_TOKEN" not in environment
    assert environment["AWS_REGION"] == "eu-north-1"
    assert os.environ["JUPYTER_TOKEN"] == "secret"


def test_node_trusts_the_certificates_that_python_trusts(monkeypatch, tmp_path):
    bundle = tmp_path / "ca.pem"
    bundle.write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert launch_environment({})["NODE_EXTRA_CA_CERTS"] == str(bundle)
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/mine.pem")
    assert launch_environment({})["NODE_EXTRA_CA_CERTS"] == "/mine.pem"


def test_certificates_that_are_not_there_are_not_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent.pem"))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    assert "NODE_EXTRA_CA_CERTS" not in launch_environment({})
