"""A local stack starts once, stops without a trace, and ends with whoever it was started for."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from local import stack
from local.build import Build, build
from local.clients import client
from local.deploy import deploy, outputs
from local.environments import HOMES, REPOSITORY, LocalStackError
from local.home import Home
from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

SLEEPER = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
  Sleeper:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: sleeper
      Runtime: python3.13
      Handler: index.handler
      Timeout: 60
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          import os, time
          def handler(event, context):
              open(os.environ["TMPDIR"] + "/sleeping", "w").close()
              time.sleep(60)
"""

QUEUE = """
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { VisibilityTimeout: 30 } }
Outputs:
  QueueUrl: { Value: !Ref Queue }
"""
FAULTY_MACHINE = """
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::000000000000:role/any
      DefinitionS3Location: { Bucket: nowhere, Key: any }
"""
WAITING_PARENT = """
from local import stack
with stack.session("orphan") as (home, endpoint):
    print(endpoint.pid, flush=True)
    input()
"""


@pytest.fixture
def app(tmp_path):
    """An application whose template is still to be written."""
    (tmp_path / "app").mkdir()
    return Build(tmp_path / "app" / "template.yaml", tmp_path / "build")


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    yield home
    stack.stop(home)


def test_a_second_start_finds_the_stack_that_runs(home):
    first = stack.start(home)

    assert stack.start(home) == first


def test_a_stack_listens_on_this_machine_only(home):
    endpoint = stack.start(home)

    with socket.socket() as other:
        other.settimeout(1)
        assert other.connect_ex(("127.0.0.2", endpoint.port))


def test_a_stopped_stack_leaves_no_process_and_no_file_but_its_lock_and_logs(home):
    endpoint = stack.start(home)
    _start_sleeping(home)

    assert stack.stop(home)

    assert _processes_of(endpoint.pid) == []
    assert {path.name for path in home.path.iterdir()} == {"emulator.lock"}
    assert not stack.stop(home)


def test_the_functions_of_a_killed_stack_end_too_and_the_next_start_tidies_up(home):
    killed = stack.start(home)
    _start_sleeping(home)
    (home.temporary / "left behind").touch()
    os.kill(killed.pid, signal.SIGKILL)

    endpoint = eventually(lambda: None if home.is_running() else stack.start(home))

    assert endpoint.pid != killed.pid
    assert list(home.temporary.glob("left*")) == []
    assert eventually(lambda: not _processes_of(killed.pid))
    with pytest.raises(ProcessLookupError):  # nor does it wait to be collected
        os.kill(killed.pid, 0)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_session_ends_with_its_process_however_that_ends(how):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    parent = subprocess.Popen([sys.executable, "-c", WAITING_PARENT], cwd=REPOSITORY, **pipes)
    try:
        emulator = int(parent.stdout.readline())
        home = Home(HOMES / f"orphan-{parent.pid}")
        _start_sleeping(home)
    finally:
        parent.send_signal(how)
        parent.communicate()

    assert eventually(lambda: not _processes_of(emulator))
    assert eventually(lambda: not home.path.exists())


def test_a_session_that_ends_well_leaves_nothing():
    with stack.session("well") as (home, _):
        assert home.log.exists()

    assert list(HOMES.glob("well-*")) == []


def test_a_session_also_listens_where_it_is_told_to():
    """Such as where containers find this machine; here at another address of its own."""
    with stack.session("also", also="127.0.0.2") as (_, endpoint):
        for host in ("127.0.0.1", "127.0.0.2"):
            socket.create_connection((host, endpoint.port), timeout=5).close()


def test_a_session_listens_nowhere_else():
    with stack.session("alone") as (_, endpoint), pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", endpoint.port), timeout=5)


def test_a_session_that_fails_leaves_its_logs_until_the_next(monkeypatch):
    with pytest.raises(LocalStackError), stack.session("failing") as (home, _):
        raise LocalStackError("as planned")
    assert list(HOMES.glob("failing-*")) == [home.log]

    monkeypatch.setattr(stack, "_is_alive", lambda _: False)  # this process is the session's, and lives
    stack.remove_dead_sessions()
    assert not home.log.exists()


def test_a_port_in_use_is_named(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(LocalStackError, match=f"Port {port} is in use"):
            stack.start(home, port)
    assert not home.is_running()
    assert not home.temporary.exists()


def test_a_template_that_cloudformation_refuses_fails_with_its_reason(home, app):
    app.template.write_text('Resources: { Odd: { Type: "AWS::Odd::Thing" } }')
    stack.start(home)
    build(app, home.deploy_log)

    with pytest.raises(LocalStackError, match=r"The deployment failed: .*AWS::Odd::Thing"):
        deploy(home, app)


def test_a_deployment_that_fails_names_the_resource_and_leaves_what_was_deployed(home, app):
    app.template.write_text(QUEUE)
    stack.start(home)
    build(app, home.deploy_log)
    before = deploy(home, app)
    app.template.write_text(QUEUE.replace("Resources:", f"Resources:\n  Odd: {FAULTY_MACHINE}"))
    build(app, home.deploy_log)

    with pytest.raises(LocalStackError, match=r"The deployment failed: Odd: .*nowhere"):
        deploy(home, app)
    assert outputs(home.endpoint()) == before


def test_a_build_that_fails_says_why(app, tmp_path):
    app.template.write_text("Resources: {")

    with pytest.raises(LocalStackError, match=r"(?s)The build failed: .*Failed to parse template.*build.log"):
        build(app, tmp_path / "build.log")


def test_a_template_that_is_not_there_is_named(app, tmp_path):
    with pytest.raises(LocalStackError, match=r"There is no template .*template\.yaml"):
        build(app, tmp_path / "build.log")


def test_an_unchanged_template_is_not_built_again(app, tmp_path):
    app.template.write_text(QUEUE)

    assert build(app, tmp_path / "build.log")
    assert not build(app, tmp_path / "build.log")
    app.template.write_text(QUEUE.replace("30", "40"))
    assert build(app, tmp_path / "build.log")


def _start_sleeping(home):
    """Have a function run that would outlive its stack."""
    endpoint = home.endpoint()
    client(endpoint, "cloudformation").create_stack(
        StackName="sleeper", TemplateBody=SLEEPER, Capabilities=["CAPABILITY_IAM"]
    )
    functions = client(endpoint, "lambda")
    eventually(lambda: functions.list_functions()["Functions"])
    functions.invoke(FunctionName="sleeper", InvocationType="Event")
    eventually((home.temporary / "sleeping").exists)
    assert len(_processes_of(endpoint.pid)) > 1


def _processes_of(group):
    """The processes of a process group that are not just waiting to be forgotten."""
    listed = subprocess.run(
        ["/bin/ps", "-eo", "pid=,pgid=,stat="], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [int(pid) for pid, pgid, state in rows if int(pgid) == group and not state.startswith("Z")]
