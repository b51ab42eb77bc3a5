"""Deploy a package into an engine, as CloudFormation does it: a stack, created or updated."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.local.build import CODE, Package
from infra.local.engine import REGION, Engine
from infra.local.errors import LocalError

if TYPE_CHECKING:
    # The types are installed with the project's checks, not with what `make run` needs.
    from mypy_boto3_cloudformation import CloudFormationClient

STACK = "mediamosa-sync"
BUCKET = "mediamosa-sync-packages"
DEPLOY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack.

    Attributes:
        outputs: the template's outputs by their names.
    """

    engine: Engine
    outputs: Mapping[str, str]

    @property
    def api_url(self) -> str:
        """Address of the API's stage."""
        return f"{self.engine.url}/_aws/execute-api/{self.outputs['ApiId']}/v1"

    def secret(self, output: str) -> str:
        """Return the text of the secret whose ARN is an output."""
        session, url = self.engine.session, self.engine.url
        client = session.client("secretsmanager", endpoint_url=url)
        return client.get_secret_value(SecretId=self.outputs[output])["SecretString"]

    def execute(self, trigger: Mapping[str, str] | None = None) -> str:
        """Start one execution of the state machine and return its ARN; it is not waited for."""
        session, url = self.engine.session, self.engine.url
        client = session.client("stepfunctions", endpoint_url=url)
        started = client.start_execution(
            stateMachineArn=self.outputs["StateMachineArn"], input=json.dumps(dict(trigger or {}))
        )
        return started["executionArn"]


def deploy(
    engine: Engine, package: Package, parameters: Mapping[str, str], name: str = STACK
) -> Stack:
    """Create the stack, or update it if the engine has it from an earlier time.

    Args:
        parameters: the template's parameters; runtime and architecture are the package's, and
            what makes no sense in an engine (table protection, the account's log role) is off.
        name: the stack's name.

    Raises:
        LocalError: the engine refused the stack.
    """
    local = {
        "PythonRuntime": package.runtime,
        "Architecture": package.architecture,
        "ProtectTables": "false",
        "CreateApiLogRole": "false",
    }
    client = engine.session.client("cloudformation", endpoint_url=engine.url)
    change = client.update_stack if _exists(client, name) else client.create_stack
    try:
        change(
            StackName=name,
            TemplateBody=json.dumps(_upload(engine, package)),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in (local | dict(parameters)).items()
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise LocalError(f"The stack was refused: {error}") from error
    return Stack(engine, _outputs(client, name))


def _upload(engine: Engine, package: Package) -> dict[str, Any]:
    """Put the artifacts into the engine's S3 and return the template that names them there."""
    storage = engine.session.client("s3", endpoint_url=engine.url)
    if BUCKET not in {bucket.get("Name") for bucket in storage.list_buckets()["Buckets"]}:
        storage.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    template = package.template
    for resource in template["Resources"].values():
        uri = CODE.get(resource["Type"])
        if uri is not None:
            content = (package.folder / resource["Properties"][uri]).read_bytes()
            # The name follows the content: so an update sees what has changed.
            key = hashlib.sha256(content).hexdigest()
            storage.put_object(Bucket=BUCKET, Key=key, Body=content)
            resource["Properties"][uri] = {"Bucket": BUCKET, "Key": key}
    return template


def _exists(client: CloudFormationClient, name: str) -> bool:
    try:
        client.describe_stacks(StackName=name)
    except ClientError:
        return False
    return True


def _outputs(client: CloudFormationClient, name: str) -> dict[str, str]:
    """Wait for the stack's end state and return its outputs."""
    deadline = time.monotonic() + DEPLOY_SECONDS
    while True:
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
        status = stack["StackStatus"]
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return {
                output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])
            }
        if not status.endswith("_IN_PROGRESS") or time.monotonic() > deadline:
            raise LocalError(f"The stack is {status}: {_reason(client, name)}")
        time.sleep(0.1)


def _reason(client: CloudFormationClient, name: str) -> str:
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    reasons = (event.get("ResourceStatusReason") for event in events)
    return next((reason for reason in reasons if reason), "no reason was given.")
