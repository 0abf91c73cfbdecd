"""AWS clients of the local stack, which read nobody's own profile, credentials or endpoint."""

import os
from functools import cache
from typing import Any

import boto3
import botocore.session

from local.environments import CREDENTIALS, REGION
from local.home import Endpoint

# Of each setting: its name in the configuration file, its variable, its default, its conversion.
NOT_READ = (None, None, None, None)
NO_FILE = (None, None, os.devnull, None)


def session() -> boto3.Session:
    """Make a session of the local stack's root user."""
    variables = {"profile": NOT_READ, "config_file": NO_FILE, "credentials_file": NO_FILE}
    return boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
        botocore_session=botocore.session.Session(session_vars=variables),
    )


@cache
def client(endpoint: Endpoint, service: str) -> Any:
    """Make a client of one service of the local stack; threads may share it."""
    return session().client(service, endpoint_url=endpoint.url)
