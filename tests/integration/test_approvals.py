"""Promotions that somebody else has to approve, in a terminal."""


def test_a_promotion_waits_for_somebody_else_and_can_be_withdrawn(seeded):
    rules = "environments:\n  - name: review\n    approvals: 1\n"
    (seeded.seed_project / "mlops.yaml").write_text(rules)
    try:
        seeded.up()
        waiting = seeded.done("promote", "line", "--to", "review")["promotion"]
        assert waiting["state"] == "waiting"
        identifier = waiting["id"]
        # Nobody becomes somebody else by a variable of the environment.
        for name in ("root", "somebody-else"):
            own = seeded.mlops("promotions", "approve", identifier, LOGNAME=name)
            assert own.code == 1
            assert "of their own" in own.errors
        listed = seeded.done("promotions", "list")["promotions"]
        assert [(p["id"], p["approvals"]) for p in listed] == [(identifier, [])]
        closed = seeded.done("promotions", "close", identifier)["promotion"]
        assert closed["state"] == "closed"
        assert int(seeded.git("rev-list", "--count", "main")) == 1
        again = seeded.mlops("promotions", "approve", identifier)
        assert again.code == 2
        assert "does not wait" in again.errors
    finally:
        (seeded.seed_project / "mlops.yaml").unlink()
