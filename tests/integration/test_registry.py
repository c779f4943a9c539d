"""What the installed package says about the registry that a project names."""


def test_doctor_says_why_the_registry_cannot_be_reached(stack):
    (stack.project / "mlops.yaml").write_text(
        "image: {repository: 127.0.0.1:1/models}\n"
    )
    answer = stack.mlops("doctor")
    [line] = [one for one in answer.reply["adapters"] if one["stage"] == "images"]
    assert line["state"] == "failed"
    assert "127.0.0.1:1 cannot be reached. Nothing listens there." in line["detail"]
    assert answer.code == 1
