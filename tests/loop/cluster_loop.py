"""The whole loop on the example on a cluster: `make loop-cluster`.

Runs in pods by Tekton, declares in Git, follows Argo CD, serves with KServe. The cluster is the one
of tests/cluster/here: KUBECONFIG and its other variables say where it is. Exit code 0 only if all
checks held.
"""

import json
import os
import secrets
import subprocess
from pathlib import Path

import yaml
from loop import go
from walk import MODEL, ROOT, Loop, wait_for

RUNS, DEV, PROD = "runs", "dev", "prod"


class ClusterLoop(Loop):
    """One walk through the loop on a cluster, in namespaces and as a user of its own."""

    patience = 900

    def __init__(self, folder):
        super().__init__(folder)
        #: The same on this computer, to compare with.
        self.local = Loop(folder / "local")
        self.local.home.mkdir(mode=0o700)
        mark = secrets.token_hex(3)
        self.name = f"mlops-loop-{mark}"
        self.namespaces = {name: f"{self.name}-{name}" for name in (RUNS, DEV, PROD)}
        self.applications = []
        for name, namespace in self.namespaces.items():
            # What KServe adds to a pod for a model image is not "restricted".
            security = "restricted" if name == RUNS else "baseline"
            self._apply(
                {
                    "apiVersion": "v1",
                    "kind": "Namespace",
                    "metadata": {
                        "name": namespace,
                        "labels": {"pod-security.kubernetes.io/enforce": security},
                    },
                }
            )
        self._make_claim()
        kubeconfig = folder / "kubeconfig"
        self._make_user(kubeconfig)
        self._write_project(kubeconfig)
        # The gateway acts as that user and as nobody else.
        self.environment.pop("KUBECONFIG", None)

    @property
    def repository(self):
        """The GitOps repository, which Argo CD reads, too."""
        return Path(os.environ["ARGOCD_REPOSITORIES"]) / f"{self.name}.git"

    def ran(self, run):
        """Check that a run on this computer gives the same."""
        near = self.local.mlops("run", "demand.ipynb", "--output", "executed.ipynb")
        assert near["state"] == "succeeded", near["error"]
        assert run["metrics"] == near["metrics"], (run["metrics"], near["metrics"])
        there, here = (outputs(loop.project) for loop in (self, self.local))
        assert there == here, "the executed notebooks are not the same"
        self.near = self.local.mlops("register", near["run"])["version"]

    def registered(self, version):
        """Check that the model is the same as on this computer, byte by byte."""
        assert version["digest"] == self.near["digest"], (version, self.near)

    def digest_in_git(self, environment):
        """Return the digest of the model artifact, which the InferenceService carries."""
        return self.declared(environment, "jupyterlab-mlops/digest")

    def serves(self, environment, digest):
        """Check in the pods, too, that what Git declares serves."""
        endpoint = super().serves(environment, digest)
        image = self.declared(environment, "storageUri").removeprefix("oci://")
        namespace = self.namespaces[environment]
        found = json.loads(self._kubectl("-n", namespace, "get", "pods", "-o", "json"))
        images = {
            container["image"]
            for pod in found["items"]
            if all(one["ready"] for one in pod["status"]["containerStatuses"])
            and "deletionTimestamp" not in pod["metadata"]
            for container in pod["spec"]["containers"]
            + pod["spec"].get("initContainers", [])
        }
        assert image in images, f"{image} is in no ready pod: {images}"
        return endpoint

    def promote(self, version, environment, digest):
        """Promote; where no Application takes the commit over yet, make the one that is offered."""
        if environment not in self.applications:
            self.make_application(version, environment)
        return super().promote(version, environment, digest)

    def make_application(self, version, environment):
        """Have the Application made that is offered for an environment."""
        offered = self._argocd_check(version, environment)
        assert offered["result"] == "failed", offered
        self._kubectl("apply", "-f", "-", stdin=offered["evidence"])
        self.applications.append(environment)
        wait_for(
            "the Application is seen",
            lambda: self._argocd_check(version, environment)["result"] == "passed",
        )

    def _argocd_check(self, version, environment):
        words = ("promote", f"{MODEL}@{version}", "--to", environment, "--plan")
        checks = self.mlops(*words)["plan"]["checks"]
        [found] = [one for one in checks if one["code"] == "argocd"]
        return found

    def close(self):
        """Remove what was made on the cluster."""
        argocd = ("-n", "argocd", "delete", "--ignore-not-found")
        for environment in self.applications:
            self._kubectl(*argocd, f"application/models-{self.namespaces[environment]}")
        for kind in ("rolebinding", "role"):
            self._kubectl(*argocd, f"{kind}/{self.name}")
        names = self.namespaces.values()
        self._kubectl("delete", "namespace", "--wait=false", *names)
        self._kubectl("delete", "persistentvolume", "--wait=false", self.name)

    def _write_project(self, kubeconfig):
        """Add the cluster's settings to the example's."""
        image = os.environ["STEP_IMAGE"]
        registry = os.environ["REGISTRY"]
        address = os.environ.get("ARGOCD_REPOSITORIES_ADDRESS", "file:///repos")
        settings = {
            "engine": "tekton",
            "cluster": {
                "context": "scientist",
                "kubeconfig": str(kubeconfig),
                "namespace": self.namespaces[RUNS],
            },
            "tekton": {"image": image, "claim": "runs", "runAsUser": 65532},
            "image": {
                "base": os.environ["BASE_IMAGE"],
                "repository": f"{registry}/{self.name}",
            },
            "serving": {
                "image": os.environ["SERVING_IMAGE"],
                "cpu": "300m",
                "memory": "768Mi",
            },
            "gitops": {
                "repository": f"file://{self.repository}",
                "argocd": {
                    "namespace": "argocd",
                    "repository": f"{address}/{self.name}.git",
                },
            },
            "environments": [
                {"name": DEV, "target": self._target(DEV)},
                {"name": PROD, "after": DEV, "target": self._target(PROD)},
            ],
        }
        path = self.project / "mlops.yaml"
        project = yaml.safe_load(path.read_text())
        # A node of two processors has room for two of each model beside them.
        collector = {"image": os.environ["MONITOR_IMAGE"], "cpu": "200m"}
        project["monitoring"]["collector"] = collector
        path.write_text(yaml.safe_dump(project | settings))
        subprocess.run(
            ["git", "init", "-q", "--bare", "-b", "main", self.repository], check=True
        )

    def _target(self, environment):
        return {"cluster": "datacenter", "namespace": self.namespaces[environment]}

    def _make_claim(self):
        claim = {"namespace": self.namespaces[RUNS], "name": "runs"}
        size = {"storage": "1Gi"}
        shared = {"accessModes": ["ReadWriteOnce"], "storageClassName": "mlops-test"}
        self._apply(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolume",
                "metadata": {"name": self.name},
                "spec": shared
                | {
                    "capacity": size,
                    "hostPath": {"path": os.environ["STEP_HOST_PATH"]},
                    "claimRef": claim,
                },
            },
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": claim,
                "spec": shared | {"resources": {"requests": size}},
            },
        )

    def _make_user(self, kubeconfig):
        """Make a service account with the rights that the adapters need, and a kubeconfig for it."""
        needs = json.loads(
            subprocess.run(
                ["node", ROOT / "tests" / "loop" / "needs.mjs"],
                check=True,
                capture_output=True,
            ).stdout
        )
        served = (self.namespaces[DEV], self.namespaces[PROD])
        places = {
            "pipelines": (self.namespaces[RUNS],),
            "environments": ("argocd",),
            "serving": served,
            "monitoring": served,
        }
        home = self.namespaces[RUNS]
        rules = {}
        for need in needs:
            wished = need.get("wishes", {}).get("rights", [])
            for place in places[need["stage"]]:
                rules.setdefault(place, []).extend(
                    rule(right) for right in need["rights"] + wished
                )
        self._apply(
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": {"namespace": home, "name": "scientist"},
            },
            *(
                one
                for place, allowed in rules.items()
                for one in self._role(place, allowed, home)
            ),
        )
        token = self._kubectl("-n", home, "create", "token", "scientist").strip()
        words = ("config", "view", "--raw", "--minify", "-o", "json")
        [cluster] = json.loads(self._kubectl(*words))["clusters"]
        kubeconfig.touch(mode=0o600)
        kubeconfig.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "scientist",
                    "clusters": [cluster],
                    "users": [{"name": "scientist", "user": {"token": token}}],
                    "contexts": [
                        {
                            "name": "scientist",
                            "context": {
                                "cluster": cluster["name"],
                                "user": "scientist",
                                "namespace": home,
                            },
                        }
                    ],
                }
            )
        )

    def _role(self, place, allowed, home):
        api = "rbac.authorization.k8s.io"
        metadata = {"namespace": place, "name": self.name}
        subject = {"kind": "ServiceAccount", "name": "scientist", "namespace": home}
        return (
            {
                "apiVersion": f"{api}/v1",
                "kind": "Role",
                "metadata": metadata,
                "rules": allowed,
            },
            {
                "apiVersion": f"{api}/v1",
                "kind": "RoleBinding",
                "metadata": metadata,
                "roleRef": {"apiGroup": api, "kind": "Role", "name": self.name},
                "subjects": [subject],
            },
        )

    def _apply(self, *objects):
        listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self._kubectl("apply", "-f", "-", stdin=json.dumps(listed))

    def _kubectl(self, *words, stdin=None):
        """Run kubectl as the administrator that KUBECONFIG names."""
        done = subprocess.run(
            ["kubectl", *words],
            check=False,
            input=stdin,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"kubectl {' '.join(words)}: {done.stderr}"
        return done.stdout


def rule(right):
    """Write a right as a role says it."""
    resource = right["resource"]
    parts = [resource["plural"], right.get("subresource")]
    return {
        "apiGroups": [resource["group"]],
        "resources": ["/".join(part for part in parts if part)],
        "verbs": right["verbs"],
    }


def outputs(project):
    """Return what the cells of the executed notebook gave."""
    cells = json.loads((project / "executed.ipynb").read_text())["cells"]
    return [(cell["source"], cell.get("outputs")) for cell in cells]


if __name__ == "__main__":
    go(ClusterLoop)
