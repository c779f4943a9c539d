"""Environments that a Git repository of one's own declares, on the command line."""

import subprocess

from stack import ROWS


def git(folder, *words):
    done = subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_a_promotion_is_one_commit_on_the_remote_and_serves_here(seeded, tmp_path):
    remote = tmp_path / "gitops.git"
    git(tmp_path, "init", "--quiet", "--bare", "-b", "main", str(remote))
    (seeded.project / "mlops.yaml").write_text(f"gitops:\n  repository: {remote}\n")
    seeded.up()
    assert git(remote, "log", "--format=%s", "main") == (
        "Create the environments dev and prod"
    )
    promotion = seeded.done("promote", "line", "--to", "dev")["promotion"]
    assert promotion["state"] == "succeeded"
    assert promotion["revision"] == git(remote, "rev-parse", "main")
    assert git(remote, "log", "--format=%s", "main").split("\n") == [
        "Promote line v1 to dev",
        "Create the environments dev and prod",
    ]
    assert int(seeded.git("rev-list", "--count", "main")) == 1
    path = "environments/dev/models/line/predict"
    reply = seeded.api().post(path, json={"rows": ROWS})
    assert reply.json()["version"] == 1
    [adapter] = [
        each
        for each in seeded.done("doctor")["adapters"]
        if each["stage"] == "environments"
    ]
    assert (adapter["adapter"], adapter["state"]) == ("git remote", "ready")
    assert "commits are pushed to main, last read" in adapter["detail"]


def test_a_branch_to_be_merged_is_what_the_command_says(seeded, tmp_path):
    remote = tmp_path / "gitops.git"
    git(tmp_path, "init", "--quiet", "--bare", "-b", "main", str(remote))
    tree = git(remote, "hash-object", "-w", "-t", "tree", "/dev/null")
    identity = ("-c", "user.name=o", "-c", "user.email=o@example.org")
    begin = git(remote, *identity, "commit-tree", "-m", "Begin", tree)
    git(remote, "update-ref", "refs/heads/main", begin)
    settings = f"gitops:\n  repository: {remote}\n  mode: branch\n"
    (seeded.project / "mlops.yaml").write_text(settings)
    seeded.up()
    promotion = seeded.done("promote", "line", "--to", "dev")["promotion"]
    branch = promotion["branch"]
    assert (promotion["state"], promotion["mergedElsewhere"]) == ("waiting", True)
    assert git(remote, "log", "--format=%s", branch).split("\n") == [
        "Promote line v1 to dev",
        "Begin",
    ]
    assert git(remote, "rev-parse", "main") == begin
