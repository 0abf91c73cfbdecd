"""What a session writes down of the calls of its functions."""

from local import call_log
from tests.local.conftest import Trial


def test_a_refused_call_is_written_down_as_refused(trial: Trial) -> None:
    """A processor that calls what its role does not allow leaves a line that says so."""
    trial.invoke("denied")
    refused = [call for call in call_log.read(trial.home.call_log) if call.refused]
    assert refused
    assert all("ProcessFunctionRole" in call.role for call in refused)


def test_an_allowed_call_is_written_down_with_its_resource(trial: Trial) -> None:
    """A processor that reads an object leaves its role, the action and the object's ARN."""
    trial.upload("calls/a.csv")
    trial.invoke("read", key="calls/a.csv")
    allowed = [call for call in call_log.read(trial.home.call_log) if not call.refused]
    assert ("s3:GetObject", True) in {
        (call.action, call.resource.endswith("/calls/a.csv")) for call in allowed
    }


def test_calls_of_people_are_not_written_down(trial: Trial) -> None:
    """What a test itself asks for is not mistaken for a call of a function."""
    trial.client("sts").get_caller_identity()
    assert "sts:GetCallerIdentity" not in call_log.counted(call_log.read(trial.home.call_log))
